"""Suggests themes, territories and content types for items, with why."""

from __future__ import annotations

from collections.abc import Sequence

from veille.models import Item


def suggest(items: Sequence[Item]) -> None:
    """Writes the suggestions of `items`, their kind, deadline, event, paywall and relevance."""
