"""Two connections at one line: what the first commits is what the second sees."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connections, transaction
from django.utils import timezone

from newsletter import delivery
from newsletter.delivery import guard, ledger
from newsletter.delivery.witness import Witness
from newsletter.models import Delivery, Mailing
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)
WORKER = "elsewhere/1/1/1"


def claimed() -> Delivery:
    issue = make.approved_issue(subscribers=1)
    delivery.send_now(issue, None, timezone.now())
    Mailing.objects.update(state="sending", started_at=timezone.now())
    mailing = Mailing.objects.get()
    with transaction.atomic():
        ledger.freeze(mailing, timezone.now())
    (line,) = ledger.claim(mailing, WORKER, timezone.now())
    return line


def meanwhile(line: Delivery, state: str, act: Callable[[], object]) -> object:
    """What `act` gives on another connection while `line` becomes `state` on this one: it starts
    before the change is committed, and has to wait for it."""
    got: list[object] = []

    def other() -> None:
        try:
            with transaction.atomic():
                got.append(act())
        finally:
            connections.close_all()

    thread = threading.Thread(target=other)
    with transaction.atomic():
        Delivery.objects.filter(pk=line.pk).update(state=state)
        thread.start()
        thread.join(1)  # long enough to come to the lock; when it was not, nothing is proven
    thread.join(60)
    return got[0] if got else None


def test_a_line_cancelled_while_it_is_handed_over_does_not_leave() -> None:
    line = claimed()
    handed = meanwhile(line, "suppressed", lambda: ledger.hand_over(line, WORKER, timezone.now()))
    assert handed is False
    line.refresh_from_db()
    assert line.state == "suppressed"


def test_a_line_handed_over_while_its_lease_is_judged_is_not_planned_again() -> None:
    """A worker believed dead was only slow: its message leaves now, and must not leave twice."""
    line = claimed()
    late = timezone.now() + timedelta(hours=1)
    meanwhile(line, "handed", lambda: ledger.recover(late))
    line.refresh_from_db()
    assert line.state != "planned"


def test_a_line_accepted_while_its_lease_is_judged_is_not_put_in_doubt() -> None:
    line = claimed()
    Delivery.objects.update(state="handed")
    late = timezone.now() + timedelta(hours=1)
    meanwhile(line, "accepted", lambda: ledger.recover(late))
    line.refresh_from_db()
    assert line.state == "accepted"


def test_a_line_accepted_while_an_older_database_is_noticed_is_not_put_in_doubt() -> None:
    line = claimed()
    witness = Witness(Mailing.objects.get().key)
    witness.handed(line.pk, attempts=5)  # more than this database knows
    witness.close()
    meanwhile(line, "accepted", lambda: guard.look(timezone.now()))
    line.refresh_from_db()
    assert line.state == "accepted"
