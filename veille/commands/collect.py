"""`vigie collect`: gathers what is due."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from veille.commands.output import Sub, command, emit, progress_bar

if TYPE_CHECKING:
    from veille.collecting import Report


def register(commands: Sub) -> None:
    """Adds the command `collect`."""
    made = command(
        commands, "collect", collect, "relève les sources dont l’heure est venue",
        "vigie collect --source 12",
    )  # fmt: skip
    made.add_argument("--all", action="store_true", help="sans attendre l’heure de chacune")
    made.add_argument(
        "--source", type=int, action="append", default=[], metavar="ID",
        help="celle-ci seulement, tout de suite ; peut être répété",
    )  # fmt: skip


def collect(args: argparse.Namespace) -> int:
    """Runs once. 1 when sources were due and none could be read."""
    from django.utils import timezone

    from veille.collecting import collect_due

    with progress_bar("Relevé") as progress:
        report = collect_due(
            timezone.now(), all=args.all or bool(args.source), only=args.source, progress=progress
        )
    emit(args, report.shown(), lines(report))
    return 1 if report.failed and not report.fetched + report.unchanged else 0


def lines(report: Report) -> list[str]:
    """The report for a terminal."""
    failures = (f"  ! {f.name} : {f.message}" for f in report.failures)
    return [report.sentence(), *failures, *(f"  - {hold.sentence()}" for hold in report.holds)]
