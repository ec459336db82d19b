"""The `vigie` command: finds the sub-commands of the three packages by name and runs one.

Each module of COMMANDS has `register(subparsers)`, which adds parsers with
`set_defaults(run=function)`; `function(args) -> int` is twenty lines over a domain function.
Results go to stdout, progress and logs to stderr; 0 done, 1 failed or blocked, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from importlib import import_module

COMMANDS = (
    "veille.commands.setup",
    "schedules.commands.serve",
    "schedules.commands.work",
    "veille.commands.sources",
    "veille.commands.collect",
    "veille.commands.items",
    "newsletter.commands.letters",
    "newsletter.commands.subscribers",
    "newsletter.commands.events",
    "veille.commands.staff",
    "veille.commands.reference",
)


def parser() -> argparse.ArgumentParser:
    """The whole command line. Domain modules are imported when a command runs, not here."""
    top = argparse.ArgumentParser(
        prog="vigie", description="Veille et lettres d’un centre de ressources."
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMANDE")
    for name in COMMANDS:
        import_module(name).register(commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; never a traceback for a user's mistake."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "veille.site.settings")
    args = parser().parse_args(argv)
    from django.core.exceptions import ImproperlyConfigured

    from veille.exceptions import VigieError

    try:
        import django

        django.setup()
        code: int = args.run(args)
    except (VigieError, ImproperlyConfigured) as error:
        print(f"vigie : {error}", file=sys.stderr)
        return 1
    except Exception as error:
        advice = _not_ready(error)
        if not advice:
            raise
        print(f"vigie : {advice}", file=sys.stderr)
        return 1
    return code


def _not_ready(error: Exception) -> str:
    """What to do when the database has no tables yet, or does not answer; else nothing."""
    from django.db import OperationalError, ProgrammingError

    if not isinstance(error, OperationalError | ProgrammingError):
        return ""
    text = str(error).strip().splitlines()[0]
    if re.search(r"no such (table|column)|does not exist|unable to open", text):
        return "la base n’est pas prête. Lancez d’abord : vigie setup"
    if re.search(r"connection", text):
        return f"la base ne répond pas ({text}). Vérifiez VIGIE_DATABASE_URL."
    return ""


if __name__ == "__main__":
    sys.exit(main())
