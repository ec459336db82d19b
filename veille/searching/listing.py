"""`items(…)`: the rows of every list page. Lazy: it asks the database only what names need."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from veille.exceptions import BadInput
from veille.french import PARIS
from veille.models import Item, Suggestion, Territory, Theme
from veille.searching import index, names
from veille.searching.language import STATES, Query, parse

ORDERS = {
    "relevance": ("-relevance", "-published", "-pk"),
    "date": ("-published", "-pk"),
}


def items(
    query: str = "",
    *,
    state: str = "",
    theme: str = "",
    territory: str = "",
    day: date | None = None,
    source: int | None = None,
    order: str = "date",
) -> QuerySet[Item]:
    """The items that answer `query` (see `language`) and the filters.

    `theme` is a Theme id (its sub-themes count), `territory` a code (what lies inside counts),
    `day` a day of publication in Paris time, `order` one of ORDERS. An item not decided yet
    counts under the themes and places suggested for it. `source` is joined.
    Raises BadInput for a query, state, theme, territory or order that means nothing.
    """
    asked = parse(query, timezone.now().astimezone(PARIS).date())
    rows = find(asked)
    if state:
        if state not in STATES:
            raise BadInput(f"L’état « {state} » est inconnu : new, kept ou dropped.", where="state")
        rows = rows.filter(state=STATES[state])
    if theme:
        rows = rows.filter(_under_theme(names.theme(theme)))
    if territory:
        rows = rows.filter(_under_territory(names.territory(territory)))
    if source is not None:
        rows = rows.filter(source_id=source)
    if day is not None:
        rows = rows.filter(published__gte=midnight(day), published__lt=midnight(_after(day)))
    if order not in ORDERS:
        raise BadInput(f"L’ordre « {order} » est inconnu : relevance ou date.", where="order")
    return rows.order_by(*ORDERS[order]).select_related("source")


def find(asked: Query) -> QuerySet[Item]:
    """The items a parsed query names, in no order."""
    rows = Item.objects.order_by()
    for group in asked.every:
        rows = rows.filter(pk__in=index.matching(group))
    if asked.never:
        rows = rows.exclude(pk__in=index.matching(asked.never))
    for name, value, wanted in asked.fields:
        condition = _field(name, value)
        rows = rows.filter(condition) if wanted else rows.exclude(condition)
    if asked.since:
        rows = rows.filter(published__gte=midnight(asked.since))
    if asked.before:
        rows = rows.filter(published__lt=midnight(asked.before))
    return rows


def midnight(day: date) -> datetime:
    """The beginning of a day in Paris."""
    return datetime.combine(day, time(), tzinfo=PARIS)


def _after(day: date) -> date:
    return day if day == date.max else day + timedelta(days=1)


def _field(name: str, value: str) -> Q:
    if name == "state":
        return Q(state=value)
    if name == "kind":
        return Q(kind__in=names.kinds(value))
    if name == "source":
        return Q(source__in=names.sources(value))
    if name == "theme":
        return _under_theme(names.theme(value))
    return _under_territory(names.territory(value))


def _under_theme(theme: Theme) -> Q:
    ids = Theme.objects.filter(Q(pk=theme.pk) | Q(parent=theme.pk)).values("pk")
    return _tagged("theme", Item.themes.through.objects.filter(theme__in=ids), ids)


def _under_territory(territory: Territory) -> Q:
    inside = Territory.objects.order_by()
    if territory.kind == "departement":
        inside = inside.filter(Q(pk=territory.pk) | Q(departement=territory.code))
    elif territory.kind != "region":
        parents = ("pk", "parent", "parent__parent", "contract", "parent__contract")
        condition = Q()
        for parent in parents:
            condition |= Q(**{parent: territory.pk})
        inside = inside.filter(condition)
    codes = inside.values("pk")
    links = Item.territories.through.objects.filter(territory__in=codes)
    return _tagged("territory", links, codes)


def _tagged(facet: str, links: QuerySet[Any, Any], targets: QuerySet[Any, Any]) -> Q:
    """Tagged so, or not decided yet and suggested so."""
    proposed = Suggestion.objects.filter(
        item=OuterRef("pk"), facet=facet, state="proposed", target__in=targets
    )
    return Q(Exists(links.filter(item=OuterRef("pk")))) | Q(Exists(proposed), state="new")
