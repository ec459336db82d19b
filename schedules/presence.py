"""Who keeps time: heartbeats."""

from __future__ import annotations

from datetime import datetime, timedelta

from schedules.models import Heartbeat

BEAT = 15  # seconds between two heartbeats
SILENT = timedelta(seconds=90)  # after that long the clock counts as stopped
FORGET = timedelta(days=1)


def beat(worker: str, now: datetime) -> None:
    """Says that `worker` lives, and forgets those silent for a day."""
    Heartbeat.objects.update_or_create(
        worker=worker, defaults={"beat": now}, create_defaults={"started": now, "beat": now}
    )
    Heartbeat.objects.filter(beat__lt=now - FORGET).delete()


def gone(worker: str) -> None:
    """The process ends properly."""
    Heartbeat.objects.filter(worker=worker).delete()


def last_beat() -> datetime | None:
    """When some process last kept time."""
    return Heartbeat.objects.order_by("-beat").values_list("beat", flat=True).first()


def recent(beat: datetime | None, now: datetime) -> bool:
    """Was that heartbeat late enough for the clock to count as running?"""
    return beat is not None and beat > now - SILENT


def keeps_time(now: datetime) -> bool:
    """Has some process kept time lately?"""
    return recent(last_beat(), now)
