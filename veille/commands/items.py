"""Placeholder until its commands are written."""

from __future__ import annotations

from veille.commands.output import Sub


def register(commands: Sub) -> None:
    """Nothing yet."""
