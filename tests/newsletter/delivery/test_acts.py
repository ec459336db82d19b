"""Pause, resume, cancel, polite stop; workers thought dead; test messages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from newsletter import delivery
from newsletter.delivery import ledger, workers
from newsletter.models import Delivery, Mailing
from newsletter.providers import Answer, Outgoing
from newsletter.providers.memory import MemoryRelay
from newsletter.reporting import lines, status
from tests import make
from tests.make import NOW
from tests.newsletter.delivery.seen import sent_to, told
from veille.exceptions import BadInput, Refused
from veille.staff.models import AuditEntry, User

pytestmark = pytest.mark.django_db


def test_pause_acts_before_the_next_message_and_resume_goes_on(bruno: User) -> None:
    issue = make.approved_issue(subscribers=20)

    def pause_at_the_fifth(out: Outgoing) -> Answer:
        if len(MemoryRelay.sent) == 4:
            delivery.pause(issue, bruno)
        return Answer("accepted", 250, "ok")

    MemoryRelay.script = staticmethod(pause_at_the_fifth)
    delivery.send_now(issue, bruno, NOW)
    delivery.deliver_due(NOW)
    assert told(issue) == {"accepted": 4, "planned": 16}
    assert bruno.name in status(issue)["reason"]
    MemoryRelay.script = None
    delivery.resume(issue, bruno, NOW)
    delivery.deliver_due(NOW)
    assert told(issue) == {"accepted": 20}
    assert set(sent_to().values()) == {1}


def test_cancelling_during_the_sending_leaves_the_rest_unsent_and_counted(bruno: User) -> None:
    issue = make.approved_issue(subscribers=20)

    def cancel_at_the_fifth(out: Outgoing) -> Answer:
        if len(MemoryRelay.sent) == 4:
            delivery.cancel(issue, bruno, NOW)
        return Answer("accepted", 250, "ok")

    MemoryRelay.script = staticmethod(cancel_at_the_fifth)
    delivery.send_now(issue, bruno, NOW)
    delivery.deliver_due(NOW)
    assert told(issue) == {"accepted": 4, "suppressed": 16}
    assert status(issue)["state"] == "cancelled"
    assert lines(issue, "suppressed")[0].why == "envoi annulé"
    with pytest.raises(Refused):
        delivery.resume(issue, bruno, NOW)
    with pytest.raises(Refused):
        delivery.retry(issue, bruno, "in_doubt", NOW)


def test_a_schedule_cancelled_before_its_time_can_be_made_again(bruno: User) -> None:
    issue = make.approved_issue(subscribers=2)
    delivery.schedule(issue, NOW + timedelta(days=1), bruno, NOW)
    with pytest.raises(Refused):
        delivery.pause(issue, bruno)
    delivery.cancel(issue, bruno, NOW)
    assert delivery.deliver_due(NOW + timedelta(days=2)).accepted == 0
    issue.refresh_from_db()
    assert issue.state == "approved"
    delivery.schedule(issue, NOW + timedelta(days=3), bruno, NOW)
    assert delivery.deliver_due(NOW + timedelta(days=3)).accepted == 2


class StopAfter:
    """Like an Event that is set while the third message is under way."""

    def is_set(self) -> bool:
        return len(MemoryRelay.sent) >= 3


def test_a_polite_stop_ends_after_the_message_under_way_and_leaves_no_doubt(bruno: User) -> None:
    issue = make.approved_issue(subscribers=10)
    delivery.send_now(issue, bruno, NOW)
    delivery.deliver_due(NOW, stop=StopAfter())
    assert told(issue) == {"accepted": 3, "planned": 7}
    delivery.deliver_due(NOW)
    assert told(issue) == {"accepted": 10}


def test_lines_of_a_worker_elsewhere_come_back_when_its_lease_ends(bruno: User) -> None:
    issue = make.approved_issue(subscribers=4)
    delivery.send_now(issue, bruno, NOW)
    delivery.deliver_due(NOW, stop=StopAfter())
    one, two = Delivery.objects.order_by("pk")[:2]
    Delivery.objects.update(state="accepted")
    for line, state, minutes in ((one, "claimed", 1), (two, "handed", 15)):
        Delivery.objects.filter(pk=line.pk).update(
            state=state, worker="ailleurs:1|1|1|x", lease_until=NOW + timedelta(minutes=minutes)
        )
    Mailing.objects.update(state="sending")
    MemoryRelay.clear()
    delivery.deliver_due(NOW + timedelta(seconds=30))
    assert MemoryRelay.sent == []
    delivery.deliver_due(NOW + timedelta(seconds=61))
    assert told(issue) == {"accepted": 3, "handed": 1}
    delivery.deliver_due(NOW + timedelta(minutes=16))
    assert told(issue) == {"accepted": 3, "in_doubt": 1}
    assert len(MemoryRelay.sent) == 1


def test_a_worker_thought_dead_sends_nothing_that_is_no_longer_its_own(bruno: User) -> None:
    issue = make.approved_issue(subscribers=3)

    def taken_away(out: Outgoing) -> Answer:
        Delivery.objects.filter(state="claimed").update(worker="quelqu’un d’autre")
        return Answer("accepted", 250, "ok")

    MemoryRelay.script = staticmethod(taken_away)
    delivery.send_now(issue, bruno, NOW)
    delivery.deliver_due(NOW)
    assert MemoryRelay.sent == []
    assert told(issue) == {"claimed": 3}


def test_the_true_answer_of_a_worker_thought_dead_settles_the_doubt(bruno: User) -> None:
    issue = make.approved_issue(subscribers=1)
    MemoryRelay.script = staticmethod(lambda out: Answer("in_doubt", 0, "perdue"))
    delivery.send_now(issue, bruno, NOW)
    delivery.deliver_due(NOW)
    line = Delivery.objects.get()
    outcome = ledger.Outcome(line, Answer("accepted", 250, "ok"), handed=True)
    ledger.write(outcome, line.worker, NOW)
    assert told(issue) == {"accepted": 1}


def test_a_living_process_is_not_dead_and_an_ended_one_is() -> None:
    import subprocess

    assert not workers.is_dead(workers.identity())
    assert not workers.is_dead("autre-machine:4026531836|1|1|abcd")
    child = subprocess.Popen(["true"])
    place, *_ = workers.identity().split("|")
    child.wait()
    assert workers.is_dead(f"{place}|{child.pid}|12345|abcd")


def test_a_test_message_is_marked_and_stays_out_of_the_ledger(bruno: User) -> None:
    issue = make.approved_issue(subscribers=3)
    letter = delivery.frozen(issue)
    delivery.send_test(issue, "Bruno@Centre.example", bruno, letter, NOW)
    assert [out.recipient for out in MemoryRelay.sent] == ["bruno@centre.example"]
    assert not Delivery.objects.exists()
    assert AuditEntry.objects.get().verb == "sent a test"
    with pytest.raises(BadInput):
        delivery.send_test(issue, "bruno", bruno, letter, NOW)
    MemoryRelay.script = staticmethod(lambda out: Answer("refused", 550, "5.1.1 no"))
    with pytest.raises(Exception, match="n’existe pas"):
        delivery.send_test(issue, "bruno@centre.example", bruno, letter, NOW)
