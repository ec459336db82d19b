"""*Ce qui a tourné*: the timetable, the runs, «lancer maintenant», another cadence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from schedules import calendar, presence, timetable
from schedules.jobs import JOBS
from schedules.models import Run
from schedules.timetable import Line
from veille import french
from veille.exceptions import BadInput, Refused
from veille.staff.models import User
from veille.staff.roles import READ, RUN, SETTINGS, requires
from veille.web import kit

STATES = {"done": "ok", "failed": "block", "missed": "warn", "running": "quiet", "asked": "quiet"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A job as the page prints it."""

    line: Line
    cadence: str
    shipped: str
    next: datetime | None
    last: Run | None
    active: bool  # asked for or running
    typed: str  # what stands in the form's field
    enabled: bool
    error: str


def lasting(seconds: float | None) -> str:
    """«0,4 s», «2 min 05 s»; empty when unknown."""
    if seconds is None:
        return ""
    seconds = max(seconds, 0.0)  # the machine's clock was set back meanwhile
    if seconds < 60:
        digits = f"{seconds:.1f}" if seconds < 10 else f"{seconds:.0f}"
        return f"{digits.replace('.', ',')}{french.NBSP}s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}{french.NBSP}min {rest:02d}{french.NBSP}s"


def _shown(now: datetime, form: dict[str, Any]) -> list[Shown]:
    newest = Run.objects.values("job").annotate(last=Max("pk")).values("last")
    last = {run.job: run for run in Run.objects.filter(pk__in=newest)}
    active = set(Run.objects.filter(outcome__in=("asked", "running")).values_list("job", flat=True))
    shown = []
    for line in timetable.lines(now):
        name = line.job.name
        mine = form if form.get("job") == name else {}
        cadence = calendar.words(line.rule)
        shown.append(
            Shown(
                line=line,
                cadence=cadence,
                shipped=calendar.words(calendar.read(line.job.rule)),
                next=line.next(now),
                last=last.get(name),
                active=name in active,
                typed=mine.get("rule", cadence),
                enabled=mine.get("enabled", line.enabled),
                error=mine.get("error", ""),
            )
        )
    return shown


def _page(request: HttpRequest, form: dict[str, Any], status: int = 200) -> HttpResponse:
    now = timezone.now()
    beat = presence.last_beat()
    wanted = request.GET.get("travail", "")
    rows = Run.objects.filter(job=wanted) if wanted in JOBS else Run.objects.all()
    context = {
        "jobs": _shown(now, form),
        "labels": {name: job.label for name, job in JOBS.items()},
        "page": kit.page_of(rows, request),
        "wanted": wanted if wanted in JOBS else "",
        "ticking": presence.recent(beat, now),
        "beat": beat,
        "states": STATES,
        "lasting": lasting,
    }
    return render(request, "pages/schedules/runs.html", context, status=status)


@require_GET
@requires(READ)
def runs(request: HttpRequest) -> HttpResponse:
    """The page."""
    return _page(request, {})


def _actor(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  # `requires` let nobody else in
    return request.user


@require_POST
@requires(RUN)
def run_now(request: HttpRequest, job: str) -> HttpResponse:
    """Asks the clock for a run."""
    try:
        timetable.run_now(job, actor=_actor(request), now=timezone.now())
    except Refused as error:
        messages.warning(request, str(error))
    else:
        label = timetable.job_named(job).label
        messages.success(request, _("« %s » est demandé : l’horloge s’en charge.") % label)
    return redirect("schedules:runs")


@require_POST
@requires(SETTINGS)
def change(request: HttpRequest, job: str) -> HttpResponse:
    """Another cadence, on or off. What cannot be read stays in the field, with why."""
    rule, enabled = kit.text_of(request, "rule"), "enabled" in request.POST
    try:
        line = timetable.change(
            job, rule=rule, enabled=enabled, actor=_actor(request), now=timezone.now()
        )
    except BadInput as error:
        form = {"job": job, "rule": rule, "enabled": enabled, "error": str(error)}
        return _page(request, form, status=422)
    words = calendar.words(line.rule) if line.enabled else _("suspendu")
    messages.success(request, f"{line.job.label}{french.NBSP}: {words}.")
    return redirect("schedules:runs")
