"""The last sheet and the status page, as Bruno uses them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from newsletter import delivery
from newsletter.models import Issue, Mailing, Subscription
from newsletter.providers import Answer
from newsletter.providers.memory import MemoryRelay
from tests import make
from veille.staff.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_memory() -> None:
    MemoryRelay.clear()


@pytest.fixture
def issue(bruno: User, claire: User) -> Issue:
    return make.cleared_issue(bruno, claire)


def page(client: Client, issue: Issue) -> str:
    return client.get(f"/lettres/{issue.pk}/envoi").content.decode()


def test_the_last_sheet_says_everything_before_bruno_confirms(
    issue: Issue, bruno: User, as_user: Callable[[User], Client]
) -> None:
    earlier = make.approved_issue(series=issue.series, number=9111, title="octobre 2026")
    now = timezone.now()
    Mailing.objects.create(
        issue=earlier, state="done", started_at=now - timedelta(days=30), provider="memory",
        send_at=now, sha256="", sender="lettre@centre.example",
    )  # fmt: skip
    old, *_ = Subscription.objects.order_by("pk")
    Subscription.objects.filter(pk=old.pk).update(since=now - timedelta(days=90))
    gone = make.subscriber(to=issue.series).subscriptions.get()
    Subscription.objects.filter(pk=gone.pk).update(
        state="left", left_at=now, since=now - timedelta(days=90)
    )
    shown = page(as_user(bruno), issue)
    assert issue.frozen_subject in shown
    assert "3\u00a0destinataires" in shown
    assert "(+2 / −1" in shown
    assert "n° 9111" in shown
    assert "Mémoire" in shown
    assert "lettre@centre.example" in shown
    assert issue.sha256[:12] in shown


def test_bruno_schedules_by_typing_the_number_and_a_double_click_is_harmless(
    issue: Issue, bruno: User, as_user: Callable[[User], Client]
) -> None:
    client, path = as_user(bruno), f"/lettres/{issue.pk}/envoi/programmer"
    form = {"when": "later", "day": "2099-12-01", "time": "09:00", "typed": "2"}
    wrong = client.post(path, form)
    assert wrong.status_code == 422
    body = wrong.content.decode()
    assert "et non 2" in body
    assert 'value="2099-12-01"' in body
    for typed in ("", "²", "9" * 5000):
        assert client.post(path, form | {"typed": typed}).status_code == 422
    assert client.post(path, form | {"day": "hier"}).status_code == 422
    assert "passé" in client.post(path, form | {"day": "2020-01-01", "typed": "3"}).content.decode()
    assert not Mailing.objects.exists()
    for _ in range(2):
        assert client.post(path, form | {"typed": "3"}).status_code == 302
    mailing = Mailing.objects.get()
    assert mailing.send_at.isoformat() == "2099-12-01T08:00:00+00:00"
    assert "Partira mardi 1er décembre 2099 à 9\u00a0h\u00a000" in page(client, issue)


def test_the_time_typed_is_said_in_words(
    issue: Issue, bruno: User, as_user: Callable[[User], Client]
) -> None:
    client, path = as_user(bruno), f"/lettres/{issue.pk}/envoi/quand"
    said = client.get(path, {"day": "2099-12-01", "time": "09:00"}).content.decode()
    assert said.startswith("mardi 1er décembre 2099 à 9\u00a0h\u00a000")
    assert "jour" in client.get(path, {"day": "", "time": "x"}).content.decode()


def test_the_status_page_shows_the_ledger_and_moves_only_while_sending(
    issue: Issue, bruno: User, as_user: Callable[[User], Client]
) -> None:
    client, now = as_user(bruno), timezone.now()
    delivery.send_now(issue, bruno, now)
    assert "every 2s" in page(client, issue)
    answers = iter(
        [Answer("accepted", 250, "ok"), Answer("refused", 550, "5.1.1 no"), Answer("in_doubt")]
    )
    MemoryRelay.script = staticmethod(lambda out: next(answers))
    delivery.deliver_due(now)
    shown = page(client, issue)
    assert "every 2s" not in shown
    assert "cette adresse n’existe pas" in shown
    assert "1\u00a0destinataire incertain" in shown
    assert "Renvoyer aux incertains" in shown
    MemoryRelay.script = None
    path = f"/lettres/{issue.pk}/envoi/renvoyer"
    assert client.post(path, {"which": "in_doubt"}).status_code == 302
    delivery.deliver_due(now)
    assert "incertain" not in page(client, issue)


def test_bruno_pauses_resumes_and_cancels(
    issue: Issue, bruno: User, as_user: Callable[[User], Client]
) -> None:
    client, path = as_user(bruno), f"/lettres/{issue.pk}/envoi"
    delivery.send_now(issue, bruno, timezone.now())
    Mailing.objects.update(state="sending", started_at=timezone.now())
    headers = {"HX-Request": "true"}
    paused = client.post(f"{path}/pause", headers=headers)
    assert "Reprendre" in paused.content.decode()
    assert "toast" in paused.headers["HX-Trigger"]
    again = client.post(f"{path}/pause", headers=headers)
    assert again.status_code == 422
    assert "Rien à mettre en pause" in again.content.decode()
    assert client.post(f"{path}/reprendre").status_code == 302
    assert client.post(f"{path}/annuler").status_code == 302
    assert "annulé" in page(client, issue)


def test_bruno_has_three_choices_for_the_doubtful_and_the_last_reader_none(
    issue: Issue, bruno: User, elise: User, as_user: Callable[[User], Client]
) -> None:
    MemoryRelay.script = staticmethod(lambda out: Answer("in_doubt", 0, "perdue"))
    delivery.send_now(issue, bruno, timezone.now())
    delivery.deliver_due(timezone.now())
    client, base = as_user(bruno), f"/lettres/{issue.pk}/envoi"
    choices = ("Considérer comme reçus", "Renvoyer aux incertains", "Laisser tels quels")
    shown = page(client, issue)
    assert all(words in shown for words in choices)
    assert not any(words in page(as_user(elise), issue) for words in choices)
    assert as_user(elise).post(f"{base}/laisser").status_code == 403
    assert client.post(f"{base}/laisser").status_code == 302
    assert "laissé tel quel par" in page(client, issue)
    assert client.post(f"{base}/recus").status_code == 302
    assert "incertain" not in page(client, issue)


def test_an_issue_not_approved_cannot_be_sent_from_the_sheet(
    bruno: User, as_user: Callable[[User], Client]
) -> None:
    issue = make.issue()
    shown = page(as_user(bruno), issue)
    assert "une fois approuvé" in shown
    assert "Confirmer l’envoi" not in shown


def test_what_pre_flight_blocks_does_not_leave(
    bruno: User, as_user: Callable[[User], Client]
) -> None:
    issue = make.approved_issue(subscribers=3)
    client = as_user(bruno)
    shown = page(client, issue)
    assert "Un point bloque l’envoi" in shown
    assert "Confirmer l’envoi" not in shown
    answer = client.post(f"/lettres/{issue.pk}/envoi/programmer", {"when": "now", "typed": "3"})
    assert answer.status_code == 422
    assert not Mailing.objects.exists()


def test_elise_reads_without_addresses_nor_buttons(
    issue: Issue, elise: User, bruno: User, as_user: Callable[[User], Client]
) -> None:
    make.subscriber("absente@exemple.example", to=issue.series)
    MemoryRelay.script = staticmethod(lambda out: Answer("refused", 550, "5.1.1 no"))
    delivery.send_now(issue, bruno, timezone.now())
    delivery.deliver_due(timezone.now())
    shown = page(as_user(elise), issue)
    assert "absente@" not in shown
    assert "a…@exemple.example" in shown
    assert '<button type="submit">Mettre' not in shown


def test_a_test_message_goes_to_bruno(
    issue: Issue, bruno: User, as_user: Callable[[User], Client]
) -> None:
    client, path = as_user(bruno), f"/lettres/{issue.pk}/envoi/essai"
    assert client.post(path, {"to": bruno.email}).status_code == 302
    assert [out.recipient for out in MemoryRelay.sent] == [bruno.email]
    assert client.post(path, {"to": "personne"}).status_code == 422


def test_the_status_page_costs_the_same_for_ten_and_twenty_readers(
    bruno: User, as_user: Callable[[User], Client], django_assert_max_num_queries: Any
) -> None:
    client = as_user(bruno)
    for count in (10, 20):
        issue = make.approved_issue(subscribers=count)
        MemoryRelay.script = staticmethod(lambda out: Answer("in_doubt"))
        delivery.send_now(issue, bruno, timezone.now())
        delivery.deliver_due(timezone.now())
        with django_assert_max_num_queries(12):
            page(client, issue)
        Subscription.objects.all().delete()
