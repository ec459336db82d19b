"""Who holds a claim, and whether that process is still there.

On one machine a dead worker is recognised at once, so that a restart resumes without waiting; of a
process elsewhere (another machine, another container) only the end of its lease tells.
"""

from __future__ import annotations

import os
import secrets
import socket
from pathlib import Path


def identity() -> str:
    """A name no other run ever has (at most 90 signs): place | process | its start | a token."""
    return f"{_place()}|{os.getpid()}|{_began(os.getpid())}|{secrets.token_hex(4)}"


def is_dead(worker: str) -> bool:
    """Is it certain that the process which made this `identity()` ended?"""
    place, _, rest = worker.partition("|")
    pid, _, rest = rest.partition("|")
    if place != _place() or not pid.isdigit():
        return False
    return _began(int(pid)) != rest.partition("|")[0]


def _place() -> str:
    """This machine and this process namespace: numbers of processes mean nothing beyond."""
    try:
        space = os.stat("/proc/self/ns/pid").st_ino
    except OSError:  # no /proc: nothing is certain of anybody else, only leases tell
        return f"{socket.gethostname()[:40]}:{os.getpid()}"
    return f"{socket.gethostname()[:40]}:{space}"


def _began(pid: int) -> str:
    """When process `pid` began, in kernel ticks (proc(5)); empty when it is gone or a zombie.

    The start tells a process from a later one that got the same number.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] in "ZX" else fields[19]
