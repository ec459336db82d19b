"""The pages of sending and readers in a real browser: seen, read by axe, without JavaScript."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page

from newsletter import delivery, reader_links, subscribing
from newsletter.models import Issue, Mailing, Subscription
from newsletter.providers import Answer
from newsletter.providers.memory import MemoryRelay
from newsletter.tokens import PREFERENCES, UNSUBSCRIBE
from tests import make
from tests.browser import shot, sign_in, violations
from veille.staff.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def centre(transactional_db: None) -> None:
    MemoryRelay.clear()
    make.centre(name="Centre de ressources des Hauts-de-France")


def mixed() -> Issue:
    """A sending where everything happened."""
    issue = make.approved_issue(subscribers=220)
    states = ["accepted"] * 180 + ["refused", "in_doubt", "deferred"] * 6 + ["planned"] * 22
    answers = {
        "accepted": Answer("accepted", 250, "ok"),
        "refused": Answer("refused", 550, "5.1.1 no such user"),
        "in_doubt": Answer("in_doubt", 0, "perdue"),
        "deferred": Answer("deferred", 452, "4.2.2 full"),
    }
    queue = iter(states)
    MemoryRelay.script = staticmethod(
        lambda out: answers.get(next(queue), Answer("broken", 421, "4.3.2 shutting down"))
    )
    reader = Subscription.objects.order_by("-pk")[0]
    delivery.send_now(issue, None, timezone.now())
    subscribing.unsubscribe(reader, proof="lien de la lettre", now=timezone.now())
    delivery.deliver_due(timezone.now())
    return issue


def look(page: Page, url: str, name: str) -> None:
    page.goto(url)
    assert violations(page) == []
    shot(page, name)


def test_the_pages_of_sending(page: Page, live_server: Any, bruno: User, claire: User) -> None:
    ready = make.cleared_issue(bruno, claire)
    issue = mixed()
    sign_in(page, live_server, bruno)
    base = f"{live_server.url}/lettres/{issue.pk}/envoi"
    look(page, base, "mailing-paused")
    Mailing.objects.update(state="sending")
    look(page, base, "mailing-sending")
    Mailing.objects.update(state="done", finished_at=timezone.now())
    look(page, base, "mailing-done")
    sheet = f"{live_server.url}/lettres/{ready.pk}/envoi"
    look(page, sheet, "last-sheet")
    page.fill("#day", "2099-12-01")
    page.fill("#time", "09:00")
    page.locator("#time").dispatch_event("change")
    page.wait_for_selector("#words:has-text('1er décembre')")
    page.fill("#typed", "7")
    page.click("text=Confirmer l’envoi")
    assert violations(page) == []
    shot(page, "last-sheet-refused")
    page.fill("#typed", str(Subscription.objects.filter(state="active").count()))
    page.click("text=Confirmer l’envoi")
    page.wait_for_selector("text=Partira mardi 1er décembre")
    shot(page, "mailing-scheduled")


def test_a_running_sending_is_paused_from_the_page(
    page: Page, live_server: Any, bruno: User
) -> None:
    issue = make.approved_issue(subscribers=3)
    delivery.send_now(issue, bruno, timezone.now())
    Mailing.objects.update(state="sending", started_at=timezone.now())
    sign_in(page, live_server, bruno)
    page.goto(f"{live_server.url}/lettres/{issue.pk}/envoi")
    page.click("text=Mettre en pause")
    page.wait_for_selector("text=Reprendre l’envoi")
    assert Mailing.objects.get().state == "paused"
    page.click("text=Reprendre l’envoi")
    page.wait_for_selector("text=Mettre en pause")
    Mailing.objects.update(state="paused")
    page.wait_for_selector("text=Reprendre l’envoi")  # the page follows by itself


def test_the_pages_of_readers(page: Page, live_server: Any, bruno: User) -> None:
    sign_in(page, live_server, bruno)
    monthly = make.series()
    look(page, f"{live_server.url}/lettres/abonnes", "subscribers-empty")
    thematic = make.series("thematic", name="Dossiers thématiques")
    names = ("Anne Dubois", "Paul Martin", "", "Nadia Haddad", "Centre social Les Tilleuls")
    for number in range(14):
        reader = make.subscriber(
            f"{'une.adresse.assez.longue.' if number == 3 else 'lecteur'}{number}@mairie.example",
            to=monthly, name=names[number % 5], organisation="Communauté urbaine de Dunkerque",
            function="cheffe de projet politique de la ville" if number % 2 else "",
        )  # fmt: skip
        if number % 4 == 0:
            Subscription.objects.create(subscriber=reader, series=thematic, origin="cli")
    subscribing.unsubscribe(
        reader.subscriptions.get(series=monthly), proof="lien de la lettre", now=timezone.now()
    )
    look(page, f"{live_server.url}/lettres/abonnes", "subscribers")
    look(page, f"{live_server.url}/lettres/abonnes/{reader.pk}", "subscriber")
    page.goto(f"{live_server.url}/lettres/abonnes/importer")
    page.set_input_files(
        "#file",
        {"name": "l.csv", "mimeType": "text/csv", "buffer": b"email\na@b.example\nfaux\nx@y\n"},
    )
    page.fill("#proof", "Brevo")
    page.click("button.primary")
    assert violations(page) == []
    shot(page, "subscribers-import")


def test_the_public_pages_without_javascript(
    browser: Browser, page: Page, live_server: Any, settings: Any
) -> None:
    settings.PUBLIC_URL = live_server.url
    issue = mixed()
    for number, title in enumerate(("octobre 2026", "septembre 2026")):
        other = make.approved_issue(
            series=issue.series,
            title=title,
            frozen_subject=f"Un autre numéro sur les quartiers prioritaires, {title}",
        )
        Mailing.objects.create(
            issue=other,
            state="done",
            provider="memory",
            sha256="",
            sender="a@b.fr",
            send_at=timezone.now(),
            started_at=timezone.now() - timedelta(days=31 * (number + 1)),
        )
        Issue.objects.filter(pk=other.pk).update(state="sent")
    held = Subscription.objects.filter(state="active").order_by("pk")[0]
    leave = reader_links.prefix(UNSUBSCRIBE) + reader_links.token(
        UNSUBSCRIBE, held.pk, held.subscriber.address
    )
    prefs = reader_links.prefix(PREFERENCES) + reader_links.token(
        PREFERENCES, held.pk, held.subscriber.address
    )
    look(page, leave, "public-unsubscribe")
    look(page, prefs, "public-preferences")
    look(page, f"{live_server.url}/archives", "public-archive")
    look(page, f"{live_server.url}/desabonnement", "public-leave")
    look(page, f"{live_server.url}/desabonnement/rien", "public-unknown")
    page.goto(f"{live_server.url}/archives/{issue.slug}")
    assert page.locator("h1").inner_text() == "Lettre mensuelle n° 112"
    plain = browser.new_context(java_script_enabled=False)
    quiet = plain.new_page()
    quiet.goto(leave)
    quiet.click("text=Me désabonner")
    assert quiet.locator("h1").inner_text() == "C’est fait"
    quiet.screenshot(path="tests/out/public-done.png")
    quiet.click("text=Me réabonner")
    assert "de nouveau" in quiet.inner_text("main")
    quiet.goto(prefs)
    quiet.click("text=Quitter")
    assert "Recevoir de nouveau" in quiet.inner_text("main")
    plain.close()
