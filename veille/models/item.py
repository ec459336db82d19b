"""An item: one entry of one source, and what the team decided about it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from veille.models.reference import ContentType, Territory, Theme
from veille.models.source import Source


class Item(models.Model):
    """Three texts that never mix: `summary` is the source's, `own_summary` the team's words,
    `quotation` a short quotation. A letter never prints `summary` of a press source.
    """

    STATES = (("new", "à voir"), ("kept", "retenu"), ("dropped", "écarté"))
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="items")
    guid = models.CharField(max_length=1000)
    url = models.URLField(max_length=2000, blank=True)  # canonical
    original_url = models.URLField(max_length=2000, blank=True)
    title = models.CharField(max_length=500)
    author = models.CharField(max_length=200, blank=True)
    summary = models.TextField(blank=True)  # sanitised HTML, absolute links
    image_url = models.URLField(max_length=2000, blank=True)
    published = models.DateTimeField()
    date_basis = models.CharField(max_length=12, default="published")  # published|updated|collected
    collected = models.DateTimeField(default=timezone.now, db_index=True)
    changed = models.DateTimeField(null=True, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    previous_title = models.CharField(max_length=500, blank=True)  # decided on, changed since
    text = models.TextField(blank=True)  # title + summary without tags, folded: what search reads

    kind = models.ForeignKey(
        ContentType, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    story = models.CharField(max_length=32, blank=True, db_index=True)
    relevance = models.FloatField(default=0.0)
    deadline = models.DateField(null=True, blank=True)
    event = models.JSONField(null=True, blank=True)  # {"start","end","place","online"}
    paywalled = models.BooleanField(default=False)

    state = models.CharField(max_length=8, choices=STATES, default="new")
    themes = models.ManyToManyField(Theme, blank=True, related_name="items")
    territories = models.ManyToManyField(Territory, blank=True, related_name="items")
    note = models.TextField(blank=True)
    own_summary = models.TextField(blank=True)
    quotation = models.CharField(max_length=280, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)  # bumped by each decision: optimistic lock

    class Meta:
        ordering: ClassVar[list[str]] = ["-published", "-pk"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["source", "guid"], name="veille_item_guid_once")
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["-published", "-id"]),
            models.Index(fields=["state", "-published"]),
            models.Index(fields=["state", "-collected"]),
        ]

    def __str__(self) -> str:
        return self.title
