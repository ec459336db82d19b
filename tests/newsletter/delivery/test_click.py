"""A click on *pause* or *cancel* in the middle of a batch, over a slow relay and real workers."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from newsletter import delivery
from newsletter.models import Mailing
from newsletter.reporting import status
from tests import make
from tests.mailbox import Mailbox
from tests.newsletter.delivery.crew import start
from tests.newsletter.delivery.seen import told
from veille.staff.models import User

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
READERS, WORKERS = 150, 2  # two batches of 50 are under way when the click comes


@pytest.mark.parametrize("click", ["pause", "cancel"])
def test_after_the_click_each_connection_ends_at_most_its_own_message(
    click: str, bruno: User, database: str, mailbox: Mailbox, settings: Any
) -> None:
    issue = make.approved_issue(subscribers=READERS, series=make.series(provider="smtp"))
    delivery.send_now(issue, None, timezone.now())
    mailbox.delay = 0.1
    workers = [start(database, mailbox) for _ in range(WORKERS)]
    mailbox.wait_for(6, 60)
    assert status(issue)["state"] == "sending"
    if click == "pause":
        delivery.pause(issue, None)
    else:
        delivery.cancel(issue, None, timezone.now())
    before = len(mailbox.received)
    for worker in workers:
        _, errors = worker.communicate(timeout=90)
        assert worker.returncode == 0, errors
    assert 6 <= before <= READERS - 40, "the click came in the middle"
    assert len(mailbox.received) - before <= WORKERS
    mailbox.delay = 0.0
    seen = told(issue)
    assert seen["accepted"] == len(mailbox.received)
    left = READERS - seen["accepted"]
    assert seen == {
        "accepted": seen["accepted"],
        "planned" if click == "pause" else "suppressed": left,
    }
    if click == "pause":
        delivery.resume(issue, None, timezone.now())
        start(database, mailbox).communicate(timeout=90)
        assert told(issue) == {"accepted": READERS}
        assert set(mailbox.counts().values()) == {1}
        assert Mailing.objects.get().state == "done"
