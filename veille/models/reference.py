"""Controlled lists: themes, territories, content types, audiences. Codes are strings."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models


class Shipped(models.Model):
    """A row that comes with the service and that staff may edit afterwards.

    `shipped` is the digest of the values last loaded: while the row still has it nobody edited
    the row, and a later version of the shipped list may update it (veille.reference).
    """

    shipped = models.CharField(max_length=16, blank=True, editable=False)

    class Meta:
        abstract = True


class Theme(Shipped):
    """A theme or (with a parent) a sub-theme, with the keywords that suggest it."""

    id = models.SlugField(primary_key=True, max_length=80)
    name = models.CharField(max_length=120)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="children"
    )
    keywords = models.JSONField(default=list, blank=True)
    exclusions = models.JSONField(default=list, blank=True)  # `sauf`: cancels a keyword
    position = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Territory(Shipped):
    """A place of the official geography. `code`: INSEE, SIREN, QN…, contract slug, or R32."""

    KINDS = (
        ("region", "Région"),
        ("departement", "Département"),
        ("contrat", "Contrat de ville"),
        ("epci", "Intercommunalité"),
        ("commune", "Commune"),
        ("qpv", "Quartier prioritaire"),
    )
    code = models.CharField(primary_key=True, max_length=80)
    kind = models.CharField(max_length=12, choices=KINDS)
    name = models.CharField(max_length=160)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children"
    )
    contract = models.ForeignKey(  # of a commune or EPCI: the contrat de ville it belongs to
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="members"
    )
    departement = models.CharField(max_length=3, blank=True)
    postcodes = models.JSONField(default=list, blank=True)
    population = models.PositiveIntegerField(null=True, blank=True)
    vintage = models.CharField(max_length=40, blank=True)
    ambiguous = models.BooleanField(default=False)  # a common word or a homonym: needs a clue
    confirmed = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["kind", "name"])]

    def __str__(self) -> str:
        return self.name


class ContentType(Shipped):
    """What an item is (article, appel-a-projets…); it decides the section of the letter."""

    id = models.SlugField(primary_key=True, max_length=40)
    name = models.CharField(max_length=80)
    section = models.SlugField(max_length=60)
    keywords = models.JSONField(default=list, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]

    def __str__(self) -> str:
        return self.name


class Audience(Shipped):
    """A public of the letters, with its legal basis."""

    id = models.SlugField(primary_key=True, max_length=60)
    name = models.CharField(max_length=160)
    legal_basis = models.CharField(max_length=40)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]

    def __str__(self) -> str:
        return self.name
