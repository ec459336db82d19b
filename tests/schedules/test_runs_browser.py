"""*Ce qui a tourné* in a real browser: by keyboard, accessible, and it follows what runs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from schedules import presence
from schedules.models import Run
from tests.browser import shot, sign_in, violations
from veille.staff.models import User

pytestmark = pytest.mark.browser


def test_denis_asks_for_a_run_and_sees_it_end(live_server: Any, page: Page, denis: User) -> None:
    now = timezone.now()
    presence.beat("elsewhere|1|1|1", now)
    Run.objects.create(
        job="deliver", due=now - timedelta(hours=1), outcome="failed", repeats=3,
        finished=now, words="Le relais ne répond pas : vérifiez VIGIE_SMTP_URL.",
    )  # fmt: skip
    sign_in(page, live_server, denis)
    page.goto(live_server.url + "/travaux/")
    assert violations(page) == []
    shot(page, "travaux")
    button = page.get_by_role("button", name="Lancer maintenant : Faire le ménage")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("est demandé")
    expect(page.locator("#housekeeping")).to_contain_text("en cours")
    Run.objects.filter(job="housekeeping").update(
        outcome="done", finished=timezone.now(), words="Effacé : 3 sessions."
    )
    # Nobody reloads: the page looks again by itself while something runs.
    expect(page.locator("#housekeeping .last")).to_contain_text("Effacé : 3 sessions.")
    expect(button).to_be_visible()


def test_a_cadence_typed_wrong_is_told_beside_its_field(
    live_server: Any, page: Page, denis: User
) -> None:
    sign_in(page, live_server, denis)
    page.goto(live_server.url + "/travaux/")
    page.locator("#collect summary").click()
    field = page.locator("#rule-collect")
    field.fill("parfois")
    field.press("Enter")
    expect(page.locator("#error-collect")).to_contain_text("n’est pas une cadence")
    expect(page.locator("#rule-collect")).to_be_focused()
    expect(page.locator("#rule-collect")).to_have_value("parfois")
    assert violations(page) == []
    shot(page, "travaux-erreur")
    page.locator("#rule-collect").fill("jours ouvrés 05:45")
    page.keyboard.press("Enter")
    expect(page.locator("#collect .when")).to_contain_text("chaque jour ouvré")
