"""Readers, what they asked for and how it is proved, and whom never to write to again."""

from __future__ import annotations

import hashlib
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from newsletter.models.series import Series
from veille.models import Audience, Territory, Theme


def address_digest(address: str) -> str:
    """SHA-256 of the normalised address: what suppression keeps instead of the address."""
    return hashlib.sha256(address.strip().lower().encode()).hexdigest()


class Subscriber(models.Model):
    """One reader."""

    email = models.CharField(max_length=254)  # as given
    address = models.CharField(max_length=254, unique=True)  # normalised: what is compared
    name = models.CharField(max_length=120, blank=True)
    organisation = models.CharField(max_length=160, blank=True)
    function = models.CharField(max_length=120, blank=True)
    audience = models.ForeignKey(Audience, null=True, blank=True, on_delete=models.SET_NULL)
    themes = models.ManyToManyField(Theme, blank=True, related_name="+")
    territories = models.ManyToManyField(Territory, blank=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["address"]

    def __str__(self) -> str:
        return self.email


class Subscription(models.Model):
    """A reader and a letter. One who left is never re-subscribed by an import."""

    STATES = (("pending", "à confirmer"), ("active", "abonné·e"), ("left", "désabonné·e"))
    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.CASCADE, related_name="subscriptions"
    )
    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="subscriptions")
    state = models.CharField(max_length=8, choices=STATES, default="active")
    since = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)
    origin = models.CharField(max_length=12)  # import | staff | form | cli
    proof = models.TextField(blank=True)  # where the consent or the legal basis comes from

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["subscriber", "series"], name="newsletter_subscription_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subscriber_id} {self.series_id} {self.state}"


class Suppression(models.Model):
    """An address never to be written to; kept as a digest so that erasure does not undo it."""

    digest = models.CharField(max_length=64)
    series = models.ForeignKey(  # null: every letter
        Series, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    reason = models.CharField(max_length=20)  # unsubscribed | bounce | complaint | erased | staff
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["digest", "series"], name="newsletter_suppression_once"
            ),
            models.UniqueConstraint(  # SQLite cannot say «nulls not distinct»
                fields=["digest"],
                condition=models.Q(series__isnull=True),
                name="newsletter_suppression_everywhere_once",
            ),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["digest"])]

    def __str__(self) -> str:
        return f"{self.digest[:8]} {self.reason}"


class ConsentEvent(models.Model):
    """Append-only: what was asked, confirmed, withdrawn, when and on what evidence."""

    digest = models.CharField(max_length=64, db_index=True)
    series = models.ForeignKey(Series, null=True, on_delete=models.SET_NULL, related_name="+")
    # imported | added | asked | confirmed | left | suppressed | erased
    verb = models.CharField(max_length=20)
    at = models.DateTimeField(default=timezone.now)
    proof = models.TextField(blank=True)
    actor_name = models.CharField(max_length=254, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.verb} {self.at:%Y-%m-%d}"
