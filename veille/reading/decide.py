"""Known entries + parsed entries → intents, each with its reason. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from veille.reading.types import EntryIntent, KnownEntry, ParsedFeed


def decide(known: Sequence[KnownEntry], parsed: ParsedFeed, now: datetime) -> list[EntryIntent]:
    """One intent per parsed entry, in feed order."""
    raise NotImplementedError
