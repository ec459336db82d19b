"""Undo: puts back exactly what one decision replaced."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from veille.curating.changes import locked, restore, snapshot, stands
from veille.exceptions import Conflict, Refused
from veille.models import Decision, Item
from veille.staff.audit import record
from veille.staff.models import User
from veille.staff.roles import CURATE, demand


@transaction.atomic
def undo(decision: Decision, actor: User | None) -> Item:
    """The item as it was before `decision`.

    Raises Refused when it was undone already, Conflict (saying who) when what it changed was
    changed again since: nothing of a colleague is overwritten.
    """
    demand(actor, CURATE, "annuler un tri")
    decision = Decision.objects.select_for_update().get(pk=decision.pk)
    if decision.undone_at:
        raise Refused("C’est déjà annulé.")
    item = locked(decision.item)
    if not stands(snapshot(item), decision.after):
        later = item.decisions.filter(pk__gt=decision.pk, undone_at=None).select_related("actor")
        last = later.first()
        who = last.actor if last and last.actor else "quelqu’un d’autre"
        raise Conflict(f"{who} a modifié ce contenu depuis : rien n’a été annulé.")
    restore(item, decision.before)
    item.version += 1
    item.save()
    decision.undone_at = timezone.now()
    decision.save(update_fields=["undone_at"])
    record(actor, "undid a decision on", item.title, item=item.pk, decision=decision.pk)
    return item


@transaction.atomic
def undo_all(decisions: Iterable[Decision], actor: User | None) -> list[Item]:
    """Undoes several, the newest first; all of them or, when one raises, none."""
    newest_first = sorted(decisions, key=lambda decision: -decision.pk)
    return [undo(decision, actor) for decision in newest_first]
