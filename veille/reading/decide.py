"""Known entries + parsed entries → intents, each with its reason. Pure.

Nothing that is new is ever skipped: an address identifies an article only when the feed does not
use it for several, and then the text must agree too.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from veille.reading import sanitize
from veille.reading.types import EntryIntent, KnownEntry, ParsedEntry, ParsedFeed, Reason

FUTURE = timedelta(hours=36)  # later than that it is the date of an event, not of a publication
_SIGNS = re.compile(r"[^\w]+")


def decide(known: Sequence[KnownEntry], parsed: ParsedFeed, now: datetime) -> list[EntryIntent]:
    """One intent per parsed entry, in feed order.

    `known`: stored entries of the source that share a guid or a canonical address with the feed
    (more is harmless). `now`, aware: the date of entries that have none.
    """
    book = _Book(known, parsed)
    return [book.intent(entry, now) for entry in parsed.entries]


def content_hash(title: str, summary: str, url: str) -> str:
    """A hash that changes only when a reader would see a change: case, punctuation, spaces, markup
    and tracking parameters are left aside. `summary` is HTML, `url` canonical."""
    parts = (folded(title), folded(sanitize.text(summary)), url)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def folded(text: str) -> str:
    """Words only, lower case, compatibility characters unified («œ» and «’» variants too)."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("œ", "oe")
    return " ".join(_SIGNS.sub(" ", text).split())


class _Book:
    """What is known by guid and by address, and what this feed already gave."""

    def __init__(self, known: Sequence[KnownEntry], parsed: ParsedFeed) -> None:
        self.by_guid = {entry.guid: entry for entry in known}
        self.by_hash = {entry.content_hash: entry for entry in known if entry.content_hash}
        shared = Counter(entry.url for entry in known)
        in_feed = Counter(url for url, _ in {(entry.url, entry.guid) for entry in parsed.entries})
        self.by_url = {
            entry.url: entry
            for entry in known
            if entry.url and shared[entry.url] == 1 and in_feed[entry.url] <= 1
        }
        self.seen_guids: set[str] = set()
        self.seen_contents: set[str] = set()

    def intent(self, entry: ParsedEntry, now: datetime) -> EntryIntent:
        digest = content_hash(entry.title, entry.summary, entry.url)
        repeated = entry.guid in self.seen_guids or (entry.url and digest in self.seen_contents)
        self.seen_guids.add(entry.guid)
        self.seen_contents.add(digest)
        published, basis = _date(entry, now)

        def so(
            action: Literal["create", "update", "skip"], reason: Reason, known: int | None = None
        ) -> EntryIntent:
            return EntryIntent(action, reason, entry, digest, published, basis, known)

        if repeated:
            return so("skip", "duplicate in this feed")
        same = self.by_guid.get(entry.guid)
        if same is not None:
            if same.content_hash == digest:
                return so("skip", "same content", same.id)
            return so("update", "content changed", same.id)
        twin = self.by_url.get(entry.url)
        if twin is not None and (
            twin.content_hash == digest
            or (twin.title and folded(twin.title) == folded(entry.title))
        ):
            return so("skip", "same link under another guid", twin.id)
        return so("create", "new")


def _date(
    entry: ParsedEntry, now: datetime
) -> tuple[datetime, Literal["published", "updated", "collected"]]:
    """The date to store: published, else updated, else now. One far in the future is the date of an
    event (agendas of town sites), and would stay on top of every list."""
    if entry.published is not None and entry.published <= now + FUTURE:
        return entry.published, "published"
    if entry.updated is not None and entry.updated <= now + FUTURE:
        return entry.updated, "updated"
    return now, "collected"
