"""The run ledger and what staff changed of the shipped timetable."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone


class Cadence(models.Model):
    """A staff override of a job's default cadence. The code holds defaults, this row the change."""

    job = models.CharField(primary_key=True, max_length=40)
    rule = models.CharField(max_length=120)
    enabled = models.BooleanField(default=True)
    changed = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.job}: {self.rule}"


class Run(models.Model):
    """One occurrence of one job. UNIQUE(job, due): any number of processes may tick."""

    OUTCOMES = (
        ("running", "en cours"),
        ("done", "fait"),
        ("failed", "échoué"),
        ("missed", "manqué"),
    )
    job = models.CharField(max_length=40)
    due = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=OUTCOMES, default="running")
    worker = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    started = models.DateTimeField(default=timezone.now)
    finished = models.DateTimeField(null=True, blank=True)
    words = models.TextField(blank=True)  # what happened, in French
    asked_by_name = models.CharField(max_length=254, blank=True)  # «lancer maintenant»

    class Meta:
        ordering: ClassVar[list[str]] = ["-due", "-pk"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["job", "due"], name="schedules_run_once")
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.due:%Y-%m-%d %H:%M} {self.outcome}"
