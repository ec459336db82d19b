"""The timetable as it stands: shipped rules, what staff changed, and «lancer maintenant»."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from schedules import calendar
from schedules.jobs import JOBS, Job
from schedules.models import Cadence, Run
from veille.exceptions import BadInput, NotFound, Refused
from veille.staff.audit import record
from veille.staff.models import User

FIRST_LOOK_BACK = timedelta(days=1)  # at the first start a watch job runs at once


@dataclass(frozen=True, slots=True)
class Line:
    """A job with the rule that holds now."""

    job: Job
    rule: calendar.Rule
    enabled: bool
    since: datetime  # nothing is due at or before
    overridden: bool

    def next(self, now: datetime) -> datetime | None:
        """The next occurrence; None when switched off."""
        return self.rule.after(now) if self.enabled else None


def _line(job: Job, row: Cadence) -> Line:
    try:
        rule = calendar.read(row.rule or job.rule)
    except calendar.BadRule:  # a rule an older version accepted: the shipped one holds
        rule = calendar.read(job.rule)
    return Line(job, rule, row.enabled, row.since, bool(row.rule))


def _default_row(job: Job, now: datetime) -> Cadence:
    return Cadence(job=job.name, since=now - FIRST_LOOK_BACK if job.coalesce else now)


def lines(now: datetime) -> list[Line]:
    """Every job, in the order of the table. Writes nothing."""
    rows = {row.job: row for row in Cadence.objects.all()}
    return [_line(job, rows.get(job.name) or _default_row(job, now)) for job in JOBS.values()]


def start(now: datetime) -> None:
    """Writes the rows of jobs never seen: what was due before the first start was not missed."""
    rows = [_default_row(job, now) for job in JOBS.values()]
    Cadence.objects.bulk_create(rows, ignore_conflicts=True)


def job_named(name: str) -> Job:
    """The job, or NotFound."""
    if name not in JOBS:
        raise NotFound(f"Aucun travail ne s’appelle « {name} ».")
    return JOBS[name]


@transaction.atomic
def change(name: str, *, rule: str, enabled: bool, actor: User | None, now: datetime) -> Line:
    """Sets a job's rule (empty: the shipped one) and whether it runs.

    Raises NotFound, or BadInput (where="rule") with examples. What was due before the change is
    not caught up.
    """
    job = job_named(name)
    text = " ".join(rule.split())
    try:
        if calendar.read(text or job.rule) == calendar.read(job.rule):
            text = ""
    except calendar.BadRule as error:
        raise BadInput(str(error), where="rule") from error
    row, _ = Cadence.objects.select_for_update().get_or_create(job=name, defaults={"since": now})
    if (row.rule, row.enabled) != (text, enabled):
        row.rule, row.enabled, row.since = text, enabled, now
        row.save()
        record(actor, "changed job", name, rule=text or job.rule, enabled=enabled)
    return _line(job, row)


@transaction.atomic
def run_now(name: str, *, actor: User, now: datetime) -> Run:
    """Asks for a run of `name`; the clock takes it up within seconds. Refused while one is waiting
    or running already.
    """
    job = job_named(name)
    if Run.objects.filter(job=name, outcome__in=("asked", "running")).exists():
        raise Refused(f"« {job.label} » est déjà demandé ou en cours : attendez qu’il finisse.")
    record(actor, "asked for job", name)
    return Run.objects.create(
        job=name, due=now, outcome="asked", attempts=0, asked_by_name=actor.email, started=now
    )
