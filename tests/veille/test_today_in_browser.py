"""The morning's triage in a real browser, by the keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import desk
from tests.browser import shot, sign_in, violations
from veille import curating
from veille.models import Item
from veille.staff.models import User

pytestmark = pytest.mark.browser


@pytest.fixture
def morning(live_server: Any, page: Page, amina: User) -> list[Item]:
    made = desk.lay(3)
    sign_in(page, live_server, amina)
    page.goto(live_server.url + "/")
    return made


def states(items: list[Item]) -> list[str]:
    return [Item.objects.get(pk=item.pk).state for item in items]


def test_amina_keeps_three_and_drops_one_without_the_mouse(morning: list[Item], page: Page) -> None:
    first = page.locator(".row").first.get_attribute("data-item")
    page.keyboard.press("j")
    for key in "rrer":
        before = page.locator(".row.decided").count()
        page.keyboard.press(key)
        expect(page.locator(".row.decided")).to_have_count(before + 1)
    assert Item.objects.filter(state="kept").count() == 3
    assert Item.objects.filter(state="dropped").count() == 1
    kept = Item.objects.get(pk=first)
    assert kept.state == "kept"
    assert list(kept.themes.values_list("pk", flat=True)) == ["npnru"]
    expect(page.locator("#counts")).to_contain_text("3 retenus")
    page.keyboard.press("z")
    expect(page.locator(".row.decided")).to_have_count(3)
    expect(page.locator("#toasts")).to_contain_text("Annulé")
    assert Item.objects.filter(state="kept").count() == 2
    page.keyboard.press("z")  # and the one before
    expect(page.locator(".row.decided")).to_have_count(2)
    assert Item.objects.filter(state="dropped").count() == 0


def test_a_theme_is_added_by_type_ahead_and_a_summary_written(
    morning: list[Item], page: Page
) -> None:
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#pane-body")).to_be_visible()
    item = Item.objects.get(pk=page.locator(".row.current").get_attribute("data-item"))
    page.keyboard.press("t")
    page.keyboard.type("educ")
    expect(page.locator("[role=listbox] [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#pane-body .tags").first).to_contain_text("Éducation")
    assert item.themes.filter(pk="education").exists()
    page.keyboard.press("s")
    page.keyboard.type("Trois barres seront démolies d’ici mars.")
    expect(page.locator("#own-summary-count")).to_have_text("40/350")
    page.keyboard.press("Tab")
    expect(page.locator("#toasts")).to_contain_text("Enregistré")
    item.refresh_from_db()
    assert item.own_summary.startswith("Trois barres")
    assert violations(page) == []
    shot(page, "aujourdhui")


def test_words_typed_in_two_fields_and_a_tag_lose_nothing(morning: list[Item], page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("s")
    expect(page.locator("#own-summary")).to_be_focused()
    item = Item.objects.get(pk=page.locator(".row.current").get_attribute("data-item"))
    page.keyboard.type("Un résumé.")
    page.keyboard.press("Tab")
    page.keyboard.type("Une note, tapée sans attendre.")
    expect(page.locator("#note")).to_be_focused()
    expect(page.locator(".history summary")).to_contain_text("(1)")  # z goes by what is recorded
    page.get_by_role("button", name="Accepter Renouvellement urbain").click()
    expect(page.locator(".pane-tags .chip", has_text="Renouvellement urbain")).to_be_visible()
    expect(page.locator("#note")).to_have_value("Une note, tapée sans attendre.")
    expect(page.locator("#own-summary")).to_have_value("Un résumé.")
    expect(page.locator(".history summary")).to_contain_text("(3)")
    item.refresh_from_db()
    assert (item.own_summary, item.note) == ("Un résumé.", "Une note, tapée sans attendre.")
    page.keyboard.press("z")
    expect(page.locator("#toasts")).to_contain_text("Annulé")
    page.keyboard.press("z")
    expect(page.locator("#note")).to_have_value("")
    expect(page.locator("#own-summary")).to_have_value("Un résumé.")


def test_words_refused_for_a_colleagues_are_kept_in_the_field(
    morning: list[Item], page: Page, bruno: User
) -> None:
    page.keyboard.press("j")
    page.keyboard.press("n")
    expect(page.locator("#note")).to_be_focused()
    item = Item.objects.get(pk=page.locator(".row.current").get_attribute("data-item"))
    curating.annotate(item, bruno, note="La note de Bruno")
    page.keyboard.type("La mienne")
    page.keyboard.press("Tab")
    expect(page.locator(".conflict")).to_be_visible()
    expect(page.locator("#toasts")).to_contain_text("Bruno a modifié ce contenu")
    expect(page.locator("#note")).to_have_value("La mienne")
    expect(page.locator(".history")).to_contain_text("Bruno a annoté")
    page.locator("form.words").get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".conflict")).to_be_hidden()
    item.refresh_from_db()
    assert item.note == "La mienne"


def test_a_colleague_was_quicker_and_the_row_comes_back_with_her_name(
    morning: list[Item], page: Page, bruno: User
) -> None:
    row = page.locator(".row").first
    item = Item.objects.get(pk=row.get_attribute("data-item"))
    curating.keep(item, bruno, accept=False)
    row.get_by_role("button", name="Écarter").click()
    expect(page.locator("#toasts")).to_contain_text("Bruno a modifié ce contenu")
    expect(row).to_contain_text("Retenu")
    assert states([item]) == ["kept"]


def test_several_are_dropped_at_once(morning: list[Item], page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("#several")).to_contain_text("2 contenus sélectionnés")
    page.locator("#several").get_by_role("button", name="Écarter").click()
    expect(page.locator("#toasts")).to_contain_text("Écarté : 2 contenus")
    expect(page.locator("#several")).to_be_hidden()
    assert Item.objects.filter(state="dropped").count() == 2
    page.keyboard.press("z")
    expect(page.locator("#toasts")).to_contain_text("Annulé : 2 contenus")
    assert Item.objects.filter(state="dropped").count() == 0


def test_a_theme_has_a_number_and_names_typed_in_a_hurry_are_understood(
    morning: list[Item], page: Page
) -> None:
    page.keyboard.press("j")
    item = Item.objects.get(pk=page.locator(".row.current").get_attribute("data-item"))
    page.keyboard.press("1")
    expect(page.locator(".row.current")).to_contain_text("Éducation, jeunesse")
    page.keyboard.press("l")
    page.keyboard.type("arr")
    page.keyboard.press("Enter")  # before the list has come
    expect(page.locator(".row.current")).to_contain_text("Arras")
    expect(page.locator(".row.current a.title")).to_be_focused()
    assert set(item.territories.values_list("pk", flat=True)) == {"62041"}


def test_rows_are_low_and_fingers_have_room(morning: list[Item], page: Page) -> None:
    heights = "[...document.querySelectorAll('.row')].map((row) => row.offsetHeight)"
    assert max(page.evaluate(heights)) <= 64
    page.set_viewport_size({"width": 375, "height": 760})
    buttons = "[...document.querySelectorAll('.row .acts button')].filter((b) => b.offsetParent)"
    sizes = page.evaluate(f"{buttons}.map((button) => [button.offsetWidth, button.offsetHeight])")
    assert min(height for _, height in sizes) >= 44
    assert min(width for width, _ in sizes) >= 44


def test_the_page_of_one_item_stands_alone_on_a_phone(
    morning: list[Item], page: Page, live_server: Any
) -> None:
    page.set_viewport_size({"width": 375, "height": 760})
    page.locator(".row a.title").first.click()
    page.wait_for_url("**/contenus/*")
    assert violations(page) == []
    shot(page, "contenu")
    page.get_by_role("button", name="Retenir").click()
    expect(page.get_by_text("Retenu par Amina")).to_be_visible()
