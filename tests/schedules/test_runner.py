"""Each occurrence runs once, or is reported as missed; nothing a job does stops the clock."""

from __future__ import annotations

import json
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schedules import jobs, runner, timetable
from schedules.jobs import Done, Job, Stop
from schedules.models import Run
from tests import processes
from veille.exceptions import BadInput, Refused
from veille.processes import identity, is_dead
from veille.staff.models import AuditEntry, User

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
CALLS: list[datetime] = []
BEHAVIOUR: dict[str, object] = {"raise": None, "worked": True}


def acted(now: datetime, stop: Stop) -> Done:
    """The job of these tests: does, finds nothing, or fails, as BEHAVIOUR says."""
    CALLS.append(now)
    if isinstance(BEHAVIOUR["raise"], Exception):
        raise BEHAVIOUR["raise"]
    return Done("Fait.", worked=bool(BEHAVIOUR["worked"]))


def job(name: str, rule: str, **fields: object) -> Job:
    values = {"deadline": 60, "grace": 2 * 3600} | fields
    return Job(name, name, "", rule, f"{__name__}.acted", **values)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two jobs of our own: a watch every ten seconds, an act on the 25th."""
    mine = {
        "watch": job("watch", "every 10 s"),
        "act": job("act", "monthly 25 08:00", coalesce=False, attempts=3),
    }
    monkeypatch.setattr(jobs, "JOBS", mine)
    monkeypatch.setattr(timetable, "JOBS", mine)
    CALLS.clear()
    BEHAVIOUR.update({"raise": None, "worked": True})


def tick(now: datetime, *, every: bool = False, worker: str = "elsewhere/1/1/1") -> list[Run]:
    """One look of the clock: everything due is claimed and run."""
    timetable.start(now)
    claimed = [runner.claim(due, worker, now) for due in runner.plan(now, every=every)]
    return [runner.perform(run, Stop(), clock=lambda: now) for run in claimed if run]


def test_a_watch_that_slept_three_days_runs_once(db: None) -> None:
    tick(START)
    assert [run.job for run in tick(START + 3 * DAY)] == ["watch"]
    assert Run.objects.filter(job="watch", outcome="missed").count() == 0


def test_an_occurrence_runs_once_however_often_the_clock_looks(db: None) -> None:
    timetable.start(START)
    eight = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)  # 08:00 in Paris
    assert "act" not in {run.job for run in tick(eight - SECOND)}
    for later in (0, 1, 5, 3600):
        tick(eight + later * SECOND)
    assert Run.objects.get(job="act").outcome == "done"


def test_an_act_due_too_long_ago_is_reported_and_not_done(db: None) -> None:
    timetable.start(START)
    late = datetime(2026, 11, 25, 7, 0, tzinfo=UTC) + timedelta(hours=3)
    assert "act" not in {run.job for run in tick(late)}
    missed = Run.objects.get(job="act")
    assert missed.outcome == "missed"
    assert "mercredi 25 novembre à 8 h 00" in missed.words.replace("\u00a0", " ")
    tick(late + MINUTE)
    assert Run.objects.filter(job="act").count() == 1


def test_what_was_due_before_the_first_start_was_not_missed(db: None) -> None:
    tick(datetime(2026, 11, 28, 12, 0, tzinfo=UTC))
    assert not Run.objects.filter(job="act").exists()


def test_each_of_several_missed_months_is_reported(db: None) -> None:
    timetable.start(START)
    tick(START + 100 * DAY)
    assert Run.objects.filter(job="act", outcome="missed").count() == 4


def test_a_day_of_ticks_that_find_nothing_leaves_one_line(db: None) -> None:
    BEHAVIOUR["worked"] = False
    for n in range(30):
        tick(START + n * 10 * SECOND)
    BEHAVIOUR["worked"] = True
    tick(START + timedelta(minutes=10))
    BEHAVIOUR["worked"] = False
    for n in range(30):
        tick(START + timedelta(minutes=20) + n * 10 * SECOND)
    assert list(Run.objects.values_list("worked", flat=True)) == [False, True]
    assert len(CALLS) == 61


def test_a_failing_watch_is_told_once_with_its_count_and_tried_less_and_less(db: None) -> None:
    BEHAVIOUR["raise"] = RuntimeError("le disque est plein")
    for n in range(360):
        tick(START + n * 10 * SECOND)  # an hour
    run = Run.objects.get(job="watch")
    assert run.outcome == "failed"
    assert "le disque est plein" in run.words
    assert run.repeats == len(CALLS) < 15
    BEHAVIOUR["raise"] = None
    tick(START + timedelta(hours=2))
    assert Run.objects.filter(job="watch").latest("due").outcome == "done"


def test_a_failed_act_is_tried_three_times_and_then_left(db: None) -> None:
    timetable.start(START)
    eight = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
    BEHAVIOUR["raise"] = Refused("Aucun contenu retenu ce mois-ci.")
    act = [len([r for r in tick(eight + n * 10 * SECOND) if r.job == "act"]) for n in range(60)]
    assert sum(act) == 3
    run = Run.objects.get(job="act")
    assert (run.outcome, run.attempts) == ("failed", 3)
    assert run.words == "Aucun contenu retenu ce mois-ci."


def test_a_run_left_by_a_dead_worker_is_taken_over_when_its_lease_ends(db: None) -> None:
    timetable.start(START)
    due = next(d for d in runner.plan(START) if d.job.name == "watch")
    assert runner.claim(due, "elsewhere/1/1/1", START)
    assert tick(START + 30 * SECOND) == []
    taken = tick(START + 46 * SECOND, worker="elsewhere/1/2/2")
    assert [(run.due, run.attempts, run.outcome) for run in taken] == [(START, 2, "done")]


def test_a_worker_of_this_machine_that_died_is_noticed_at_once(db: None) -> None:
    timetable.start(START)
    own = identity()
    place, pid, _, token = own.split("|")
    dead = f"{place}|{pid}|0|{token}"  # our process number, another start
    assert is_dead(dead)
    assert not is_dead(own)
    due = next(d for d in runner.plan(START) if d.job.name == "watch")
    assert runner.claim(due, dead, START)
    assert [run.attempts for run in tick(START + SECOND, worker=own)] == [2]


def test_a_run_that_kills_three_workers_is_left_aside_and_the_next_goes_on(db: None) -> None:
    timetable.start(START)
    now = START
    for _ in range(3):
        (due,) = [d for d in runner.plan(now) if d.job.name == "watch"]
        assert runner.claim(due, "elsewhere/1/1/1", now)
        now += MINUTE
    assert tick(now) == []
    left = Run.objects.get(job="watch")
    assert (left.outcome, left.due) == ("failed", START)
    assert "3 fois" in left.words
    assert [run.outcome for run in tick(now + 11 * MINUTE)] == ["done"]


def test_a_worker_that_lost_its_lease_writes_nothing_any_more(db: None) -> None:
    timetable.start(START)
    due = next(d for d in runner.plan(START) if d.job.name == "watch")
    slow = runner.claim(due, "elsewhere/1/1/1", START)
    assert slow
    again = runner.plan(START + MINUTE)[0]
    assert runner.claim(again, "elsewhere/1/2/2", START + MINUTE)
    runner.perform(slow, Stop(), clock=lambda: START + MINUTE)
    assert Run.objects.get(pk=slow.pk).outcome == "running"


def test_a_worker_late_by_a_whole_tick_cannot_run_a_deleted_occurrence_again(db: None) -> None:
    BEHAVIOUR["worked"] = False
    timetable.start(START)
    late = runner.plan(START)[0]
    tick(START)
    tick(START + 10 * SECOND)
    assert not Run.objects.filter(due=START).exists()
    assert runner.claim(late, "elsewhere/1/1/1", START + 11 * SECOND) is None


def test_run_now_is_taken_up_once_and_keeps_the_timetable(amina: User) -> None:
    timetable.start(START)
    now = datetime(2026, 11, 25, 6, 59, 58, tzinfo=UTC)
    timetable.run_now("act", actor=amina, now=now)
    with pytest.raises(Refused):
        timetable.run_now("act", actor=amina, now=now + SECOND)
    assert [r.asked_by_name for r in tick(now + SECOND) if r.job == "act"] == [amina.email]
    assert [r.asked_by_name for r in tick(now + 5 * SECOND) if r.job == "act"] == [""]
    assert AuditEntry.objects.get(verb="asked for job").subject == "act"


def test_a_job_switched_off_rests_and_catches_nothing_up(denis: User) -> None:
    timetable.start(START)
    timetable.change("act", rule="", enabled=False, actor=denis, now=START)
    tick(START + 10 * DAY)
    timetable.change("act", rule="", enabled=True, actor=denis, now=START + 20 * DAY)
    tick(START + 21 * DAY)
    assert not Run.objects.filter(job="act").exists()


def test_a_rule_may_be_changed_and_a_wrong_one_is_refused(denis: User) -> None:
    line = timetable.change("act", rule="le 20 du mois 10:00", enabled=True, actor=denis, now=START)
    assert line.overridden
    assert line.next(START) == datetime(2026, 12, 20, 9, 0, tzinfo=UTC)
    with pytest.raises(BadInput, match="Exemples"):
        timetable.change("act", rule="parfois", enabled=True, actor=denis, now=START)
    back = timetable.change("act", rule="monthly 25 08:00", enabled=True, actor=denis, now=START)
    assert not back.overridden


def test_asked_to_run_all_that_is_due_a_watch_runs_between_two_ticks(db: None) -> None:
    tick(START)
    assert tick(START + SECOND) == []
    assert [run.job for run in tick(START + SECOND, every=True)] == ["watch"]


CLAIMANT = """
import json, sys, time
from datetime import datetime, timedelta
import django; django.setup()
from django.utils import timezone
from schedules import runner, timetable
start = datetime.fromisoformat(sys.argv[1])
while time.time() < float(sys.argv[2]):
    time.sleep(0.002)
won = []
for n in range(40):
    now = start + timedelta(seconds=10 * n)
    timetable.start(now)
    for due in runner.plan(now):
        run = runner.claim(due, sys.argv[3], now)
        if run and due.job.name == "deliver":
            run.outcome, run.worked = "done", False
            won.append(run.due.isoformat())
            type(run).objects.filter(pk=run.pk).update(outcome="done", worked=False)
            type(run).objects.filter(job="deliver", outcome="done", due__lt=run.due).delete()
print(json.dumps(won))
"""


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_five_processes_claim_each_occurrence_once(transactional_db: None, tmp_path: Path) -> None:
    import time

    env = processes.environment(tmp_path, DJANGO_SETTINGS_MODULE="veille.site.settings")
    processes.migrate(env)
    at = str(time.time() + 4)
    won: list[str] = []
    with ExitStack() as stack:
        words = ["-c", CLAIMANT, START.isoformat(), at]
        five = [
            stack.enter_context(processes.started(env, *words, f"elsewhere/1/{n}/1"))
            for n in range(5)
        ]
        for process in five:
            out, err = process.communicate(timeout=250)
            assert process.returncode == 0, err
            won += json.loads(out)
    assert len(won) == len(set(won))
    assert len(won) >= 20
