"""Plans what is due, claims it, runs it, records it.

    plan(now)      asked for | left by a dead worker | to try again | a new occurrence, per job
    claim(due)     INSERT under UNIQUE(job, due), or one conditional UPDATE: exactly one worker wins
    perform(run)   calls the job's function; whatever it raises becomes words on the run
    renew(…)       the lease of what still runs; a lost lease fences the late writer by `attempts`

Nothing here raises for a failing job: the clock goes on, and what fails again and again is pushed
further and further ahead (10 s, 20 s… 10 min), said once with how many times.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string

from schedules import timetable
from schedules.jobs import Done, Function, Job, Stop
from schedules.models import Run
from schedules.timetable import Line
from veille import french
from veille.exceptions import VigieError
from veille.processes import is_dead

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=45)  # renewed every presence.BEAT seconds
DEATHS = 3  # workers that may die on one run before it is given up
LONGEST_PAUSE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Due:
    """Something to claim: a new occurrence (`row` None), or an existing row to take over."""

    job: Job
    due: datetime
    row: Run | None = None


def pause(failures: int) -> timedelta:
    """How long a job waits after its n-th failure in a row: 10 s doubled each time, 10 min most."""
    return min(timedelta(seconds=10 * 2 ** min(failures - 1, 10)), LONGEST_PAUSE)


def plan(now: datetime, *, every: bool = False) -> list[Due]:
    """What is due at `now`, at most one per job; writes the occurrences that were missed.

    `every` (`vigie work --once`): watch jobs count as due even between two ticks, and failed ones
    need not wait.
    """
    active: dict[str, list[Run]] = {}
    for run in Run.objects.filter(outcome__in=("asked", "running")).order_by("outcome", "due"):
        active.setdefault(run.job, []).append(run)
    found = [
        _of_job(line, active.get(line.job.name, []), now, every) for line in timetable.lines(now)
    ]
    return [due for due in found if due]


def _of_job(line: Line, active: list[Run], now: datetime, every: bool) -> Due | None:
    job = line.job
    running = [run for run in active if run.outcome == "running"]
    if running:
        lost = next((run for run in running if _is_lost(run, now)), None)
        return Due(job, lost.due, lost) if lost else None
    if active:
        return Due(job, active[0].due, active[0])
    if not line.enabled:
        return None
    latest = Run.objects.filter(job=job.name, asked_by_name="").order_by("-due").first()
    if latest and latest.outcome == "failed" and latest.retry_at:
        if latest.retry_at > now and not every:
            return None
        if latest.attempts < job.attempts:
            return Due(job, latest.due, latest)
    baseline = max(line.since, latest.due) if latest else line.since
    return _new_occurrence(line, baseline, now, every)


def _is_lost(run: Run, now: datetime) -> bool:
    return run.lease_until is None or run.lease_until < now or is_dead(run.worker)


def _new_occurrence(line: Line, baseline: datetime, now: datetime, every: bool) -> Due | None:
    job = line.job
    if job.coalesce:
        at = line.rule.latest(now)
        if at <= baseline and every and line.rule.kind == "every":
            at = now
        return Due(job, at) if at > baseline else None
    for at in line.rule.between(baseline, now):
        if now - at <= timedelta(seconds=job.grace):
            return Due(job, at)
        _report_missed(job, at, now)
    return None


def _report_missed(job: Job, due: datetime, now: datetime) -> None:
    words = (
        f"Prévu {french.day_and_clock(due)}, le service ne tournait pas. Rien n’a été fait : "
        "« Lancer maintenant » si c’est encore utile."
    )
    row = Run(
        job=job.name, due=due, outcome="missed", started=now, finished=now, words=words, attempts=0
    )
    Run.objects.bulk_create([row], ignore_conflicts=True)


def claim(due: Due, worker: str, now: datetime) -> Run | None:
    """The run, if this worker got it; None when another one was quicker."""
    if due.row is not None:
        return _take_over(due.row, worker, now)
    run = Run(job=due.job.name, due=due.due, worker=worker, started=now, lease_until=now + LEASE)
    try:
        with transaction.atomic():
            run.save(force_insert=True)
            # Empty runs are deleted, so that UNIQUE alone would let a slow worker run an occurrence
            # a second time. A later one, or one still running, tells.
            others = Run.objects.filter(job=run.job).exclude(pk=run.pk)
            if others.filter(Q(due__gt=run.due, asked_by_name="") | Q(outcome="running")).exists():
                raise IntegrityError("a later occurrence was claimed")
    except IntegrityError:
        return None
    return run


def _take_over(row: Run, worker: str, now: datetime) -> Run | None:
    mine = Run.objects.filter(pk=row.pk, outcome=row.outcome, attempts=row.attempts)
    if row.outcome == "running" and row.attempts >= DEATHS:
        words = f"Arrêté en cours de route {DEATHS} fois. Le travail est laissé de côté."
        mine.update(outcome="failed", finished=now, words=words, retry_at=now + LONGEST_PAUSE)
        return None
    won = mine.update(
        outcome="running",
        worker=worker,
        attempts=row.attempts + 1,
        lease_until=now + LEASE,
        started=now,
        finished=None,
    )
    return Run.objects.get(pk=row.pk) if won else None


def perform(run: Run, stop: Stop, clock: Callable[[], datetime] = timezone.now) -> Run:
    """Runs a claimed run to its end and records it. Raises nothing for what the job does."""
    job = timetable.job_named(run.job)
    function: Function = import_string(job.function)
    try:
        done = function(clock(), stop)
    except VigieError as error:
        return _failed(run, job, str(error), clock())
    except Exception as error:
        log.exception("job %s failed", job.name)
        words = f"Erreur inattendue ({type(error).__name__} : {error}). Le détail est au journal."
        return _failed(run, job, words, clock())
    return _done(run, done, clock())


def _record(run: Run, **fields: object) -> bool:
    """Writes the end of a run, unless its lease was lost and another worker has it."""
    mine = Run.objects.filter(pk=run.pk, attempts=run.attempts, outcome="running")
    written = mine.update(**fields) == 1
    if written:
        for name, value in fields.items():
            setattr(run, name, value)
    else:
        log.warning("run %s was taken over by another worker", run)
    return written


def _done(run: Run, done: Done, now: datetime) -> Run:
    fields = {"outcome": "done", "words": done.words, "worked": done.worked, "finished": now}
    if _record(run, **fields, retry_at=None):
        # Watch jobs tick all day long: of those that found nothing to do, only the latest stays.
        empty = Run.objects.filter(job=run.job, outcome="done", worked=False, asked_by_name="")
        empty.filter(due__lt=run.due).delete()
    return run


def _failed(run: Run, job: Job, words: str, now: datetime) -> Run:
    same = None
    if job.attempts == 1 and not run.asked_by_name:
        earlier = Run.objects.filter(job=run.job, asked_by_name="", due__lt=run.due)
        last = earlier.order_by("-due").first()
        same = last if last and last.outcome == "failed" and last.words == words else None
    repeats = same.repeats + 1 if same else 1
    retry_at = now + pause(max(repeats, run.attempts))
    written = _record(
        run, outcome="failed", words=words, finished=now, repeats=repeats, retry_at=retry_at
    )
    if written and same:
        same.delete()
    return run


def renew(runs: Iterable[Run], now: datetime) -> None:
    """Prolongs the leases of runs this process still performs."""
    for run in runs:
        Run.objects.filter(pk=run.pk, attempts=run.attempts, outcome="running").update(
            lease_until=now + LEASE
        )


def release(runs: Iterable[Run], now: datetime) -> None:
    """Gives up runs that could not end before the process does: due again at once, for anyone."""
    words = "Interrompu par l’arrêt du service ; reprend au prochain démarrage."
    for run in runs:
        _record(run, outcome="failed", finished=now, words=words, retry_at=now)
