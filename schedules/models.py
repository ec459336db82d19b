"""The run ledger, what staff changed of the shipped timetable, and who is keeping time."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone


class Cadence(models.Model):
    """A job's line in the database: what staff changed of the shipped rule, and since when."""

    job = models.CharField(primary_key=True, max_length=40)
    rule = models.CharField(max_length=120, blank=True)  # empty: the shipped rule
    enabled = models.BooleanField(default=True)
    # Nothing is due at or before: the first start, the last change of rule, the last time enabled.
    since = models.DateTimeField(default=timezone.now)
    changed = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.job}: {self.rule or 'default'}"


class Run(models.Model):
    """One occurrence of one job. UNIQUE(job, due): any number of processes may tick."""

    OUTCOMES = (
        ("asked", "demandé"),
        ("running", "en cours"),
        ("done", "fait"),
        ("failed", "échoué"),
        ("missed", "manqué"),
    )
    job = models.CharField(max_length=40)
    due = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=OUTCOMES, default="running")
    worker = models.CharField(max_length=120, blank=True)  # see veille.processes
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=1)  # also the fence of a lost lease
    retry_at = models.DateTimeField(null=True, blank=True)  # failed: not again before
    repeats = models.PositiveIntegerField(default=1)  # the same failure, so many times in a row
    worked = models.BooleanField(default=True)  # false: there was nothing to do
    started = models.DateTimeField(default=timezone.now)
    finished = models.DateTimeField(null=True, blank=True)
    words = models.TextField(blank=True)  # what happened, in French
    asked_by_name = models.CharField(max_length=254, blank=True)  # «lancer maintenant»

    class Meta:
        ordering: ClassVar[list[str]] = ["-due", "-pk"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["job", "due"], name="schedules_run_once")
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["outcome"])]

    def __str__(self) -> str:
        return f"{self.job} {self.due:%Y-%m-%d %H:%M} {self.outcome}"

    @property
    def seconds(self) -> float | None:
        """How long it ran; None while it runs and for what never ran."""
        if self.finished is None or self.outcome in {"missed", "asked"}:
            return None
        return (self.finished - self.started).total_seconds()


class Heartbeat(models.Model):
    """A process that keeps time, and when it last said so."""

    worker = models.CharField(primary_key=True, max_length=120)
    started = models.DateTimeField(default=timezone.now)
    beat = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.worker} {self.beat:%Y-%m-%d %H:%M:%S}"
