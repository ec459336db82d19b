"""RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, JSON Feed 1.x, read over HTTP."""

from __future__ import annotations

import re

from veille.reading import fetch, parse
from veille.reading.types import Fetched, FetchPolicy, ParsedFeed, SourceRef

_BEGINNING = 8192  # bytes; PHP warnings and comments may stand before the root
_ROOT = re.compile(rb"<(?:\w+:)?(?:rss|feed|RDF|channel)[\s>]")
_JSON = re.compile(rb"^\s*\{.{0,4000}?jsonfeed\.org/version/", re.DOTALL)
_TYPES = ("rss+xml", "atom+xml", "feed+json")


class Feed:
    """A feed: by its first bytes, whatever the server calls it."""

    name = "feed"
    label = "Flux RSS ou Atom"

    def recognise(self, fetched: Fetched) -> int:
        """100 by its root element, 50 by its media type alone, 0 otherwise (a page, a picture)."""
        start = fetched.body[:_BEGINNING].replace(b"\x00", b"").removeprefix(b"\xef\xbb\xbf")
        html = re.search(rb"<!doctype html|<html[\s>]", start, re.IGNORECASE)
        root = _ROOT.search(start)
        if (root and not (html and html.start() < root.start())) or _JSON.match(start):
            return 100
        media = fetched.headers.get("content-type", "").lower()
        return 50 if not html and any(kind in media for kind in _TYPES) else 0

    def fetch(self, ref: SourceRef, policy: FetchPolicy) -> Fetched:
        """One bounded GET; raises FetchError."""
        return fetch.get(ref, policy)

    def parse(self, fetched: Fetched) -> ParsedFeed:
        """Entries in feed order; raises ParseError."""
        return parse.parse(fetched)
