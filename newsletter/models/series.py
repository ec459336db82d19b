"""A letter (monthly, thematic): its template, sections, sender and provider."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models


class Series(models.Model):
    """What `letters configure` and the settings page edit."""

    id = models.SlugField(primary_key=True, max_length=40)  # "monthly", "thematic"
    name = models.CharField("nom", max_length=120)
    template = models.SlugField("modèle", max_length=40)  # a folder of templates/letters
    sender_name = models.CharField("expéditeur", max_length=120, blank=True)
    sender_address = models.EmailField("adresse d’expédition", blank=True)
    reply_to = models.EmailField("adresse de réponse", blank=True)
    list_id = models.CharField("List-Id", max_length=200, blank=True)
    provider = models.CharField("prestataire", max_length=20, default="smtp")
    provider_options = models.JSONField(default=dict, blank=True)
    same_person_may_approve = models.BooleanField("auto-approbation permise", default=False)
    next_number = models.PositiveIntegerField("prochain numéro", default=1)
    position = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Section(models.Model):
    """A rubric of a letter. An item goes to the first section that takes its content type and,
    when the section names themes, one of its themes.
    """

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="sections")
    slug = models.SlugField(max_length=60)
    title = models.CharField("titre", max_length=120)
    position = models.PositiveIntegerField(default=0)
    content_types = models.JSONField(default=list, blank=True)  # ids
    themes = models.JSONField(default=list, blank=True)  # ids; both empty: filled by hand only
    style = models.CharField(  # how the template prints it
        max_length=12,
        default="list",
        choices=[("lead", "à retenir"), ("list", "liste"), ("deadlines", "échéances"),
                 ("agenda", "agenda")],
    )  # fmt: skip
    most = models.PositiveIntegerField("au plus", default=8)

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["series", "slug"], name="newsletter_section_once")
        ]

    def __str__(self) -> str:
        return self.title
