"""Read side of sources: what the list, the page of one source and the command line say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate

from veille import french
from veille.collecting import courtesy
from veille.models import Item, Source

DAYS = 14  # of the small chart


@dataclass(slots=True)
class Row:
    """One source as a sentence."""

    source: Source
    next_check: datetime | None
    why: str
    every: str
    items: int = 0
    kept: int = 0
    per_day: tuple[int, ...] = ()

    @property
    def share(self) -> int:
        """Kept items in percent of all."""
        return round(100 * self.kept / self.items) if self.items else 0

    @property
    def broken(self) -> bool:
        """Does somebody have to look at it?"""
        return needs_repair(self.source)


@dataclass(frozen=True, slots=True)
class Filter:
    """What the list shows; every field is a word of the address."""

    state: str = ""
    query: str = ""
    category: str = ""
    states: tuple[str, ...] = field(default=("active", "manual", "suspended", "refused"))


def needs_repair(source: Source) -> bool:
    """In error, and not set aside by the team."""
    return bool(source.error_code) and source.state not in {"manual", "removed"}


def to_repair() -> QuerySet[Source]:
    """The sources of the box «À réparer», the most important first."""
    silent = Source.objects.exclude(error_code="").exclude(state__in=["manual", "removed"])
    return silent.order_by("priority", "error_since", "name")


def matching(filter: Filter) -> QuerySet[Source]:
    """The sources a person asked to see, by name."""
    rows = Source.objects.order_by("name", "pk")
    if filter.state == "repair":
        rows = to_repair()
    elif filter.state:
        rows = rows.filter(state=filter.state)
    else:
        rows = rows.exclude(state="removed")
    if filter.category:
        rows = rows.filter(category=filter.category)
    for word in filter.query.split():
        rows = rows.filter(Q(name__icontains=word) | Q(url__icontains=word))
    return rows


def categories() -> list[str]:
    """Categories in use, in alphabetical order."""
    rows = Source.objects.exclude(category="").exclude(state="removed")
    return list(rows.order_by("category").values_list("category", flat=True).distinct())


def rows(sources: Sequence[Source], now: datetime, *, figures: bool = True) -> list[Row]:
    """The sentences of these sources, in a constant number of queries."""
    holds = courtesy.held(now)
    made = [_row(source, holds, now) for source in sources]
    if figures:
        _add_figures(made, now)
    return made


def _row(source: Source, holds: dict[str, tuple[datetime, str]], now: datetime) -> Row:
    if source.state not in Source.POLLED:
        return Row(source, None, source.why, "")
    until, reason = holds.get(courtesy.host_of(source.url), (None, ""))
    if until is not None and until > source.next_check:
        return Row(source, until, reason, interval(source))
    return Row(source, source.next_check, source.why, interval(source))


def interval(source: Source) -> str:
    """«toutes les 60 min», «toutes les 6 h», «tous les 3 jours»; empty before the first reading.

    The distance between the last reading and the next, rounded down by its jitter (10 % at most).
    """
    if source.checked_at is None or source.next_check <= source.checked_at:
        return ""
    minutes = (source.next_check - source.checked_at).total_seconds() / 60
    if minutes < 115:
        return f"toutes les {max(5, round(minutes / 10) * 10)}{french.NBSP}min"
    hours = round(minutes / 60)
    if hours < 48:
        return "chaque jour" if hours in {24, 25, 26} else f"toutes les {hours}{french.NBSP}h"
    return f"tous les {hours // 24}{french.NBSP}jours"


def when(moment: datetime, now: datetime) -> str:
    """«à 10 h 40», «demain à 6 h 10», «vendredi à 6 h 10», «le 3 déc.»; Paris days."""
    if moment <= now:
        return "dès que possible"
    there, here = moment.astimezone(french.PARIS), now.astimezone(french.PARIS)
    days = (there.date() - here.date()).days
    if days > 6:
        return f"le {french.short_date(there)}"
    day = "" if days == 0 else "demain " if days == 1 else f"{french.DAYS[there.weekday()]} "
    return f"{day}à {french.clock(there)}"


def sentence(row: Row, now: datetime) -> str:
    """«relevé toutes les 60 min, prochain à 10 h 40 (le site demande 1 h)»."""
    if row.next_check is None:
        return row.why
    words = f"relevé {row.every}, prochain {when(row.next_check, now)}" if row.every else (
        f"premier relevé {when(row.next_check, now)}"
    )  # fmt: skip
    return f"{words} ({row.why})" if row.why else words


def _add_figures(made: list[Row], now: datetime) -> None:
    ids = [row.source.pk for row in made]
    kept = Count("pk", filter=Q(state="kept"))
    totals = {
        line["source"]: line
        for line in Item.objects.filter(source__in=ids)
        .values("source")
        .annotate(n=Count("pk"), kept=kept)
        .order_by()
    }
    days = per_day(ids, now, DAYS)
    for row in made:
        line = totals.get(row.source.pk, {"n": 0, "kept": 0})
        row.items, row.kept = line["n"], line["kept"]
        row.per_day = tuple(count for _day, count in days[row.source.pk])


def per_day(ids: Iterable[int], now: datetime, days: int) -> dict[int, list[tuple[date, int]]]:
    """Items collected per day (Paris) over the last `days`, oldest first, zero days included."""
    wanted = list(ids)
    today = french.local(now)
    last = today.date() if isinstance(today, datetime) else today
    span = [last - timedelta(days=back) for back in reversed(range(days))]
    lines = (
        Item.objects.filter(source__in=wanted, collected__gte=now - timedelta(days=days))
        .annotate(day=TruncDate("collected", tzinfo=french.PARIS))
        .values_list("source", "day")
        .annotate(n=Count("pk"))
        .order_by()
    )
    counts = {(source, day): n for source, day, n in lines}
    return {pk: [(day, counts.get((pk, day), 0)) for day in span] for pk in wanted}


def shown(row: Row) -> dict[str, Any]:
    """The JSON of the command line (cli.md). Times are ISO 8601 with their offset."""
    source = row.source
    return {
        "id": source.pk,
        "name": source.name,
        "url": source.url,
        "kind": source.kind,
        "state": source.state,
        "next_check": row.next_check.isoformat() if row.next_check else None,
        "why": row.why,
        "last_error": source.error_message,
        "error_code": source.error_code,
        "checked_at": source.checked_at.isoformat() if source.checked_at else None,
        "category": source.category,
        "confirmed": source.confirmed,
        "note": source.note,
    }


def line(row: Row, now: datetime) -> str:
    """One source as two lines of a terminal."""
    source = row.source
    words = [f"n° {source.pk}", source.name, f"({source.get_state_display()})"]
    when = f"prochain relevé {french.ago(row.next_check, now)}" if row.next_check else ""
    text = " · ".join(part for part in (source.url, when, row.why) if part)
    error = f"\n    ! {source.error_message}" if source.error_message else ""
    return f"{' '.join(words)}\n    {text}{error}"
