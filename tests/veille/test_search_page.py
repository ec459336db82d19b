"""The page *Recherche*."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests import make
from tests.browser import shot, sign_in, violations
from veille import searching
from veille.models import Item
from veille.staff.models import User
from veille.suggesting import ruleset

AsUser = Callable[[User], Client]


def item(title: str, summary: str = "", **fields: object) -> Item:
    text = searching.fold(f"{title} {summary}")
    return make.item(title=title, summary=f"<p>{summary}</p>", text=text, **fields)


@pytest.mark.django_db
class TestThePage:
    def get(self, client: Client, **given: str) -> str:
        answer = client.get("/recherche", given)
        assert answer.status_code == 200
        return answer.content.decode()

    def test_what_is_found_is_marked_and_escaped(self, as_user: AsUser, elise: User) -> None:
        item("Rénovation <b>à</b> Dunkerque", "Les quartiers prioritaires &amp; l’Anru")
        item("Autre chose")
        shown = self.get(as_user(elise), q="renovation quartier")
        assert "<mark>Rénovation</mark> &lt;b&gt;à&lt;/b&gt; Dunkerque" in shown
        assert "Les <mark>quartiers</mark> prioritaires &amp; l’Anru" in shown
        assert "Autre chose" not in shown

    def test_states_are_counted_and_chosen(self, as_user: AsUser, elise: User) -> None:
        item("Dunkerque un")
        item("Dunkerque deux", state="kept")
        shown = self.get(as_user(elise), q="dunkerque", etat="retenu")
        assert "Dunkerque</mark> deux" in shown
        assert "Dunkerque</mark> un" not in shown
        assert "Tous <span>2</span>" in shown

    def test_filters_are_shown_by_name_and_can_be_removed(
        self, as_user: AsUser, elise: User
    ) -> None:
        source = make.source(name="France 3")
        other = make.source(name="Localtis")
        item("À France 3", source=source).themes.add(make.theme("sante", name="Santé"))
        item("À Localtis", source=other)
        shown = self.get(as_user(elise), source=str(source.pk), theme="sante")
        assert "source&nbsp;: France 3" in shown
        assert "theme&nbsp;: Santé" in shown
        assert 'href="?theme=sante"' in shown
        assert "À Localtis" not in shown

    def test_a_query_that_cannot_be_read_is_said_and_kept(
        self, as_user: AsUser, elise: User
    ) -> None:
        shown = self.get(as_user(elise), q='theme:zut "')
        assert "guillemet" in shown
        assert 'aria-invalid="true"' in shown
        assert "theme:zut &#34;" in shown
        for given in ({"q": "theme:zut"}, {"etat": "zut"}, {"lieu": "zut"}, {"theme": 'a"b'}):
            self.get(as_user(elise), **given)

    def test_an_empty_answer_teaches_the_language(self, as_user: AsUser, elise: User) -> None:
        assert "Aucun contenu" in self.get(as_user(elise))
        item("Un titre")
        shown = self.get(as_user(elise), q="introuvable")
        assert "Rien ne répond" in shown
        assert '<details class="language" open>' in shown

    def test_pages_keep_the_search(self, as_user: AsUser, elise: User) -> None:
        for n in range(30):
            item(f"Dunkerque {n}", state="kept")
        shown = self.get(as_user(elise), q="dunkerque", etat="retenu", tri="pertinence")
        assert "?q=dunkerque&amp;etat=retenu&amp;tri=pertinence&amp;page=2" in shown
        assert "Page 2 / 2" in self.get(as_user(elise), q="dunkerque", page="2")

    def test_its_cost_is_the_same_for_10_and_20_rows(self, as_user: AsUser, elise: User) -> None:
        client, costs = as_user(elise), []
        theme = make.theme("sante")
        for _ in range(2):
            for n in range(10):
                item(f"Dunkerque {n}").themes.add(theme)
            with CaptureQueriesContext(connection) as queries:
                self.get(client, q="dunkerque theme:sante", etat="a-voir")
            costs.append(len(queries))
        assert costs[0] == costs[1] <= 18


@pytest.mark.browser
def test_it_is_looked_at(
    page: Page, live_server: LiveServer, transactional_db: None, bruno: User
) -> None:
    ruleset.forget()
    source, kind = (
        make.source(name="La Voix du Nord"),
        make.content_type("evenement", name="Événement"),
    )
    anru, lille = make.theme("npnru", name="NPNRU et ANRU"), make.territory("59350", name="Lille")
    words = "La rénovation des quartiers se poursuit, avec 300 logements démolis et une école."
    for n in range(30):
        made = item(
            f"Dunkerque : la rénovation du Jeu-de-Mail entre dans sa phase {n}", words,
            source=source if n % 3 else make.source(name=f"Ville de Creil {n}"),
            state=("new", "kept", "dropped")[n % 3], kind=kind if n % 4 == 0 else None,
            published=make.NOW - timedelta(days=n), paywalled=n % 5 == 0,
        )  # fmt: skip
        made.themes.add(anru)
        made.territories.add(lille)
    sign_in(page, live_server, bruno)
    page.goto(f"{live_server.url}/recherche?q=renovation+quartier")
    shot(page, "search")
    assert not violations(page)
    page.get_by_role("link", name="Retenus").click()
    assert "etat=retenu" in page.url
    page.goto(f"{live_server.url}/recherche?q=theme:zut")
    shot(page, "search-error")
    assert not violations(page)
