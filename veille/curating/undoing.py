"""Undo: puts back exactly what one decision replaced."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from veille.curating.changes import locked, restore, snapshot
from veille.exceptions import Conflict, Refused
from veille.models import Decision, Item
from veille.staff.audit import record
from veille.staff.models import User


@transaction.atomic
def undo(decision: Decision, actor: User | None) -> Item:
    """The item as it was before `decision`.

    Raises Refused when it was undone already, Conflict (saying who) when what it changed was
    changed again since: nothing of a colleague is overwritten.
    """
    decision = Decision.objects.select_for_update().get(pk=decision.pk)
    if decision.undone_at:
        raise Refused("C’est déjà annulé.")
    item = locked(decision.item)
    now = snapshot(item)
    if any(now[name] != value for name, value in decision.after.items()):
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
