"""What the service proposes for an item: themes and places with why, its type, its dates.

    items → [matchers, pure] → Suggestion rows, and the item's kind, dates, payment, relevance

A person decides: a refused suggestion is never proposed again, an item already kept or dropped
is left alone, and what somebody set by hand on a new item stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from veille.french import PARIS
from veille.matching.dates import deadline, event
from veille.matching.phrases import cut
from veille.matching.relevance import Signals
from veille.matching.themes import Found
from veille.models import Item, Source, Suggestion
from veille.reading import sanitize
from veille.suggesting import ruleset
from veille.suggesting.ruleset import RuleSet

MOST_SIGNS = 5_000  # of the summary: a theme named on page six is not what an article is about
THEMES = 6
CALLS = ("appel-a-projets", "emploi")  # the types that have a last day
_FIELDS = ("kind", "deadline", "event", "paywalled", "relevance")
_Key = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class _From:
    """What matters of a source."""

    priority: int
    general: bool
    places: frozenset[str]


def suggest(items: Sequence[Item]) -> None:
    """Writes the suggestions of `items`, their kind, deadline, event, paywall and relevance.

    Call it inside the transaction that wrote the items. A dozen queries, whatever their number.
    """
    items = [item for item in items if item.state == "new"]
    if not items:
        return
    rules, sources = ruleset.current(), _sources(items)
    settled = _settled(items)
    proposed: list[Suggestion] = []
    for item in items:
        rows = _read(item, rules, sources[item.source_id])
        proposed += [row for row in rows if (item.pk, row.facet, row.target) not in settled]
    _write(items, proposed)


def _read(item: Item, rules: RuleSet, source: _From) -> list[Suggestion]:
    """Sets what the text says of `item`; gives the rows to propose."""
    title = rules.marks.plain_title(item.title)
    summary = sanitize.text(item.summary)[:MOST_SIGNS]
    themes = rules.themes.match(title, summary)[:THEMES]
    places = rules.places.match(title, summary, source.places)
    limit = deadline(f"{title}\n{summary}", item.published.astimezone(PARIS).date())
    kind = rules.kinds.match(title, summary, has_deadline=limit is not None).id
    signals = Signals(themes, places, kind, source.priority, source.general, bool(source.places))
    item.relevance = rules.judge.weigh(title, summary, signals).score
    if item.version == 0:  # else somebody already worked on it
        item.kind_id = kind if kind in rules.kind_ids else None
        item.paywalled = item.paywalled or rules.marks.paywalled(item.title, summary)
        item.deadline = limit.day if limit and kind in CALLS else None
        item.event = _event(item, f"{title}\n{summary}", rules, places)
    return [
        *_rows(item, "theme", themes, rules.theme_names),
        *_rows(item, "territory", places, rules.place_names),
    ]


def _event(
    item: Item, text: str, rules: RuleSet, places: Sequence[Found]
) -> dict[str, object] | None:
    if item.kind_id != "evenement":
        return None
    found = event(text, item.published.astimezone(PARIS).date())
    if found is None:
        return None
    online = bool(rules.online.find(cut(text)))
    place = "" if online or not places else rules.place_names[places[0].id]
    return {"start": found.start, "end": found.end, "place": place, "online": online}


def _rows(
    item: Item, facet: str, found: Iterable[Found], names: dict[str, str]
) -> list[Suggestion]:
    return [
        Suggestion(
            item=item, facet=facet, target=one.id, label=names[one.id][:160],
            why=list(one.why), score=one.score,
        )
        for one in found
        if one.id in names
    ]  # fmt: skip


def _sources(items: Sequence[Item]) -> dict[int, _From]:
    ids = {item.source_id for item in items}
    links = Source.territories.through.objects.filter(source__in=ids)
    places: dict[int, set[str]] = {}
    for source, code in links.values_list("source_id", "territory_id"):
        places.setdefault(source, set()).add(code)
    rows = Source.objects.filter(pk__in=ids).values_list("pk", "priority", "filtered")
    return {
        pk: _From(priority, general, frozenset(places.get(pk, ())))
        for pk, priority, general in rows
    }


def _settled(items: Sequence[Item]) -> set[_Key]:
    """What is not to be proposed: decided before, or tagged already."""
    ids = [item.pk for item in items]
    decided = Suggestion.objects.filter(item__in=ids).exclude(state="proposed")
    themes = Item.themes.through.objects.filter(item__in=ids)
    places = Item.territories.through.objects.filter(item__in=ids)
    return {
        *decided.values_list("item_id", "facet", "target"),
        *((item, "theme", id) for item, id in themes.values_list("item_id", "theme_id")),
        *((item, "territory", c) for item, c in places.values_list("item_id", "territory_id")),
    }


def _write(items: Sequence[Item], proposed: list[Suggestion]) -> None:
    """Replaces what was proposed: a changed text may say something else."""
    Suggestion.objects.filter(item__in=[item.pk for item in items], state="proposed").delete()
    Suggestion.objects.bulk_create(proposed, ignore_conflicts=True, batch_size=2_000)
    Item.objects.bulk_update(items, _FIELDS, batch_size=500)
