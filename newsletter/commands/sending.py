"""`vigie letters schedule | send | pause | resume | cancel | test | retry | status`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from newsletter.commands.workflow import as_person, person
from veille.commands.output import Sub, command, emit, note

if TYPE_CHECKING:
    from newsletter.models import Issue


def register_into(letters: Sub) -> None:
    """Adds the commands to the group `letters`."""

    def issue_command(
        name: str, run: object, help_text: str, more: str = ""
    ) -> argparse.ArgumentParser:
        example = f"vigie letters {name} 3{more}"
        made = command(letters, name, run, help_text, example)  # type: ignore[arg-type]
        made.add_argument("issue", type=int, metavar="NUMÉRO")
        return made

    made = issue_command(
        "schedule", schedule, "programme l’envoi (heure de Paris)", ' --at "2026-12-01 09:00"'
    )
    made.add_argument("--at", required=True, metavar="DATE")
    as_person(made, required=False)
    made = issue_command("send", send, "envoie maintenant")
    made.add_argument(
        "--no-wait", action="store_true", help="laisse le service en marche faire l’envoi"
    )
    as_person(made, required=False)
    for name, run, help_text in (
        ("pause", pause, "met l’envoi en pause"),
        ("resume", resume, "reprend l’envoi, ou confirme un envoi en retard"),
        ("cancel", cancel, "annule l’envoi"),
    ):
        as_person(issue_command(name, run, help_text), required=False)
    made = issue_command("test", test, "envoie un essai", " --to bruno@centre.fr")
    made.add_argument("--to", required=True, metavar="ADRESSE")
    as_person(made, required=False)
    made = issue_command(
        "retry", retry, "renvoie aux incertains ou aux différés", " --in-doubt --as bruno@centre.fr"
    )
    which = made.add_mutually_exclusive_group(required=True)
    for flag in ("in-doubt", "deferred"):
        value = flag.replace("-", "_")
        which.add_argument(f"--{flag}", dest="which", action="store_const", const=value)
    as_person(made, required=True)
    issue_command("status", status, "où en est l’envoi", " --json")


def _issue(args: argparse.Namespace) -> Issue:
    from newsletter.models import Issue
    from veille.exceptions import NotFound

    issue = Issue.objects.select_related("series").filter(pk=args.issue).first()
    if issue is None:
        raise NotFound(f"Aucun numéro {args.issue} : « vigie letters list » montre les lettres.")
    return issue


def _tell(args: argparse.Namespace, issue: Issue) -> int:
    from newsletter import reporting

    told = reporting.status(issue)
    lines = [f"{issue} : {told['state']}", *([told["reason"]] if told["reason"] else [])]
    lines += [f"  {word} : {told[name]}" for name, word in reporting.WORDS.items() if told[name]]
    emit(args, told, [*lines, f"  en tout : {told['audience']}"])
    return 0


def schedule(args: argparse.Namespace) -> int:
    """Fixes the time of sending."""
    from datetime import datetime

    from django.utils import timezone

    from newsletter import delivery
    from veille.exceptions import BadInput
    from veille.french import PARIS

    try:
        at = datetime.fromisoformat(args.at)
    except ValueError as error:
        raise BadInput(f"« {args.at} » : écrivez 2026-12-01 09:00.", where="--at") from error
    at = at if at.tzinfo else at.replace(tzinfo=PARIS)
    issue = _issue(args)
    delivery.schedule(issue, at, person(args), timezone.now())
    return _tell(args, issue)


def send(args: argparse.Namespace) -> int:
    """Sends now, in this process (a running service helps); 1 when it had to pause."""
    from django.utils import timezone

    from newsletter import delivery

    issue = _issue(args)
    delivery.send_now(issue, person(args), timezone.now())
    if args.no_wait:
        return _tell(args, issue)
    report = delivery.deliver_due(timezone.now(), only=issue)
    note(str(report))
    _tell(args, issue)
    return 1 if report.paused or report.waiting else 0


def pause(args: argparse.Namespace) -> int:
    """No further message leaves."""
    from newsletter import delivery

    issue = _issue(args)
    delivery.pause(issue, person(args))
    return _tell(args, issue)


def resume(args: argparse.Namespace) -> int:
    """The service goes on at its next run."""
    from django.utils import timezone

    from newsletter import delivery

    issue = _issue(args)
    delivery.resume(issue, person(args), timezone.now())
    return _tell(args, issue)


def cancel(args: argparse.Namespace) -> int:
    """Who got nothing gets nothing."""
    from django.utils import timezone

    from newsletter import delivery

    issue = _issue(args)
    delivery.cancel(issue, person(args), timezone.now())
    return _tell(args, issue)


def test(args: argparse.Namespace) -> int:
    """One marked copy."""
    from django.utils import timezone

    from newsletter import composing, delivery

    issue, now = _issue(args), timezone.now()
    letter = composing.letter(issue, now)
    delivery.send_test(issue, args.to, person(args), letter, now)
    emit(args, {"issue": issue.pk, "to": args.to, "sha256": letter.sha256}, ["Essai envoyé."])
    return 0


def retry(args: argparse.Namespace) -> int:
    """A person decides to send again."""
    from django.utils import timezone

    from newsletter import delivery

    issue = _issue(args)
    delivery.retry(issue, person(args), args.which, timezone.now())
    return _tell(args, issue)


def status(args: argparse.Namespace) -> int:
    """Where it stands."""
    return _tell(args, _issue(args))
