"""Who holds a claim, and whether that process is still there.

On one machine a dead worker is recognised at once, so that a restart resumes without waiting; of a
process elsewhere (another machine, another container) only the end of its lease tells.
"""

from __future__ import annotations

import os
import secrets
import socket
from pathlib import Path

UNKNOWN = "-"


def identity() -> str:
    """A name no other run ever has (at most 90 signs): place | process | its start | a token."""
    return f"{_place()}|{os.getpid()}|{_began(os.getpid())}|{secrets.token_hex(4)}"


def is_dead(worker: str) -> bool:
    """Is it certain that the process which made this `identity()` ended?"""
    place, _, rest = worker.partition("|")
    pid, _, rest = rest.partition("|")
    if place != _place():
        # A name alone may be borne by two machines: without its number, only leases tell.
        return rebooted(worker) and _machine() != UNKNOWN
    return pid.isdigit() and _began(int(pid)) != rest.partition("|")[0]


def rebooted(worker: str) -> bool:
    """Did this machine start again since that process ran? What it had written last may be lost:
    after a power cut not every disk kept what it said it had.
    """
    place, _, _ = worker.partition("|")
    theirs, ours = place.split(":"), _place().split(":")
    if len(theirs) != len(ours) or UNKNOWN in (theirs[-1], ours[-1]):
        return False
    return theirs[:2] == ours[:2] and theirs[-1] != ours[-1]


def _place() -> str:
    """Machine, process namespace, boot: numbers of processes mean nothing beyond."""
    name = socket.gethostname()[:30].replace(":", "-").replace("|", "-")
    try:
        space = str(os.stat("/proc/self/ns/pid").st_ino)
    except OSError:  # no /proc: nothing is certain of anybody else, only leases tell
        space = f"p{os.getpid()}"
    return f"{name}:{_machine()}:{space}:{_short(Path('/proc/sys/kernel/random/boot_id'))}"


def _machine() -> str:
    return _short(Path("/etc/machine-id"))


def _short(path: Path) -> str:
    """The beginning of an identifier that the system keeps in a file."""
    try:
        return path.read_text(encoding="ascii").strip()[:8] or UNKNOWN
    except (OSError, UnicodeDecodeError):
        return UNKNOWN


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
