"""Leaving a letter, one reader or many, and being forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from newsletter.addresses import normalise
from newsletter.models import (
    ConsentEvent,
    Delivery,
    Event,
    Subscriber,
    Subscription,
    Suppression,
)  # fmt: skip
from newsletter.models.subscriber import address_digest
from veille.exceptions import NotFound
from veille.staff.audit import record
from veille.staff.models import User
from veille.staff.roles import SUBSCRIBERS, demand


@transaction.atomic
def unsubscribe(
    subscription: Subscription, *, proof: str, now: datetime, actor: User | None = None
) -> bool:
    """Leaves this letter, and no other; False when it was left already (nothing is written).

    `proof` says how: «lien de la lettre», «demande par téléphone». The address is suppressed for
    the letter by its digest, so that no import brings it back.
    """
    demand(actor, SUBSCRIBERS, "désabonner une personne")
    rows = Subscription.objects.select_for_update(of=("self",))
    held = rows.select_related("subscriber", "series").filter(pk=subscription.pk).first()
    if held is None or held.state == "left":
        return False
    held.state, held.left_at = "left", now
    held.save()
    digest = address_digest(held.subscriber.address)
    Suppression.objects.get_or_create(
        digest=digest, series_id=held.series_id, defaults={"reason": "unsubscribed", "at": now}
    )
    ConsentEvent.objects.create(
        digest=digest, series_id=held.series_id, verb="left", at=now, proof=proof,
        actor_name=actor.email if actor else "",
    )  # fmt: skip
    if actor is not None:
        record(actor, "unsubscribed a reader", str(held.series))
    return True


@transaction.atomic
def unsubscribe_many(wishes: Mapping[int, datetime], *, proof: str) -> int:
    """`unsubscribe` for what a provider tells of many readers at once: subscription → when.

    A wish older than the subscription was undone by its reader since: it changes nothing.
    """
    rows = Subscription.objects.select_for_update(of=("self",)).select_related("subscriber")
    asked = rows.filter(pk__in=wishes).exclude(state="left").order_by("pk")
    held = [one for one in asked if wishes[one.pk] >= one.since]
    for one in held:
        one.state, one.left_at = "left", wishes[one.pk]
    Subscription.objects.bulk_update(held, ["state", "left_at"], batch_size=200)
    digests = {one.pk: address_digest(one.subscriber.address) for one in held}
    Suppression.objects.bulk_create(
        (
            Suppression(
                digest=digests[one.pk], series_id=one.series_id, reason="unsubscribed",
                at=wishes[one.pk],
            )
            for one in held
        ),
        ignore_conflicts=True,
    )  # fmt: skip
    ConsentEvent.objects.bulk_create(
        ConsentEvent(
            digest=digests[one.pk], series_id=one.series_id, verb="left", at=wishes[one.pk],
            proof=proof,
        )
        for one in held
    )  # fmt: skip
    return len(held)


@transaction.atomic
def erase(email: str, *, actor: User | None, now: datetime) -> int:
    """Forgets a reader: only digests stay, in the suppression list, the proofs and the ledger
    (whose counts must still add up). Gives the number of subscriptions ended.

    Works for an address in the ledger only, too. Raises NotFound when nothing is known of it.
    """
    demand(actor, SUBSCRIBERS, "effacer une personne")
    address = normalise(email)
    digest = address_digest(address)
    reader = Subscriber.objects.filter(address=address).first()
    in_ledger = Delivery.objects.filter(address=address)
    if reader is None and not in_ledger.exists():
        raise NotFound("Rien n’est connu de cette adresse.")
    # A line not sent yet becomes suppressed by itself: its subscription is gone when it is claimed.
    in_ledger.filter(code__isnull=False).update(reply="")
    in_ledger.update(address=f"sha256:{digest}")
    Event.objects.filter(digest=digest).update(raw="")
    ended = Subscription.objects.filter(subscriber=reader).count() if reader else 0
    if reader is not None:
        reader.delete()
    Suppression.objects.update_or_create(
        digest=digest, series=None, defaults={"reason": "erased", "at": now}
    )
    ConsentEvent.objects.create(
        digest=digest, verb="erased", at=now, actor_name=actor.email if actor else "vigie"
    )
    record(actor, "erased a reader", f"sha256:{digest[:12]}", subscriptions=ended)
    return ended
