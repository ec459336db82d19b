"""Whose a line of the ledger is (see veille.processes), and the time of a run."""

from __future__ import annotations

from datetime import datetime, timedelta
from time import monotonic

from veille.processes import identity as identity
from veille.processes import is_dead as is_dead
from veille.processes import rebooted as rebooted


class Clock:
    """The time of this run: the `now` it was given, and what has passed since."""

    def __init__(self, now: datetime) -> None:
        self._now, self._began = now, monotonic()

    def __call__(self) -> datetime:
        return self._now + timedelta(seconds=monotonic() - self._began)
