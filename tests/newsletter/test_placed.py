"""The page of an item names the issues it was placed in."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from tests import make
from veille.staff.models import User


def test_amina_sees_that_an_item_was_sent_already(
    amina: User, as_user: Callable[[User], Client]
) -> None:
    item = make.item()
    make.entry(make.issue(number=41, state="sent"), item=item)
    make.entry(make.issue(number=42), item=item)
    make.entry(make.issue(number=43), item=item, removed=True)
    text = as_user(amina).get(f"/contenus/{item.pk}").content.decode()
    assert "Déjà envoyé : Lettre mensuelle n° 41" in text.replace("\u00a0", " ")
    assert "n° 42 – novembre 2026 (brouillon)" in text.replace("\u00a0", " ")
    assert "n° 43" not in text.replace("\u00a0", " ")
