"""What became of messages after the relay took them, as providers and mail servers tell it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from newsletter.models.mailing import Delivery


class Arrival(models.Model):
    """A notice as it came in, before anybody reads it. Read, only its digest stays: it is what
    makes a second copy do nothing. Unreadable, the body waits for a person.
    """

    STATES = (("waiting", "à lire"), ("read", "lu"), ("unreadable", "illisible"))
    provider = models.CharField(max_length=20)  # or «mailbox»
    digest = models.CharField(max_length=64)  # SHA-256 of the body
    body = models.BinaryField(default=b"")
    size = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=STATES, default="waiting")
    why = models.CharField(max_length=300, blank=True)  # why unreadable, in French
    received = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["provider", "digest"], name="newsletter_arrival_once")
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["state", "id"])]

    def __str__(self) -> str:
        return f"{self.provider} {self.digest[:12]} {self.state}"


class Event(models.Model):
    """One thing that happened to one message. Openings are never kept (newsletter.events)."""

    KINDS = (
        ("delivered", "remis"),
        ("deferred", "retardé"),
        ("hard", "adresse en erreur"),
        ("soft", "remise impossible"),
        ("complaint", "plainte"),
        ("unsubscribed", "désabonnement"),
    )
    provider = models.CharField(max_length=20)
    key = models.CharField(max_length=64)  # the provider's own identifier, or a digest
    kind = models.CharField(max_length=12, choices=KINDS)
    delivery = models.ForeignKey(  # null: of no message we sent; kept, acts on nothing
        Delivery, null=True, on_delete=models.SET_NULL, related_name="events"
    )
    digest = models.CharField(max_length=64, blank=True)  # of the delivery's address
    at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)  # in French
    raw = models.TextField(blank=True)  # as the provider wrote it; emptied by erasure and age
    received = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["provider", "key"], name="newsletter_event_once")
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["digest", "kind"])]

    def __str__(self) -> str:
        return f"{self.provider} {self.kind} {self.at:%Y-%m-%d}"
