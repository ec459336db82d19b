"""The ledger: nobody lost, nobody twice, whatever the relay answers."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from newsletter import delivery
from newsletter.delivery import ledger
from newsletter.exceptions import NotConfigured
from newsletter.models import Delivery, Issue, Mailing, Subscription, Suppression
from newsletter.models.subscriber import address_digest
from newsletter.providers import Answer, Outgoing
from newsletter.providers.memory import MemoryRelay
from newsletter.reporting import lines, status
from tests import make
from tests.mailbox import CLOSE, Mailbox
from tests.make import NOW
from tests.newsletter.delivery.seen import sent_to, told
from veille.exceptions import BadInput, Conflict, Refused
from veille.staff.models import AuditEntry, User

pytestmark = pytest.mark.django_db


def test_an_approved_issue_reaches_every_reader_once_and_is_then_sent(bruno: User) -> None:
    issue = make.approved_issue(subscribers=120)
    delivery.schedule(issue, NOW + timedelta(days=6), bruno, NOW)
    assert status(issue)["state"] == "scheduled"
    assert delivery.deliver_due(NOW).accepted == 0
    later = NOW + timedelta(days=6, minutes=1)
    report = delivery.deliver_due(later)
    assert (report.launched, report.accepted, report.finished) == (1, 120, 1)
    assert set(sent_to().values()) == {1}
    assert told(issue) == {"accepted": 120}
    issue.refresh_from_db()
    assert issue.state == "sent"
    assert issue.sent_at is not None
    assert delivery.deliver_due(later + timedelta(days=1)).accepted == 0
    trail = list(AuditEntry.objects.order_by("pk").values_list("verb", "actor_name"))
    assert trail == [
        ("scheduled", bruno.email), ("launched", "vigie"), ("finished sending", "vigie")
    ]  # fmt: skip


def test_what_leaves_is_byte_for_byte_what_was_approved(bruno: User) -> None:
    issue = make.approved_issue(subscribers=2)
    delivery.send_now(issue, bruno, NOW)
    delivery.deliver_due(NOW)
    first, second = MemoryRelay.sent
    assert first.data != second.data
    ids = [out.data.split(b"Message-ID: ")[1].split(b"\r\n")[0] for out in (first, second)]
    assert ids[0] != ids[1]
    assert list(Delivery.objects.order_by("pk").values_list("message_id", flat=True)) == [
        i.decode() for i in ids
    ]


def test_a_double_click_sends_once(bruno: User) -> None:
    issue = make.approved_issue(subscribers=3)
    delivery.send_now(issue, bruno, NOW)
    with pytest.raises(Conflict, match="déjà programmé"):
        delivery.send_now(issue, bruno, NOW)
    delivery.deliver_due(NOW)
    with pytest.raises(Conflict, match="déjà envoyé"):
        delivery.send_now(issue, bruno, NOW)
    assert set(sent_to().values()) == {1}


def test_the_database_itself_refuses_a_second_line_for_an_address(bruno: User) -> None:
    issue = make.approved_issue(subscribers=1)
    delivery.send_now(issue, bruno, NOW)
    delivery.deliver_due(NOW)
    line = Delivery.objects.get()
    line.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        line.save(force_insert=True)


@pytest.mark.parametrize("state", ["draft", "submitted", "cancelled"])
def test_only_an_approved_issue_can_be_scheduled(bruno: User, state: str) -> None:
    issue = make.approved_issue(subscribers=1, state=state)
    with pytest.raises(Refused, match="pas approuvé"):
        delivery.send_now(issue, bruno, NOW)


@pytest.mark.parametrize("field", ["frozen_html", "frozen_text", "frozen_subject"])
def test_content_changed_after_approval_is_not_sent(bruno: User, field: str) -> None:
    issue = make.approved_issue(subscribers=1)
    Issue.objects.filter(pk=issue.pk).update(**{field: "autre chose"})
    with pytest.raises(Refused, match="approuvé"):
        delivery.send_now(issue, bruno, NOW)


def test_content_changed_after_scheduling_waits_for_a_person(bruno: User) -> None:
    issue = make.approved_issue(subscribers=1)
    delivery.send_now(issue, bruno, NOW)
    Issue.objects.filter(pk=issue.pk).update(frozen_html="autre chose")
    assert delivery.deliver_due(NOW).waiting == 1
    assert status(issue)["state"] == "waiting"
    assert MemoryRelay.sent == []
    with pytest.raises(Refused):
        delivery.resume(issue, bruno, NOW)


def test_what_cannot_be_sent_is_said_when_scheduling(bruno: User, settings: Any) -> None:
    issue = make.approved_issue()
    with pytest.raises(Refused, match="Personne n’est abonné"):
        delivery.send_now(issue, bruno, NOW)
    make.subscriber(to=issue.series)
    with pytest.raises(BadInput, match=r"1.destinataire, et non 2"):
        delivery.send_now(issue, bruno, NOW, expected=2)
    with pytest.raises(BadInput, match="passé"):
        delivery.schedule(issue, NOW - timedelta(hours=1), bruno, NOW)
    settings.SMTP_URL = ""
    issue.series.provider = "smtp"
    issue.series.save()
    with pytest.raises(NotConfigured, match="VIGIE_SMTP_URL"):
        delivery.send_now(issue, bruno, NOW)
    issue.series.sender_address = ""
    issue.series.save()
    with pytest.raises(NotConfigured, match="adresse d’expédition"):
        delivery.send_now(issue, bruno, NOW)
    assert not Mailing.objects.exists()


def test_more_than_two_hours_late_waits_for_a_person_and_then_leaves(bruno: User) -> None:
    issue = make.approved_issue(subscribers=2)
    delivery.schedule(issue, NOW, bruno, NOW)
    late = NOW + timedelta(hours=2, minutes=1)
    assert delivery.deliver_due(late).waiting == 1
    seen = status(issue)
    assert seen["state"] == "waiting"
    assert "2 h de retard" in seen["reason"]
    assert delivery.deliver_due(late).accepted == 0
    delivery.resume(issue, bruno, late)
    assert delivery.deliver_due(late).accepted == 2


def test_under_two_hours_late_leaves(bruno: User) -> None:
    issue = make.approved_issue(subscribers=2)
    delivery.schedule(issue, NOW, bruno, NOW)
    assert delivery.deliver_due(NOW + timedelta(hours=1, minutes=59)).accepted == 2


def test_who_must_not_be_written_to_is_a_line_too(bruno: User) -> None:
    issue = make.approved_issue(subscribers=2)
    everywhere = make.subscriber(to=issue.series)
    here = make.subscriber(to=issue.series)
    other = make.series("thematic")
    elsewhere = make.subscriber(to=issue.series)
    for who, series in ((everywhere, None), (here, issue.series), (elsewhere, other)):
        digest = address_digest(who.address)
        Suppression.objects.create(digest=digest, series=series, reason="bounce")
    left = make.subscriber(to=issue.series)
    Subscription.objects.filter(subscriber=left).update(state="left")
    delivery.send_now(issue, bruno, NOW)
    delivery.deliver_due(NOW)
    assert told(issue) == {"accepted": 3, "suppressed": 2}
    assert everywhere.address not in sent_to()
    assert elsewhere.address in sent_to()
    assert {line.why for line in lines(issue, "suppressed")} == {"adresse en erreur"}


def test_who_leaves_between_freeze_and_sending_gets_nothing(bruno: User) -> None:
    issue = make.approved_issue(subscribers=60)
    last = Subscription.objects.order_by("-pk").first()
    assert last is not None

    def leave_at_the_first(out: Outgoing) -> Answer:
        Subscription.objects.filter(pk=last.pk).update(state="left")
        return Answer("accepted", 250, "ok")

    MemoryRelay.script = staticmethod(leave_at_the_first)
    delivery.send_now(issue, bruno, NOW)
    delivery.deliver_due(NOW)
    assert told(issue) == {"accepted": 59, "suppressed": 1}
    assert last.subscriber.address not in sent_to()


def test_who_was_erased_meanwhile_gets_nothing_and_still_counts(bruno: User) -> None:
    issue = make.approved_issue(subscribers=60)
    last = Subscription.objects.order_by("-pk").first()
    assert last is not None

    def erase_at_the_first(out: Outgoing) -> Answer:
        last.subscriber.__class__.objects.filter(pk=last.subscriber_id).delete()
        return Answer("accepted", 250, "ok")

    MemoryRelay.script = staticmethod(erase_at_the_first)
    delivery.send_now(issue, bruno, NOW)
    delivery.deliver_due(NOW)
    assert told(issue) == {"accepted": 59, "suppressed": 1}


def test_each_answer_moves_its_own_line(bruno: User, mailbox: Mailbox) -> None:
    series = make.series(provider="smtp")
    for name in ("bien", "absent", "plein", "perdu"):
        make.subscriber(f"{name}@exemple.example", to=series)
    mailbox.answers["absent@exemple.example"] = "550 5.1.1 <absent@exemple.example> unknown"
    mailbox.answers["plein@exemple.example"] = "452 4.2.2 mailbox full"
    mailbox.data_answers["perdu@exemple.example"] = CLOSE
    issue = make.approved_issue(series=series)
    delivery.send_now(issue, bruno, NOW)
    delivery.deliver_due(NOW)
    assert told(issue) == {"accepted": 1, "refused": 1, "deferred": 1, "in_doubt": 1}
    assert lines(issue, "refused")[0].why == "cette adresse n’existe pas"
    assert lines(issue, "deferred")[0].why == "cette boîte est pleine"
    assert status(issue)["state"] == "sending"

    delivery.deliver_due(NOW + timedelta(minutes=4))
    assert told(issue)["deferred"] == 1
    mailbox.answers.clear()
    delivery.deliver_due(NOW + timedelta(minutes=6))
    assert told(issue) == {"accepted": 2, "refused": 1, "in_doubt": 1}
    assert status(issue)["state"] == "sent"
    assert mailbox.counts() == Counter(
        {f"{name}@exemple.example": 1 for name in ("bien", "plein", "perdu")}
    )


def test_the_doubtful_are_sent_again_only_by_a_person_with_the_same_message_id(
    bruno: User, mailbox: Mailbox
) -> None:
    series = make.series(provider="smtp")
    make.subscriber("perdu@exemple.example", to=series)
    mailbox.data_answers["perdu@exemple.example"] = CLOSE
    issue = make.approved_issue(series=series)
    delivery.send_now(issue, bruno, NOW)
    for hours in range(0, 48, 6):
        delivery.deliver_due(NOW + timedelta(hours=hours))
    assert told(issue) == {"in_doubt": 1}
    assert len(mailbox.received) == 1
    mailbox.data_answers.clear()
    delivery.retry(issue, bruno, "in_doubt", NOW)
    delivery.deliver_due(NOW)
    assert told(issue) == {"accepted": 1}
    first, second = mailbox.messages("perdu@exemple.example")
    assert first["Message-ID"] == second["Message-ID"]
    entry = AuditEntry.objects.get(verb="retried")
    assert (entry.actor_name, entry.detail["lines"]) == (bruno.email, 1)
    assert "perdu@" not in str(entry.detail)
    with pytest.raises(Refused, match="Aucun destinataire incertain"):
        delivery.retry(issue, bruno, "in_doubt", NOW)


def test_the_doubtful_may_be_taken_as_received(bruno: User) -> None:
    issue = make.approved_issue(subscribers=2)
    MemoryRelay.script = staticmethod(lambda out: Answer("in_doubt", 0, "perdue"))
    delivery.send_now(issue, bruno, NOW)
    delivery.deliver_due(NOW)
    assert told(issue) == {"in_doubt": 2}
    delivery.settle(issue, bruno, NOW)
    assert told(issue) == {"accepted": 2}
    assert MemoryRelay.sent == []


def test_the_doubtful_may_be_left_as_they_are(bruno: User) -> None:
    issue = make.approved_issue(subscribers=2)
    MemoryRelay.script = staticmethod(lambda out: Answer("in_doubt", 0, "perdue"))
    delivery.send_now(issue, bruno, NOW)
    delivery.deliver_due(NOW)
    MemoryRelay.script = None
    delivery.leave(issue, bruno, NOW)
    for hours in range(0, 48, 6):
        delivery.deliver_due(NOW + timedelta(hours=hours))
    assert told(issue) == {"in_doubt": 2}
    assert MemoryRelay.sent == []
    assert {line.why for line in lines(issue, "in_doubt")} == {f"laissé tel quel par {bruno}"}
    entry = AuditEntry.objects.get(verb="left in doubt")
    assert (entry.actor_name, entry.detail) == (bruno.email, {"lines": 2})
    delivery.retry(issue, bruno, "in_doubt", NOW)  # a person may change their mind
    delivery.deliver_due(NOW)
    assert told(issue) == {"accepted": 2}
    with pytest.raises(Refused, match="Aucun destinataire incertain"):
        delivery.leave(issue, bruno, NOW)


def test_a_deferred_reader_is_given_up_after_the_last_try(bruno: User) -> None:
    issue = make.approved_issue(subscribers=1)
    MemoryRelay.script = staticmethod(lambda out: Answer("deferred", 451, "4.7.1 later"))
    delivery.send_now(issue, bruno, NOW)
    at = NOW
    for wait in (timedelta(0), *ledger.BACK_OFF):
        at += wait + timedelta(seconds=1)
        delivery.deliver_due(at)
    assert told(issue) == {"refused": 1}
    assert Delivery.objects.get().attempts == len(ledger.BACK_OFF) + 1
    assert status(issue)["state"] == "sent"


def test_each_try_is_later_and_carries_the_same_message_id(bruno: User) -> None:
    issue = make.approved_issue(subscribers=1)
    offered: list[bytes] = []

    def later(out: Outgoing) -> Answer:
        offered.append(out.data.split(b"Message-ID: ")[1].split(b"\r\n")[0])
        return Answer("deferred", 451, "4.7.1 later")

    MemoryRelay.script = staticmethod(later)
    delivery.send_now(issue, bruno, NOW)
    at = NOW
    for tries, wait in enumerate(ledger.BACK_OFF, 1):
        delivery.deliver_due(at)
        assert len(offered) == tries
        delivery.deliver_due(at + wait - timedelta(seconds=5))
        assert len(offered) == tries, "not before its time"
        at += wait + timedelta(seconds=5)
    assert set(offered) == {Delivery.objects.get().message_id.encode()}
    assert list(ledger.BACK_OFF) == sorted(set(ledger.BACK_OFF))


def test_deferred_readers_are_tried_at_once_when_a_person_asks(bruno: User) -> None:
    issue = make.approved_issue(subscribers=1)
    MemoryRelay.script = staticmethod(lambda out: Answer("deferred", 451, "4.7.1 later"))
    delivery.send_now(issue, bruno, NOW)
    delivery.deliver_due(NOW)
    MemoryRelay.script = None
    delivery.retry(issue, bruno, "deferred", NOW)
    delivery.deliver_due(NOW)
    assert told(issue) == {"accepted": 1}


def test_a_broken_relay_pauses_with_the_reason_and_resumes_without_loss(bruno: User) -> None:
    issue = make.approved_issue(subscribers=10)
    answers = iter([Answer("accepted", 250, "ok")] * 4)
    MemoryRelay.script = staticmethod(
        lambda out: next(answers, Answer("broken", 535, "5.7.8 bad password"))
    )
    delivery.send_now(issue, bruno, NOW)
    report = delivery.deliver_due(NOW)
    assert report.paused
    assert told(issue) == {"accepted": 4, "planned": 6}
    seen = status(issue)
    assert seen["state"] == "paused"
    assert "mot de passe" in seen["reason"]
    assert delivery.deliver_due(NOW).accepted == 0
    MemoryRelay.script = None
    delivery.resume(issue, bruno, NOW)
    delivery.deliver_due(NOW)
    assert told(issue) == {"accepted": 10}
    assert set(sent_to().values()) == {1}


def test_a_relay_that_is_no_longer_configured_pauses(bruno: User, settings: Any) -> None:
    settings.SMTP_URL = "smtp://127.0.0.1:1"
    issue = make.approved_issue(subscribers=2, series=make.series(provider="smtp"))
    delivery.send_now(issue, bruno, NOW)
    settings.SMTP_URL = ""
    delivery.deliver_due(NOW)
    assert "VIGIE_SMTP_URL" in status(issue)["reason"]
    assert told(issue) == {"planned": 2}


def test_content_refused_twice_for_one_reader_does_not_hold_the_others(
    bruno: User, mailbox: Mailbox
) -> None:
    series = make.series(provider="smtp")
    for name in ("difficile", "facile"):
        make.subscriber(f"{name}@exemple.example", to=series)
    mailbox.data_answers["difficile@exemple.example"] = "554 5.7.1 looks like spam"
    issue = make.approved_issue(series=series)
    delivery.send_now(issue, bruno, NOW)
    delivery.deliver_due(NOW)
    assert told(issue) == {"planned": 2}
    assert "554" in status(issue)["reason"]
    delivery.resume(issue, bruno, NOW)
    delivery.deliver_due(NOW)
    assert told(issue) == {"accepted": 1, "refused": 1}


def test_too_many_refusals_pause(bruno: User) -> None:
    issue = make.approved_issue(subscribers=100)
    MemoryRelay.script = staticmethod(lambda out: Answer("refused", 550, "5.7.1 policy"))
    delivery.send_now(issue, bruno, NOW)
    delivery.deliver_due(NOW)
    assert told(issue) == {"refused": 10, "planned": 90}
    assert "10 refus sur 10" in status(issue)["reason"]


def test_few_refusals_do_not(bruno: User) -> None:
    issue = make.approved_issue(subscribers=25)
    wrong = {s.subscriber.address for s in Subscription.objects.all()[:3]}
    MemoryRelay.script = staticmethod(
        lambda out: (
            Answer("refused", 550, "5.1.1 unknown")
            if out.recipient in wrong
            else Answer("accepted", 250, "ok")
        )
    )
    delivery.send_now(issue, bruno, NOW)
    delivery.deliver_due(NOW)
    assert told(issue) == {"accepted": 22, "refused": 3}
    assert status(issue)["state"] == "sent"


def test_a_relay_that_defers_everybody_is_not_asked_about_everybody(bruno: User) -> None:
    issue = make.approved_issue(subscribers=100)
    MemoryRelay.script = staticmethod(lambda out: Answer("deferred", 421, "4.7.0 slow down"))
    delivery.send_now(issue, bruno, NOW)
    delivery.deliver_due(NOW)
    assert told(issue) == {"deferred": 10, "planned": 90}
