"""Addresses made absolute, canonical and safe."""

from __future__ import annotations


def canonical(url: str, base: str = "") -> str:
    """The http(s) address without tracking parameters, fragment, userinfo; "" when it is none."""
    raise NotImplementedError
