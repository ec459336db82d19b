"""`vigie subscribers add | import | export | erase`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from newsletter.commands.workflow import as_person, person
from veille.commands.output import Sub, command, emit, group

if TYPE_CHECKING:
    from newsletter.models import Series


def register(commands: Sub) -> None:
    """Adds the group `subscribers`."""
    readers = group(commands, "subscribers", "les abonnés des lettres")
    made = command(
        readers, "add", add, "abonne une adresse",
        'vigie subscribers add maire@exemple.fr --letter monthly --proof "demande du 12 novembre"',
    )  # fmt: skip
    made.add_argument("address", metavar="ADRESSE")
    made.add_argument("--letter", required=True, metavar="L")
    made.add_argument(
        "--proof", default="ajout en ligne de commande", metavar="TEXTE", help="d’où vient l’accord"
    )
    made.add_argument("--name", default="", metavar="NOM")
    as_person(made, required=False)
    made = command(
        readers, "import", import_file, "abonne les adresses d’un fichier CSV",
        'vigie subscribers import liste.csv --letter monthly --proof "inscrits sur Brevo, 2021-26"',
    )  # fmt: skip
    made.add_argument("file", metavar="FICHIER.csv")
    made.add_argument("--letter", required=True, metavar="L")
    made.add_argument("--proof", required=True, metavar="TEXTE", help="d’où vient l’accord")
    as_person(made, required=False)
    made = command(
        readers, "export", export, "écrit les abonnés en CSV",
        "vigie subscribers export > abonnes.csv",
    )  # fmt: skip
    made.add_argument("--letter", metavar="L")
    as_person(made, required=False)
    made = command(
        readers, "erase", erase, "efface une personne ; il ne reste qu’une empreinte",
        "vigie subscribers erase maire@exemple.fr",
    )  # fmt: skip
    made.add_argument("address", metavar="ADRESSE")
    as_person(made, required=False)


def _series(name: str) -> Series:
    from newsletter.models import Series
    from veille.exceptions import NotFound

    found = Series.objects.filter(pk=name).first()
    if found is None:
        known = ", ".join(Series.objects.values_list("pk", flat=True)) or "aucune"
        raise NotFound(f"Aucune lettre « {name} ». Connues : {known}.")
    return found


def _counts(**told: int) -> dict[str, object]:
    return {"added": 0, "already": 0, "suppressed": 0, "refused": [], **told}


def add(args: argparse.Namespace) -> int:
    """One reader."""
    from django.utils import timezone

    from newsletter import subscribing

    outcome = subscribing.add(
        args.address, _series(args.letter), proof=args.proof, actor=person(args),
        now=timezone.now(), origin="cli", name=args.name,
    )  # fmt: skip
    words = "Abonné·e." if outcome == "added" else "Déjà abonné·e."
    emit(args, _counts(**{outcome: 1}), [words])
    return 0


def import_file(args: argparse.Namespace) -> int:
    """Many, line by line."""
    from pathlib import Path

    from django.utils import timezone

    from newsletter import subscribing
    from veille.exceptions import BadInput
    from veille.french import count

    try:
        data = Path(args.file).read_bytes()
    except OSError as error:
        raise BadInput(f"{args.file} ne peut pas être lu ({error.strerror}).") from error
    report = subscribing.import_csv(
        data, _series(args.letter), proof=args.proof, actor=person(args), now=timezone.now()
    )
    refused = [{"line": line, "reason": reason} for line, reason in report.refused]
    told = _counts(added=report.added, already=report.already, suppressed=report.suppressed)
    lines = [f"ligne {one['line']} : {one['reason']}" for one in refused]
    lines.append(
        f"{count(report.added, 'ajouté')}, {report.already} déjà là, "
        f"{count(report.suppressed, 'écarté')}, "
        f"{count(len(refused), 'ligne refusée', 'lignes refusées')}"
    )
    emit(args, told | {"refused": refused}, lines)
    return 0


def export(args: argparse.Namespace) -> int:
    """CSV on stdout; with --json, one document with a list of rows."""
    import csv
    import io
    import sys

    from newsletter import subscribing

    series = _series(args.letter) if args.letter else None
    lines = subscribing.export_csv(actor=person(args), series=series)
    if args.json:
        text = io.StringIO("".join(lines).lstrip("\ufeff"), newline="")
        emit(args, list(csv.DictReader(text, delimiter=";")), [])
        return 0
    for line in lines:
        sys.stdout.write(line)
    return 0


def erase(args: argparse.Namespace) -> int:
    """Forgets a reader."""
    from django.utils import timezone

    from newsletter import subscribing
    from veille.french import count

    ended = subscribing.erase(args.address, actor=person(args), now=timezone.now())
    emit(
        args, {"erased": True, "subscriptions": ended}, [f"Effacé ({count(ended, 'abonnement')})."]
    )
    return 0
