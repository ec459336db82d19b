"""ParsedFeed ↔ JSON: the only thing that crosses between the parser's child and its parent."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from veille.reading.page import PageFacts
from veille.reading.types import ParsedEntry, ParsedFeed, Skip


def dump(feed: ParsedFeed) -> dict[str, Any]:
    """Plain values; instants as ISO 8601, delays in seconds."""
    values = asdict(feed)
    values["ttl"] = feed.ttl.total_seconds() if feed.ttl else None
    for entry in values["entries"]:
        for name in ("published", "updated"):
            entry[name] = entry[name].isoformat() if entry[name] else None
    return values


def load(values: dict[str, Any]) -> ParsedFeed:
    """What `dump` gave, frozen again."""
    values = dict(values)
    values["entries"] = tuple(_entry(entry) for entry in values["entries"])
    values["ttl"] = timedelta(seconds=values["ttl"]) if values["ttl"] else None
    skip = values["skip"]
    values["skip"] = Skip(tuple(skip["hours"]), tuple(skip["days"]))
    values["warnings"] = tuple(values["warnings"])
    return ParsedFeed(**values)


def dump_page(facts: PageFacts) -> dict[str, Any]:
    """The same for a page."""
    return asdict(facts) | {"published": facts.published and facts.published.isoformat()}


def load_page(values: dict[str, Any]) -> PageFacts:
    """What `dump_page` gave, frozen again."""
    day = values["published"]
    return PageFacts(**(values | {"published": datetime.fromisoformat(day) if day else None}))


def encode(values: Any) -> bytes:
    """JSON in UTF-8."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()


def _entry(values: dict[str, Any]) -> ParsedEntry:
    values = dict(values)
    for name in ("published", "updated"):
        values[name] = datetime.fromisoformat(values[name]) if values[name] else None
    values["categories"] = tuple(values["categories"])
    return ParsedEntry(**values)


def decode(data: bytes) -> Any:
    """What `encode` gave."""
    return json.loads(data)
