"""The pages of the house in a real browser: no serious axe finding, nothing scrolls sideways."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser import shot, sign_in, violations
from veille.staff.models import User

pytestmark = pytest.mark.browser


def test_amina_enters_by_the_form_with_the_keyboard(
    live_server: Any, page: Page, amina: User
) -> None:
    amina.set_password("une phrase longue et sûre")
    amina.save()
    page.goto(live_server.url + "/")
    page.keyboard.type(amina.email)
    page.keyboard.press("Tab")
    page.keyboard.type("pas la bonne")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    assert violations(page) == []
    shot(page, "connexion")
    page.get_by_label("Mot de passe").fill("une phrase longue et sûre")
    page.keyboard.press("Enter")
    page.wait_for_url(live_server.url + "/")


@pytest.mark.parametrize("path", ["/reglages", "/comptes"])
def test_the_settings_pages_are_accessible(
    path: str, live_server: Any, page: Page, denis: User
) -> None:
    sign_in(page, live_server, denis)
    page.goto(live_server.url + path)
    assert violations(page) == []
    shot(page, path.strip("/"))
    page.keyboard.press("?")
    assert page.get_by_role("dialog").is_visible()
