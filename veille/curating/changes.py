"""The one way an item is changed by a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from veille.exceptions import Conflict, NotFound
from veille.models import Decision, Item
from veille.staff.audit import record
from veille.staff.models import User
from veille.staff.roles import CURATE, demand

# What a decision may change, as JSON values; lists are sorted so that they compare.
State = dict[str, Any]
PLAIN = ("state", "note", "own_summary", "quotation", "kind_id", "decided_by_id")


def snapshot(item: Item) -> State:
    """Everything a gesture may change, as JSON."""
    values: State = {name: getattr(item, name) for name in PLAIN}
    values["deadline"] = item.deadline.isoformat() if item.deadline else None
    values["decided_at"] = item.decided_at.isoformat() if item.decided_at else None
    values["themes"] = sorted(item.themes.values_list("pk", flat=True))
    values["territories"] = sorted(item.territories.values_list("pk", flat=True))
    values["suggestions"] = {
        str(pk): state for pk, state in item.suggestions.values_list("pk", "state")
    }
    return values


def difference(before: State, after: State) -> tuple[State, State]:
    """What differs between two snapshots, before and after.

    Of the suggestions only those that changed: the others may be proposed anew (other rows) before
    somebody undoes the gesture.
    """
    names = [name for name in before if before[name] != after[name]]
    old, new = ({name: side[name] for name in names} for side in (before, after))
    if "suggestions" in names:
        changed = [k for k, v in after["suggestions"].items() if before["suggestions"].get(k) != v]
        for side, whole in ((old, before), (new, after)):
            side["suggestions"] = {k: whole["suggestions"].get(k, "proposed") for k in changed}
    return old, new


def stands(item_now: State, after: State) -> bool:
    """Is what a decision left still so?"""
    ours = after.get("suggestions", {})
    if any(item_now["suggestions"].get(key) != state for key, state in ours.items()):
        return False
    return all(item_now[name] == after[name] for name in after if name != "suggestions")


def restore(item: Item, values: State) -> None:
    """Writes `values` (some keys of a snapshot) back; the caller holds the transaction."""
    for name in PLAIN:
        if name in values:
            setattr(item, name, values[name])
    if "deadline" in values:
        item.deadline = date.fromisoformat(values["deadline"]) if values["deadline"] else None
    if "decided_at" in values:
        moment = values["decided_at"]
        item.decided_at = datetime.fromisoformat(moment) if moment else None
    if "themes" in values:
        item.themes.set(values["themes"])
    if "territories" in values:
        item.territories.set(values["territories"])
    by_state: dict[str, list[int]] = {}
    for key, state in values.get("suggestions", {}).items():
        by_state.setdefault(state, []).append(int(key))
    for state, keys in by_state.items():
        item.suggestions.filter(pk__in=keys).update(state=state)


def locked(item: Item, actor: User | None = None, version: int | None = None) -> Item:
    """The item as it is now, held until the transaction ends.

    `version` is what `actor` saw; Conflict, naming who changed it, when somebody else did since.
    One's own change is none: keys go faster than answers.
    """
    fresh = Item.objects.select_for_update().filter(pk=item.pk).first()
    if fresh is None:
        raise NotFound("Ce contenu n’existe plus.")
    if version is not None and fresh.version != version:
        since = fresh.decisions.select_related("actor")[: max(1, fresh.version - version)]
        others = [row.actor for row in since if row.actor is None or row.actor != actor]
        if others or actor is None:
            who = (others and others[0]) or "quelqu’un d’autre"
            raise Conflict(f"{who} a modifié ce contenu entre-temps : relisez-le avant de décider.")
    return fresh


def change(
    item: Item, actor: User | None, verb: str, edit: Callable[[Item], None],
    *, version: int | None = None,
) -> Decision:  # fmt: skip
    """Runs `edit` on the item as it is now, and keeps what it changed; `item` is refreshed.

    A gesture that changes nothing still leaves a decision (the page says so, undo is harmless).
    """
    demand(actor, CURATE, "trier les contenus")
    with transaction.atomic():
        fresh = locked(item, actor, version)
        before = snapshot(fresh)
        edit(fresh)
        fresh.version += 1
        fresh.save()
        old, new = difference(before, snapshot(fresh))
        decision = Decision.objects.create(
            item=fresh, actor=actor, verb=verb, before=old, after=new
        )
        record(actor, f"{verb} item", fresh.title, item=fresh.pk, decision=decision.pk)
    item.refresh_from_db()
    return decision
