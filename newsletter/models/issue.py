"""An issue of a letter and its entries."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from newsletter.models.series import Series
from veille.models import Item, Territory, Theme


class Issue(models.Model):
    """Draft until submitted; what is approved is `sha256` of the frozen subject, HTML and text."""

    STATES = (
        ("draft", "brouillon"),
        ("submitted", "à relire"),
        ("approved", "approuvé"),
        ("scheduled", "programmé"),
        ("sending", "en cours d’envoi"),
        ("sent", "envoyé"),
        ("cancelled", "annulé"),
    )
    EDITABLE = ("draft", "submitted", "approved")  # an edit voids a submission or an approval
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="issues")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=160)  # «novembre 2026», «Renouvellement urbain»
    period_start = models.DateField()
    period_end = models.DateField()  # last day, included
    theme = models.ForeignKey(Theme, null=True, blank=True, on_delete=models.SET_NULL)
    territory = models.ForeignKey(Territory, null=True, blank=True, on_delete=models.SET_NULL)
    subject = models.CharField("objet", max_length=200, blank=True)
    preheader = models.CharField("accroche", max_length=200, blank=True)
    edito = models.TextField("édito", blank=True)  # Markdown
    edito_signature = models.CharField("signature", max_length=120, blank=True)
    state = models.CharField(max_length=10, choices=STATES, default="draft")
    edited_fields = models.JSONField(default=list, blank=True)  # names a person changed
    left_out = models.JSONField(default=list, blank=True)  # [{"item","title","why"}]
    accepted_warnings = models.JSONField(default=dict, blank=True)  # {finding key: reason}

    version = models.PositiveIntegerField(default=0)  # bumped by each edit: optimistic lock
    created = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(default=timezone.now)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    return_comment = models.TextField(blank=True)
    send_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    # Frozen at submission; shown, archived and sent byte for byte (P6).
    frozen_subject = models.TextField(blank=True)
    frozen_html = models.TextField(blank=True)
    frozen_text = models.TextField(blank=True)
    frozen_content = models.JSONField(null=True, blank=True)
    frozen_engine = models.CharField(max_length=60, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    previous_text = models.TextField(blank=True)  # subject and text last submitted, to show changes
    slug = models.SlugField(max_length=80, unique=True)  # public address: lettres/<slug>

    class Meta:
        ordering: ClassVar[list[str]] = ["-period_end", "-pk"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["series", "number"], name="newsletter_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.series} n° {self.number} – {self.title}"


class Entry(models.Model):
    """An item placed in an issue. Title, summary… are the issue's own copies: editing them here
    changes nothing in the watch, and composing again never overwrites what a person edited.
    """

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="entries")
    item = models.ForeignKey(
        Item, null=True, blank=True, on_delete=models.SET_NULL, related_name="entries"
    )
    section = models.SlugField(max_length=60)
    position = models.PositiveIntegerField(default=0)
    title = models.CharField(max_length=500)
    summary = models.TextField(blank=True)  # plain text, own words
    importance = models.TextField(blank=True)  # «Pourquoi c'est important», lead entries
    url = models.URLField(max_length=2000, blank=True)
    source_name = models.CharField(max_length=200, blank=True)
    published = models.DateField(null=True, blank=True)
    place = models.CharField(max_length=200, blank=True)
    deadline = models.DateField(null=True, blank=True)
    event = models.JSONField(null=True, blank=True)
    paywalled = models.BooleanField(default=False)
    # Names a person changed; "section": placed by hand, "position": ordered by hand.
    edited_fields = models.JSONField(default=list, blank=True)
    removed = models.BooleanField(default=False)  # taken out by hand: never proposed again here
    why = models.CharField(max_length=200, blank=True)  # why it was proposed here, in French

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["issue", "item"], name="newsletter_entry_item_once")
        ]

    def __str__(self) -> str:
        return self.title
