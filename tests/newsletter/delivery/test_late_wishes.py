"""What changes between approval and the last byte: readers who leave, senders that change."""

from __future__ import annotations

from datetime import timedelta

import pytest

from newsletter import composing, delivery, subscribing
from newsletter.delivery import ledger
from newsletter.models import Delivery, Mailing, Subscription, Suppression
from newsletter.models.subscriber import address_digest
from newsletter.providers import Answer, Outgoing
from newsletter.providers.memory import MemoryRelay
from tests import make
from tests.make import NOW
from tests.newsletter.delivery.seen import told
from veille.exceptions import Refused
from veille.staff.models import AuditEntry, User

pytestmark = pytest.mark.django_db


def test_who_leaves_or_is_erased_while_the_relay_is_slow_gets_nothing(bruno: User) -> None:
    issue = make.approved_issue()
    for name in ("ana", "bob", "chloe"):
        make.subscriber(f"{name}@exemple.example", to=issue.series)
    leaving = Subscription.objects.get(subscriber__address="chloe@exemple.example")

    def wishes(out: Outgoing) -> Answer:
        if out.recipient.startswith("ana"):
            subscribing.erase("bob@exemple.example", actor=bruno, now=NOW)
            subscribing.unsubscribe(leaving, proof="clic", now=NOW)
        return Answer("accepted", 250, "ok")

    MemoryRelay.script = staticmethod(wishes)
    delivery.send_now(issue, bruno, NOW)
    delivery.deliver_due(NOW)
    assert [out.recipient for out in MemoryRelay.sent] == ["ana@exemple.example"]
    assert told(issue) == {"accepted": 1, "suppressed": 2}


@pytest.mark.parametrize("everywhere", [True, False])
def test_who_bounced_or_complained_after_the_freeze_is_left_out_when_claimed(
    bruno: User, everywhere: bool
) -> None:
    issue = make.approved_issue(subscribers=3)
    banned = make.subscriber("plainte@exemple.example", to=issue.series)

    def bounce(out: Outgoing) -> Answer:
        return Answer("deferred", 451, "4.7.1 later")

    MemoryRelay.script = staticmethod(bounce)
    delivery.send_now(issue, bruno, NOW)
    delivery.deliver_due(NOW)
    assert told(issue) == {"deferred": 4}
    MemoryRelay.script = None
    Suppression.objects.create(
        digest=address_digest(banned.address),
        series=None if everywhere else issue.series,
        reason="complaint",
    )
    later = NOW + timedelta(minutes=6)
    mailing = Mailing.objects.get()
    assert len(ledger.claim(mailing, "elsewhere|1|1|x", later)) == 3
    line = Delivery.objects.get(address=banned.address)
    assert (line.state, line.reply) == ("suppressed", "complaint")
    delivery.deliver_due(later + ledger.LEASE * 2)
    assert told(issue) == {"accepted": 3, "suppressed": 1}
    assert "plainte@exemple.example" not in {out.recipient for out in MemoryRelay.sent}


def test_another_sender_than_the_approved_one_sends_nothing(
    bruno: User, claire: User, denis: User
) -> None:
    issue = make.cleared_issue(bruno, claire)
    composing.configure(issue.series, {"reply_to": "ailleurs@exemple.example"}, denis)
    with pytest.raises(Refused, match="L’expéditeur a changé"):
        delivery.send_now(issue, bruno, NOW)
    assert MemoryRelay.sent == []


def test_the_reason_of_a_pause_holds_no_address(bruno: User) -> None:
    issue = make.approved_issue()
    make.subscriber("paul.durand@exemple.example", to=issue.series)
    MemoryRelay.script = staticmethod(
        lambda out: Answer("broken", 554, f"5.7.1 <{out.recipient}>: message refused")
    )
    delivery.send_now(issue, bruno, NOW)
    delivery.deliver_due(NOW)
    kept = str(AuditEntry.objects.get(verb="paused").detail) + Mailing.objects.get().reason
    assert "message refused" in kept
    assert "paul.durand" not in kept


def test_a_sending_that_stood_still_for_days_waits_for_a_person(bruno: User) -> None:
    issue = make.approved_issue(subscribers=5)
    delivery.send_now(issue, bruno, NOW)
    MemoryRelay.script = staticmethod(_stop_after_two)
    delivery.deliver_due(NOW, stop=_Two())
    assert told(issue)["planned"] > 0
    later = NOW + timedelta(days=9)
    delivery.deliver_due(later)
    assert Mailing.objects.get().state == "paused"
    assert "interrompu" in Mailing.objects.get().reason
    delivery.resume(issue, bruno, later)
    delivery.deliver_due(later)
    assert told(issue) == {"accepted": 5}


def _stop_after_two(out: Outgoing) -> Answer:
    return Answer("accepted", 250, "ok")


class _Two:
    """A stop that comes after two messages."""

    def is_set(self) -> bool:
        return len(MemoryRelay.sent) >= 2
