"""Who holds a line of the ledger, and whether that process is still there.

On one machine a dead worker is recognised at once, so a restart resumes without waiting; from
another machine (or another container) only the end of the lease tells.
"""

from __future__ import annotations

import os
import secrets
import socket
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic


class Clock:
    """The time of this run: the `now` it was given, and what has passed since."""

    def __init__(self, now: datetime) -> None:
        self._now, self._began = now, monotonic()

    def __call__(self) -> datetime:
        return self._now + timedelta(seconds=monotonic() - self._began)


def identity() -> str:
    """A name for this run of this process: place | process | when it began | a random part."""
    return f"{_place()}|{os.getpid()}|{_began(os.getpid())}|{secrets.token_hex(4)}"


def is_dead(worker: str) -> bool:
    """Is it certain that the process called `worker` ended? False when it lives elsewhere."""
    place, _, rest = worker.partition("|")
    if place != _place():
        return False
    pid, began, *_random = rest.split("|")
    return _began(int(pid)) != began


def _place() -> str:
    """This machine, and this process namespace of it: numbers of processes mean nothing beyond."""
    try:
        space = os.stat("/proc/self/ns/pid").st_ino
    except OSError:
        return f"{socket.gethostname()[:40]}:{os.getpid()}"  # no /proc: only leases tell
    return f"{socket.gethostname()[:40]}:{space}"


def _began(pid: int) -> str:
    """When process `pid` began, in kernel ticks; empty when there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]
