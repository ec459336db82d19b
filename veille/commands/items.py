"""`vigie items list` (and keep, drop, add: see curate.py)."""

from __future__ import annotations

import argparse

from veille.commands import curate
from veille.commands.output import Sub, command, emit, group


def register(commands: Sub) -> None:
    """Adds the group `items`."""
    items = group(commands, "items", "les contenus relevés : chercher, retenir, écarter")
    listing = command(
        items, "list", list_items, "les contenus, avec la langue de recherche des pages",
        'vigie items list --query "npnru depuis:7j" --state new --json',
    )  # fmt: skip
    listing.add_argument("--query", default="", help="langue de recherche (voir docs)")
    listing.add_argument("--state", default="", choices=["", "new", "kept", "dropped"])
    listing.add_argument("--limit", type=number, default=50, help="0 : tous (défaut : 50)")
    curate.register_into(items)


def number(text: str) -> int:
    """A count, 0 or more; anything else is wrong usage."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"« {text} » n’est pas un nombre")
    return int(text)


def list_items(args: argparse.Namespace) -> int:
    """The items that answer, newest first."""
    from veille.searching import items
    from veille.searching.sheet import line, sheets

    rows = sheets(items(args.query, state=args.state), limit=args.limit)
    emit(args, rows, (line(row) for row in rows))
    return 0
