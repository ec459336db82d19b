"""Composing a draft: what enters, where, why, and what is never undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from newsletter import composing
from newsletter.models import Issue, Series
from tests import make
from tests.make import NOW
from veille.exceptions import BadInput, NotFound, Refused
from veille.models import Item
from veille.staff.models import AuditEntry, User

START, END = date(2026, 11, 1), date(2026, 11, 30)


@pytest.fixture
def monthly(db: None) -> Series:
    for key, section in (
        ("article", "vu-dans-la-presse"),
        ("publication", "publications"),
        ("appel-a-projets", "appels-a-projets"),
        ("evenement", "agenda"),
        ("experience", "territoires-en-action"),
        ("emploi", "offres-d-emploi"),
    ):
        make.content_type(key, section=section)
    composing.ensure_series()
    return Series.objects.get(pk="monthly")


def kept(kind: str = "article", **fields: Any) -> Item:
    values: dict[str, Any] = {"state": "kept", "kind_id": kind, "decided_at": NOW} | fields
    return make.item(**values)


def propose(**fields: Any) -> Issue:
    values: dict[str, Any] = {"series_id": "monthly", "start": START, "end": END, "now": NOW}
    return composing.propose(**(values | fields))


def placed(issue: Issue) -> dict[str, list[str]]:
    """Section → titles in order, of what is printed."""
    found: dict[str, list[str]] = {}
    for entry in issue.entries.filter(removed=False).order_by("position"):
        found.setdefault(entry.section, []).append(entry.title)
    return found


def why(issue: Issue, item: Item) -> str:
    return str(next(line["why"] for line in issue.left_out if line["item"] == item.pk))


def test_the_two_letters_are_made_once_and_keep_what_staff_changed(db: None) -> None:
    assert composing.ensure_series() == {"letters": 2, "sections": 16}
    series = Series.objects.get(pk="monthly")
    series.sections.filter(slug="publications").update(title="À lire", most=2)
    series.sections.filter(slug="textes-officiels").delete()
    assert composing.ensure_series() == {"letters": 0, "sections": 0}
    assert series.sections.get(slug="publications").title == "À lire"
    assert not series.sections.filter(slug="textes-officiels").exists()


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-11", date(2026, 11, 1), date(2026, 11, 30)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2026-01-01..2026-03-31", date(2026, 1, 1), date(2026, 3, 31)),
        (" 2026-01-05 .. 2026-01-05 ", date(2026, 1, 5), date(2026, 1, 5)),
    ],
)
def test_a_period_is_a_month_or_two_days(text: str, start: date, end: date) -> None:
    assert composing.parse_period(text) == (start, end)


@pytest.mark.parametrize(
    "text",
    ["", "2026-13", "2026-00", "novembre", "2026-11-01", "2026-03-31..2026-01-01", "0000-01"],
)
def test_an_unreadable_period_is_told_with_the_two_ways_of_writing_it(text: str) -> None:
    with pytest.raises(BadInput):
        composing.parse_period(text)


def test_each_kept_item_goes_to_the_section_of_its_content_type(monthly: Series) -> None:
    kept("publication", title="Rapport")
    kept("evenement", title="Journée", event={"start": "2026-12-10"})
    kept("experience", title="Portrait")
    kept(title="Lead", relevance=0.9)
    issue = propose()
    assert placed(issue) == {
        "a-la-une": ["Lead"],
        "publications": ["Rapport"],
        "agenda": ["Journée"],
        "territoires-en-action": ["Portrait"],
    }


def test_what_nobody_kept_never_enters(monthly: Series) -> None:
    make.item(title="Nouveau")
    kept(title="Écarté", state="dropped")
    assert placed(propose()) == {}


def test_the_period_is_counted_in_paris_dates(monthly: Series) -> None:
    # 23:30 UTC on 31 October is 1 November in Paris; 23:30 on 30 November is December.
    first = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)
    late = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    kept("publication", title="Dedans", published=first, decided_at=None)
    kept("publication", title="Décidé dedans", published=NOW - timedelta(days=90))
    kept("publication", title="Trop tard", published=late, decided_at=late)
    kept("publication", title="Trop tôt", published=first - timedelta(hours=2), decided_at=None)
    issue = propose()
    titles = {title for section in placed(issue).values() for title in section}
    assert titles == {"Dedans", "Décidé dedans"}


def test_most_important_first_by_relevance_then_date(monthly: Series) -> None:
    Series.objects.get(pk="monthly").sections.filter(slug="a-la-une").delete()
    kept(title="C", relevance=0.5, published=NOW - timedelta(days=2))
    kept(title="B", relevance=0.5, published=NOW)
    kept(title="A", relevance=0.9, published=NOW - timedelta(days=9))
    assert placed(propose()) == {"vu-dans-la-presse": ["A", "B", "C"]}


def test_leads_have_a_summary_differ_in_theme_and_say_why(monthly: Series) -> None:
    housing, youth = make.theme("habitat"), make.theme("jeunesse")
    for title, relevance, own, theme in (
        ("Habitat fort", 0.9, "Nos mots.", housing),
        ("Habitat moyen", 0.8, "Nos mots.", housing),
        ("Jeunesse", 0.7, "Nos mots.", youth),
        ("Muet", 0.99, "", youth),
        ("Reste 1", 0.1, "", youth),
        ("Reste 2", 0.1, "", youth),
    ):
        kept(title=title, relevance=relevance, own_summary=own).themes.add(theme)
    kept("appel-a-projets", title="Appel", relevance=1.0, own_summary="Oui.")
    issue = propose()
    assert placed(issue)["a-la-une"] == ["Habitat fort", "Jeunesse"]
    entry = issue.entries.get(title="Habitat fort")
    assert entry.why == "À la une\u00a0: pertinence 0,90, résumé de l’équipe, Habitat"


def test_a_letter_prints_the_team_s_words_never_the_source_s(monthly: Series) -> None:
    kept("publication", title="Sans résumé", summary="<p>Texte de la source.</p>")
    assert propose().entries.get().summary == ""


def test_an_item_or_an_address_already_sent_is_left_out_with_its_number(monthly: Series) -> None:
    item = kept("publication", title="Déjà lu", url="https://a.example/1")
    twin = kept("publication", title="Autre flux", url="https://a.example/1")
    sent = make.issue(series=monthly, number=41, state="sent")
    make.entry(sent, item=item, url=item.url)
    issue = propose()
    assert placed(issue) == {}
    assert why(issue, item) == "déjà envoyé dans le n°\u00a041"
    assert why(issue, twin) == "déjà envoyé dans le n°\u00a041"


def test_an_item_of_another_letter_or_of_a_mere_draft_may_enter(monthly: Series) -> None:
    item = kept("publication", title="Permis")
    make.entry(make.issue(series=Series.objects.get(pk="thematic"), state="sent"), item=item)
    make.entry(make.issue(series=monthly, state="draft", number=99), item=item)
    assert placed(propose()) == {"a-la-une": ["Permis"]}


def test_lapsed_deadlines_and_past_events_are_left_out(monthly: Series) -> None:
    lapsed = kept("appel-a-projets", title="Fini", deadline=date(2026, 11, 23))
    kept("appel-a-projets", title="Ce soir", deadline=date(2026, 11, 24))
    past = kept("evenement", title="Hier", event={"start": "2026-11-20", "end": "2026-11-23"})
    kept("evenement", title="En cours", event={"start": "2026-11-20", "end": "2026-11-24"})
    issue = propose()
    assert placed(issue) == {"appels-a-projets": ["Ce soir"], "agenda": ["En cours"]}
    assert why(issue, lapsed) == "échéance passée le 23\u00a0novembre 2026"
    assert why(issue, past) == "événement passé le 23\u00a0novembre 2026"


def test_deadlines_and_events_stand_in_the_order_of_their_dates(monthly: Series) -> None:
    kept("appel-a-projets", title="Janvier", deadline=date(2027, 1, 15), relevance=0.9)
    kept("appel-a-projets", title="Décembre", deadline=date(2026, 12, 15), relevance=0.1)
    kept("appel-a-projets", title="Sans date")
    assert placed(propose())["appels-a-projets"] == ["Décembre", "Janvier", "Sans date"]


def test_a_full_section_and_a_type_without_section_are_said(monthly: Series) -> None:
    monthly.sections.filter(slug="publications").update(most=1)
    monthly.sections.filter(slug="a-la-une").delete()
    kept("publication", title="Première", relevance=0.9)
    second = kept("publication", title="Seconde", relevance=0.1)
    job = kept("emploi", title="Poste")
    issue = propose()
    assert placed(issue) == {"publications": ["Première"]}
    assert why(issue, second) == "«\u00a0Publications\u00a0» est pleine (1\u00a0contenu au plus)"
    assert why(issue, job).startswith("aucune rubrique")


def test_a_section_may_ask_for_a_theme_beside_the_type(monthly: Series) -> None:
    parent = make.theme("renouvellement-urbain")
    child = make.theme("npnru", parent=parent)
    monthly.sections.filter(slug="a-la-une").delete()
    monthly.sections.filter(slug="actualites-du-centre").update(themes=["renouvellement-urbain"])
    kept(title="Quartier").themes.add(child)
    kept(title="Autre")
    assert placed(propose()) == {
        "actualites-du-centre": ["Quartier"],
        "vu-dans-la-presse": ["Autre"],
    }


def test_the_same_address_kept_twice_enters_once(monthly: Series) -> None:
    kept("publication", title="Une", relevance=0.9, url="https://a.example/x")
    double = kept("publication", title="Deux", url="https://a.example/x")
    issue = propose()
    assert why(issue, double) == "même adresse que «\u00a0Une\u00a0»"


def test_a_theme_takes_its_sub_themes_and_a_territory_what_it_contains(monthly: Series) -> None:
    parent = make.theme("renouvellement-urbain", name="Renouvellement urbain")
    child = make.theme("npnru", parent=parent)
    nord = make.territory("59", kind="departement", name="Nord")
    contract = make.territory("cv-dunkerque", kind="contrat", name="Dunkerque", parent=nord)
    town = make.territory("59183", contract=contract)
    inside = kept("publication", title="Dedans")
    inside.themes.add(child)
    inside.territories.add(town)
    kept("publication", title="Autre thème").territories.add(town)
    kept("publication", title="Autre lieu").themes.add(child)
    issue = propose(series_id="thematic", theme="renouvellement-urbain", territory="59")
    assert placed(issue) == {"a-la-une": ["Dedans"]}
    assert issue.title == "Renouvellement urbain, Nord"
    assert issue.entries.get().place == "Dunkerque"


def test_subject_and_preheader_come_from_the_leads_with_the_month_last(monthly: Series) -> None:
    kept(title="Dunkerque : la rénovation du Jeu-de-Mail entre dans sa dernière phase", relevance=1)
    for n in range(5):
        kept("publication", title=f"Une publication assez longue, numéro {n}")
    issue = propose()
    assert issue.subject == "Dunkerque : la rénovation du Jeu-de-Mail… – novembre 2026"
    assert 30 <= len(issue.subject) <= 60
    assert 40 <= len(issue.preheader) <= 90
    assert issue.title == "novembre 2026"
    assert issue.slug == "lettre-mensuelle-1-novembre-2026"


def test_proposing_again_updates_the_draft_and_overwrites_no_hand_edit(
    monthly: Series, bruno: User
) -> None:
    monthly.sections.filter(slug="a-la-une").delete()
    edited = kept("publication", title="À retoucher", own_summary="Un.", relevance=0.5)
    gone = kept("publication", title="À retirer", relevance=0.4)
    kept("publication", title="Lead", relevance=0.9)
    issue = propose()
    entry = issue.entries.get(item=edited)
    composing.edit_entry(entry, {"title": "Retouché"}, bruno, now=NOW)
    composing.edit_issue(issue, {"subject": "Mon objet"}, bruno, now=NOW)
    composing.remove(issue.entries.get(item=gone), bruno, now=NOW)
    Item.objects.filter(pk=edited.pk).update(title="Nouveau titre", own_summary="Deux.")
    kept("publication", title="Arrivé depuis", relevance=0.8)

    again = propose()
    assert again.pk == issue.pk
    assert Issue.objects.count() == 1
    entry.refresh_from_db()
    assert (entry.title, entry.summary) == ("Retouché", "Deux.")
    assert again.subject == "Mon objet"
    assert again.entries.get(item=gone).removed
    assert placed(again)["publications"] == ["Lead", "Arrivé depuis", "Retouché"]
    assert "À retirer" not in str(again.left_out)


def test_proposing_again_keeps_a_hand_order_and_hand_placed_entries(
    monthly: Series, bruno: User
) -> None:
    monthly.sections.filter(slug="a-la-une").delete()
    items = [kept("publication", title=t, relevance=r) for t, r in (("A", 0.9), ("B", 0.5))]
    press = kept(title="Presse", relevance=0.2)
    issue = propose()
    by_item = {e.item_id: e for e in issue.entries.all()}
    order = [by_item[items[1].pk].pk, by_item[items[0].pk].pk]
    composing.reorder(issue, "publications", order, bruno, now=NOW)
    composing.place(by_item[press.pk], "agenda", 0, bruno, now=NOW)
    composing.add_free(issue, "actualites-du-centre", {"title": "Nos vœux"}, bruno, now=NOW)
    kept("publication", title="Z", relevance=1.0)
    assert placed(propose()) == {
        "publications": ["B", "A", "Z"],
        "agenda": ["Presse"],
        "actualites-du-centre": ["Nos vœux"],
    }


def test_proposing_again_takes_away_what_is_no_longer_kept(monthly: Series) -> None:
    item = kept("publication", title="Repenti")
    issue = propose()
    Item.objects.filter(pk=item.pk).update(state="dropped")
    assert placed(propose()) == {}
    assert issue.entries.count() == 0


@pytest.mark.parametrize("state", ["submitted", "approved"])
def test_an_issue_under_review_is_not_recomposed(monthly: Series, state: str) -> None:
    issue = propose()
    Issue.objects.filter(pk=issue.pk).update(state=state)
    with pytest.raises(Refused, match="n’est plus recomposé"):
        propose()


@pytest.mark.parametrize("state", ["scheduled", "sending", "sent", "cancelled"])
def test_a_sent_or_cancelled_issue_leaves_room_for_a_new_one(monthly: Series, state: str) -> None:
    first = propose()
    Issue.objects.filter(pk=first.pk).update(state=state)
    assert propose().number == first.number + 1


def test_unknown_letter_theme_and_territory_are_named(monthly: Series) -> None:
    with pytest.raises(NotFound, match="monthly, thematic"):
        propose(series_id="hebdo")
    with pytest.raises(NotFound, match="xyz"):
        propose(theme="xyz")
    with pytest.raises(NotFound, match="99999"):
        propose(territory="99999")
    assert not Issue.objects.exists()


def test_a_proposal_is_audited_under_the_name_of_who_asked(monthly: Series, bruno: User) -> None:
    propose(actor=bruno)
    propose()
    names = list(
        AuditEntry.objects.filter(verb="issue.propose").values_list("actor_name", flat=True)
    )
    assert sorted(names) == ["bruno@centre.example", "vigie"]


def test_as_many_queries_for_two_items_as_for_sixty(
    monthly: Series, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for n in range(60):
        kept("publication" if n % 2 else "article", title=f"Contenu {n}", own_summary="Mots.")
    with django_assert_max_num_queries(24):
        propose()
    with django_assert_max_num_queries(24):
        propose()


def test_an_unknown_kind_is_printed_as_press(monthly: Series) -> None:
    kept(title="Lead", relevance=0.9)
    kept("article", title="Sans nature", kind_id=None)
    assert placed(propose())["vu-dans-la-presse"] == ["Sans nature"]
