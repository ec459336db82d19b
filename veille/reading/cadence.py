"""What happened → when to ask again, and why. Pure."""

from __future__ import annotations

from datetime import datetime

from veille.reading.types import NextCheck, Outcome


def next_check(outcome: Outcome, *, now: datetime, key: str, daily: bool = False) -> NextCheck:
    """When to ask again and why (French); `key` names the source and fixes its jitter."""
    raise NotImplementedError
