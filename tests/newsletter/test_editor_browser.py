"""The editor in Chromium: by keyboard, by hand, two people at once, no network, axe, pictures."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from newsletter import composing
from newsletter.models import Entry, Issue
from tests import make
from tests.browser import shot, sign_in, violations
from tests.make import NOW
from veille.staff.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def issue(transactional_db: None) -> Issue:
    return make.ready_issue()


@pytest.fixture
def desk(page: Page, live_server: Any, issue: Issue, bruno: User) -> Page:
    """Bruno before the editor, its script at work (the plain buttons are gone)."""
    sign_in(page, live_server, bruno)
    page.goto(f"{live_server.url}/lettres/{issue.pk}")
    expect(page.locator("#champs [data-plain]")).to_be_hidden()
    return page


def titles(page: Page, section: str) -> list[str]:
    rows = page.locator(f'.entries[data-section="{section}"] .row-title')
    return [title.rsplit(" ", 1)[-1] for title in rows.all_text_contents()]


def saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_contain_text("enregistré ")


def test_an_entry_is_moved_removed_and_brought_back_by_keyboard(desk: Page, issue: Issue) -> None:
    second = issue.entries.get(title__endswith="épisode 1")
    grip = f"#grip-{second.pk}"
    desk.focus(grip)
    desk.keyboard.press("Alt+ArrowDown")
    expect(desk.locator("#toasts")).to_contain_text("Publications\u00a0: 2 sur 2")
    assert titles(desk, "publications") == ["2", "1"]
    expect(desk.locator(grip)).to_be_focused()
    desk.keyboard.press("Alt+ArrowDown")
    expect(desk.locator("#toasts")).to_contain_text("Textes officiels")
    assert titles(desk, "textes-officiels") == ["1"]
    expect(desk.locator(grip)).to_be_focused()
    desk.keyboard.press("Delete")
    expect(desk.locator("#removed")).to_contain_text("épisode 1")
    desk.locator("#toasts button").press("Enter")
    expect(desk.locator(grip)).to_have_count(1)
    second.refresh_from_db()
    assert (second.section, second.removed) == ("textes-officiels", False)


def test_what_is_typed_saves_itself_and_shows_in_the_letter(desk: Page, issue: Issue) -> None:
    first = issue.entries.get(title__endswith="épisode 0")
    desk.locator(f"#edit-{first.pk} > summary").press("Enter")
    desk.fill(f"#title-{first.pk}", "Un titre pour ce numéro seulement")
    expect(desk.locator("[data-saved]")).to_have_text("non enregistré")
    saved(desk)
    expect(desk.frame_locator("#sight").locator("body")).to_contain_text("Un titre pour ce numéro")
    desk.fill("#subject", "Court")
    expect(desk.locator('[data-counter="subject"]')).to_have_text("5/60")
    expect(desk.locator('[data-notes="subject"]')).to_contain_text("L’objet a 5 signes")
    first.refresh_from_db()
    issue.refresh_from_db()
    assert (first.title, issue.subject) == ("Un titre pour ce numéro seulement", "Court")


def test_an_entry_is_dragged_into_another_section(desk: Page, issue: Issue) -> None:
    moved = issue.entries.get(title__endswith="épisode 3")
    target = desk.locator('.entries[data-section="publications"] .entry').first
    grip = desk.locator(f"#grip-{moved.pk}")
    grip.scroll_into_view_if_needed()
    grip.hover()
    desk.mouse.down()
    desk.mouse.move(400, 500, steps=4)
    there = desk.locator(f'.entries[data-section="publications"] #grip-{moved.pk}')
    for _ in range(40):  # the list moves under the hand: on until the entry is in the section
        box = target.bounding_box()
        assert box is not None
        desk.mouse.move(box["x"] + 60, box["y"] + 12, steps=10)
        desk.wait_for_timeout(200)
        if there.count():
            break
    desk.mouse.up()
    expect(desk.locator("#toasts")).to_contain_text("Publications")
    moved.refresh_from_db()
    assert moved.section == "publications"


def test_a_click_in_the_letter_opens_the_entry(desk: Page, issue: Issue) -> None:
    first = issue.entries.get(title__endswith="épisode 0")
    desk.frame_locator("#sight").get_by_role("link", name=first.title).click()
    expect(desk.locator(f"#title-{first.pk}")).to_be_focused()


def test_the_letter_is_shown_in_five_ways(desk: Page) -> None:
    for name in ("375 px", "Sombre", "Sans images", "Texte", "640 px"):
        desk.get_by_role("link", name=name, exact=True).click()
        expect(desk.locator(".views [aria-current]")).to_have_text(name)
        expect(desk.frame_locator("#sight").locator("body")).to_contain_text("épisode 1")


def test_two_people_in_different_fields_both_keep_their_words(
    desk: Page, issue: Issue, claire: User
) -> None:
    composing.edit_issue(issue, {"subject": "L’objet que Claire écrit ailleurs"}, claire, now=NOW)
    desk.fill("#preheader", "L’accroche que Bruno écrit pendant ce temps, assez longue")
    expect(desk.locator("#toasts")).to_contain_text("Claire modifie aussi ce numéro")
    saved(desk)
    expect(desk.locator("#subject")).to_have_value("L’objet que Claire écrit ailleurs")
    issue.refresh_from_db()
    assert issue.subject == "L’objet que Claire écrit ailleurs"
    assert issue.preheader.startswith("L’accroche que Bruno")


@pytest.mark.parametrize(
    ("button", "kept"), [("Enregistrer mon texte", "Bruno"), ("Prendre le sien", "Claire")]
)
def test_two_people_in_one_field_choose_between_both_texts(
    desk: Page, issue: Issue, claire: User, button: str, kept: str
) -> None:
    composing.edit_issue(issue, {"subject": "Le texte de Claire"}, claire, now=NOW)
    desk.fill("#subject", "Le texte de Bruno")
    told = desk.locator("#told")
    expect(told).to_contain_text("Claire a modifié ce numéro")
    expect(told).to_contain_text("Le texte de Claire")
    expect(told).to_contain_text("Le texte de Bruno")
    # Another gesture meanwhile loses nothing.
    desk.focus(f"#grip-{issue.entries.get(title__endswith='épisode 1').pk}")
    desk.keyboard.press("Alt+ArrowDown")
    expect(desk.locator("#toasts")).to_contain_text("2 sur 2")
    expect(desk.locator("#subject")).to_have_value("Le texte de Bruno")
    told.get_by_role("button", name=button).press("Enter")
    expect(desk.locator("#subject")).to_have_value(f"Le texte de {kept}")
    desk.wait_for_function("!document.querySelector('.late')")
    issue.refresh_from_db()
    assert issue.subject == f"Le texte de {kept}"


def test_without_network_the_text_waits_and_then_goes(
    desk: Page, context: BrowserContext, issue: Issue
) -> None:
    context.set_offline(True)
    desk.fill("#subject", "Écrit dans le train, entre deux tunnels")
    expect(desk.locator("[data-saved]")).to_contain_text("hors connexion")
    context.set_offline(False)
    saved(desk)
    issue.refresh_from_db()
    assert issue.subject == "Écrit dans le train, entre deux tunnels"


def test_a_kept_item_is_found_by_typing_and_added(
    page: Page, live_server: Any, issue: Issue, bruno: User
) -> None:
    make.item(title="Un tiers-lieu ouvre à Calais", state="kept")
    sign_in(page, live_server, bruno)
    page.goto(f"{live_server.url}/lettres/{issue.pk}")
    page.locator("#rubric-agenda + [data-add]").press("Enter")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("calais")
    expect(page.locator("#answers")).to_contain_text("1\u00a0contenu")
    page.locator("#answers").get_by_role("button").press("Enter")
    expect(page.locator('.entries[data-section="agenda"]')).to_contain_text("Un tiers-lieu")
    assert Entry.objects.get(section="agenda").title == "Un tiers-lieu ouvre à Calais"


def test_the_pages_of_an_issue_are_accessible_and_looked_at(
    page: Page, live_server: Any, issue: Issue, bruno: User, denis: User
) -> None:
    entry = issue.entries.get(title__endswith="épisode 3")
    composing.edit_entry(entry, {"source_name": ""}, bruno, now=NOW)
    Issue.objects.filter(pk=issue.pk).update(
        left_out=[{"item": make.item().pk, "title": "Un appel clos", "why": "échéance passée"}]
    )
    sign_in(page, live_server, denis)
    for name, path in (
        ("lettres", "/lettres/"), ("lettre-composer", f"/lettres/{issue.pk}"),
        ("lettre-verifier", f"/lettres/{issue.pk}/verifier"),
        ("lettre-apercu", f"/lettres/{issue.pk}/apercu"),
        ("lettre-ajouter", f"/lettres/{issue.pk}/ajouter"),
        ("lettre-reglages", "/lettres/reglages/monthly"),
    ):  # fmt: skip
        page.goto(live_server.url + path)
        shot(page, name)
        for details in page.locator("details:not(.menu):not(.who)").all():
            details.evaluate("one => { one.open = true; }")
        assert violations(page, iframes=False) == [], name


def test_the_approver_s_page_is_accessible_and_looked_at(
    page: Page, live_server: Any, issue: Issue, bruno: User, claire: User
) -> None:
    from django.utils import timezone

    from newsletter import approving

    now = timezone.now()
    approving.give_back(
        approving.submit(issue, bruno, comment="Essai.", now=now), claire, "Un titre.", now=now
    )
    composing.edit_issue(issue, {"edito": "Un édito tout neuf."}, bruno, now=now)
    approving.submit(issue, bruno, comment="Essai.", now=now)
    sign_in(page, live_server, claire)
    page.goto(f"{live_server.url}/lettres/{issue.pk}/relire")
    shot(page, "lettre-relire")
    assert violations(page, iframes=False) == []
    page.get_by_role("button", name="Approuver cet envoi").click()
    expect(page.get_by_text("Envoi approuvé.")).to_be_visible()
    issue.refresh_from_db()
    assert (issue.state, issue.approved_by) == ("approved", claire)
