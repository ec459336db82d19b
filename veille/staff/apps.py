from __future__ import annotations

from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "veille.staff"
    label = "staff"
    verbose_name = "Comptes"
