"""Seam 1: kinds of source. A kind knows how to read one shape of source; it stores nothing.

A third party adds one through the entry-point group `veille.kinds`.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from typing import Protocol

from veille.exceptions import NotFound
from veille.reading.types import Fetched, FetchPolicy, ParsedFeed, SourceRef


class SourceKind(Protocol):
    """One shape of source."""

    name: str  # "feed": stored in Source.kind
    label: str  # «Flux RSS ou Atom»

    def recognise(self, fetched: Fetched) -> int:
        """0 = not mine; the highest wins."""
        ...

    def fetch(self, ref: SourceRef, policy: FetchPolicy) -> Fetched:
        """One bounded GET; raises FetchError."""
        ...

    def parse(self, fetched: Fetched) -> ParsedFeed:
        """Entries in feed order; raises ParseError."""
        ...


KINDS: dict[str, str] = {"feed": "veille.kinds.feed:Feed"}


def load(name: str) -> SourceKind:
    """The kind called `name`, imported on first use; NotFound for an unknown one."""
    dotted = KINDS.get(name)
    if dotted is None:
        found = [point for point in entry_points(group="veille.kinds") if point.name == name]
        if not found:
            raise NotFound(f"Nature de source inconnue : {name}. Connues : {', '.join(KINDS)}.")
        dotted = found[0].value
    module, _, attribute = dotted.partition(":")
    kind: SourceKind = getattr(import_module(module), attribute)()
    return kind
