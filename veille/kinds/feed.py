"""RSS, Atom and JSON Feed."""

from __future__ import annotations

from veille.reading import fetch, parse
from veille.reading.types import Fetched, FetchPolicy, ParsedFeed, SourceRef


class Feed:
    """A feed read over HTTP."""

    name = "feed"
    label = "Flux RSS ou Atom"

    def recognise(self, fetched: Fetched) -> int:
        """100 for a feed by its first bytes, 0 otherwise."""
        raise NotImplementedError

    def fetch(self, ref: SourceRef, policy: FetchPolicy) -> Fetched:
        """One bounded GET; raises FetchError."""
        return fetch.get(ref, policy)

    def parse(self, fetched: Fetched) -> ParsedFeed:
        """Entries in feed order; raises ParseError."""
        return parse.parse(fetched)
