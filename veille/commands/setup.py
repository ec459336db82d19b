"""`vigie setup`: makes or migrates the database and loads what is shipped."""

from __future__ import annotations

import argparse

from veille.commands.output import Sub, command, emit, note


def register(commands: Sub) -> None:
    """Adds the command `setup`."""
    made = command(
        commands, "setup", run, "crée ou met à jour la base et charge les listes fournies",
        "vigie setup --admin denis@centre.fr",
    )  # fmt: skip
    made.add_argument("--admin", metavar="COURRIEL", default="", help="compte d’administration")


def run(args: argparse.Namespace) -> int:
    """Safe to repeat: what staff changed is kept."""
    from veille.installing import as_json, install, lines

    done = install(admin=args.admin, say=note)
    emit(args, as_json(done), lines(done))
    return 0
