"""The worker killed (SIGKILL) at each named point, started again: P1 and P2 against a real relay.

The oracle is the relay: what it accepted, per address. The worker is the real process.
"""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest
from django.utils import timezone

from newsletter import delivery
from newsletter.delivery import ledger
from newsletter.models import Delivery, Issue
from newsletter.points import POINTS
from newsletter.reporting import LEDGER, status
from tests import make
from tests.mailbox import Mailbox
from tests.newsletter.delivery.crew import start

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
READERS = 60


def scheduled(settings: Any, mailbox: Mailbox) -> Issue:
    settings.SMTP_URL = mailbox.url
    issue = make.approved_issue(subscribers=READERS, series=make.series(provider="smtp"))
    delivery.send_now(issue, None, timezone.now())
    return issue


def verdict(issue: Issue, mailbox: Mailbox) -> dict[str, int]:
    """The counts, after proving that they add up and that nobody got two copies."""
    seen = status(issue)
    assert sum(seen[name] for name in LEDGER) == seen["audience"] == READERS
    twice = {to: n for to, n in mailbox.counts().items() if n > 1}
    assert twice == {}
    accepted = set(Delivery.objects.filter(state="accepted").values_list("address", flat=True))
    assert accepted <= set(mailbox.counts()), "written as accepted, never received"
    unknown = set(mailbox.counts()) - accepted
    doubtful = set(Delivery.objects.filter(state="in_doubt").values_list("address", flat=True))
    assert unknown <= doubtful, "received, and not even in doubt"
    return {name: seen[name] for name in LEDGER if seen[name]}


# Where, at which passage, and whether one line (the one connection's) may be left in doubt. An
# answer is committed with the next «handed», so the line before is open until then.
CASES = [
    ("in-freeze", 1, 0), ("before-claim", 1, 0), ("before-claim", 2, 0), ("after-claim", 1, 0),
    ("after-claim", 2, 0), ("before-handed", 1, 0), ("before-handed", 55, 1),
    ("after-handed", 1, 1), ("after-handed", 55, 1), ("after-data", 1, 1), ("after-data", 55, 1),
    ("after-answer", 1, 1), ("after-answer", 55, 1), ("before-recorded", 1, 1),
    ("before-recorded", 40, 1), ("mid-batch", 1, 1), ("mid-batch", 55, 1),
]  # fmt: skip


def test_every_point_is_tried() -> None:
    assert {point for point, _, _ in CASES} == set(POINTS)


@pytest.mark.parametrize(("point", "nth", "doubt"), CASES)
def test_killed_at_a_point_and_started_again_nobody_is_lost_nor_served_twice(
    point: str, nth: int, doubt: int, database: str, mailbox: Mailbox, settings: Any
) -> None:
    issue = scheduled(settings, mailbox)
    killed = start(database, mailbox, crash=f"{point}:{nth}")
    _, errors = killed.communicate(timeout=60)
    assert killed.returncode == -signal.SIGKILL, errors
    again = start(database, mailbox)
    _, errors = again.communicate(timeout=60)
    assert again.returncode == 0, errors
    told = verdict(issue, mailbox)
    assert told.get("in_doubt", 0) <= doubt
    assert told["accepted"] + told.get("in_doubt", 0) == READERS
    assert status(issue)["state"] == "sent"


def test_killed_ten_times_at_random_moments(database: str, mailbox: Mailbox, settings: Any) -> None:
    issue = scheduled(settings, mailbox)
    kills = 0
    for round_ in range(10):
        worker = start(database, mailbox, crash=f"{POINTS[3 + round_ % 6]}:{2 + round_ % 5}")
        kills += worker.wait(60) == -signal.SIGKILL
        worker.communicate()
    assert kills >= 8
    last = start(database, mailbox)
    _, errors = last.communicate(timeout=60)
    assert last.returncode == 0, errors
    told = verdict(issue, mailbox)
    assert told.get("in_doubt", 0) <= kills
    assert told["accepted"] + told.get("in_doubt", 0) == READERS


def test_five_workers_at_once_serve_everybody_once(
    database: str, mailbox: Mailbox, settings: Any
) -> None:
    issue = scheduled(settings, mailbox)
    workers = [start(database, mailbox) for _ in range(5)]
    for worker in workers:
        _, errors = worker.communicate(timeout=90)
        assert worker.returncode == 0, errors
    start(database, mailbox).communicate(timeout=60)  # whoever finished last left nothing open
    assert verdict(issue, mailbox) == {"accepted": READERS}
    assert status(issue)["state"] == "sent"


def test_a_stopped_worker_whose_lease_is_lost_sends_nothing_when_it_wakes(
    database: str, mailbox: Mailbox, settings: Any
) -> None:
    issue = scheduled(settings, mailbox)
    mailbox.delay = 0.05
    frozen = start(database, mailbox)
    mailbox.wait_for(5)
    os.kill(frozen.pid, signal.SIGSTOP)
    mailbox.delay = 0.0
    # Its lease ends: the lines it had claimed are planned again, and another worker takes them.
    late = timezone.now() + ledger.LEASE * 2
    Delivery.objects.filter(state="claimed").update(lease_until=timezone.now() - ledger.LEASE)
    delivery.deliver_due(late)
    os.kill(frozen.pid, signal.SIGCONT)
    _, errors = frozen.communicate(timeout=60)
    assert frozen.returncode == 0, errors
    told = verdict(issue, mailbox)
    assert told.get("in_doubt", 0) <= 1
    assert told["accepted"] + told.get("in_doubt", 0) == READERS
