"""Suggestions (with why), and each decision with what it replaced, so that it can be undone."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from veille.models.item import Item


class Suggestion(models.Model):
    """The service proposes, a person decides. Refusals are kept: they measure each keyword."""

    STATES = (("proposed", "proposé"), ("accepted", "accepté"), ("refused", "refusé"))
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="suggestions")
    facet = models.CharField(max_length=10, choices=[("theme", "thème"), ("territory", "lieu")])
    target = models.CharField(max_length=80)  # Theme.id or Territory.code
    label = models.CharField(max_length=160)
    why = models.JSONField(default=list)  # the words found
    score = models.FloatField(default=1.0)
    state = models.CharField(max_length=8, choices=STATES, default="proposed")

    class Meta:
        ordering: ClassVar[list[str]] = ["-score", "target"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["item", "facet", "target"], name="veille_suggestion_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.label} ? ({', '.join(self.why)})"


class Decision(models.Model):
    """One gesture on one item; `before` and `after` hold the changed fields."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="decisions")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    verb = models.CharField(max_length=20)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.verb} {self.item_id}"
