"""*Aujourd'hui* without a browser: filters, forms without JavaScript, constant queries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import desk, make
from veille import curating
from veille.french import PARIS
from veille.models import Suggestion
from veille.staff.models import User

AsUser = Callable[[User], Client]


def test_an_empty_desk_teaches_the_next_step(amina: User, as_user: AsUser) -> None:
    assert "Ajouter des sources" in as_user(amina).get("/").content.decode()
    curating.drop(make.item(), amina)
    assert "Tout est trié" in as_user(amina).get("/").content.decode()
    assert "Retirer les filtres" in as_user(amina).get("/?q=introuvable").content.decode()


def test_the_likely_come_first_and_the_rest_is_folded(amina: User, as_user: AsUser) -> None:
    desk.lay(1)
    text = as_user(amina).get("/").content.decode()
    assert "peu probable" in text
    assert text.index("Jeu-de-Mail") < text.index("Le reste") < text.index("cambriolage")


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("q=démolition", 200, ""),
        ("theme=npnru&lieu=59183&etat=all&ordre=date", 200, "Jeu-de-Mail"),
        ("jour=hier", 422, "n’est pas lisible"),
        ("jour=0001-01-01", 422, "n’est pas lisible"),
        ("jour=9999-12-31", 200, ""),
        (f"source={10**30}", 422, "n’est pas lisible"),
        (f"source={'9' * 5000}", 422, "n’est pas lisible"),
        ("source=²", 422, "n’est pas lisible"),
        ("theme=inconnu", 422, "inconnu"),
        ("etat=perdu", 422, "inconnu"),
        ("q=%22ouvert", 422, "guillemet"),
        ("page=999", 200, "Jeu-de-Mail"),
        ("item=999999", 200, "Jeu-de-Mail"),
        ("item=²", 200, "Jeu-de-Mail"),
    ],
)
def test_filters_are_in_the_address_and_a_bad_one_is_told(
    query: str, status: int, words: str, amina: User, as_user: AsUser
) -> None:
    desk.lay(1)
    answer = as_user(amina).get(f"/?{query}")
    assert answer.status_code == status
    assert words in answer.content.decode()


@pytest.mark.parametrize("path", ["/", "/?item={item}", "/contenus/{item}"])
def test_the_number_of_queries_does_not_grow_with_the_rows(
    path: str, amina: User, as_user: AsUser
) -> None:
    client, counts = as_user(amina), []
    for days in (1, 3):
        item = desk.lay(days)[0] if days == 1 else _more(days)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(path.format(item=item.pk))
        counts.append(len(captured))
    assert counts[0] == counts[1], counts


def _more(days: int) -> Any:
    source = make.source()
    made = [make.item(source=source, title=f"Encore {n}", relevance=0.5) for n in range(days * 7)]
    for item in made:
        Suggestion.objects.create(
            item=item, facet="theme", target="npnru", label="Renouvellement", why=["anru"]
        )
    return made[0]


def test_without_javascript_a_gesture_is_a_form_that_comes_back(
    amina: User, as_user: AsUser
) -> None:
    item = make.item()
    client = as_user(amina)
    answer = client.post(f"/contenus/{item.pk}/keep", {"version": "0", "next": "/?ordre=date"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/?ordre=date")
    elsewhere = client.post(f"/contenus/{item.pk}/drop", {"next": "https://ailleurs.example/"})
    assert elsewhere.headers["Location"] == "/"
    item.refresh_from_db()
    assert item.state == "dropped"


def test_htmx_gets_the_folded_row_the_counts_and_an_undo(
    amina: User, bruno: User, as_user: AsUser
) -> None:
    item = make.item()
    client = as_user(amina)
    answer = client.post(
        f"/contenus/{item.pk}/keep", {"version": "0"}, headers={"HX-Request": "true"}
    )
    text = answer.content.decode()
    assert f'id="item-{item.pk}"' in text
    assert 'id="counts" hx-swap-oob="true"' in text
    assert f"/decisions/annuler?d={item.decisions.get().pk}" in answer.headers["HX-Trigger"]
    late = as_user(bruno).post(
        f"/contenus/{item.pk}/drop", {"version": "0"}, headers={"HX-Request": "true"}
    )
    assert late.status_code == 409
    assert "Amina a modifié ce contenu" in late.content.decode()


def test_without_javascript_a_theme_is_named_and_a_decision_undone_from_the_history(
    amina: User, as_user: AsUser
) -> None:
    item, theme = make.item(), make.theme("education", name="Éducation, jeunesse")
    client, address = as_user(amina), f"/contenus/{item.pk}"
    form = {"act": "add", "facet": "theme", "target": "", "name": "education, jeunesse"}
    client.post(f"{address}/etiquette", form | {"next": address})
    assert list(item.themes.all()) == [theme]
    undo = f"/decisions/annuler?d={item.decisions.get().pk}"
    assert undo in client.get(address).content.decode()
    assert client.post(undo, {"next": address}).headers["Location"] == address
    assert item.themes.count() == 0
    assert (
        "Aucun thème" in client.post(f"{address}/etiquette", form | {"name": "x"}).content.decode()
    )
    assert client.post("/decisions/annuler?d=999999").status_code == 404


def test_what_narrows_the_list_can_be_widened_again(amina: User, as_user: AsUser) -> None:
    item = desk.lay(1)[0]
    day = item.published.astimezone(PARIS).date()
    text = as_user(amina).get(f"/?source={item.source_id}&jour={day}&q=phase").content.decode()
    assert f"/?jour={day}&amp;q=phase" in text
    assert f"/?source={item.source_id}&amp;q=phase" in text
    assert f"jour={day - timedelta(days=1)}" in text
    assert as_user(amina).get("/?jour=9999-12-31").status_code == 200
    assert as_user(amina).get("/?source=999999").status_code == 200


def test_a_refused_gesture_can_fetch_the_row_as_it_is(amina: User, as_user: AsUser) -> None:
    item = make.item()
    curating.drop(item, amina)
    answer = as_user(amina).get(f"/contenus/{item.pk}/ligne", headers={"HX-Request": "true"})
    assert f'id="item-{item.pk}"' in answer.content.decode()
    assert "HX-Trigger" not in answer.headers


def test_elise_reads_and_decides_nothing(elise: User, as_user: AsUser) -> None:
    item = make.item()
    client = as_user(elise)
    assert "Retenir" not in client.get("/").content.decode().split('id="help"')[0]
    assert client.post(f"/contenus/{item.pk}/keep").status_code == 403
    assert client.get(f"/contenus/{item.pk}").status_code == 200


def test_a_hostile_summary_runs_nothing_on_the_page(amina: User, as_user: AsUser) -> None:
    item = make.item(
        title="<script>alert(1)</script>",
        summary='<img src=x onerror=alert(1)><a href="javascript:alert(1)">x</a>',
    )
    text = as_user(amina).get(f"/contenus/{item.pk}").content.decode()
    assert "<script>alert" not in text
    assert "onerror" not in text
    assert "javascript:" not in text


def test_the_type_ahead_finds_without_accents_and_says_when_nothing_is_there(
    amina: User, as_user: AsUser
) -> None:
    desk.lay(1)
    client = as_user(amina)
    assert "Éducation" in client.get("/etiquettes/theme?q=educ").content.decode()
    assert "Arras" in client.get("/etiquettes/territory?q=ARR").content.decode()
    assert "ne porte ce nom" in client.get("/etiquettes/theme?q=zzz").content.decode()


def test_a_title_changed_after_the_decision_is_shown_with_the_old_one(
    amina: User, as_user: AsUser
) -> None:
    item = make.item(title="Le chantier est reporté", previous_title="Le chantier commence")
    text = as_user(amina).get(f"/contenus/{item.pk}").content.decode()
    assert "La source a changé son titre" in text
    assert "Le chantier commence" in text


@pytest.mark.parametrize("number", [str(10**30), "9" * 5000, "²"])
def test_a_number_no_row_can_have_is_answered_and_never_an_error_of_the_server(
    number: str, amina: User, as_user: AsUser
) -> None:
    item, client = desk.lay(1)[0], as_user(amina)
    assert client.post("/contenus/lot", {"act": "keep", "item": number}).status_code == 422
    assert client.post(f"/decisions/annuler?d={number}").status_code == 404
    assert client.get("/sources", {"retiree": number}).status_code == 200
    assert client.get("/", {"page": number}).status_code == 200
    kept = client.post(f"/contenus/{item.pk}/keep", {"version": number})
    assert kept.status_code < 400  # a form that says no version that can be read says none
