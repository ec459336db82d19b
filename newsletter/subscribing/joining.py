"""Adding a reader by hand, with where the consent comes from."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from newsletter.addresses import normalise
from newsletter.models import ConsentEvent, Series, Subscriber, Subscription, Suppression
from newsletter.models.subscriber import address_digest
from veille.exceptions import BadInput, Refused
from veille.french import full_date
from veille.staff.audit import record
from veille.staff.models import User
from veille.staff.roles import SUBSCRIBERS, demand


@transaction.atomic
def add(
    email: str, series: Series, *, proof: str, actor: User | None, now: datetime,
    origin: str = "staff", **fields: str,
) -> str:  # fmt: skip
    """Subscribes one reader to a letter; gives «added» or «already».

    `fields`: name, organisation, function. Raises BadInput for the address or a missing proof,
    Refused for one who left or must not be written to: only that person can come back.
    """
    demand(actor, SUBSCRIBERS, "abonner une personne")
    address = normalise(email)
    if not proof.strip():
        raise BadInput("Dites d’où vient l’accord de cette personne.", where="proof")
    reader, _ = Subscriber.objects.get_or_create(
        address=address, defaults={"email": email.strip(), **fields}
    )
    existing = Subscription.objects.filter(subscriber=reader, series=series).first()
    if existing is not None and existing.state == "active":
        return "already"
    if existing is not None and existing.state == "left":
        day = full_date(existing.left_at or existing.since)
        raise Refused(
            f"Cette personne a quitté « {series} » le {day} : elle seule peut y revenir, par le "
            "lien de sa lettre ou en vous écrivant."
        )
    digest = address_digest(address)
    banned = Suppression.objects.filter(Q(series=series) | Q(series=None), digest=digest).first()
    if banned is not None:
        raise Refused("Cette adresse est écartée : rien ne peut plus lui être envoyé.")
    Subscription.objects.update_or_create(
        subscriber=reader,
        series=series,
        defaults={"state": "active", "since": now, "origin": origin, "proof": proof.strip()},
    )
    ConsentEvent.objects.create(
        digest=digest, series=series, verb="added", at=now, proof=proof.strip(),
        actor_name=actor.email if actor else "vigie",
    )  # fmt: skip
    record(actor, "added a reader", str(series))
    return "added"


@transaction.atomic
def come_back(subscription: Subscription, *, proof: str, actor: User | None, now: datetime) -> bool:
    """Undoes a departure at the reader's own request; False when nothing had to change."""
    rows = Subscription.objects.select_for_update(of=("self",))
    held = rows.select_related("subscriber").get(pk=subscription.pk)
    if held.state == "active":
        return False
    digest = address_digest(held.subscriber.address)
    Suppression.objects.filter(digest=digest, series=held.series_id, reason="unsubscribed").delete()
    held.state, held.left_at, held.since, held.proof = "active", None, now, proof
    held.save()
    ConsentEvent.objects.create(
        digest=digest, series_id=held.series_id, verb="confirmed", at=now, proof=proof,
        actor_name=actor.email if actor else "",
    )  # fmt: skip
    return True
