"""The sending of an issue, and its ledger: one line per recipient, written before any send."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from newsletter.models.issue import Issue
from newsletter.models.subscriber import Subscriber, Subscription


class Mailing(models.Model):
    """What was approved, to whom, when. The bytes are the issue's frozen ones (same `sha256`)."""

    STATES = (
        ("scheduled", "programmé"),
        ("waiting", "attend une décision"),  # more than 2 h late, restored copy, breaker
        ("sending", "en cours"),
        ("paused", "en pause"),
        ("done", "terminé"),
        ("cancelled", "annulé"),
    )
    issue = models.OneToOneField(Issue, on_delete=models.PROTECT, related_name="mailing")
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    state = models.CharField(max_length=10, choices=STATES, default="scheduled")
    reason = models.CharField(max_length=300, blank=True)  # why waiting or paused, in French
    send_at = models.DateTimeField()
    provider = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64)
    sender = models.CharField(max_length=254)
    sender_name = models.CharField(max_length=120, blank=True)
    reply_to = models.CharField(max_length=254, blank=True)
    list_id = models.CharField(max_length=200, blank=True)
    audience = models.PositiveIntegerField(default=0)
    launched_by_name = models.CharField(max_length=254, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-send_at"]

    def __str__(self) -> str:
        return f"{self.issue} ({self.state})"


class Delivery(models.Model):
    """One recipient's line. `handed` is committed before DATA: after a crash it is in doubt."""

    STATES = (
        ("planned", "à envoyer"),
        ("claimed", "pris en charge"),
        ("handed", "remis au relais"),
        ("accepted", "accepté"),
        ("refused", "refusé"),
        ("deferred", "différé"),
        ("in_doubt", "incertain"),
        ("suppressed", "écarté"),
    )
    mailing = models.ForeignKey(Mailing, on_delete=models.PROTECT, related_name="deliveries")
    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="deliveries")
    subscriber = models.ForeignKey(
        Subscriber, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    address = models.CharField(max_length=254)  # normalised; a digest once erased
    message_id = models.CharField(max_length=200)  # deterministic, fixed at freeze
    subscription = models.ForeignKey(  # what its tokens act on
        Subscription, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(max_length=10, choices=STATES, default="planned")
    attempts = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=120, blank=True)  # see newsletter.delivery.workers
    lease_until = models.DateTimeField(null=True, blank=True)
    next_try = models.DateTimeField(null=True, blank=True)
    code = models.PositiveSmallIntegerField(null=True, blank=True)  # SMTP reply code
    reply = models.CharField(max_length=300, blank=True)
    updated = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["issue", "address"], name="newsletter_delivery_once")
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["mailing", "state"])]

    def __str__(self) -> str:
        return f"{self.message_id} {self.state}"
