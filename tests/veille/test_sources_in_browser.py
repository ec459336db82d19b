"""The pages of the sources in a real browser: looked at in four looks, accessible."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from tests import desk, make
from tests.browser import shot, sign_in, violations
from veille.models import Source
from veille.staff.models import User

pytestmark = pytest.mark.browser


def test_the_pages_of_the_sources_are_accessible_and_fit_a_phone(
    live_server: Any, page: Page, denis: User
) -> None:
    desk.lay(2)
    ill = make.source(
        name="Observatoire d’une très longue collectivité territoriale du Nord",
        next_check=timezone.now() + timedelta(hours=3),
        error_count=3,
        error_code="timeout",
        error_message="Le site n’a pas répondu en 20 s. Nouvel essai plus tard.",
        error_since=timezone.now() - timedelta(days=2),
    )
    ill.attempts.create(outcome="failed", code="timeout", message=ill.error_message)
    well = Source.objects.exclude(pk=ill.pk).first()
    assert well
    sign_in(page, live_server, denis)
    addresses = {
        "sources": "/sources",
        "source": f"/sources/{well.pk}",
        "source-en-panne": f"/sources/{ill.pk}",
        "source-modifier": f"/sources/{well.pk}/modifier",
        "source-ajouter": "/sources/ajouter",
        "sources-importer": "/sources/importer",
        "contenu-ajouter": "/contenus/ajouter",
    }
    for name, address in addresses.items():
        page.goto(live_server.url + address)
        assert page.locator("h1").count() == 1, name
        assert violations(page) == [], name
        shot(page, name)
