"""`vigie items keep | drop | add`: the gestures of the pages, audited, for scripts."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from veille.commands.output import Sub, command, emit

if TYPE_CHECKING:
    from veille.models import Item


def register_into(items: Sub) -> None:
    """Adds the gestures to the group `items`."""
    keep = command(
        items, "keep", keep_items, "retient des contenus, avec leurs suggestions",
        'vigie items keep 12 15 --theme npnru --territory 59183 --note "à la une"',
    )  # fmt: skip
    keep.add_argument("ids", type=int, nargs="+", metavar="ID")
    keep.add_argument("--theme", action="append", default=[], help="identifiant ; répétable")
    keep.add_argument("--territory", action="append", default=[], help="code ; répétable")
    keep.add_argument("--note", help="note pour l’équipe")
    keep.add_argument("--summary", help="résumé, dans vos mots : ce que la lettre imprime")
    keep.add_argument("--as", dest="actor", metavar="EMAIL", help="au nom de ce compte")
    drop = command(items, "drop", drop_items, "écarte des contenus", "vigie items drop 13 14")
    drop.add_argument("ids", type=int, nargs="+", metavar="ID")
    drop.add_argument("--as", dest="actor", metavar="EMAIL", help="au nom de ce compte")
    add = command(
        items, "add", add_item, "ajoute un contenu depuis son adresse",
        "vigie items add https://ville.exemple.fr/actualite/renovation",
    )  # fmt: skip
    add.add_argument("url", metavar="URL")


def _found(ids: list[int]) -> list[Item]:
    from veille.exceptions import NotFound
    from veille.models import Item

    rows = Item.objects.in_bulk(ids)
    unknown = [str(key) for key in ids if key not in rows]
    if unknown:
        raise NotFound(f"Aucun contenu n° {', '.join(unknown)} : rien n’a été changé.")
    return [rows[key] for key in dict.fromkeys(ids)]


def _emit(args: argparse.Namespace, items: list[Item]) -> int:
    from veille.searching.sheet import line, sheet

    rows = [sheet(item) for item in items]
    emit(args, rows, (line(row) for row in rows))
    return 0


def keep_items(args: argparse.Namespace) -> int:
    """Keeps them all, or none when one is unknown."""
    from django.db import transaction

    from veille import curating
    from veille.staff.accounts import named

    actor = named(args.actor)
    items = _found(args.ids)
    with transaction.atomic():
        for item in items:
            curating.keep(
                item, actor, themes=args.theme, territories=args.territory, note=args.note
            )
            if args.summary is not None:
                curating.annotate(item, actor, own_summary=args.summary)
    return _emit(args, items)


def drop_items(args: argparse.Namespace) -> int:
    """Drops them all, or none when one is unknown."""
    from django.db import transaction

    from veille import curating
    from veille.staff.accounts import named

    actor = named(args.actor)
    items = _found(args.ids)
    with transaction.atomic():
        for item in items:
            curating.drop(item, actor)
    return _emit(args, items)


def add_item(args: argparse.Namespace) -> int:
    """Reads the page once and files it."""
    from veille import curating

    return _emit(args, [curating.add_url(args.url, None)])
