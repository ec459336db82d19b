"""P5: a database older than what was sent sends nothing until a person decides."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers

from newsletter import delivery
from newsletter.delivery import guard, witness
from newsletter.models import Delivery, Issue, Mailing
from newsletter.providers.memory import MemoryRelay
from newsletter.reporting import status
from tests import make
from tests.make import NOW
from tests.newsletter.delivery.seen import sent_to, told
from veille.staff.models import AuditEntry, User

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(minutes=3)


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path


class _After:
    def __init__(self, sent: int) -> None:
        self.sent = sent

    def is_set(self) -> bool:
        return len(MemoryRelay.sent) >= self.sent


def _copy() -> str:
    """The ledger as a backup taken now keeps it."""
    rows = [*Mailing.objects.all(), *Delivery.objects.all()]
    return serializers.serialize("json", [*Issue.objects.all(), *rows])


def _restore(copy: str) -> None:
    Delivery.objects.all().delete()
    Mailing.objects.all().delete()
    for row in serializers.deserialize("json", copy):
        row.save()


def test_a_copy_of_the_middle_of_a_sending_doubts_what_left_since_and_no_more(bruno: User) -> None:
    issue = make.approved_issue(subscribers=10)
    delivery.send_now(issue, bruno, NOW)
    delivery.deliver_due(NOW, stop=_After(3))
    copy = _copy()
    delivery.deliver_due(SOON, stop=_After(7))
    _restore(copy)
    assert told(issue) == {"accepted": 3, "planned": 7}
    report = delivery.deliver_due(SOON)
    assert report.paused == [guard.RUNNING]
    assert len(MemoryRelay.sent) == 7
    seen = status(issue)
    assert (seen["state"], seen["reason"]) == ("paused", guard.RUNNING)
    assert told(issue) == {"accepted": 3, "in_doubt": 4, "planned": 3}
    entry = AuditEntry.objects.get(verb="noticed an older database")
    assert entry.detail == {"mailings": 1, "lines": 4}
    delivery.resume(issue, bruno, SOON)
    assert delivery.deliver_due(SOON).accepted == 3
    assert told(issue) == {"accepted": 6, "in_doubt": 4}
    assert set(sent_to().values()) == {1}, "nobody twice"


def test_a_copy_from_before_the_launch_waits_for_a_person(bruno: User) -> None:
    issue = make.approved_issue(subscribers=4)
    delivery.schedule(issue, SOON, bruno, NOW)
    copy = _copy()
    delivery.deliver_due(SOON)
    _restore(copy)
    for _ in range(2):
        delivery.deliver_due(SOON)
        assert status(issue)["reason"] == guard.SCHEDULED
    assert len(MemoryRelay.sent) == 4
    delivery.resume(issue, bruno, SOON)
    delivery.deliver_due(SOON)
    assert len(MemoryRelay.sent) == 8, "a person decided, knowing"


def test_every_sending_stops_not_only_the_one_that_is_known(bruno: User) -> None:
    copy = _copy()
    old = make.approved_issue(subscribers=2)
    delivery.send_now(old, bruno, NOW)
    delivery.deliver_due(NOW)
    _restore(copy)  # it never heard of that mailing
    issue = make.approved_issue(subscribers=2, series=make.series("thematic"))
    delivery.send_now(issue, bruno, NOW)
    delivery.deliver_due(NOW)
    assert status(issue)["state"] == "waiting"
    assert len(MemoryRelay.sent) == 2
    delivery.resume(issue, bruno, NOW)
    assert delivery.deliver_due(NOW).accepted == 2


def test_a_database_that_knows_all_that_was_sent_is_left_alone(
    bruno: User, django_assert_max_num_queries: Any
) -> None:
    issue = make.approved_issue(subscribers=60)
    delivery.send_now(issue, bruno, NOW)
    delivery.deliver_due(NOW, stop=_After(55))
    with django_assert_max_num_queries(1):
        assert guard.look(SOON) == []
    delivery.deliver_due(SOON)
    assert told(issue) == {"accepted": 60}
    assert guard.look(SOON) == []


def test_a_torn_record_says_nothing() -> None:
    mailing = Mailing(send_at=NOW)
    seen = witness.Witness(mailing.key)
    seen.handed(7, 1)
    seen.handed(5, 0)
    seen.close()
    assert witness.all_marks() == {mailing.key.hex: [witness.Mark(5, 0, 7)]}
    again = witness.Witness(mailing.key)
    again.handed(6, 2)
    again.close()
    assert witness.all_marks() == {mailing.key.hex: [witness.Mark(6, 2, 7)]}
    path = witness.folder() / mailing.key.hex
    path.write_bytes(path.read_bytes()[:-3])
    assert witness.all_marks() == {}
