"""The pages of the letters, without a script: list, editor, conflicts, preview, settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from newsletter import composing
from newsletter.models import Issue, Series
from tests import make
from tests.make import NOW
from veille.staff.models import User

As = Callable[[User], Client]
SCRIPT = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def nine_o_clock() -> Iterator[None]:
    """Pages look at the clock; the letter of these tests is of November 2026."""
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def issue(db: None) -> Issue:
    return make.ready_issue()


def test_an_empty_list_says_the_next_step(bruno: User, as_user: As) -> None:
    composing.ensure_series()
    page = as_user(bruno).get("/lettres/").content.decode()
    assert "Aucune lettre pour l’instant" in page
    assert "Proposer un brouillon" in page


def test_élise_reads_and_is_offered_no_gesture(issue: Issue, elise: User, as_user: As) -> None:
    client = as_user(elise)
    page = client.get(f"/lettres/{issue.pk}").content.decode()
    assert "épisode 1" in page
    assert "data-autosave" not in page
    assert "Proposer" not in client.get("/lettres/").content.decode()
    assert client.post(f"/lettres/{issue.pk}/champs", {"subject": "Non"}).status_code == 403


def test_a_draft_is_proposed_from_the_list(bruno: User, as_user: As) -> None:
    composing.ensure_series()
    answer = as_user(bruno).post("/lettres/proposer", {"letter": "monthly", "month": "2026-11"})
    assert answer.headers["Location"] == f"/lettres/{Issue.objects.get().pk}"


def test_a_refused_proposal_keeps_what_was_typed(bruno: User, as_user: As) -> None:
    composing.ensure_series()
    answer = as_user(bruno).post(
        "/lettres/proposer",
        {"letter": "monthly", "month": "2026-11", "start": "2026-05-01", "end": "2026-04-01"},
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "avant de commencer" in page
    assert 'value="2026-05-01"' in page


def test_a_territory_is_taken_by_name_or_code(bruno: User, as_user: As) -> None:
    composing.ensure_series()
    make.territory("59", kind="departement", name="Nord")
    for text in ("Nord", "Nord (59)", "59"):
        as_user(bruno).post(
            "/lettres/proposer", {"letter": "monthly", "month": "2026-11", "territory": text}
        )
    assert Issue.objects.get().territory_id == "59"
    answer = as_user(bruno).post(
        "/lettres/proposer", {"letter": "monthly", "month": "2026-11", "territory": "Nulle part"}
    )
    assert "Territoire inconnu" in answer.content.decode()


def test_fields_and_gestures_work_by_plain_posts(issue: Issue, bruno: User, as_user: As) -> None:
    client = as_user(bruno)
    entry = issue.entries.order_by("position")[1]
    answer = client.post(
        f"/lettres/{issue.pk}/champs",
        {"subject": "Un autre objet, écrit sans script", "version": "0"},
    )
    assert answer.status_code == 302
    address = f"/lettres/{issue.pk}/contenus/{entry.pk}"
    client.post(address, {"title": "Titre à la main", "version": "1"})
    client.post(f"{address}/geste", {"gesture": "down", "version": "2"})
    client.post(f"{address}/geste", {"gesture": "place", "section": "agenda", "version": "3"})
    entry.refresh_from_db()
    issue.refresh_from_db()
    assert (entry.title, entry.section) == ("Titre à la main", "agenda")
    assert (issue.subject, issue.version) == ("Un autre objet, écrit sans script", 4)
    client.post(f"{address}/geste", {"gesture": "remove", "version": "4"})
    assert "Retirés" in client.get(f"/lettres/{issue.pk}").content.decode()
    client.post(f"{address}/geste", {"gesture": "restore", "version": "5"})
    entry.refresh_from_db()
    assert not entry.removed


def test_the_second_editor_keeps_their_text_and_sees_the_first_one_s(
    issue: Issue, bruno: User, claire: User, as_user: As
) -> None:
    as_user(claire).post(f"/lettres/{issue.pk}/champs", {"subject": "De Claire", "version": "0"})
    answer = as_user(bruno).post(
        f"/lettres/{issue.pk}/champs", {"subject": "De Bruno", "version": "0"}
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Claire a modifié ce numéro" in page
    assert "De Claire" in page
    assert ">De Bruno</textarea>" in page
    assert 'name="version" value="1"' in page


def test_the_script_is_given_both_texts_and_the_page_as_it_is(
    issue: Issue, bruno: User, claire: User, as_user: As
) -> None:
    composing.edit_issue(issue, {"subject": "De Claire"}, claire, now=NOW)
    answer = as_user(bruno).post(
        f"/lettres/{issue.pk}/champs", {"subject": "De Bruno", "version": "0"}, **SCRIPT
    )
    told: dict[str, Any] = answer.json()
    assert answer.status_code == 409
    assert (told["theirs"]["subject"], told["who"], told["version"]) == ("De Claire", "Claire", 1)
    assert "structure" in told


def test_an_unreadable_value_is_told_beside_its_field(
    issue: Issue, bruno: User, as_user: As
) -> None:
    entry = issue.entries.all()[0]
    address = f"/lettres/{issue.pk}/contenus/{entry.pk}"
    answer = as_user(bruno).post(address, {"published": "hier"}, **SCRIPT)
    assert (answer.status_code, answer.json()["where"]) == (422, "published")
    plain = as_user(bruno).post(address, {"title": "", "summary": "Mon texte"})
    assert plain.status_code == 422
    assert "Mon texte" in plain.content.decode()


def test_items_are_found_and_added(issue: Issue, bruno: User, as_user: As) -> None:
    item = make.item(title="Un tiers-lieu à Calais", state="kept")
    make.item(title="Un autre tiers-lieu", state="new")
    client, address = as_user(bruno), f"/lettres/{issue.pk}/ajouter"
    page = client.get(address, {"q": "", "rubrique": "agenda"}).content.decode()
    assert "Un tiers-lieu à Calais" in page
    assert "Un autre tiers-lieu" not in page
    client.post(address, {"item": item.pk, "section": "agenda", "version": "0"})
    assert issue.entries.get(item=item).section == "agenda"
    free = {"title": "Nos vœux", "section": "actualites-du-centre", "version": "1"}
    client.post(f"{address}-libre", free)
    added = issue.entries.get(title="Nos vœux")
    assert added.source_name == "Centre de ressources"
    assert added.published is not None


def test_the_frame_runs_nothing_and_reaches_pictures_only(
    issue: Issue, bruno: User, as_user: As
) -> None:
    client, address = as_user(bruno), f"/lettres/{issue.pk}/lettre"
    answer = client.get(address)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "allow-scripts" not in policy
    assert "sandbox" in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert client.get(f"/lettres/{issue.pk}").headers["X-Frame-Options"] == "DENY"
    assert "prefers-color-scheme" not in answer.content.decode()
    text = client.get(address, {"apercu": "texte"})
    assert text.headers["Content-Type"].startswith("text/plain")
    assert client.get(address, {"apercu": "sombre"}).content != answer.content


def test_findings_stand_beside_the_entry_they_concern(
    issue: Issue, bruno: User, as_user: As
) -> None:
    entry = issue.entries.all()[0]
    composing.edit_entry(entry, {"source_name": ""}, bruno, now=NOW)
    page = as_user(bruno).get(f"/lettres/{issue.pk}").content.decode()
    row = page.split(f'data-notes="{entry.pk}"')[1][:600]
    assert "La source n’est pas indiquée" in row
    check = as_user(bruno).get(f"/lettres/{issue.pk}/verifier").content.decode()
    assert f'href="/lettres/{issue.pk}#e{entry.pk}"' in check


@pytest.mark.parametrize("rows", [10, 20])
def test_pages_ask_as_many_questions_for_ten_rows_as_for_twenty(
    issue: Issue, bruno: User, as_user: As, django_assert_max_num_queries: Any, rows: int
) -> None:
    for n in range(rows):
        make.entry(issue, section="publications", title=f"Titre {n}", position=n)
        make.issue(series=issue.series, edited_by=bruno)
    client = as_user(bruno)
    for address, most in (
        ("/lettres/", 12), (f"/lettres/{issue.pk}", 22), (f"/lettres/{issue.pk}/verifier", 22),
    ):  # fmt: skip
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200


def test_a_letter_s_settings_are_edited_by_denis_only(
    bruno: User, denis: User, as_user: As
) -> None:
    composing.ensure_series()
    address = "/lettres/reglages/monthly"
    assert as_user(bruno).get(address).status_code == 403
    page = as_user(denis).get(address).content.decode()
    assert "Vu dans la presse" in page
    given = {
        "name": "La mensuelle", "sender_address": "pas une adresse", "provider": "smtp",
        "next_number": "112", "active": "on",
    }  # fmt: skip
    series = Series.objects.get(pk="monthly")
    for s in series.sections.all():
        base = f"sections.{s.slug}."
        given |= {f"{base}title": s.title, f"{base}position": str(s.position),
                  f"{base}most": str(s.most)}  # fmt: skip
    refused = as_user(denis).post(address, given)
    assert refused.status_code == 422
    assert "La mensuelle" in refused.content.decode()
    series.refresh_from_db()
    assert series.name == "Lettre mensuelle"
    given |= {"sender_address": "lettre@centre.example", "sections.agenda.title": "Rendez-vous"}
    assert as_user(denis).post(address, given).status_code == 302
    series.refresh_from_db()
    assert (series.name, series.next_number, series.active) == ("La mensuelle", 112, True)
    assert series.sections.get(slug="agenda").title == "Rendez-vous"
