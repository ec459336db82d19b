"""`vigie letters propose | list | configure | edit`; the rest of the group is next door."""

from __future__ import annotations

import argparse
import sys

from newsletter.commands import sending, workflow
from veille.commands.output import Sub, command, emit, group


def register(commands: Sub) -> None:
    """Adds the group `letters`."""
    letters = group(commands, "letters", "les lettres : composer, vérifier, approuver, envoyer")
    made = command(
        letters, "propose", propose, "compose un brouillon à partir des contenus retenus",
        "vigie letters propose --letter monthly --period 2026-11",
    )  # fmt: skip
    made.add_argument("--letter", required=True, metavar="L", help="monthly, thematic…")
    made.add_argument(
        "--period", required=True, metavar="P", help="2026-11 ou 2026-01-01..2026-03-31"
    )
    made.add_argument("--theme", metavar="T")
    made.add_argument("--territory", metavar="C")
    workflow.as_person(made, required=False)
    command(letters, "list", list_letters, "les lettres et leurs rubriques", "vigie letters list")
    settings = command(
        letters, "configure", configure, "règle une lettre : prestataire, expéditeur, rubriques",
        'vigie letters configure monthly --set "sender=Centre <lettre@centre.fr>"',
    )  # fmt: skip
    settings.add_argument("letter", metavar="LETTRE")
    settings.add_argument("--provider", metavar="NOM")
    settings.add_argument("--set", action="append", default=[], metavar="CLÉ=VALEUR", dest="pairs")
    edit = command(
        letters, "edit", edit_issue, "change l’objet, l’accroche ou l’édito d’un numéro",
        'vigie letters edit 3 --subject "Trois démolitions – novembre" --edito edito.md',
    )  # fmt: skip
    edit.add_argument("issue", type=int, metavar="NUMÉRO")
    for name in ("title", "subject", "preheader", "signature"):
        edit.add_argument(f"--{name}")
    edit.add_argument("--edito", metavar="FICHIER", help="Markdown ; - pour l’entrée standard")
    workflow.as_person(edit, required=False)
    workflow.register_into(letters)
    sending.register_into(letters)


def propose(args: argparse.Namespace) -> int:
    """Composes, or brings the draft of that period up to date."""
    from django.utils import timezone

    from newsletter import composing
    from newsletter.composing.describe import proposal

    start, end = composing.parse_period(args.period)
    issue = composing.propose(
        args.letter, start, end, theme=args.theme, territory=args.territory,
        actor=workflow.person(args), now=timezone.now(),
    )  # fmt: skip
    found = proposal(issue)
    lines = [
        f"{issue} : {found['entries']} contenus, numéro {issue.pk}, «\u00a0{issue.subject}\u00a0»"
    ]
    lines += [f"  {slug} : {n}" for slug, n in found["sections"].items() if n]
    lines += [f"  écarté : {line['title']} – {line['why']}" for line in found["left_out"]]
    emit(args, found, lines)
    return 0


def list_letters(args: argparse.Namespace) -> int:
    """The letters there are."""
    from newsletter.composing.describe import letters

    found = letters()
    emit(
        args, found,
        (f"{x['id']}  {x['name']}  {x['provider']}  {x['subscribers']} abonné·es" for x in found),
    )  # fmt: skip
    return 0


def configure(args: argparse.Namespace) -> int:
    """Sets what the settings page of a letter sets."""
    from newsletter import composing
    from newsletter.composing.describe import letters
    from newsletter.composing.series import find

    values = workflow.pairs(args.pairs)
    if args.provider is not None:
        values["provider"] = args.provider
    series = composing.configure(find(args.letter), values, None)
    found = next(x for x in letters() if x["id"] == series.pk)
    emit(args, [found], [f"{key} : {value}" for key, value in found.items() if key != "sections"])
    return 0


def edit_issue(args: argparse.Namespace) -> int:
    """What the editor page edits; without an option, shows the issue."""
    from django.utils import timezone

    from newsletter import composing
    from newsletter.composing.describe import describe, find_issue

    issue = find_issue(args.issue)
    given = {
        "title": args.title, "subject": args.subject, "preheader": args.preheader,
        "edito_signature": args.signature, "edito": _text(args.edito),
    }  # fmt: skip
    values = {name: value for name, value in given.items() if value is not None}
    if values:
        issue = composing.edit_issue(issue, values, workflow.person(args), now=timezone.now())
    found = describe(issue)
    emit(args, found, [f"{key} : {value}" for key, value in found.items()])
    return 0


def _text(name: str | None) -> str | None:
    if name is None:
        return None
    from pathlib import Path

    from veille.exceptions import BadInput

    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{name} ne peut pas être lu : {error}") from error
