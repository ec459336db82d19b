from __future__ import annotations

from django.apps import AppConfig


class SchedulesConfig(AppConfig):
    name = "schedules"
    verbose_name = "Travaux planifiés"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils import timezone

        from schedules import presence
        from veille.site import health

        health.register("clock", lambda: presence.keeps_time(timezone.now()))
