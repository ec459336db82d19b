"""Seam 5: what makes the clock tick. `embedded`: APScheduler in memory, threads, one machine.

An engine looks at the timetable (`runner.plan`) every few seconds, claims and performs what is due,
and keeps this process's heartbeat and leases. It holds no schedule: the database does.
"""

from __future__ import annotations

import threading
from typing import Protocol

from django.utils.module_loading import import_string

ENGINES = {"embedded": "schedules.engines.embedded.Embedded"}


class Engine(Protocol):
    """What `vigie work` runs."""

    def run(self, stop: threading.Event) -> None:
        """Keeps time until `stop` is set."""

    def drain(self, seconds: float) -> bool:
        """Waits for what runs, `seconds` at most; False when something had to be given up."""


def engine_named(name: str, worker: str) -> Engine:
    """The engine of VIGIE_ENGINE, imported on first use."""
    made: Engine = import_string(ENGINES[name])(worker)
    return made
