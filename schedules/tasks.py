"""What each job calls in the packages below, and the words for what it did."""

from __future__ import annotations

import calendar
from datetime import date, datetime, timedelta

from django.contrib.sessions.models import Session
from django.db.models import Max

from newsletter import composing, delivery, events
from newsletter.models import Issue, Series
from schedules.jobs import Done, Stop
from schedules.models import Run
from veille import collecting, french
from veille.models import Attempt

KEEP_RUNS = timedelta(days=90)
KEEP_ATTEMPTS = timedelta(days=90)
MONTHLY = "monthly"


def collect(now: datetime, stop: Stop) -> Done:
    """Reads the sources that are due."""
    report = collecting.collect_due(now, stop=stop)
    if not report.due:
        return Done("Aucune source n’était à relever.", worked=False)
    return Done(f"{report.sentence()}.")


def deliver(now: datetime, stop: Stop) -> Done:
    """Sends what is due; ends between two messages when asked to stop."""
    report = delivery.deliver_due(now, stop=stop)
    if report == delivery.Report():
        return Done("Rien à envoyer.", worked=False)
    return Done(f"{report}.")


def collect_bounces(now: datetime, stop: Stop) -> Done:
    """Takes what came back to the mailbox; `read_events` reads it."""
    kept = events.collect(now, stop=stop)
    if not kept:
        return Done("Aucun nouveau message dans la boîte des retours.", worked=False)
    return Done(f"{french.count(kept, 'message')} à lire.")


def read_events(now: datetime, stop: Stop) -> Done:
    """Reads the notices that came in about messages sent."""
    report = events.process(now, stop=stop)
    if report == events.Report():
        return Done("Aucun avis à lire.", worked=False)
    return Done(f"{report}.")


def propose_monthly(now: datetime, stop: Stop) -> Done:
    """The draft of the current month (Paris). An issue of the month, whatever its state, stays as
    it is: people may have worked on it.
    """
    today = french.local(now)
    month = french.month_year(now)
    start = date(today.year, today.month, 1)
    end = start.replace(day=calendar.monthrange(start.year, start.month)[1])
    if not Series.objects.filter(pk=MONTHLY, active=True).exists():
        return Done("La lettre mensuelle n’est pas active : rien n’a été composé.", worked=False)
    known = Issue.objects.filter(series_id=MONTHLY, period_start=start, period_end=end)
    if known.exclude(state="cancelled").exists():
        return Done(f"Le numéro de {month} existe déjà : il n’a pas été touché.", worked=False)
    issue = composing.propose(MONTHLY, start, end, now=now)
    entries = french.count(issue.entries.count(), "contenu")
    return Done(f"Brouillon de {month} composé : {entries}.")


def housekeeping(now: datetime, stop: Stop) -> Done:
    """Deletes old readings, runs and sessions; never the latest reading or run of anything."""
    latest_attempts = Attempt.objects.values("source").annotate(last=Max("pk")).values("last")
    attempts, _ = (
        Attempt.objects.filter(at__lt=now - KEEP_ATTEMPTS).exclude(pk__in=latest_attempts).delete()
    )
    latest_runs = Run.objects.values("job").annotate(last=Max("pk")).values("last")
    finished = Run.objects.filter(outcome__in=("done", "failed", "missed"))
    runs, _ = finished.filter(due__lt=now - KEEP_RUNS).exclude(pk__in=latest_runs).delete()
    sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
    notices = events.tidy(now)
    if not attempts + runs + sessions + notices:
        return Done("Rien à effacer.", worked=False)
    counts = [
        french.count(attempts, "relevé"),
        french.count(runs, "passage"),
        french.count(sessions, "session"),
    ]
    if notices:
        counts.append(french.count(notices, "avis", "avis"))
    return Done(f"Effacé{french.NBSP}: {', '.join(counts)}.")
