"""`vigie sources add | import | export | list | check`: what is watched."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from veille.commands.output import Sub, command, emit, group, note, progress_bar

if TYPE_CHECKING:
    from veille.models import Source


def register(commands: Sub) -> None:
    """Adds the group `sources`."""
    sources = group(commands, "sources", "les sources suivies")
    new = command(
        sources, "add", add, "ajoute une source : cherche le flux, le vérifie, le suit",
        "vigie sources add https://www.banquedesterritoires.fr",
    )  # fmt: skip
    new.add_argument("url", metavar="ADRESSE")
    new.add_argument("--kind", default="", help="nature : feed (flux), page ou mail (à la main)")
    new.add_argument("--name", default="", metavar="NOM")
    new.add_argument("--unchecked", action="store_true", help="sans interroger le site")
    took = command(
        sources, "import", import_list, "ajoute les sources d’un fichier OPML ou YAML",
        "vigie sources import sources.opml",
    )  # fmt: skip
    took.add_argument("file", nargs="?", metavar="FICHIER", help="- pour l’entrée standard")
    took.add_argument("--shipped", action="store_true", help="la liste proposée avec Vigie")
    gave = command(
        sources, "export", export_list, "écrit la liste des sources sur la sortie standard",
        "vigie sources export --format opml > sources.opml",
    )  # fmt: skip
    gave.add_argument("--format", default="opml", choices=["opml", "yaml"])
    command(
        sources, "list", list_sources, "l’état de chaque source, son prochain relevé et pourquoi",
        "vigie sources list --json",
    )  # fmt: skip
    looked = command(
        sources, "check", check, "relève maintenant ces sources (sinon celles à réparer)",
        "vigie sources check 12",
    )  # fmt: skip
    looked.add_argument("ids", nargs="*", type=int, metavar="ID")


def add(args: argparse.Namespace) -> int:
    """Probes and adds one address; says which other feeds its page announces."""
    from veille.sourcing import add as keep
    from veille.sourcing import add_probed
    from veille.sourcing.listing import rows, shown

    if args.unchecked:
        source = keep(args.url, actor=None, kind=args.kind or "feed", name=args.name)
        others: Sequence[str] = ()
    else:
        added = add_probed(args.url, actor=None, kind=args.kind, name=args.name)
        source, others = added.source, added.others
    row = rows([source], source.created, figures=False)[0]
    also = [f"  autre flux annoncé : {other}" for other in others]
    line = f"source n° {source.pk} ajoutée : {source.name} ({source.url})"
    emit(args, shown(row) | {"others": list(others)}, [line, *also])
    return 0


def import_list(args: argparse.Namespace) -> int:
    """Adds what is not followed yet; makes no request. 1 when nothing could be taken."""
    from veille.sourcing import import_file, import_shipped

    if args.shipped == bool(args.file):
        note("vigie : donnez un fichier OPML ou YAML, ou --shipped pour la liste proposée.")
        return 2
    if args.shipped:
        report = import_shipped(None)
    else:
        report = import_file(_read(args.file), args.file, None)
    lines = [
        f"{report.added} ajoutées, {report.already} déjà suivies, {len(report.refused)} refusées"
    ]
    emit(
        args,
        report.shown(),
        [*lines, *(f"  ! {r.url or '?'} : {r.reason}" for r in report.refused)],
    )
    return 1 if report.refused and not report.added + report.already else 0


def _read(name: str) -> bytes:
    from pathlib import Path

    from veille.exceptions import BadInput

    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise BadInput(f"{name} ne peut pas être lu : {error.strerror}.") from error


def export_list(args: argparse.Namespace) -> int:
    """The list on stdout, ready to be imported elsewhere."""
    from veille.sourcing import export
    from veille.sourcing.importing import exported

    if args.json:
        emit(args, exported(), [])
        return 0
    sys.stdout.buffer.write(export(args.format))
    sys.stdout.flush()
    return 0


def list_sources(args: argparse.Namespace) -> int:
    """Every source but the removed ones."""
    from veille.sourcing.listing import Filter, matching

    _emit(args, list(matching(Filter())))
    return 0


def check(args: argparse.Namespace) -> int:
    """Reads the sources named (else those in error) at once, then says the state of these (else of
    all). 1 when one of those read is in error.
    """
    from django.utils import timezone

    from veille.collecting import collect_due
    from veille.models import Source
    from veille.sourcing.listing import Filter, matching, to_repair

    ids = args.ids or list(to_repair().values_list("pk", flat=True))
    with progress_bar("Vérification") as progress:
        if ids:
            collect_due(timezone.now(), all=True, only=ids, progress=progress)
    found = Source.objects.filter(pk__in=args.ids) if args.ids else matching(Filter())
    _emit(args, list(found))
    return 1 if Source.objects.filter(pk__in=ids).exclude(error_code="").exists() else 0


def _emit(args: argparse.Namespace, found: Sequence[Source]) -> None:
    from django.utils import timezone

    from veille.sourcing import listing

    now = timezone.now()
    rows = listing.rows(found, now, figures=False)
    emit(args, [listing.shown(row) for row in rows], [listing.line(row, now) for row in rows])
