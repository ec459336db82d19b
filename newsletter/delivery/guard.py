"""Notices that the database is older than what was sent, and stops everything (P5)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from newsletter.delivery import witness
from newsletter.models import Delivery, Mailing
from veille.french import count
from veille.staff.audit import record

HANDED = {"handed", "accepted", "refused", "in_doubt"}
OLDER = "Cette base est plus ancienne que ce qui a été envoyé (copie restaurée ?). "
RUNNING = OLDER + (
    "Ceux qui ont peut-être reçu la lettre sont incertains : vérifiez, puis reprenez ou annulez."
)
SCHEDULED = OLDER + (
    "Cet envoi a peut-être déjà eu lieu : vérifiez avant de confirmer, ou annulez."
)


def look(now: datetime) -> list[str]:
    """Pauses every sending when a witness knows of a line that the database has not handed.

    Gives the reasons, one a mailing. What may have left is in doubt; each witness speaks once.
    """
    found = witness.all_marks()
    older = {key: marks for key, marks in found.items() if key in _unknown(found)}
    if not older:
        return []
    with transaction.atomic():
        reasons = _stop(older, now)
    for key in older:
        witness.set_aside(key)
    return reasons


def _unknown(found: dict[str, list[witness.Mark]]) -> set[str]:
    """The mailings of which the database knows less than their witness."""
    wanted = [mark.line for marks in found.values() for mark in marks]
    rows = Delivery.objects.filter(pk__in=wanted).values_list(
        "pk", "mailing__key", "attempts", "state"
    )
    known = {(pk, key.hex): (attempts, state) for pk, key, attempts, state in rows}
    return {
        key
        for key, marks in found.items()
        if any(not _is_known(known.get((mark.line, key)), mark) for mark in marks)
    }


def _is_known(line: tuple[int, str] | None, mark: witness.Mark) -> bool:
    if line is None:
        return False
    attempts, state = line
    return attempts > mark.attempts or (attempts == mark.attempts and state in HANDED)


def _stop(older: dict[str, list[witness.Mark]], now: datetime) -> list[str]:
    doubtful = 0
    for key, marks in older.items():
        lines = Delivery.objects.filter(
            mailing__in=Mailing.objects.filter(key=UUID(key)),  # no join: see ledger._mailing_is
            pk__lte=max(mark.highest for mark in marks),
            state__in=("planned", "claimed", "deferred"),
        )
        doubtful += lines.update(
            state="in_doubt", lease_until=None, next_try=None, updated=now,
            reply="la base est plus ancienne que l’envoi",
        )  # fmt: skip
    reasons = []
    for mailing in Mailing.objects.filter(state__in=("sending", "paused", "scheduled", "waiting")):
        begun = mailing.started_at is not None
        Mailing.objects.filter(pk=mailing.pk).update(
            state="paused" if begun else "waiting", reason=RUNNING if begun else SCHEDULED
        )
        reasons.append(RUNNING if begun else SCHEDULED)
    words = count(doubtful, "destinataire incertain", "destinataires incertains")
    record(None, "noticed an older database", words, mailings=len(reasons), lines=doubtful)
    return reasons
