"""What follows from events: suppressions, departures, doubts settled. Functions of the set of
events, never of their order.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef

from newsletter import subscribing
from newsletter.models import ConsentEvent, Delivery, Event, Mailing, Suppression

# Thresholds: a wrong address or a complaint at once; a mailbox that takes nothing (full, closed by
# a policy) once three different issues within six months could not be delivered.
SOFT_MOST = 3
SOFT_WINDOW = timedelta(days=180)
CHUNK = 400
WHY = {
    "complaint": "s’est plaint·e d’un envoi à sa messagerie",
    "bounce": "adresse en erreur",
}


def apply(events: Iterable[Event], now: datetime) -> int:
    """Inside the caller's transaction; gives the number of addresses newly suppressed."""
    acting = [event for event in events if event.delivery_id]
    wanted = {e.digest: ("bounce", e.reason) for e in acting if e.kind == "hard"}
    soft = {e.digest for e in acting if e.kind == "soft"}
    for digest in _too_often(soft, now):
        words = f"{SOFT_MOST} numéros de suite n’ont pas pu être remis"
        wanted.setdefault(digest, ("bounce", words))
    wanted |= {e.digest: ("complaint", e.reason) for e in acting if e.kind == "complaint"}
    leaving: dict[int, datetime] = {}
    for event in acting:
        number = event.delivery.subscription_id if event.delivery else None
        if event.kind == "unsubscribed" and number:
            leaving[number] = max(event.at, leaving.get(number, event.at))
    if leaving:
        subscribing.unsubscribe_many(leaving, proof="désabonnement reçu par le prestataire")
    return _suppress(wanted, now)


def _too_often(digests: set[str], now: datetime) -> list[str]:
    """Those whose last messages did not arrive, three different issues within six months."""
    found: list[str] = []
    ordered = sorted(digests)
    for start in range(0, len(ordered), CHUNK):
        rows = Event.objects.filter(
            digest__in=ordered[start : start + CHUNK], kind="soft", delivery__isnull=False,
            at__gte=now - SOFT_WINDOW,
        ).order_by()  # fmt: skip
        counted = rows.values("digest").annotate(n=Count("delivery__issue", distinct=True))
        found += counted.filter(n__gte=SOFT_MOST).values_list("digest", flat=True)
    return found


def _suppress(wanted: dict[str, tuple[str, str]], now: datetime) -> int:
    """Everywhere, by digest. A complaint takes the place of an error; nothing else is replaced."""
    digests = sorted(wanted)
    known: dict[str, str] = {}
    for start in range(0, len(digests), CHUNK):
        chunk = digests[start : start + CHUNK]
        rows = Suppression.objects.filter(series=None, digest__in=chunk)
        known |= dict(rows.values_list("digest", "reason"))
        graver = [d for d in chunk if wanted[d][0] == "complaint" and known.get(d) == "bounce"]
        rows.filter(digest__in=graver).update(reason="complaint", at=now)
    new = [digest for digest in digests if digest not in known]
    Suppression.objects.bulk_create(
        (Suppression(digest=d, series=None, reason=wanted[d][0], at=now) for d in new),
        ignore_conflicts=True,
    )
    ConsentEvent.objects.bulk_create(
        ConsentEvent(
            digest=d, verb="suppressed", at=now,
            proof=" : ".join(dict.fromkeys(filter(None, (WHY[wanted[d][0]], wanted[d][1])))),
        )
        for d in new
    )  # fmt: skip
    return len(new)


def settle_doubts(now: datetime) -> int:
    """A message in doubt that something happened to was accepted; gives how many were so."""
    recent = Mailing.objects.filter(started_at__gte=now - SOFT_WINDOW).values_list("pk", flat=True)
    doubtful = Delivery.objects.filter(mailing__in=list(recent), state="in_doubt")
    proven = doubtful.filter(Exists(Event.objects.filter(delivery=OuterRef("pk"))))
    return proven.update(
        state="accepted", worker="", reply="attesté par la suite de l’envoi", updated=now
    )
