"""Events: each once, only about messages really sent, in any order, never re-subscribing."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from newsletter import delivery, events, subscribing
from newsletter.models import (
    Arrival,
    ConsentEvent,
    Delivery,
    Event,
    Issue,
    Mailing,
    Subscription,
    Suppression,
)
from newsletter.models.subscriber import address_digest
from tests import make
from tests.make import NOW
from tests.newsletter.events.conftest import LATER, body, brevo, carried_by, sent_issue
from veille.staff.models import User

Line = Callable[[int], Delivery]


def told(*happened: dict[str, Any], provider: str = "brevo") -> events.Report:
    events.keep(provider, body(*happened), LATER)
    return events.process(LATER)


def suppressed() -> set[tuple[str, str]]:
    return set(Suppression.objects.filter(series=None).values_list("digest", "reason"))


def test_a_wrong_address_is_suppressed_at_once_with_why(issue: Issue, line: Line) -> None:
    report = told(brevo("hard_bounce", line(0), reason="550 5.1.1 <x@y.example>: User unknown"))
    assert (report.events, report.suppressed, report.unknown) == (1, 1, 0)
    event = Event.objects.get()
    assert (event.kind, event.delivery, event.reason) == (
        "hard", line(0), "cette adresse n’existe pas"
    )  # fmt: skip
    assert json.loads(event.raw)["event"] == "hard_bounce"
    assert suppressed() == {(address_digest(line(0).address), "bounce")}
    trail = ConsentEvent.objects.get(verb="suppressed")
    assert trail.proof == "adresse en erreur : cette adresse n’existe pas"


def test_whoever_is_suppressed_gets_no_further_issue(issue: Issue, line: Line) -> None:
    told(brevo("hard_bounce", line(0)))
    following = sent_issue()
    states = dict(Delivery.objects.filter(issue=following).values_list("address", "state"))
    assert states[line(0).address] == "suppressed"
    assert sorted(states.values()) == ["accepted", "accepted", "suppressed"]


def test_the_same_notice_and_the_same_event_count_once(issue: Issue, line: Line) -> None:
    told(brevo("hard_bounce", line(0)))
    assert not events.keep("brevo", body(brevo("hard_bounce", line(0))), LATER)
    assert told(brevo("hard_bounce", line(0)), brevo("delivered", line(1))).events == 1
    assert Event.objects.count() == 2
    assert ConsentEvent.objects.filter(verb="suppressed").count() == 1


def test_openings_are_not_kept_anywhere(issue: Issue, line: Line) -> None:
    told(brevo("opened", line(0)), brevo("proxy_open", line(1)), brevo("click", line(2)))
    assert not Event.objects.exists()
    assert bytes(Arrival.objects.get().body) == b""


def test_a_message_we_did_not_send_changes_nothing(issue: Issue, line: Line) -> None:
    make.subscriber("absente@exemple.example")
    report = told(
        brevo("spam", line(0), email="absente@exemple.example"),
        brevo("spam", line(1), **{"campaign name": "Autre · #00000000"}),
        brevo("spam", line(2), **{"message-id": "<other@elsewhere.example>"}),
        brevo("spam", line(2), email="pas une adresse"),
    )
    assert (report.events, report.unknown, report.suppressed) == (4, 4, 0)
    assert not Suppression.objects.exists()


def test_a_line_that_never_left_changes_nothing(issue: Issue, line: Line) -> None:
    Delivery.objects.filter(pk=line(0).pk).update(state="refused")
    assert told(brevo("spam", line(0))).unknown == 1
    assert not Suppression.objects.exists()


def test_another_provider_s_mailing_is_not_this_one_s_business(issue: Issue, line: Line) -> None:
    carried_by(issue, "mailjet")
    assert told(brevo("spam", line(0))).unknown == 1


def test_sixty_days_later_only_a_departure_counts(issue: Issue, line: Line) -> None:
    late = {"ts_event": int((NOW + timedelta(days=61)).timestamp())}
    now = NOW + timedelta(days=62)
    happened = (brevo("spam", line(0), **late), brevo("unsubscribe", line(1), **late))
    events.keep("brevo", body(*happened), now)
    assert events.process(now).unknown == 1
    assert Event.objects.get(delivery__isnull=False).kind == "unsubscribed"


def test_a_refusal_that_is_not_about_the_address_does_not_suppress(
    issue: Issue, line: Line
) -> None:
    """A full mailbox, our own authentication, a policy: the address is right."""
    for n, words in enumerate(
        ("552 5.2.2 mailbox full", "550 5.7.26 unauthenticated", "554 5.7.1 policy")
    ):
        told(brevo("hard_bounce", line(n), reason=words))
    assert set(Event.objects.values_list("kind", flat=True)) == {"soft"}
    assert not suppressed()


def test_three_issues_that_did_not_arrive_suppress(issue: Issue, line: Line) -> None:
    readers = [one.subscriber for one in Subscription.objects.select_related("subscriber")]
    issues = [issue, sent_issue(readers), sent_issue(readers)]
    digest = address_digest(line(0).address)
    for n, one in enumerate(issues):
        carried_by(one, "brevo")
        row = Delivery.objects.select_related("mailing").get(issue=one, address=line(0).address)
        stamp = int(LATER.timestamp()) + n
        told(brevo("soft_bounce", row, ts_event=stamp), brevo("blocked", row, ts_event=stamp + 60))
        assert ((digest, "bounce") in suppressed()) == (n == 2)


def test_a_departure_is_from_this_letter_only_and_who_came_back_stays(
    issue: Issue, line: Line
) -> None:
    other = make.series("thematic")
    readers = [line(n).subscriber for n in (0, 1)]
    for reader in readers:
        assert reader is not None
        Subscription.objects.create(subscriber=reader, series=other, origin="cli")
    told(brevo("unsubscribe", line(0)))
    held = Subscription.objects.get(pk=line(0).subscription_id)
    assert (held.state, held.left_at) == ("left", LATER)
    assert Subscription.objects.filter(series=other, state="active").count() == 2
    subscribing.come_back(held, proof="lien", actor=None, now=LATER + timedelta(hours=1))
    told(brevo("unsubscribe", line(0), link="again"))
    held.refresh_from_db()
    assert held.state == "active"


def test_no_event_brings_anybody_back(issue: Issue, line: Line) -> None:
    told(brevo("unsubscribe", line(0)), brevo("spam", line(1)))
    told(brevo("delivered", line(0)), brevo("delivered", line(1)), brevo("deferred", line(0)))
    assert Subscription.objects.get(pk=line(0).subscription_id).state == "left"
    assert suppressed() == {(address_digest(line(1).address), "complaint")}


def test_a_message_in_doubt_is_settled_by_what_happened_to_it(issue: Issue, line: Line) -> None:
    Delivery.objects.filter(issue=issue).update(state="in_doubt")
    assert told(brevo("delivered", line(0)), brevo("soft_bounce", line(1))).settled == 2
    states = Delivery.objects.filter(issue=issue).order_by("pk").values_list("state", flat=True)
    assert list(states) == ["accepted", "accepted", "in_doubt"]


def test_a_doubt_that_comes_after_the_event_is_settled_too(issue: Issue, line: Line) -> None:
    Delivery.objects.filter(issue=issue).update(state="handed")
    told(brevo("delivered", line(0)))
    assert line(0).state == "handed"
    Delivery.objects.filter(issue=issue).update(state="in_doubt")
    assert events.process(LATER).settled == 1


def test_an_unreadable_notice_waits_for_a_person_and_stops_nothing(
    issue: Issue, line: Line
) -> None:
    for junk in (b"{", b"\x1f\x8b\x08gzip", b"[1, 2]", b'"text"', b"[" * 100_000):
        events.keep("brevo", junk, LATER)
    report = told(brevo("hard_bounce", line(0)))
    assert (report.unreadable, report.events) == (5, 1)
    kept = Arrival.objects.filter(state="unreadable").first()
    assert kept is not None
    assert bytes(kept.body) == b"{"
    assert kept.why == "Le corps n’est pas du JSON."


def test_a_notice_that_breaks_its_reader_does_not_hold_the_others(
    issue: Issue, line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    events.keep("inconnu", b"{}", LATER)
    report = told(brevo("hard_bounce", line(0)))
    assert (report.unreadable, report.events) == (1, 1)
    assert "inconnu" in caplog.text


def test_any_order_ends_in_the_same_state(issue: Issue, line: Line) -> None:
    happened = [
        brevo("hard_bounce", line(0)), brevo("spam", line(0)), brevo("unsubscribe", line(0)),
        brevo("delivered", line(0)),
    ]  # fmt: skip
    seen = set()
    for order in itertools.permutations(happened):
        for model in (Event, Arrival, Suppression, ConsentEvent):
            model.objects.all().delete()  # type: ignore[attr-defined]
        Subscription.objects.update(state="active", left_at=None)
        for one in order:
            told(one)
        left = tuple(Subscription.objects.order_by("pk").values_list("state", flat=True))
        rows = Suppression.objects.order_by("digest", "reason")
        seen.add((left, tuple(rows.values_list("digest", "series", "reason"))))
    assert len(seen) == 1, seen


def test_erasing_a_reader_erases_what_providers_wrote_of_them(issue: Issue, line: Line) -> None:
    address = line(0).address
    told(brevo("hard_bounce", line(0)))
    subscribing.erase(address, actor=None, now=LATER)
    assert not Event.objects.exclude(raw="").exists()
    assert told({**brevo("spam", line(1)), "email": address}).unknown == 0
    assert suppressed() == {(address_digest(address), "erased")}


def test_what_providers_wrote_is_forgotten_after_three_months(issue: Issue, line: Line) -> None:
    told(brevo("hard_bounce", line(0)))
    events.keep("brevo", b"[]", LATER)
    assert events.tidy(LATER + timedelta(days=59)) == 0
    assert events.tidy(LATER + timedelta(days=61)) == 1
    assert Arrival.objects.get().state == "waiting"
    events.tidy(LATER + timedelta(days=91))
    assert Event.objects.get().raw == ""
    assert suppressed() == {(address_digest(line(0).address), "bounce")}


def test_a_storm_in_any_order_ends_in_the_exact_state(transactional_db: None) -> None:
    """2,000 events about 500 messages, shuffled, a fifth of them twice, some of strangers."""
    made = sent_issue(subscribers=500)
    carried_by(made, "brevo")
    lines = list(Delivery.objects.filter(issue=made).select_related("mailing"))
    kinds = ("delivered", "hard_bounce", "spam", "unsubscribe")
    dice = random.Random(20261124)
    happened = [brevo(kind, one) for one in lines for kind in kinds[: 1 + one.pk % 4]]
    happened += [brevo("spam", lines[0], email=f"inconnu{n}@exemple.example") for n in range(200)]
    happened += [
        brevo("deferred", dice.choice(lines), ts_event=int(LATER.timestamp()) + n)
        for n in range(2000 - len(happened))
    ]
    stormy = happened + dice.sample(happened, 400)
    dice.shuffle(stormy)
    for start in range(0, len(stormy), 40):
        events.keep("brevo", body(*stormy[start : start + 40]), LATER)
    events.process(LATER)
    assert Event.objects.count() == 2000
    grave = {address_digest(one.address): one.pk % 4 for one in lines if one.pk % 4}
    assert suppressed() == {(d, "bounce" if n == 1 else "complaint") for d, n in grave.items()}
    gone = {one.subscription_id for one in lines if one.pk % 4 == 3}
    assert set(Subscription.objects.filter(state="left").values_list("pk", flat=True)) == gone


def test_reading_costs_the_same_number_of_queries_for_10_and_300_events(
    transactional_db: None, django_assert_max_num_queries: Any
) -> None:
    made = sent_issue(subscribers=300)
    carried_by(made, "brevo")
    lines = list(Delivery.objects.filter(issue=made).select_related("mailing"))
    for batch in (lines[:10], lines[10:]):
        for one in batch:
            events.keep("brevo", body(brevo("hard_bounce", one)), LATER)
        with django_assert_max_num_queries(24):
            events.process(LATER)


def test_the_pages_say_it_in_french(
    issue: Issue, line: Line, bruno: User, elise: User, as_user: Callable[[User], Client]
) -> None:
    told(
        brevo("hard_bounce", line(0), reason="550 5.1.1 User unknown"),
        brevo("delivered", line(1)), brevo("spam", line(2)),
    )  # fmt: skip
    page = as_user(bruno).get(f"/lettres/abonnes/{line(0).subscriber_id}").content.decode()
    assert "Plus rien ne lui est envoyé" in page
    assert "cette adresse n’existe pas" in page
    report = as_user(bruno).get(f"/lettres/{issue.pk}/envoi").content.decode()
    assert "Après la remise" in report
    assert line(0).address in report
    masked = as_user(elise).get(f"/lettres/{issue.pk}/envoi").content.decode()
    assert "plainte" in masked
    assert line(2).address not in masked


def test_our_message_id_alone_names_the_message(issue: Issue, line: Line) -> None:
    """A relay that tells of single messages, of a mailing sent by SMTP; the mail was forwarded."""
    Mailing.objects.filter(issue=issue).update(provider="smtp")
    said = brevo("spam", line(0), email="ailleurs@exemple.example")
    assert told({**said, "message-id": line(0).message_id}).unknown == 0
    assert Event.objects.get().delivery == line(0)
    assert told({**said, "message-id": line(0).message_id.replace("<", "<0")}).unknown == 1


@pytest.mark.parametrize("late", [False, True])
def test_an_event_before_the_mailing_is_not_about_it(issue: Issue, line: Line, late: bool) -> None:
    at = NOW + timedelta(minutes=1 if late else -90)
    assert told(brevo("spam", line(0), ts_event=int(at.timestamp()))).unknown == (not late)
    assert delivery.audience_of(issue.series) == 3
