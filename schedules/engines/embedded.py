"""APScheduler as a ticker, one thread per job.

APScheduler is given nothing to remember: no job store, no misfire, no cron. It calls `tick` and
`beat`; a late call is one call. Occurrences are ours (schedules.calendar), claims the database's.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from django.db import connections
from django.utils import timezone

from schedules import jobs, presence, runner, timetable
from schedules.models import Run

log = logging.getLogger(__name__)
TICK = 2  # seconds: how soon «lancer maintenant» is heard; three short SELECTs when idle


@dataclass(slots=True)
class Lane:
    """What a job's thread is doing. `gives_up` is on the clock of time.monotonic()."""

    run: Run
    thread: threading.Thread
    gives_up: float

    def busy(self) -> bool:
        """Alive, and not so late that its lease was let go."""
        return self.thread.is_alive() and time.monotonic() < self.gives_up


class Embedded:
    """One per process. Threads are daemons: one that hangs cannot hold the process back."""

    def __init__(self, worker: str) -> None:
        self.worker = worker
        self.lanes: dict[str, Lane] = {}
        self.draining = threading.Event()

    def run(self, stop: threading.Event) -> None:
        """Keeps time until `stop` is set, then tells running jobs to end soon."""
        timetable.start(timezone.now())
        self.beat()
        ticker = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(2)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        ticker.add_job(self.tick, "interval", seconds=TICK, next_run_time=timezone.now())
        ticker.add_job(self.beat, "interval", seconds=presence.BEAT)
        ticker.start()
        stop.wait()
        self.draining.set()
        ticker.shutdown(wait=True)  # a tick is short; nothing is claimed any more

    def tick(self) -> None:
        """Claims what is due and gives each run a thread. A database away for a while is logged
        and tried again at the next tick.
        """
        try:
            for due in runner.plan(timezone.now()):
                lane = self.lanes.get(due.job.name)
                if self.draining.is_set() or (lane and lane.busy()):
                    continue
                run = runner.claim(due, self.worker, timezone.now())
                if run:
                    self._start(run, due.job)
        except Exception:
            log.exception("the clock missed a tick")
        finally:
            connections.close_all()

    def _start(self, run: Run, job: jobs.Job) -> None:
        deadline = time.monotonic() + job.deadline
        stop = jobs.Stop(self.draining, deadline)
        thread = threading.Thread(
            target=self._perform, args=(run, stop), name=f"job-{job.name}", daemon=True
        )
        self.lanes[job.name] = Lane(run, thread, deadline + presence.BEAT)
        thread.start()

    def _perform(self, run: Run, stop: jobs.Stop) -> None:
        try:
            runner.perform(run, stop)
        except Exception:  # the result could not be written: its lease ends, it is taken over
            log.exception("the end of %s could not be recorded", run)
        finally:
            connections.close_all()

    def beat(self) -> None:
        """The heartbeat, and the leases of what runs within its deadline."""
        now = timezone.now()
        try:
            presence.beat(self.worker, now)
            runner.renew([lane.run for lane in self.lanes.values() if lane.busy()], now)
        except Exception:
            log.exception("the clock could not say that it lives")
        finally:
            connections.close_all()

    def drain(self, seconds: float) -> bool:
        """Waits for the jobs' threads; the runs still going are given back."""
        end = time.monotonic() + seconds
        next_beat = time.monotonic()
        while (alive := self._alive()) and time.monotonic() < end:
            if time.monotonic() >= next_beat:
                self.beat()
                next_beat = time.monotonic() + presence.BEAT
            alive[0].thread.join(timeout=0.2)
        left = self._alive()
        runner.release([lane.run for lane in left], timezone.now())
        presence.gone(self.worker)
        return not left

    def _alive(self) -> list[Lane]:
        return [lane for lane in self.lanes.values() if lane.thread.is_alive()]
