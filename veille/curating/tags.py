"""Themes and territories of an item: controlled lists only; suggestions accepted or refused."""

from __future__ import annotations

from collections.abc import Iterable

from veille.curating.changes import change
from veille.exceptions import BadInput, NotFound
from veille.models import Decision, Item, Suggestion, Territory, Theme
from veille.searching import names
from veille.staff.models import User


def themes(ids: Iterable[str]) -> list[Theme]:
    """The themes called `ids`; NotFound names those that are in no list."""
    wanted = list(dict.fromkeys(ids))
    found = Theme.objects.in_bulk(wanted)
    unknown = [name for name in wanted if name not in found]
    if unknown:
        raise NotFound(f"Thème inconnu : {', '.join(unknown)}. Voyez la liste des thèmes.")
    return [found[name] for name in wanted]


def territories(codes: Iterable[str]) -> list[Territory]:
    """The territories of `codes`; NotFound names those that are in no list."""
    wanted = list(dict.fromkeys(codes))
    found = Territory.objects.in_bulk(wanted)
    unknown = [code for code in wanted if code not in found]
    if unknown:
        raise NotFound(f"Territoire inconnu : {', '.join(unknown)}. Écrivez un code officiel.")
    return [found[code] for code in wanted]


def find(facet: str, words: str) -> str:
    """The id or code of the theme or place that a person named in full. Raises BadInput."""
    if not words:
        raise BadInput("Écrivez un nom de la liste.", where=facet)
    return names.theme(words).pk if facet == "theme" else names.territory(words).pk


def accept_all(item: Item) -> None:
    """Every suggestion still proposed becomes a tag; the caller holds the transaction."""
    proposed = list(item.suggestions.filter(state="proposed"))
    item.themes.add(*Theme.objects.filter(pk__in=_targets(proposed, "theme")))
    item.territories.add(*Territory.objects.filter(pk__in=_targets(proposed, "territory")))
    Suggestion.objects.filter(pk__in=[row.pk for row in proposed]).update(state="accepted")


def _targets(rows: Iterable[Suggestion], facet: str) -> list[str]:
    return [row.target for row in rows if row.facet == facet]


def tag(item: Item, actor: User | None, facet: str, target: str) -> Decision:
    """Gives the item one theme or territory; a suggestion of it counts as accepted."""
    theme, place = _named(facet, target)

    def edit(fresh: Item) -> None:
        if theme:
            fresh.themes.add(theme)
        if place:
            fresh.territories.add(place)
        fresh.suggestions.filter(facet=facet, target=target).update(state="accepted")

    return change(item, actor, "tagged", edit)


def untag(item: Item, actor: User | None, facet: str, target: str) -> Decision:
    """Takes one theme or territory away."""
    theme, place = _named(facet, target)

    def edit(fresh: Item) -> None:
        if theme:
            fresh.themes.remove(theme)
        if place:
            fresh.territories.remove(place)

    return change(item, actor, "untagged", edit)


def refuse(item: Item, actor: User | None, facet: str, target: str) -> Decision:
    """Says no to a suggestion; it is kept as refused and never proposed again for this item."""

    def edit(fresh: Item) -> None:
        fresh.suggestions.filter(facet=facet, target=target).update(state="refused")

    return change(item, actor, "refused", edit)


def _named(facet: str, target: str) -> tuple[Theme | None, Territory | None]:
    if facet == "theme":
        return themes([target])[0], None
    if facet == "territory":
        return None, territories([target])[0]
    raise NotFound(f"« {facet} » n’est ni un thème ni un lieu.")
