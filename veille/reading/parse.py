"""Bytes → ParsedFeed in a child that can be killed."""

from __future__ import annotations

from dataclasses import dataclass

from veille.reading.types import Fetched, ParsedFeed


@dataclass(frozen=True, slots=True)
class Limits:
    """What one parse may use."""

    cpu_seconds: int = 10
    wall_seconds: float = 15.0
    memory_bytes: int = 512 * 1024 * 1024
    max_items: int = 1000


def parse(fetched: Fetched, limits: Limits = Limits()) -> ParsedFeed:
    """Entries in feed order, at most `limits.max_items`; raises ParseError."""
    raise NotImplementedError
