"""Keep, drop, look again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from django.db import transaction
from django.utils import timezone

from veille.curating import tags
from veille.curating.changes import change
from veille.models import Decision, Item
from veille.staff.models import User


def _decide(state: str, actor: User | None) -> Callable[[Item], None]:
    def edit(item: Item) -> None:
        item.state = state
        item.decided_by = actor
        item.decided_at = timezone.now() if state != "new" else None

    return edit


def keep(
    item: Item, actor: User | None, *, themes: Iterable[str] = (), territories: Iterable[str] = (),
    note: str | None = None, accept: bool = True, version: int | None = None,
) -> Decision:  # fmt: skip
    """Keeps the item; with `accept` the suggestions shown become its themes and places.

    `themes` are Theme ids, `territories` codes, added to those it has. Raises NotFound for one
    that is not in the lists, Conflict when `version` is not the current one.
    """
    more_themes, more_places = tags.themes(themes), tags.territories(territories)

    def edit(fresh: Item) -> None:
        _decide("kept", actor)(fresh)
        if accept:
            tags.accept_all(fresh)
        fresh.themes.add(*more_themes)
        fresh.territories.add(*more_places)
        if note is not None:
            fresh.note = note

    return change(item, actor, "kept", edit, version=version)


def drop(item: Item, actor: User | None, *, version: int | None = None) -> Decision:
    """Puts the item aside; nothing is deleted."""
    return change(item, actor, "dropped", _decide("dropped", actor), version=version)


def reopen(item: Item, actor: User | None, *, version: int | None = None) -> Decision:
    """Back among those to look at; its tags stay."""
    return change(item, actor, "reopened", _decide("new", None), version=version)


class Gesture(Protocol):
    """A gesture without further words, as a button or a key makes it."""

    def __call__(
        self, item: Item, actor: User | None, *, version: int | None = None
    ) -> Decision: ...


VERBS: dict[str, Gesture] = {
    "keep": keep,
    "drop": drop,
    "reopen": reopen,
}


def bulk(items: Sequence[Item], actor: User | None, act: str) -> list[Decision]:
    """The same gesture on those of `items` that nobody decided yet; `undoing.undo_all` undoes it.

    All of them in one transaction, in the order of their numbers so that two people who do the
    same at the same time wait for one another and never for ever.
    """
    with transaction.atomic():
        keys = [item.pk for item in items]
        waiting = Item.objects.select_for_update().filter(pk__in=keys, state="new").order_by("pk")
        return [VERBS[act](item, actor) for item in waiting]
