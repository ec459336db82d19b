"""`vigie letters render | check | submit | approve | return`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from veille.commands.output import Sub, command, emit, note

if TYPE_CHECKING:
    from newsletter.letter import Finding
    from newsletter.models import Issue
    from veille.staff.models import User


def register_into(letters: Sub) -> None:
    """Adds the commands to the group `letters`."""
    made = command(
        letters, "render", render, "écrit letter.html, .txt, .mjml, .eml et .json",
        "vigie letters render 3 --out /tmp/lettre",
    )  # fmt: skip
    made.add_argument("issue", type=int, metavar="NUMÉRO")
    made.add_argument("--out", required=True, metavar="DOSSIER")
    checked = command(
        letters, "check", check, "le contrôle avant envoi ; 1 quand un point bloque",
        "vigie letters check 3",
    )  # fmt: skip
    checked.add_argument("issue", type=int, metavar="NUMÉRO")
    for name, run, help_text in (
        (
            "submit",
            submit,
            "contrôle, fige et donne à relire (--comment : pourquoi les avertissements)",
        ),
        ("approve", approve, "approuve le contenu figé"),
        ("return", give_back, "renvoie en brouillon avec un commentaire"),
    ):
        step = command(
            letters, name, run, help_text, f"vigie letters {name} 3 --as claire@centre.fr"
        )
        step.add_argument("issue", type=int, metavar="NUMÉRO")
        as_person(step, required=True)
        step.add_argument("--comment", default="", metavar="T")
        if name == "approve":
            step.add_argument("--sha256", help="l’empreinte lue (défaut : la présente)")


def as_person(parser: argparse.ArgumentParser, *, required: bool) -> None:
    """Adds `--as EMAIL`."""
    parser.add_argument("--as", dest="person", required=required, metavar="COURRIEL")


def person(args: argparse.Namespace) -> User | None:
    """The account named by `--as`; None without it."""
    if not args.person:
        return None
    return _account(args.person)


def _account(email: str) -> User:
    from veille.staff.accounts import open_account

    return open_account(email)


def pairs(given: Sequence[str]) -> dict[str, str]:
    """`["a=b"]` → `{"a": "b"}`."""
    from veille.exceptions import BadInput

    found: dict[str, str] = {}
    for text in given:
        key, sign, value = text.partition("=")
        if not sign or not key.strip():
            raise BadInput(f"Réglage illisible : {text!r}. Écrivez CLÉ=VALEUR.", where="--set")
        found[key.strip()] = value
    return found


def render(args: argparse.Namespace) -> int:
    """Writes what would be sent (or what is frozen) into a folder."""
    from pathlib import Path

    from django.utils import timezone

    from newsletter.composing.describe import find_issue
    from newsletter.output import write

    found = write(find_issue(args.issue), Path(args.out), timezone.now())
    emit(args, found, [f"{key} : {value}" for key, value in found.items()])
    return 0


def check(args: argparse.Namespace) -> int:
    """Pre-flight."""
    from django.utils import timezone

    from newsletter import composing
    from newsletter.composing.describe import find_issue

    findings = composing.findings(find_issue(args.issue), timezone.now())
    errors = [_finding(f) for f in findings if f.severity == "error"]
    warnings = [_finding(f) for f in findings if f.severity == "warning"]
    lines = [f"bloque : {f['where']} – {f['what']} {f['fix']} [{f['id']}]" for f in errors]
    lines += [f"à voir : {f['where']} – {f['what']} {f['fix']} [{f['id']}]" for f in warnings]
    emit(args, {"errors": errors, "warnings": warnings}, lines or ["Rien à signaler."])
    return 1 if errors else 0


def _finding(finding: Finding) -> dict[str, object]:
    names = ("id", "where", "what", "fix", "entry", "key")
    return {name: getattr(finding, name) for name in names}


def submit(args: argparse.Namespace) -> int:
    """Freezes the issue and hands it to approvers, who get a message."""
    from django.utils import timezone

    from newsletter import approving, delivery
    from newsletter.composing.describe import find_issue

    actor, now = _account(args.person), timezone.now()
    issue = approving.submit(find_issue(args.issue), actor, comment=args.comment, now=now)
    for problem in delivery.ask_approvers(issue, actor, comment=args.comment, now=now):
        note(problem)
    return _show(args, issue)


def approve(args: argparse.Namespace) -> int:
    """Approves the frozen content."""
    from django.utils import timezone

    from newsletter import approving
    from newsletter.composing.describe import find_issue

    issue = find_issue(args.issue)
    done = approving.approve(
        issue, _account(args.person), sha256=args.sha256 or issue.sha256, comment=args.comment,
        now=timezone.now(),
    )  # fmt: skip
    return _show(args, done)


def give_back(args: argparse.Namespace) -> int:
    """Returns the issue to draft."""
    from django.utils import timezone

    from newsletter import approving
    from newsletter.composing.describe import find_issue

    issue, actor = find_issue(args.issue), _account(args.person)
    return _show(args, approving.give_back(issue, actor, args.comment, now=timezone.now()))


def _show(args: argparse.Namespace, issue: Issue) -> int:
    from newsletter.composing.describe import describe

    found = describe(issue)
    line = f"{issue} : {issue.get_state_display()} {issue.sha256[:12]}".rstrip()
    emit(args, found, [line])
    return 0
