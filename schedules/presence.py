"""Who keeps time: the name of this process, its heartbeat, and whether a named one is dead."""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta
from pathlib import Path

from schedules.models import Heartbeat

BEAT = 15  # seconds between two heartbeats
SILENT = timedelta(seconds=90)  # after that long the clock counts as stopped
FORGET = timedelta(days=1)


def _stat(pid: int) -> tuple[str, str] | None:
    """State letter and start time of a process of this machine (proc(5)); None when it is gone."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    fields = after_name.rpartition(")")[2].split()
    return fields[0], fields[19]


def _place() -> str:
    """Machine and process namespace: a process number means something only there."""
    try:
        space = os.readlink("/proc/self/ns/pid").rpartition("[")[2].rstrip("]")
    except OSError:
        space = "0"
    return f"{socket.gethostname()[:30]}/{space}"


def me() -> str:
    """A name no other process ever has: machine, namespace, process number, start time."""
    pid = os.getpid()
    stat = _stat(pid)
    return f"{_place()}/{pid}/{stat[1] if stat else 0}"


def is_dead(worker: str) -> bool:
    """Is that process surely gone? Only of processes of this machine can it be known at once;
    the others are given up when their lease ends.
    """
    place, _, rest = worker.partition("/")
    space, _, rest = rest.partition("/")
    pid, _, started = rest.partition("/")
    if f"{place}/{space}" != _place() or not pid.isdigit() or not Path("/proc/self/stat").exists():
        return False
    stat = _stat(int(pid))
    return stat is None or stat[0] in "ZX" or stat[1] != started


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
