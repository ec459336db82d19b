from __future__ import annotations

from django.apps import AppConfig


class VeilleConfig(AppConfig):
    name = "veille"
    verbose_name = "Veille"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from veille.site import checks  # noqa: F401  # registers the system checks
