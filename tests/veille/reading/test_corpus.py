"""A set of malformed French feeds, each with what must be found in it beside (*.expected.json)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from veille.reading import child, parse, plain
from veille.reading.types import Fetched, ParsedEntry, ParsedFeed

FOLDER = Path(__file__).resolve().parents[2] / "corpus" / "feeds"
FEEDS = sorted(path for path in FOLDER.iterdir() if not path.name.endswith(".expected.json"))


def expected(path: Path) -> dict[str, Any]:
    beside = path.with_name(path.name + ".expected.json")
    values: dict[str, Any] = json.loads(beside.read_text("utf-8"))
    return values


def check_entry(entry: ParsedEntry, values: dict[str, Any]) -> None:
    for name, value in values.items():
        if name == "summary_has":
            assert all(part in entry.summary for part in value), entry.summary
        elif name == "summary_lacks":
            assert not any(part in entry.summary for part in value), entry.summary
        elif name == "guid_like":
            assert entry.guid.startswith(value)
        else:
            found = plain.dump(ParsedFeed("", "", (entry,)))["entries"][0][name]
            assert (list(found) if isinstance(found, tuple) else found) == value, name


@pytest.mark.parametrize("path", FEEDS, ids=lambda path: path.name)
def test_what_is_expected_is_found(path: Path) -> None:
    values = expected(path)
    feed = child.read(path.read_bytes(), values["url"], values["content_type"], 100)
    for name in ("version", "title", "site_url", "hub"):
        assert getattr(feed, name) == values.get(name, getattr(feed, name))
    if "ttl" in values:
        assert feed.ttl is not None
        assert feed.ttl.total_seconds() == values["ttl"]
    if "skip" in values:
        assert [list(feed.skip.hours), list(feed.skip.days)] == values["skip"]
    if "warnings" in values:
        assert list(feed.warnings) == values["warnings"]
    if "entries" in values:
        assert len(feed.entries) >= len(values["entries"])
        for entry, wanted in zip(feed.entries, values["entries"], strict=False):
            check_entry(entry, wanted)


@pytest.mark.parametrize("path", FEEDS, ids=lambda path: path.name)
def test_every_entry_can_be_stored(path: Path) -> None:
    """Within the lengths of the models, a title always, an identity each, no NUL."""
    values = expected(path)
    feed = child.read(path.read_bytes(), values["url"], values["content_type"], 100)
    guids = [entry.guid for entry in feed.entries]
    assert len(set(guids)) == len(guids)
    for entry in feed.entries:
        assert 0 < len(entry.title) <= 500
        assert 0 < len(entry.guid) <= 1000
        assert max(len(entry.url), len(entry.original_url), len(entry.image_url)) <= 2000
        assert len(entry.author) <= 200
        assert "\x00" not in repr(plain.dump(feed))


def test_the_child_reads_the_same_as_the_pure_function() -> None:
    for path in FEEDS:
        values = expected(path)
        body = path.read_bytes()
        fetched = Fetched(
            values["url"], 200, {"content-type": values["content_type"]}, body, "", ""
        )
        assert parse.parse(fetched) == child.read(body, values["url"], values["content_type"], 2000)
