"""`vigie reference reload`: the shipped lists again."""

from __future__ import annotations

import argparse

from veille.commands.output import Sub, command, emit, group


def register(commands: Sub) -> None:
    """Adds the group `reference`."""
    reference = group(commands, "reference", "les listes fournies : thèmes, lieux, publics")
    command(
        reference, "reload", reload, "recharge les listes fournies, garde ce que l’équipe a changé",
        "vigie reference reload",
    )  # fmt: skip


def reload(args: argparse.Namespace) -> int:
    """Loads them; nothing staff changed is overwritten."""
    from veille.reference import load_all

    loaded = load_all()
    emit(args, loaded, (f"{name} : {number}" for name, number in loaded.items()))
    return 0
