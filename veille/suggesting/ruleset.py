"""The matchers of this process, rebuilt when the themes, types or places in the database change."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.db.models import Count, Max, Min, Q, Sum

from veille import reference
from veille.matching.kinds import KindMatcher, KindRules, Marks
from veille.matching.phrases import Phrases
from veille.matching.places import Place
from veille.matching.relevance import Judge
from veille.matching.territories import TerritoryMatcher
from veille.matching.themes import ThemeMatcher, ThemeRule
from veille.models import ContentType, Territory, Theme
from veille.reference import common_words, shipped_yaml

FRESH = 60.0  # seconds after which the places are read again even if their figures are the same


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Everything that reads an item. Immutable: threads may share it."""

    themes: ThemeMatcher
    theme_names: dict[str, str]
    kinds: KindMatcher
    kind_ids: frozenset[str]
    places: TerritoryMatcher
    place_names: dict[str, str]
    marks: Marks
    judge: Judge
    online: Phrases  # words of an event without a place


@dataclass(slots=True)
class _Kept:
    rules: RuleSet
    lists: Any  # the themes and types as they were read
    places: Any  # figures of the table of places
    at: float


_lock = Lock()
_kept: _Kept | None = None


def current() -> RuleSet:
    """The rules as the database has them now. Three queries when nothing changed."""
    global _kept
    lists, places = _lists(), _figures()
    with _lock:
        kept = _kept
        now = time.monotonic()
        if kept and kept.lists == lists and kept.places == places and now - kept.at < FRESH:
            return kept.rules
        if kept and kept.places == places and now - kept.at < FRESH:
            table, now = (kept.rules.places, kept.rules.place_names), kept.at
        else:
            table = _places(Territory.objects.all())
        _kept = _Kept(_build(*lists, table), lists, places, now)
        return _kept.rules


def forget() -> None:
    """Drops what is kept (after places were edited, and between tests)."""
    global _kept
    with _lock:
        _kept = None


def shipped() -> RuleSet:
    """The rules as they are shipped, without a database: for tests and measures."""
    themes = [(t.pk, t.name, t.parent_id, t.keywords, t.exclusions) for t in reference.themes()]
    kinds = [(kind.pk, kind.keywords) for kind in reference.content_types()]
    return _build(themes, kinds, _places(reference.territories()))


def _lists() -> tuple[list[Any], list[Any]]:
    active = Theme.objects.filter(active=True).order_by("position", "pk")
    themes = active.values_list("pk", "name", "parent_id", "keywords", "exclusions")
    kinds = ContentType.objects.order_by("position", "pk").values_list("pk", "keywords")
    return list(themes), list(kinds)


def _figures() -> dict[str, Any]:
    return Territory.objects.aggregate(
        Count("pk"), Count("contract"), Count("parent"), Min("pk"), Max("pk"), Min("name"),
        Max("name"), Max("shipped"), Min("shipped"), Sum("population"),
        doubtful=Count("pk", filter=Q(ambiguous=True)),
    )  # fmt: skip


def _build(
    themes: list[Any], kinds: list[Any], places: tuple[TerritoryMatcher, dict[str, str]]
) -> RuleSet:
    data = shipped_yaml("rules.yaml")
    weighing = data["types_de_contenu"]
    return RuleSet(
        themes=ThemeMatcher(
            [
                ThemeRule(pk, tuple(words), tuple(exclusions), parent or "")
                for pk, _, parent, words, exclusions in themes
            ]
        ),
        theme_names={pk: name for pk, name, *_ in themes},
        kinds=KindMatcher(
            KindRules(
                keywords=dict(kinds),
                exclusions=weighing["sauf"],
                title_only=frozenset(weighing["titre_seulement"]),
                order=weighing["ordre"],
                calls=weighing["signes_d_appel"],
            )
        ),
        kind_ids=frozenset(pk for pk, _ in kinds),
        places=places[0],
        place_names=places[1],
        marks=Marks(data["payant"], data["prefixes_de_titre"]),
        judge=Judge(data["hors_sujet"]),
        online=Phrases(data["en_ligne"]),
    )


def _places(rows: Iterable[Territory]) -> tuple[TerritoryMatcher, dict[str, str]]:
    data, common = shipped_yaml("rules.yaml")["lieux"], common_words()
    places = [
        Place(
            row.code, row.kind, row.name, row.departement, row.parent_id or "",
            row.contract_id or "", tuple(row.postcodes), row.ambiguous,
            row.ambiguous and row.name in common,
        )
        for row in rows
    ]  # fmt: skip
    matcher = TerritoryMatcher(places, usual_names=data["noms_d_usage"], decoys=data["autre_chose"])
    return matcher, {place.code: place.name for place in places}
