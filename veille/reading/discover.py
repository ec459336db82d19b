"""A page → candidate feeds. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from veille.reading.types import Fetched


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address that may be a feed; the highest score is the likeliest."""

    url: str
    title: str
    score: int


def candidates(fetched: Fetched) -> list[Candidate]:
    """Feeds announced by the page, then well-known paths nobody has asked for yet; best first."""
    raise NotImplementedError
