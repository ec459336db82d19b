"""Foreign HTML → allowed HTML, or text."""

from __future__ import annotations


def clean(html: str, base_url: str) -> str:
    """Allowed tags only, absolute http(s)/mailto addresses only."""
    raise NotImplementedError


def text(html: str) -> str:
    """Tags out, entities unescaped once, spaces folded."""
    raise NotImplementedError
