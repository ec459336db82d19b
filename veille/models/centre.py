"""The identity of the centre: one row, edited on a settings page, read by pages and letters."""

from __future__ import annotations

from django.db import models


class Centre(models.Model):
    """Name, colour, logo, legal mentions. `Centre.current()` always answers."""

    name = models.CharField("nom", max_length=120, default="Centre de ressources")
    accent = models.CharField("couleur d’accent", max_length=7, default="#0B5A8A")
    logo = models.CharField("logo", max_length=200, blank=True)  # a file name below MEDIA_ROOT
    logo_alt = models.CharField("texte du logo", max_length=120, blank=True)
    site_url = models.URLField("site", blank=True)
    contact_email = models.EmailField("courriel de contact", blank=True)
    postal_address = models.CharField("adresse postale", max_length=200, blank=True)
    publisher = models.CharField("direction de la publication", max_length=120, blank=True)
    privacy_url = models.URLField("page de confidentialité", blank=True)
    font = models.CharField(
        "police des titres",
        max_length=10,
        default="georgia",
        choices=[("georgia", "Georgia"), ("arial", "Arial"), ("verdana", "Verdana")],
    )

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> Centre:
        """The one row; an unsaved one with the defaults before `vigie setup`."""
        return cls.objects.order_by("pk").first() or cls()
