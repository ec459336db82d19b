"""Events for people: what a reader's page and an issue's report say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from newsletter.addresses import masked
from newsletter.models import Arrival, Event, Issue, Suppression
from newsletter.models.subscriber import address_digest
from newsletter.reporting import ERASED, SUPPRESSED

WORDS = dict(Event.KINDS)
SHOWN = ("hard", "soft", "complaint", "unsubscribed")


@dataclass(frozen=True, slots=True)
class Told:
    """One event, in words."""

    kind: str
    word: str
    why: str
    at: datetime
    issue: str
    address: str
    masked: str  # for who may not see the readers


@dataclass(frozen=True, slots=True)
class ReaderStory:
    """`suppressed`: why nothing is sent to this reader any more, or empty."""

    suppressed: str
    since: datetime | None
    events: list[Told]


@dataclass(frozen=True, slots=True)
class IssueStory:
    """How many messages each thing happened to, and to whom what needs attention happened."""

    counts: list[tuple[str, int]]  # (word, messages), in the order of the vocabulary
    events: list[Told]


def of_reader(address: str, most: int = 30) -> ReaderStory:
    """What their mail service says of this address, latest first."""
    digest = address_digest(address)
    held = Suppression.objects.filter(digest=digest, series=None).first()
    rows = Event.objects.filter(digest=digest).order_by("-at", "-pk")[:most]
    told = rows.select_related("delivery__issue__series")
    why = SUPPRESSED.get(held.reason, held.reason) if held else ""
    return ReaderStory(why, held.at if held else None, [_told(row) for row in told])


def of_issue(issue: Issue, most: int = 200) -> IssueStory:
    """What happened to the messages of `issue` once the relay had taken them."""
    rows = Event.objects.filter(delivery__issue=issue).order_by()
    counted = dict(rows.values_list("kind").annotate(Count("delivery", distinct=True)))
    shown = rows.filter(kind__in=SHOWN).select_related("delivery").order_by("kind", "pk")
    counts = [(WORDS[kind], counted[kind]) for kind in WORDS if kind in counted]
    return IssueStory(counts, [_told(row, name=str(issue)) for row in shown[:most]])


def standing(most: int = 20) -> dict[str, Any]:
    """How many notices in each state and events of each kind; why the unreadable ones are."""
    arrivals = Arrival.objects.order_by().values_list("state").annotate(Count("pk"))
    kinds = Event.objects.order_by().values_list("kind").annotate(Count("pk"))
    bad = Arrival.objects.filter(state="unreadable").order_by("-pk")[:most]
    return {
        **dict.fromkeys(("waiting", "read", "unreadable"), 0),
        **dict(arrivals),
        **dict.fromkeys(WORDS, 0),
        **dict(kinds),
        "unknown": Event.objects.filter(delivery=None).count(),
        "unreadable_why": [f"{one.provider} : {one.why}" for one in bad],
    }


def _told(row: Event, name: str = "") -> Told:
    line = row.delivery
    address = line.address if line and "@" in line.address else ""
    return Told(
        kind=row.kind,
        word=WORDS[row.kind],
        why=row.reason,
        at=row.at,
        issue=name or (str(line.issue) if line else ""),
        address=address or ERASED,
        masked=masked(address) if address else ERASED,
    )
