"""The frozen values of the reading flow, named by their role in it.

SourceRef + FetchPolicy → [fetch] → Fetched → [parse] → ParsedFeed(ParsedEntry…)
KnownEntry… + ParsedFeed → [decide] → EntryIntent…        Outcome → [cadence] → NextCheck
Every datetime is aware and in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """The limits of one GET (reference: security rules of the project, polling 2.3)."""

    user_agent: str
    allow: tuple[str, ...] = ()  # hosts or networks exempt from the private-address and port rules
    connect_seconds: float = 10.0
    total_seconds: float = 20.0
    max_bytes: int = 10 * 1024 * 1024  # decoded
    max_redirects: int = 5
    max_header_bytes: int = 64 * 1024
    ca_file: str = ""  # extra certificate authorities (PEM) for an intranet


@dataclass(frozen=True, slots=True)
class SourceRef:
    """What is asked: an address and the validators last received, byte-exact (latin-1)."""

    url: str
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Redirect:
    """One hop that was followed."""

    status: int
    url: str  # where it led


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: 200 with a body, or 304 without. Header names are lower case."""

    url: str  # after redirects
    status: int
    headers: Mapping[str, str]
    body: bytes
    etag: str
    last_modified: str
    redirects: tuple[Redirect, ...] = ()
    milliseconds: int = 0

    @property
    def not_modified(self) -> bool:
        """The server said nothing changed."""
        return self.status == 304


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """One entry, ready to store: text title, sanitised summary, absolute canonical link."""

    guid: str
    url: str  # canonical; may be empty
    original_url: str
    title: str  # text, never empty
    author: str
    summary: str  # sanitised HTML
    published: datetime | None
    updated: datetime | None
    image_url: str = ""
    categories: tuple[str, ...] = ()
    event: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Skip:
    """When the feed asks not to be read (RSS 2.0 skipHours, skipDays), in UTC."""

    hours: tuple[int, ...] = ()  # 0-23
    days: tuple[int, ...] = ()  # Monday is 0


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed: its title, its site, its own wish about frequency, its entries in feed order."""

    title: str
    site_url: str
    entries: tuple[ParsedEntry, ...]
    version: str = ""  # "rss20", "atom10", "json11"…
    ttl: timedelta | None = None  # of <ttl> and sy:update*, the longest
    skip: Skip = Skip()
    hub: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """What is already stored of an entry, for deciding."""

    id: int
    guid: str
    url: str
    content_hash: str
    title: str = ""  # optional: recognises the same article under another guid after an edit


Reason = Literal["new", "content changed", "same content", "same link under another guid",
                 "duplicate in this feed"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class EntryIntent:
    """What to do with one parsed entry, and why. `known` is the stored id for a change."""

    action: Literal["create", "update", "skip"]
    reason: Reason
    entry: ParsedEntry
    content_hash: str
    published: datetime  # the date to store
    date_basis: Literal["published", "updated", "collected"]
    known: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended, as cadence needs to know it."""

    kind: Literal["fetched", "unchanged", "failed"]
    code: str = ""  # of the failure: "http-404", "timeout", "dns", "private-address"…
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    ttl: timedelta | None = None  # of the last parsed feed; worth keeping for a 304
    skip: Skip = Skip()
    error_count: int = 0  # in a row, this one included
    seen: tuple[datetime, ...] = ()  # first_seen of the last entries, newest first


@dataclass(frozen=True, slots=True)
class NextCheck:
    """When to ask again and why, a French sentence («le site demande 12 h»)."""

    at: datetime
    why: str
    hold_host_until: datetime | None = None
    hold_source_until: datetime | None = None
