"""Readers' pages: opening acts on nothing; one POST leaves; the archive shows what was sent."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from newsletter import delivery, reader_links
from newsletter.letter import PREFERENCES_TOKEN, UNSUBSCRIBE_TOKEN
from newsletter.models import ConsentEvent, Issue, Series, Subscription, Suppression
from newsletter.providers.memory import MemoryRelay
from newsletter.tokens import PREFERENCES, UNSUBSCRIBE
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def held() -> Subscription:
    return make.subscriber("lectrice@exemple.example", to=make.series()).subscriptions.get()


def link(held: Subscription, purpose: str = UNSUBSCRIBE) -> str:
    token = reader_links.token(purpose, held.pk, held.subscriber.address)
    return reader_links.prefix(purpose).removeprefix(settings.PUBLIC_URL) + token


def sent_issue(**fields: Any) -> Issue:
    MemoryRelay.clear()
    issue = make.approved_issue(subscribers=1, **fields)
    delivery.send_now(issue, None, NOW)
    delivery.deliver_due(NOW)
    issue.refresh_from_db()
    return issue


@pytest.mark.parametrize("method", ["get", "head", "options"])
@pytest.mark.parametrize("purpose", [UNSUBSCRIBE, PREFERENCES])
def test_a_scanner_that_opens_a_link_changes_nothing(
    held: Subscription, method: str, purpose: str
) -> None:
    for headers in ({}, {"Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}):
        answer = getattr(Client(headers=headers), method)(link(held, purpose))
        assert answer.status_code in {200, 405}
    held.refresh_from_db()
    assert held.state == "active"
    assert not ConsentEvent.objects.exists()


@pytest.mark.parametrize("multipart", [True, False])
def test_one_click_needs_no_cookie_no_csrf_and_is_not_redirected(
    held: Subscription, multipart: bool
) -> None:
    client = Client(enforce_csrf_checks=True)
    urlencoded = {"content_type": "application/x-www-form-urlencoded"}
    for _ in range(2):
        answer = (
            client.post(link(held), ONE_CLICK)
            if multipart
            else client.post(link(held), "List-Unsubscribe=One-Click", **urlencoded)
        )
        assert answer.status_code == 200
        assert not answer.cookies
    held.refresh_from_db()
    assert held.state == "left"
    assert ConsentEvent.objects.get().verb == "left"
    assert Suppression.objects.get().series_id == held.series_id


def test_a_post_without_the_one_click_words_only_asks(held: Subscription) -> None:
    answer = Client().post(link(held), {"x": "1"})
    assert answer.status_code == 200
    held.refresh_from_db()
    assert held.state == "active"


def test_a_reader_leaves_by_the_page_and_may_change_her_mind(held: Subscription) -> None:
    client = Client(enforce_csrf_checks=True)
    asked = client.get(link(held)).content.decode()
    assert "Ne plus recevoir" in asked
    assert "l…@exemple.example" in asked
    assert "lectrice@" not in asked
    done = client.post(link(held), ONE_CLICK | {"page": "1"})
    assert "C’est fait" in done.content.decode()
    assert client.post(f"{link(held)}/annuler").status_code == 403
    token = done.context["csrf_token"] if done.context else ""
    token = token or client.cookies[settings.CSRF_COOKIE_NAME].value
    back = client.post(f"{link(held)}/annuler", {"csrfmiddlewaretoken": str(token)}, follow=True)
    assert "de nouveau abonné·e" in back.content.decode()
    held.refresh_from_db()
    assert held.state == "active"
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("token", ["x", "A" * 40, "é" * 40, "0" * 40])
def test_a_guessed_link_opens_nothing(held: Subscription, token: str) -> None:
    for path in (f"/desabonnement/{token}", f"/preferences/{token}"):
        assert Client().get(path).status_code == 404
        assert Client().post(path, ONE_CLICK).status_code == 404


def test_a_link_of_one_purpose_does_not_serve_the_other(held: Subscription) -> None:
    token = link(held, PREFERENCES).rsplit("/", 1)[1]
    assert Client().post(f"/desabonnement/{token}", ONE_CLICK).status_code == 404
    held.refresh_from_db()
    assert held.state == "active"


def test_the_link_of_an_erased_reader_says_so_and_still_answers_200(held: Subscription) -> None:
    path = link(held)
    held.subscriber.delete()
    assert "plus abonné·e" in Client().get(path).content.decode()
    assert Client().post(path, ONE_CLICK).status_code == 200


def test_the_number_of_an_erased_reader_given_to_another_opens_nothing(held: Subscription) -> None:
    path, number, series = link(held), held.pk, held.series
    held.subscriber.delete()
    other = make.subscriber("autre@exemple.example")
    Subscription.objects.create(pk=number, subscriber=other, series=series, origin="cli")
    Client().post(path, ONE_CLICK)
    assert Subscription.objects.get(pk=number).state == "active"


def test_a_link_still_works_after_the_key_was_replaced(held: Subscription, settings: Any) -> None:
    path = link(held)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key"
    assert Client().post(path, ONE_CLICK).status_code == 200
    held.refresh_from_db()
    assert held.state == "left"


def test_preferences_show_each_letter_and_let_her_leave_each(held: Subscription) -> None:
    thematic = make.series("thematic", name="Dossiers")
    other = Subscription.objects.create(subscriber=held.subscriber, series=thematic, origin="cli")
    stranger = make.subscriber(to=held.series).subscriptions.get()
    client, path = Client(), link(held, PREFERENCES)
    page = client.get(path).content.decode()
    assert "Dossiers" in page
    assert "Lettre mensuelle" in page
    client.post(path, {"subscription": str(other.pk), "do": "leave"})
    other.refresh_from_db()
    held.refresh_from_db()
    assert (other.state, held.state) == ("left", "active")
    client.post(path, {"subscription": str(other.pk), "do": "return"})
    other.refresh_from_db()
    assert other.state == "active"
    answer = client.post(path, {"subscription": str(stranger.pk), "do": "leave"})
    assert answer.status_code == 404
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(path, {"subscription": str(other.pk), "do": "leave"}).status_code == 403


def test_the_web_version_is_the_sent_letter_byte_for_byte_but_for_the_personal_links() -> None:
    issue = sent_issue()
    answer = Client().get(f"/archives/{issue.slug}")
    shown = answer.content.decode()
    generic = f"{settings.PUBLIC_URL}/desabonnement"
    expected = issue.frozen_html.replace(UNSUBSCRIBE_TOKEN, generic)
    assert shown == expected.replace(PREFERENCES_TOKEN, generic)
    assert "vigie.invalid" not in shown
    assert "script" not in answer.headers["Content-Security-Policy"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert Client().get("/desabonnement").status_code == 200


def test_an_issue_that_has_not_left_is_not_public() -> None:
    issue = make.approved_issue(subscribers=1)
    assert Client().get(f"/archives/{issue.slug}").status_code == 404
    assert issue.frozen_subject not in Client().get("/archives").content.decode()


def test_the_archive_and_its_feed_list_the_issues_that_left() -> None:
    assert "Aucun numéro" in Client().get("/archives").content.decode()
    issue = sent_issue(frozen_subject="Trois démolitions & un budget")
    page = Client().get("/archives").content.decode()
    assert "Trois démolitions &amp; un budget" in page
    assert f"/archives/{issue.slug}" in page
    answer = Client().get("/archives/flux.xml")
    assert answer.headers["Content-Type"].startswith("application/rss+xml")
    items = ElementTree.fromstring(answer.content).findall("channel/item")  # noqa: S314
    assert [one.findtext("link") for one in items] == [
        f"{settings.PUBLIC_URL}/archives/{issue.slug}"
    ]
    assert "Trois démolitions & un budget" in (items[0].findtext("title") or "")


def test_the_archive_costs_the_same_for_ten_and_twenty_issues(
    django_assert_max_num_queries: Any,
) -> None:
    series: Series = make.series()
    for count in (10, 20):
        while Issue.objects.count() < count:
            sent_issue(series=series)
        with django_assert_max_num_queries(4):
            Client().get("/archives")
