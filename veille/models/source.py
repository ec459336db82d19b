"""A source that is watched, its host's courtesy, and each attempt to read it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from veille.models.reference import Territory


class Source(models.Model):
    """One address that is read. `next_check` is the only queue there is."""

    STATES = (
        ("active", "relevée"),
        ("manual", "à la main"),  # no automatic collecting is possible (page, mail: later kinds)
        ("suspended", "suspendue"),
        ("refused", "refusée"),
        ("removed", "retirée"),  # hidden and silent; its items stay, and it can come back
    )
    POLLED = ("active", "refused")  # a refused source is still asked, ever less often
    RIGHTS = (
        ("unknown", "inconnus"),
        ("press", "presse"),
        ("public", "secteur public (Licence Ouverte)"),
        ("cc", "Creative Commons"),
        ("cfc", "contrat CFC"),
    )
    name = models.CharField("nom", max_length=200)
    url = models.URLField("adresse", max_length=2000, blank=True)  # empty: followed by hand
    site_url = models.URLField("site", max_length=2000, blank=True)
    kind = models.CharField("nature", max_length=20, default="feed")
    state = models.CharField("état", max_length=12, choices=STATES, default="active")
    category = models.CharField("catégorie", max_length=120, blank=True)
    priority = models.PositiveSmallIntegerField("priorité", default=2)  # 1 first
    coverage = models.CharField("territoire", max_length=200, blank=True)  # as written in a list
    territories = models.ManyToManyField(Territory, blank=True, related_name="sources")
    filtered = models.BooleanField("source généraliste", default=False)
    daily = models.BooleanField("lue chaque matin", default=False)
    rights = models.CharField("droits", max_length=10, choices=RIGHTS, default="unknown")
    confirmed = models.CharField("confirmation", max_length=20, blank=True)
    provenance = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)

    # Validators are opaque bytes (RFC 9110 8.8): kept as received, latin-1, and sent back so.
    etag = models.TextField(blank=True)
    last_modified = models.TextField(blank=True)
    wish = models.JSONField(default=dict, blank=True)  # ttl, skipHours, skipDays: holds on a 304
    body_hash = models.CharField(max_length=64, blank=True)
    next_check = models.DateTimeField(default=timezone.now, db_index=True)
    why = models.CharField(max_length=200, blank=True)  # why then: a French sentence
    hold_until = models.DateTimeField(null=True, blank=True)  # the site said so (503): never before
    checked_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    claimed_by = models.CharField(max_length=120, blank=True)  # machine:process:token
    error_count = models.PositiveIntegerField(default=0)
    error_code = models.CharField(max_length=40, blank=True)
    error_message = models.TextField(blank=True)  # plain French, with what to do
    error_since = models.DateTimeField(null=True, blank=True)  # when the present series began
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["url"], condition=~models.Q(url=""), name="veille_source_url_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Host(models.Model):
    """Courtesy owed to a host: held after a 429, whatever the source."""

    name = models.CharField(primary_key=True, max_length=260)  # with its port when unusual
    hold_until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    strikes = models.PositiveIntegerField(default=0)
    last_request = models.DateTimeField(null=True, blank=True)
    busy_until = models.DateTimeField(null=True, blank=True)  # a request is under way
    busy_by = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return self.name


class Attempt(models.Model):
    """One reading of a source, kept so that its page can show the last twenty."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=12)  # fetched | unchanged | failed
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    milliseconds = models.PositiveIntegerField(default=0)
    size = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    code = models.CharField(max_length=40, blank=True)
    message = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-pk"]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["source", "-at"])]

    def __str__(self) -> str:
        return f"{self.source_id} {self.outcome} {self.at:%Y-%m-%d %H:%M}"
