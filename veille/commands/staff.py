"""`vigie staff add | list | link | remove`: accounts."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from veille.commands.output import Sub, command, emit, group

if TYPE_CHECKING:
    from veille.staff.models import User

ROLES = ("veilleur", "communication", "direction", "administrateur", "lecture")


def register(commands: Sub) -> None:
    """Adds the group `staff`."""
    staff = group(commands, "staff", "les comptes de l’équipe")
    add = command(
        staff, "add", add_account, "crée un compte, donne son lien de première connexion",
        "vigie staff add amina@centre.fr --role veilleur",
    )  # fmt: skip
    add.add_argument("email")
    add.add_argument("--role", required=True, choices=ROLES)
    add.add_argument("--name", default="")
    command(staff, "list", list_accounts, "les comptes", "vigie staff list --json")
    link = command(
        staff, "link", new_link, "un nouveau lien de connexion à usage unique",
        "vigie staff link amina@centre.fr",
    )  # fmt: skip
    link.add_argument("email")
    remove = command(
        staff, "remove", remove_account, "ferme un compte", "vigie staff remove amina@centre.fr"
    )
    remove.add_argument("email")


def _shown(user: User) -> dict[str, Any]:
    return {"email": user.email, "name": user.name, "role": user.role, "active": user.is_active}


def _emit_all(args: argparse.Namespace, extra: dict[str, str] | None = None) -> None:
    from veille.staff.models import User

    users = [_shown(user) for user in User.objects.order_by("email")]
    for shown in users:
        shown.update({"link": extra[shown["email"]]} if extra and shown["email"] in extra else {})
    lines = [
        f"{u['email']}  {u['role']}{'' if u['active'] else '  (fermé)'}"
        + (f"\n  première connexion : {u['link']}" if "link" in u else "")
        for u in users
    ]
    emit(args, users, lines)


def add_account(args: argparse.Namespace) -> int:
    """Creates (or reopens) an account and prints its one-time link."""
    from veille.staff.accounts import add
    from veille.staff.sign_in import one_time_link

    user = add(args.email, role=args.role, name=args.name, actor=None)
    _emit_all(args, {user.email: one_time_link(user)})
    return 0


def new_link(args: argparse.Namespace) -> int:
    """A one-time link for somebody who lost theirs, or their password."""
    from veille.staff import accounts

    link = accounts.new_link(args.email, actor=None)
    shown = _shown(accounts.open_account(args.email)) | {"link": link}
    emit(args, shown, [shown["link"]])
    return 0


def list_accounts(args: argparse.Namespace) -> int:
    """Every account."""
    _emit_all(args)
    return 0


def remove_account(args: argparse.Namespace) -> int:
    """Closes an account; its acts stay in the trail."""
    from veille.staff.accounts import close

    close(args.email, actor=None)
    _emit_all(args)
    return 0
