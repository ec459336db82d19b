"""What *Aujourd'hui* shows: items by day, the likely ones first. Constant queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby

from django.core.paginator import Page, Paginator
from django.db.models import Count, Prefetch, Q, QuerySet

from veille.french import PARIS
from veille.models import Item, Suggestion
from veille.searching.listing import items, midnight

LIKELY = 0.3  # below, an item is folded under «le reste»
SIZE = 100


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of the page, as its address writes them."""

    query: str = ""
    theme: str = ""
    territory: str = ""
    source: int | None = None
    state: str = "new"  # new | kept | dropped | all
    day: date | None = None
    order: str = "relevance"


@dataclass(slots=True)
class Day:
    """One day of publication (Paris) and its items of the page."""

    day: date
    likely: list[Item] = field(default_factory=list)
    rest: list[Item] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Counts:
    """The header: items collected today, kept today, still to look at."""

    collected: int
    kept: int
    to_see: int


def counts(now: datetime) -> Counts:
    """Figures of the day that holds `now`, Paris time. One query."""
    start = midnight(now.astimezone(PARIS).date())
    row = Item.objects.aggregate(
        collected=Count("pk", filter=Q(collected__gte=start)),
        kept=Count("pk", filter=Q(state="kept", decided_at__gte=start)),
        to_see=Count("pk", filter=Q(state="new")),
    )
    return Counts(**row)


def with_tags(rows: QuerySet[Item]) -> QuerySet[Item]:
    """`rows` with what a row of the page prints, fetched together."""
    proposed = Suggestion.objects.filter(state="proposed")
    return rows.select_related("source", "kind", "decided_by").prefetch_related(
        "themes",
        "territories",
        Prefetch("suggestions", queryset=proposed, to_attr="proposed"),
    )


def page(filters: Filters, number: str | None) -> Page[Item]:
    """The items that answer, newest day first. Raises BadInput for a filter that means nothing."""
    rows = items(
        filters.query,
        state="" if filters.state == "all" else filters.state,
        theme=filters.theme,
        territory=filters.territory,
        day=filters.day,
        source=filters.source,
        order="date",
    )
    return Paginator(with_tags(rows), SIZE).get_page(number)


def by_day(rows: Sequence[Item], order: str) -> list[Day]:
    """`rows` (newest first) grouped by Paris day; by relevance within a day when asked.

    By date nothing is folded: the page reads as a chronicle.
    """
    made = []
    for day, group in groupby(rows, key=lambda item: item.published.astimezone(PARIS).date()):
        found = list(group)
        if order == "relevance":
            found.sort(key=lambda item: -item.relevance)
            likely = [item for item in found if item.relevance >= LIKELY]
            made.append(Day(day, likely, [item for item in found if item.relevance < LIKELY]))
        else:
            made.append(Day(day, found))
    return made
