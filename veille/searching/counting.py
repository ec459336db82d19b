"""Counts for the pages, each a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate

from veille.french import PARIS
from veille.models import Item, Theme


@dataclass(frozen=True, slots=True)
class Day:
    """A day of publication in Paris: how many items, how many stories they make."""

    day: date
    items: int
    stories: int


@dataclass(frozen=True, slots=True)
class Facet:
    """One value that narrows a list, and how many items it leaves."""

    value: str
    label: str
    count: int


def by_state(rows: QuerySet[Item]) -> dict[str, int]:
    """How many of `rows` are new, kept and dropped (all three keys always)."""
    counted = rows.order_by().values_list("state").annotate(n=Count("pk"))
    return {state: 0 for state, _ in Item.STATES} | dict(counted)


def by_day(rows: QuerySet[Item], most: int = 31) -> list[Day]:
    """The latest `most` days with items among `rows`, newest first. Two queries."""
    dated = rows.order_by().annotate(day=TruncDate("published", tzinfo=PARIS))
    total = dated.values("day").annotate(n=Count("pk")).order_by("-day")[:most]
    told = dated.exclude(story="").values("day").annotate(
        n=Count("pk"), stories=Count("story", distinct=True)
    )  # fmt: skip
    grouped = {row["day"]: row["n"] - row["stories"] for row in told}
    return [Day(row["day"], row["n"], row["n"] - grouped.get(row["day"], 0)) for row in total]


def facets(rows: QuerySet[Item], most: int = 12) -> dict[str, list[Facet]]:
    """What narrows `rows`: the frequent sources, types and (decided) themes. Three queries."""
    plain = rows.order_by()
    sources = plain.values_list("source_id", "source__name").annotate(n=Count("pk"))
    kinds = plain.exclude(kind=None).values_list("kind_id", "kind__name").annotate(n=Count("pk"))
    themes = (
        Theme.objects.filter(items__in=plain.values("pk")).order_by().annotate(n=Count("items"))
    )
    counted = {
        "source": sources.order_by("-n", "source__name")[:most],
        "kind": kinds.order_by("-n", "kind_id")[:most],
        "theme": themes.values_list("pk", "name", "n").order_by("-n", "pk")[:most],
    }
    return {
        name: [Facet(str(value), label, n) for value, label, n in found]
        for name, found in counted.items()
    }
