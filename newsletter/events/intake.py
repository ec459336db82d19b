"""Keeping what comes in, at once and as it is; reading it afterwards, in batches."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.db import transaction

from newsletter.addresses import masked
from newsletter.events import reports
from newsletter.events.effects import apply, settle_doubts
from newsletter.events.matching import match
from newsletter.events.payloads import READERS as POSTED
from newsletter.events.vocabulary import MOST_RAW, Happening, enhanced
from newsletter.models import Arrival, Delivery, Event
from newsletter.models.subscriber import address_digest
from newsletter.reporting import reason
from veille.exceptions import BadInput
from veille.french import count

log = logging.getLogger(__name__)
MOST_ARRIVALS = 1000  # in one transaction
MOST_BYTES = 8 * 1024 * 1024
CHUNK = 400
KEEP_ARRIVALS = timedelta(days=60)
KEEP_RAW = timedelta(days=90)

READERS = {**POSTED, "mailbox": reports.read}
Reader = Callable[[bytes, datetime], Sequence[Happening]]


class Stop(Protocol):
    """What `threading.Event` offers and we need."""

    def is_set(self) -> bool: ...


@dataclass
class Report:
    """What one run did."""

    read: int = 0
    unreadable: int = 0
    events: int = 0
    unknown: int = 0  # of no message we sent
    suppressed: int = 0
    settled: int = 0

    def __str__(self) -> str:
        """«3 avis lus : 2 événements, dont 1 sans message connu ; 1 adresse écartée»."""
        parts = [count(self.events, "événement")]
        if self.unknown:
            parts.append(f"{self.unknown} sans message connu")
        if self.suppressed:
            parts.append(count(self.suppressed, "adresse écartée", "adresses écartées"))
        if self.settled:
            parts.append(count(self.settled, "incertain attesté", "incertains attestés"))
        if self.unreadable:
            parts.append(count(self.unreadable, "avis illisible", "avis illisibles"))
        return f"{count(self.read + self.unreadable, 'avis', 'avis')} : {', '.join(parts)}"


def keep(provider: str, body: bytes, now: datetime) -> bool:
    """Stores a notice to be read later; False when the same bytes are known already."""
    digest = hashlib.sha256(body).hexdigest()
    if Arrival.objects.filter(provider=provider, digest=digest).exists():
        return False
    Arrival.objects.bulk_create(
        [Arrival(provider=provider, digest=digest, body=body, size=len(body), received=now)],
        ignore_conflicts=True,
    )
    return True


def process(now: datetime, *, stop: Stop | None = None) -> Report:
    """Reads what waits. Each batch is one transaction: read, matched, applied, or none of it."""
    report = Report()
    while stop is None or not stop.is_set():
        with transaction.atomic():
            if not _batch(report, now):
                break
    report.settled = settle_doubts(now)
    return report


def _batch(report: Report, now: datetime) -> bool:
    waiting = Arrival.objects.filter(state="waiting").order_by("pk")
    sizes = waiting.values_list("pk", "size")[:MOST_ARRIVALS]
    chosen: list[int] = []
    total = 0
    for pk, size in sizes:
        if chosen and total + size > MOST_BYTES:
            break
        chosen.append(pk)
        total += size
    if not chosen:
        return False
    rows = waiting.filter(pk__lte=chosen[-1]).select_for_update(skip_locked=True, of=("self",))
    by_provider: dict[str, list[Happening]] = {}
    done: list[int] = []
    for arrival in rows:
        try:
            happenings = READERS[arrival.provider](bytes(arrival.body), now)
        except Exception as error:
            # Whatever one notice does to its reader, the others behind it are read.
            why = str(error) if isinstance(error, BadInput) else f"erreur de lecture ({error!r})"
            if not isinstance(error, BadInput):
                log.exception("a notice of %s could not be read", arrival.provider)
            Arrival.objects.filter(pk=arrival.pk).update(state="unreadable", why=why[:300])
            report.unreadable += 1
            continue
        by_provider.setdefault(arrival.provider, []).extend(happenings)
        done.append(arrival.pk)
    for provider, happenings in by_provider.items():
        _take(provider, happenings, report, now)
    for start in range(0, len(done), CHUNK):
        # Its events hold what is needed; the rest (openings, other people's addresses) goes.
        Arrival.objects.filter(pk__in=done[start : start + CHUNK]).update(state="read", body=b"")
    report.read += len(done)
    return True


def _take(provider: str, happenings: Sequence[Happening], report: Report, now: datetime) -> None:
    """Writes the events not known yet, and what follows from them."""
    by_key = {one.key: one for one in happenings}
    keys = sorted(by_key)
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        known = Event.objects.filter(provider=provider, key__in=chunk)
        for key in known.values_list("key", flat=True):
            del by_key[key]
    new = list(by_key.values())
    lines = match(provider, new)
    events = [_event(provider, one, lines, now) for one in new]
    Event.objects.bulk_create(events, batch_size=CHUNK)
    report.events += len(events)
    report.unknown += sum(event.delivery_id is None for event in events)
    report.suppressed += apply(events, now)


def _event(provider: str, one: Happening, lines: Mapping[str, Delivery], now: datetime) -> Event:
    line = lines.get(one.key)
    return Event(
        provider=provider, key=one.key, kind=one.kind, delivery=line, at=min(one.at, now),
        digest=_digest(line.address) if line else "", reason=_reason(one), raw=one.raw[:MOST_RAW],
        received=now,
    )  # fmt: skip


def _digest(address: str) -> str:
    erased = address.startswith("sha256:")
    return address.removeprefix("sha256:") if erased else address_digest(address)


def _reason(one: Happening) -> str:
    """Why, in French where the code is known; never with an address."""
    if one.kind not in {"hard", "soft", "deferred", "complaint"}:
        return ""
    said = re.sub(r"[^\s<>]+@[^\s<>]+", lambda found: masked(found[0]), one.said).strip()
    status = enhanced(said)
    code = one.code or (int(f"{status[0]}50") if status else 0)
    return (reason(code, said) if code else said)[:300]


def tidy(now: datetime) -> int:
    """Forgets notices after KEEP_ARRIVALS and what providers wrote after KEEP_RAW: by then no
    message can be acted on any more. The events themselves stay. Gives the number of notices.
    """
    old = Arrival.objects.exclude(state="waiting").filter(received__lt=now - KEEP_ARRIVALS)
    gone, _ = old.delete()
    Event.objects.filter(received__lt=now - KEEP_RAW).exclude(raw="").update(raw="")
    return gone
