"""Suggestions written for items: with why, never against a person's decision."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import make
from veille import reference, searching, suggesting
from veille.models import Item, Suggestion, Theme
from veille.suggesting import ruleset

pytestmark = pytest.mark.django_db
DUNKERQUE = "Dunkerque : la démolition de 300 logements commence (NPNRU)"


@pytest.fixture(autouse=True)
def loaded() -> Iterator[None]:
    ruleset.forget()
    for loader in reference.LOADERS[:4]:
        loader()
    yield
    ruleset.forget()


def suggested(title: str, summary: str = "", **fields: Any) -> Item:
    item = make.item(title=title, summary=summary, text=searching.fold(title), **fields)
    suggesting.suggest([item])
    return Item.objects.get(pk=item.pk)


def proposals(item: Item) -> dict[str, list[str]]:
    return {row.target: row.why for row in item.suggestions.filter(state="proposed")}


def test_themes_and_places_are_proposed_with_why() -> None:
    item = suggested(DUNKERQUE)
    assert proposals(item) == {
        "renouvellement-urbain": ["démolition", "logements", "NPNRU"],
        "npnru": ["démolition", "logements", "NPNRU"],
        "59183": ["Dunkerque"],
    }
    assert item.suggestions.get(target="59183").label == "Dunkerque"
    assert item.relevance > 0.7
    assert (item.kind_id, item.paywalled, item.deadline, item.event) == (
        "article",
        False,
        None,
        None,
    )
    assert Item.objects.filter(pk=item.pk, event__isnull=True, deadline__isnull=True).exists()


def test_a_call_gets_its_deadline_an_event_its_day_and_place() -> None:
    call = suggested("Appel à projets « Quartiers solidaires »", "<p>Jusqu’au <b>15 janvier</b>")
    assert (call.kind_id, call.deadline) == ("appel-a-projets", date(2027, 1, 15))
    unnamed = suggested("Quartiers d’été 2027 : les candidatures sont ouvertes jusqu’au 15 janvier")
    assert (unnamed.kind_id, unnamed.deadline) == ("appel-a-projets", date(2027, 1, 15))
    talk = suggested("Colloque santé mentale le 3 décembre à Lille")
    assert talk.event == {
        "start": "2026-12-03", "end": "2026-12-03", "place": "Lille", "online": False
    }  # fmt: skip
    online = suggested("Webinaire du 4 décembre à 10 h : la médiation sociale à Roubaix")
    assert online.event is not None
    assert (online.event["online"], online.event["place"]) == (True, "")
    assert online.event["start"] == "2026-12-04T10:00:00+01:00"


def test_paid_articles_and_off_topic_ones() -> None:
    general = make.source(filtered=True, priority=3)
    assert suggested("RÉSERVÉ AUX ABONNÉS – Lille rénove").paywalled is True
    assert suggested("Ligue 1 : le LOSC gagne", source=general).relevance < 0.2


def test_the_places_of_the_source_are_a_clue() -> None:
    source = make.source()
    source.territories.add("59")
    assert proposals(suggested("Hem : Longchamp rénové", source=source)) == {
        "59299": ["Hem", "source locale"]
    }
    assert not proposals(suggested("Hem : Longchamp rénové"))


def test_a_refused_suggestion_never_comes_back() -> None:
    item = suggested(DUNKERQUE)
    item.suggestions.filter(target="npnru").update(state="refused")
    item.suggestions.filter(target="59183").update(state="accepted")
    suggesting.suggest([item])
    assert set(proposals(item)) == {"renouvellement-urbain"}
    assert item.suggestions.get(target="npnru").state == "refused"
    assert item.suggestions.get(target="59183").state == "accepted"


def test_a_decided_item_is_left_alone() -> None:
    for state in ("kept", "dropped"):
        item = suggested(DUNKERQUE, state=state)
        assert not item.suggestions.exists()
        assert (item.kind_id, item.relevance) == (None, 0)


def test_what_somebody_set_on_a_new_item_stays() -> None:
    item = make.item(title=DUNKERQUE, version=1, deadline=date(2027, 2, 1), paywalled=True)
    item.themes.add("npnru")
    suggesting.suggest([item])
    again = Item.objects.get(pk=item.pk)
    assert set(proposals(again)) == {"renouvellement-urbain", "59183"}
    assert (again.deadline, again.paywalled, again.kind_id) == (date(2027, 2, 1), True, None)


def test_a_changed_text_replaces_what_was_proposed() -> None:
    item = suggested(DUNKERQUE)
    item.title = "Roubaix : une cité éducative"
    suggesting.suggest([item])
    assert set(proposals(item)) == {"education-jeunesse", "cites-educatives", "59512"}


def test_edited_themes_take_effect_at_once() -> None:
    assert not proposals(suggested("Un repair café"))
    Theme.objects.filter(pk="ess").update(keywords=["repair cafe*"])
    assert "ess" in proposals(suggested("Un repair café"))
    Theme.objects.filter(pk="ess").update(active=False)
    assert not proposals(suggested("Un repair café"))


def test_a_new_place_takes_effect_at_once() -> None:
    assert not proposals(suggested("Le QN05918N s’organise"))
    make.territory("QN05918N", kind="qpv", name="Jeu de Mail", parent_id="59183")
    assert proposals(suggested("Le QN05918N s’organise")) == {"QN05918N": ["QN05918N"]}
    assert set(proposals(suggested("À Dunkerque, le Jeu de Mail"))) == {"QN05918N", "59183"}
    assert not proposals(suggested("Le Jeu de Mail, une histoire"))


def test_the_cost_in_queries_is_the_same_for_2_and_40_items() -> None:
    source = make.source()
    costs = []
    for number in (2, 40):
        items = [make.item(title=f"{DUNKERQUE} {n}", source=source) for n in range(number)]
        suggesting.suggest(items[:1])  # the rules are known
        with CaptureQueriesContext(
            connection,
        ) as queries:
            suggesting.suggest(items)
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 14
    assert Suggestion.objects.count() == 42 * 3


def test_no_items_cost_nothing() -> None:
    with CaptureQueriesContext(connection) as queries:
        suggesting.suggest([])
    assert len(queries) == 0
