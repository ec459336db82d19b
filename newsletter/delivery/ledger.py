"""The lines of the ledger: written before any send, moved only by conditional updates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from newsletter.delivery.messages import message_id
from newsletter.delivery.workers import is_dead, rebooted
from newsletter.models import Delivery, Mailing, Subscription, Suppression
from newsletter.models.subscriber import address_digest
from newsletter.points import pass_point
from newsletter.providers import Answer

BATCH = 50
LEASE = timedelta(seconds=60)
# Longer than a relay may take to answer the final dot (600 s) after connecting and RCPT.
HANDED_LEASE = timedelta(minutes=15)
BACK_OFF = tuple(timedelta(minutes=m) for m in (5, 15, 60, 240, 720))  # then refused
CHUNK = 500  # below SQLite's limit of variables
WORK_LEFT = Q(state__in=("planned", "claimed", "handed")) | Q(state="deferred")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one line. `handed`: had the content begun to leave?"""

    line: Delivery
    answer: Answer
    handed: bool


def freeze(mailing: Mailing, now: datetime) -> int:
    """Writes the audience, one line each, inside the caller's transaction; gives its size.

    Those never to be written to are lines too, suppressed from the start, so that counts add up.
    """
    readers = (
        Subscription.objects.filter(series=mailing.issue.series_id, state="active")
        .order_by("pk")
        .values_list("pk", "subscriber_id", "subscriber__address")
    )
    size, chunk = 0, []
    for reader in readers.iterator(chunk_size=CHUNK):
        chunk.append(reader)
        if len(chunk) == CHUNK:
            size += _write(mailing, chunk, now)
            chunk = []
    return size + _write(mailing, chunk, now)


def _write(mailing: Mailing, readers: list[tuple[int, int, str]], now: datetime) -> int:
    banned = suppressed(mailing.issue.series_id, (address for _, _, address in readers))
    Delivery.objects.bulk_create(
        Delivery(
            mailing=mailing,
            issue_id=mailing.issue_id,
            subscriber_id=subscriber,
            subscription_id=subscription,
            address=address,
            message_id=message_id(mailing, address),
            state="suppressed" if address in banned else "planned",
            reply=banned.get(address, ""),
            updated=now,
        )
        for subscription, subscriber, address in readers
    )
    pass_point("in-freeze")
    return len(readers)


def suppressed(series: str, addresses: Iterable[str]) -> dict[str, str]:
    """Which of `addresses` must not be written to (for this letter or any), and why."""
    by_digest = {address_digest(address): address for address in addresses}
    rows = Suppression.objects.filter(
        Q(series=series) | Q(series=None), digest__in=list(by_digest)
    ).values_list("digest", "reason")
    return {by_digest[digest]: reason for digest, reason in rows}


def recover(clock: datetime) -> None:
    """Takes back the lines of the dead: claimed ones were not sent, handed ones are in doubt.

    When the machine itself went down, the last commits may not have reached the disk: what looks
    claimed may have been handed, so the whole claim (BATCH lines at most) is in doubt.
    """
    held = Delivery.objects.filter(
        _mailing_is("sending", "paused", "cancelled"), state__in=("claimed", "handed")
    )
    workers = list(held.order_by().values_list("worker", flat=True).distinct())
    dead = [worker for worker in workers if is_dead(worker)]
    lost = held.filter(Q(worker__in=dead) | Q(lease_until__lt=clock))
    cut = lost.filter(state="claimed", worker__in=[w for w in workers if rebooted(w)])
    _doubt(cut, "la machine s’est arrêtée pendant l’envoi", clock)
    lost.filter(state="claimed").update(state="planned", worker="", lease_until=None)
    _doubt(lost.filter(state="handed"), "le service s’est arrêté pendant la remise", clock)


def _doubt(lines: QuerySet[Delivery], why: str, clock: datetime) -> None:
    lines.update(
        state="in_doubt", lease_until=None, attempts=F("attempts") + 1, reply=why, updated=clock
    )


def unwanted(mailing: Mailing, lines: list[Delivery]) -> dict[int, str]:
    """Which of `lines` must not leave any more (key → why): left, erased or suppressed since."""
    banned = suppressed(mailing.issue.series_id, (line.address for line in lines))
    keys = [line.subscription_id for line in lines if line.subscription_id]
    active = set(
        Subscription.objects.filter(pk__in=keys, state="active").values_list("pk", flat=True)
    )
    return {
        line.pk: banned.get(line.address, "unsubscribed")
        for line in lines
        if line.address in banned or line.subscription_id not in active
    }


@transaction.atomic
def claim(mailing: Mailing, worker: str, clock: datetime) -> list[Delivery]:
    """Up to BATCH lines for `worker`, with a lease. Whoever left or was suppressed since the
    freeze is put aside here, so that an unsubscription during the sending counts.
    """
    due = Q(state="planned") | Q(state="deferred", next_try__lte=clock)
    rows = Delivery.objects.filter(due, mailing=mailing, mailing__state="sending").order_by("pk")
    lines = list(rows.select_for_update(skip_locked=True, of=("self",))[:BATCH])
    if not lines:
        return []
    for line in lines:
        line.mailing = mailing
    out = unwanted(mailing, lines)
    for pk, why in out.items():
        Delivery.objects.filter(pk=pk).update(state="suppressed", reply=why, updated=clock)
    mine = [line for line in lines if line.pk not in out]
    Delivery.objects.filter(pk__in=[line.pk for line in mine]).update(
        state="claimed", worker=worker, lease_until=clock + LEASE, next_try=None, updated=clock
    )
    return mine if mine or not out else claim(mailing, worker, clock)


def _mailing_is(*states: str) -> Exists:
    """The line's mailing is in one of `states`, as a condition of an UPDATE.

    Not `mailing__state`: Django turns a joined UPDATE into «id IN (SELECT …)», and PostgreSQL,
    after waiting for another's row lock, asks the outer conditions anew but not those inside: a
    line cancelled meanwhile would be overwritten (READ COMMITTED, PostgreSQL manual 13.2.1).
    """
    return Exists(Mailing.objects.filter(pk=OuterRef("mailing"), state__in=states))


def _lines(line: Delivery) -> QuerySet[Delivery]:
    return Delivery.objects.filter(pk=line.pk)


def hand_over(line: Delivery, worker: str, clock: datetime) -> bool:
    """«Handed» for a line still ours, of a mailing nobody paused. False: it must not leave.

    Who left or was erased since the claim is put aside here: a slow relay makes that minutes.
    """
    changed = _lines(line).filter(_mailing_is("sending"), state="claimed", worker=worker)
    for why in unwanted(line.mailing, [line]).values():
        changed.update(state="suppressed", reply=why, lease_until=None, updated=clock)
        return False
    return bool(changed.update(state="handed", lease_until=clock + HANDED_LEASE, updated=clock))


def renew(mailing: Mailing, worker: str, clock: datetime) -> None:
    """Prolongs the lease of what `worker` has claimed."""
    held = Delivery.objects.filter(mailing=mailing, state="claimed", worker=worker)
    held.update(lease_until=clock + LEASE)


def release(mailing: Mailing, worker: str) -> None:
    """Gives back what was claimed and not offered."""
    held = Delivery.objects.filter(mailing=mailing, state="claimed", worker=worker)
    held.update(state="planned", worker="", lease_until=None)


def write(outcome: Outcome, worker: str, clock: datetime) -> str:
    """Records what became of a line, if it is still ours; gives the state written.

    A line put in doubt meanwhile (we were thought dead) is settled by the true answer, unless a
    person has decided already.
    """
    state, next_try = settled(outcome, clock)
    fields: dict[str, Any] = {
        "state": state,
        "next_try": next_try,
        "code": outcome.answer.code or None,
        "reply": outcome.answer.reply[:300],
        "attempts": F("attempts") + 1,
        "lease_until": None,
        "updated": clock,
    }
    held = _lines(outcome.line).filter(worker=worker, state__in=("claimed", "handed", "in_doubt"))
    held.update(**fields)
    return state


def settled(outcome: Outcome, clock: datetime) -> tuple[str, datetime | None]:
    """The state of a line after an answer, and when to try again."""
    answer, tries = outcome.answer, outcome.line.attempts
    if answer.state == "deferred":
        if tries >= len(BACK_OFF):
            return "refused", None
        return "deferred", clock + BACK_OFF[tries]
    if answer.state == "broken":
        # The relay refused the content itself. Once, the relay is suspected and the line waits
        # for the person who resumes; twice, it is this recipient.
        return ("refused" if outcome.handed and tries else "planned"), None
    return answer.state, None
