"""What each job does through the packages below, and the words it leaves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils.module_loading import import_string

from newsletter import composing
from newsletter.models import Issue
from schedules import tasks
from schedules.jobs import JOBS, Stop
from schedules.models import Run
from tests import make
from veille.models import Attempt
from veille.staff.models import User

NOW = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)  # 08:00 in Paris


@pytest.fixture
def letters(db: None) -> None:
    composing.ensure_series()


def test_every_job_names_a_function_that_exists() -> None:
    for job in JOBS.values():
        assert callable(import_string(job.function))


def test_nothing_due_is_said_and_counts_as_nothing(letters: None) -> None:
    for task, words in (
        (tasks.collect, "Aucune source"),
        (tasks.deliver, "Rien à envoyer"),
        (tasks.collect_bounces, "Aucun nouveau message"),
        (tasks.read_events, "Aucun avis"),
        (tasks.housekeeping, "Rien à effacer"),
    ):
        done = task(NOW, Stop())
        assert done.words.startswith(words)
        assert not done.worked


def test_on_the_25th_the_draft_of_the_month_is_composed(letters: None) -> None:
    make.item(state="kept", decided_at=NOW - timedelta(days=3))
    done = tasks.propose_monthly(NOW, Stop())
    issue = Issue.objects.get()
    assert (issue.period_start, issue.period_end) == (date(2026, 11, 1), date(2026, 11, 30))
    assert done.words == "Brouillon de novembre 2026 composé : 1\u00a0contenu."


def test_a_draft_people_have_worked_on_is_not_touched(letters: None, bruno: User) -> None:
    tasks.propose_monthly(NOW, Stop())
    issue = composing.edit_issue(Issue.objects.get(), {"subject": "Le mien"}, bruno, now=NOW)
    make.item(state="kept", decided_at=NOW)
    done = tasks.propose_monthly(NOW + timedelta(minutes=5), Stop())
    assert not done.worked
    assert "n’a pas été touché" in done.words
    again = Issue.objects.get()
    assert (again.subject, again.version) == ("Le mien", issue.version)
    assert again.entries.count() == 0


def test_a_letter_switched_off_composes_nothing(letters: None) -> None:
    from newsletter.models import Series

    Series.objects.update(active=False)
    assert not tasks.propose_monthly(NOW, Stop()).worked
    assert not Issue.objects.exists()


def test_housekeeping_keeps_the_latest_of_everything(db: None) -> None:
    old = NOW - timedelta(days=120)
    source = make.source()
    for days in (3, 2, 1):
        Attempt.objects.create(source=source, at=old - timedelta(days=days), outcome="fetched")
    for days in (3, 2, 1):
        Run.objects.create(job="collect", due=old - timedelta(days=days), outcome="done")
    Run.objects.create(job="deliver", due=NOW, outcome="running")
    SessionStore().save()
    Session.objects.update(expire_date=old)
    done = tasks.housekeeping(NOW, Stop())
    assert done.words.replace("\u00a0", " ") == "Effacé : 2 relevés, 2 passages, 1 session."
    assert Attempt.objects.get().at == old - timedelta(days=1)
    assert sorted(Run.objects.values_list("job", flat=True)) == ["collect", "deliver"]
    assert not Session.objects.exists()
