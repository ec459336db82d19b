"""One run of collecting: lanes by host, a pool of threads that ask, one thread that stores."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from threading import Event

from django.db import DatabaseError

from veille.collecting import asking, claiming, courtesy, storing
from veille.collecting.asking import Answer
from veille.collecting.report import Failure, Hold, Report
from veille.models import Source
from veille.processes import identity

WORKERS = 12  # threads wait for networks; parsing, in children, is bounded by the processors
FEWEST_HOSTS = 4  # below, failing names say nothing about our own network
Progress = Callable[[int, int, str], None]  # done, total, name of the source


def collect_due(
    now: datetime, *, all: bool = False, only: Sequence[int] = (), stop: Event | None = None,
    progress: Progress | None = None,
) -> Report:  # fmt: skip
    """Reads the sources that are due at `now` (aware) and stores what is new.

    `all`: whatever their next check, but never a host or source that asked to wait, nor a suspended
    one.
    `only`: these sources alone (NotFound for an unknown number). When `stop` is set no further
    source is begun. Safe to run in several processes at once.
    """
    claiming.release_the_dead()
    sources = claiming.due(now, all=all, only=only)
    run = _Run(now, all, sources, progress)
    try:
        run.work(stop or Event())
    finally:
        run.pool.shutdown(wait=not run.running, cancel_futures=True)  # an error waits for nobody
        claiming.release(run.owner)
    return run.report


class _Run:
    """The state of one run. Only the calling thread touches it."""

    def __init__(
        self, now: datetime, all: bool, sources: list[Source], progress: Progress | None
    ) -> None:
        self.now, self.all, self.progress = now, all, progress
        self.began = time.monotonic()
        self.owner = identity()
        self.policy = courtesy.policy()
        self.report = Report(due=len(sources))
        self.holds = courtesy.held(now)
        self.lanes: dict[str, deque[Source]] = {}
        for source in sources:
            if source.hold_until and source.hold_until > now:
                self._hold(source, source.hold_until, source.why)
                continue
            self.lanes.setdefault(courtesy.host_of(source.url), deque()).append(source)
        self.hosts = len(self.lanes)
        self.not_before: dict[str, float] = {}  # host → monotonic time
        self.running: dict[Future[Answer], tuple[Source, str]] = {}
        self.nameless: list[tuple[Source, Answer]] = []  # DNS failures, judged together at the end
        self.pool = ThreadPoolExecutor(max_workers=WORKERS, thread_name_prefix="relevé")

    def at(self) -> datetime:
        """The time of the run: `now` plus what has passed since."""
        return self.now + timedelta(seconds=time.monotonic() - self.began)

    def work(self, stop: Event) -> None:
        """Until every lane is empty and every answer stored."""
        while self.lanes or self.running:
            if stop.is_set():
                self.lanes.clear()
            for host in list(self.lanes):
                self._start_lane(host)
            if self.running:
                done, _rest = wait(self.running, timeout=0.25, return_when=FIRST_COMPLETED)
                for future in done:
                    self._finish(*self.running.pop(future), future.result())
            elif self.lanes:
                time.sleep(0.05)  # every host left is being spaced
        self._judge_the_nameless()
        self.report.seconds = time.monotonic() - self.began

    def _start_lane(self, host: str) -> None:
        """Begins as many sources of this host as courtesy and the pool allow."""
        lane = self.lanes[host]
        while lane and len(self.running) < WORKERS and self._may_ask(host):
            source = lane.popleft()
            if claiming.claim(source, self.owner, self.at(), now=self.now, all=self.all):
                source.refresh_from_db()
                future = self.pool.submit(asking.ask, asking.question(source), self.policy)
                self.running[future] = (source, host)
            else:
                self.report.elsewhere += 1
                self._leave(host)
        if not lane:
            del self.lanes[host]

    def _may_ask(self, host: str) -> bool:
        """May one more request go to this host now? Reserves it when so."""
        at = self.at()
        if host in self.holds and self.holds[host][0] > at:
            for source in self.lanes[host]:
                self._hold(source, *self.holds[host])
            self.lanes[host].clear()
            return False
        if courtesy.exempt(host):
            return True
        if any(busy == host for _source, busy in self.running.values()):
            return False
        if time.monotonic() < self.not_before.get(host, 0.0):
            return False
        if courtesy.take(host, self.owner, at):
            return True
        self.not_before[host] = time.monotonic() + 0.5  # another process is there
        self.holds = courtesy.held(at)
        return False

    def _hold(self, source: Source, until: datetime, why: str) -> None:
        self.report.held += 1
        self.report.holds.append(Hold(source.pk, source.name, until, why))

    def _leave(self, host: str) -> None:
        if not courtesy.exempt(host):
            courtesy.leave(host, self.owner, self.at())
            self.not_before[host] = time.monotonic() + courtesy.SPACING.total_seconds()

    def _finish(self, source: Source, host: str, answer: Answer) -> None:
        self._leave(host)
        if answer.code == "dns":
            self.nameless.append((source, answer))
        else:
            self._store(source, answer)
        if answer.status == 429:
            self.holds = courtesy.held(self.at())

    def _store(self, source: Source, answer: Answer, *, network_down: bool = False) -> None:
        """Stores, and counts what really happened; what cannot be stored failed."""
        try:
            stored = storing.store(answer, self.owner, self.at(), network_down=network_down)
        except Exception:
            answer = asking.unexpected(source.pk)
            stored = self._store_failure(answer)
        self._count(source, answer, stored)
        if self.progress:
            done = self.report.fetched + self.report.unchanged + self.report.failed
            self.progress(done, self.report.due, source.name)

    def _store_failure(self, answer: Answer) -> storing.Stored | None:
        try:
            return storing.store(answer, self.owner, self.at())
        except DatabaseError:  # the claim lapses by itself; the source is then due again
            asking.log.exception("source %s: its failure could not be stored", answer.source)
            return storing.Stored()

    def _count(self, source: Source, answer: Answer, stored: storing.Stored | None) -> None:
        report = self.report
        if stored is None:
            report.elsewhere += 1
            return
        report.new += stored.new
        report.changed += stored.changed
        if answer.kind == "fetched":
            report.fetched += 1
        elif answer.kind == "unchanged":
            report.unchanged += 1
        else:
            report.failed += 1
            failure = Failure(source.pk, source.name, answer.code, answer.message)
            report.failures.append(failure)

    def _judge_the_nameless(self) -> None:
        """When most names cannot be resolved our own network is down: no source is blamed."""
        hosts = {courtesy.host_of(source.url) for source, _answer in self.nameless}
        down = self.hosts >= FEWEST_HOSTS and len(hosts) * 2 > self.hosts
        self.report.network_down = down
        for source, answer in self.nameless:
            self._store(source, answer, network_down=down)
