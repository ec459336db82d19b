"""Finding items: the language, both databases' indexes, the counts."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from tests import make
from veille import searching
from veille.exceptions import BadInput
from veille.models import Item, Suggestion
from veille.searching import language
from veille.searching.sheet import sheets

TODAY = date(2026, 11, 24)


def titled(title: str, **fields: Any) -> Item:
    return make.item(title=title, text=searching.fold(title), **fields)


def found(query: str, **filters: Any) -> set[str]:
    return {item.title for item in searching.items(query, **filters)}


def test_folding_keeps_the_length_of_words_and_loses_case_and_accents() -> None:
    assert searching.fold("L’Œuvre d’ÉTÉ\u00a0: naïve – ça") == "l'oeuvre d'ete : naive - ca"


@pytest.mark.django_db
class TestTheIndex:
    def test_words_are_joined_whatever_their_case_accents_and_number(self) -> None:
        titled("Dunkerque : la rénovation des quartiers")
        titled("Rénovation à Lille")
        assert found("RENOVATION quartier") == {"Dunkerque : la rénovation des quartiers"}
        assert len(found("rénovations")) == 2

    def test_an_expression_wants_its_words_in_order(self) -> None:
        titled("La politique de la ville")
        titled("La ville et sa politique")
        assert found('"politique de la ville"') == {"La politique de la ville"}
        assert found("« politique de la ville »") == {"La politique de la ville"}
        assert len(found("politique ville")) == 2

    def test_or_minus_and_truncation(self) -> None:
        titled("Écoles de Lille")
        titled("Football à Roubaix")
        titled("Rénovations à Creil")
        assert len(found("lille OR roubaix")) == 2
        assert found("lille OU roubaix -foot*") == {"Écoles de Lille"}
        assert found("rénov*") == {"Rénovations à Creil"}
        assert found("-lille -roubaix") == {"Rénovations à Creil"}

    def test_hyphens_and_apostrophes_part_words(self) -> None:
        titled("L’aide d’urgence aux sans-abri")
        for query in ("urgence", "sans abri", "sans-abri", "d'urgence"):
            assert found(query), query

    def test_the_team_s_own_words_are_searched_and_follow_edits(self) -> None:
        item = titled("Un titre")
        Item.objects.filter(pk=item.pk).update(note="Vu avec la préfète, œuvrer ensemble")
        assert found("prefete") == found("oeuvrer") == {"Un titre"}
        Item.objects.filter(pk=item.pk).update(note="")
        assert not found("prefete")
        item.delete()
        assert not found("titre")

    @pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite drops triggers with a table")
    def test_the_triggers_survive_the_migrations(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM sqlite_master WHERE type='trigger'")
            assert cursor.fetchone() == (3,)


@pytest.mark.django_db
class TestFilters:
    def test_state_source_and_dates(self) -> None:
        localtis = make.source(name="Localtis")
        titled("Nouveau", source=localtis)
        titled("Gardé", state="kept", published=datetime(2026, 10, 31, 22, 30, tzinfo=UTC))
        titled("Vieux", state="dropped", published=datetime(2026, 10, 31, 23, 30, tzinfo=UTC))
        assert found("etat:retenu") == found("", state="kept") == {"Gardé"}
        assert found("source:localtis") == found("", source=localtis.pk) == {"Nouveau"}
        assert found("depuis:2026-11-01 avant:2026-11-24") == {"Vieux"}  # midnight in Paris
        assert found("", day=date(2026, 10, 31)) == {"Gardé"}
        assert found("-etat:retenu -source:Localtis") == {"Vieux"}

    def test_a_theme_holds_its_sub_themes_and_what_is_suggested(self) -> None:
        parent = make.theme("renouvellement-urbain")
        child = make.theme("npnru", parent=parent, name="NPNRU et ANRU")
        titled("Étiqueté").themes.add(child)
        proposed, refused = titled("Proposé"), titled("Refusé")
        titled("Rien")
        Suggestion.objects.create(item=proposed, facet="theme", target="npnru", label="NPNRU")
        Suggestion.objects.create(
            item=refused, facet="theme", target="npnru", label="NPNRU", state="refused"
        )
        for query in ("theme:renouvellement-urbain", 'thème:"Renouvellement urbain"'):
            assert found(query) == {"Étiqueté", "Proposé"}
        assert found("", theme="npnru", state="new") == {"Étiqueté", "Proposé"}

    def test_a_place_holds_what_lies_inside(self) -> None:
        nord = make.territory("59", kind="departement", name="Nord", departement="59")
        contract = make.territory("cud", kind="contrat", name="CU de Dunkerque", parent=nord)
        town = make.territory("59183", contract=contract, parent=nord)
        titled("À Dunkerque").territories.add(town)
        titled("Ailleurs")
        for place in ("59", "Nord", "cud", "59183", '"cu de dunkerque"'):
            assert found(f"lieu:{place}") == {"À Dunkerque"}

    def test_what_means_nothing_is_told_in_french(self) -> None:
        for query in ("theme:rien", "lieu:rien", "source:rien", "type:rien", "etat:rien"):
            with pytest.raises(BadInput, match=r"rien"):
                searching.items(query)
        for wrong in ({"state": "x"}, {"order": "x"}, {"theme": "x"}, {"territory": "x"}):
            with pytest.raises(BadInput):
                searching.items(**wrong)  # type: ignore[arg-type]

    def test_order(self) -> None:
        titled("Ancien et pertinent", relevance=0.9, published=make.NOW - timedelta(days=3))
        titled("Récent")
        assert [row.title for row in searching.items(order="relevance")][0] == "Ancien et pertinent"
        assert [row.title for row in searching.items()][0] == "Récent"


@pytest.mark.django_db
def test_counts_by_state_and_by_day_and_stories() -> None:
    for story in ("a", "a", ""):
        titled("Une", story=story)
    titled("Deux", published=make.NOW - timedelta(days=1), state="kept")
    rows = searching.items()
    assert searching.by_state(rows) == {"new": 3, "kept": 1, "dropped": 0}
    assert [(day.items, day.stories) for day in searching.by_day(rows)] == [(3, 2), (1, 1)]


@pytest.mark.django_db
def test_facets_count_what_is_left() -> None:
    theme = make.theme("sante")
    kind = make.content_type("evenement", name="Événement")
    titled("Une", source=make.source(name="Localtis"), kind=kind).themes.add(theme)
    titled("Deux")
    facets = searching.facets(searching.items("une"))
    assert [(f.label, f.count) for f in facets["source"]] == [("Localtis", 1)]
    assert [(f.value, f.count) for f in facets["kind"]] == [("evenement", 1)]
    assert [(f.value, f.count) for f in facets["theme"]] == [("sante", 1)]


@pytest.mark.django_db
def test_sheets_cost_the_same_for_one_item_and_for_twenty(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for n in range(20):
        titled(f"Titre {n}")
    for limit in (1, 20):
        with django_assert_num_queries(4):
            assert len(sheets(searching.items("titre"), limit=limit)) == limit


class TestTheLanguage:
    @pytest.mark.parametrize(
        "query",
        ['"sans fin', "OR lille", "lille OR", "lille OR OR", "theme:", "depuis:jamais",
         "depuis:2026-13-01", "avant:31/02/2026", "-depuis:7j", "lille OR theme:sante",
         "depuis:9999j9", "depuis:0001-01-01", "avant:9999-12-31", "mot " * 41],
    )  # fmt: skip
    def test_a_query_that_cannot_be_read_is_refused(self, query: str) -> None:
        with pytest.raises(BadInput):
            language.parse(query, TODAY)

    def test_dates(self) -> None:
        asked = language.parse("depuis:7j avant:01/12/2026", TODAY)
        assert (asked.since, asked.before) == (date(2026, 11, 17), date(2026, 12, 1))
        assert language.day("hier", TODAY) == date(2026, 11, 23)
        assert language.day("2026-11", TODAY) == date(2026, 11, 1)

    def test_a_pasted_title_is_only_words(self) -> None:
        asked = language.parse("Roubaix : l’été https://a.example/b?c=1 – 50 %", TODAY)
        assert asked.fields == ()
        assert {"roubaix", "ete", "https", "50"} <= set(asked.words)


@pytest.mark.django_db
@given(query=st.text(max_size=60) | st.from_regex(r'[a-zé"*:()\-\' OR]{0,40}', fullmatch=True))
def test_no_query_ever_breaks_the_database(query: str) -> None:
    with suppress(BadInput):
        list(searching.items(query)[:1])
