"""The process that keeps time: `vigie work`, and the child of `vigie serve`.

SIGTERM or Ctrl-C: nothing new is claimed, what runs is told to end, and after DRAIN seconds the
process ends whatever happens; what it gave up is due again at once.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import Any

from django.conf import settings
from django.db import connections
from django.utils import timezone

from schedules import presence, runner, timetable
from schedules.engines import engine_named
from schedules.jobs import Stop
from schedules.models import Run
from veille.processes import identity

DRAIN = 22.0  # seconds; with the web's own five it stays below the thirty systemd is told


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM, SIGINT and SIGHUP set. Call it in the main thread."""
    stop = threading.Event()

    def ask(number: int, frame: Any) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, ask)
    return stop


def watch_parent(stop: threading.Event) -> None:
    """Stops when our standard input closes: its other end dies with the parent, even by kill -9."""

    def wait() -> None:
        while os.read(0, 64):
            pass
        stop.set()

    threading.Thread(target=wait, name="parent", daemon=True).start()


def work(stop: threading.Event) -> None:
    """Keeps time until `stop`, drains, and ends the process: a library's thread that still waits
    for the network must not hold it back.
    """
    engine = engine_named(settings.ENGINE, identity())
    engine.run(stop)
    engine.drain(DRAIN)
    connections.close_all()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def work_once(stop: threading.Event) -> list[Run]:
    """Runs all that is due now, one after the other, and gives the runs in order."""
    worker = identity()
    timetable.start(timezone.now())
    done: list[Run] = []
    for due in runner.plan(timezone.now(), every=True):
        run = None if stop.is_set() else runner.claim(due, worker, timezone.now())
        if run:
            with leased(run):
                done.append(runner.perform(run, Stop(stop)))
    return done


class leased:  # reads as a statement: `with leased(run):`
    """Renews the lease of one run while the block lasts."""

    def __init__(self, run: Run) -> None:
        self.run, self.over = run, threading.Event()
        self.thread = threading.Thread(target=self._renew, name="lease", daemon=True)

    def _renew(self) -> None:
        while not self.over.wait(presence.BEAT):
            runner.renew([self.run], timezone.now())
            connections.close_all()

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *error: object) -> None:
        self.over.set()
        self.thread.join(timeout=5)
