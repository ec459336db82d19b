"""Editing an issue: gestures, two editors, and what an edit voids."""

from __future__ import annotations

import pytest

from newsletter import composing
from newsletter.exceptions import EditConflict
from newsletter.models import Entry, Issue, Series
from tests import make
from tests.make import NOW
from veille.exceptions import BadInput, NotFound, Refused
from veille.staff.models import AuditEntry, User


@pytest.fixture
def issue(db: None) -> Issue:
    """Three entries in «publications», one in «agenda», with the sections of the monthly letter."""
    composing.ensure_series()
    issue = make.issue(series=Series.objects.get(pk="monthly"))
    for position, title in enumerate("ABC"):
        make.entry(issue, title=title, section="publications", position=position)
    make.entry(issue, title="D", section="agenda", position=0)
    return issue


def titles(issue: Issue, section: str) -> str:
    return "".join(
        issue.entries.filter(section=section, removed=False)
        .order_by("position")
        .values_list("title", flat=True)
    )


def entry(issue: Issue, title: str) -> Entry:
    return issue.entries.get(title=title)


def test_an_entry_moves_within_its_section_and_into_the_next(issue: Issue, bruno: User) -> None:
    composing.move(entry(issue, "A"), 1, bruno, now=NOW)
    assert titles(issue, "publications") == "BAC"
    composing.move(entry(issue, "C"), 1, bruno, now=NOW)  # past the end: textes-officiels
    assert (titles(issue, "publications"), titles(issue, "textes-officiels")) == ("BA", "C")
    composing.move(entry(issue, "C"), -1, bruno, now=NOW)
    assert titles(issue, "publications") == "BAC"


def test_the_ends_of_the_letter_are_said(issue: Issue, bruno: User) -> None:
    composing.place(entry(issue, "A"), "a-la-une", 0, bruno, now=NOW)
    with pytest.raises(Refused, match="déjà le premier"):
        composing.move(entry(issue, "A"), -1, bruno, now=NOW)
    composing.place(entry(issue, "B"), "nouveautes-espace-doc", 0, bruno, now=NOW)
    with pytest.raises(Refused, match="déjà le dernier"):
        composing.move(entry(issue, "B"), 1, bruno, now=NOW)


def test_an_entry_is_placed_anywhere_and_too_far_means_last(issue: Issue, bruno: User) -> None:
    composing.place(entry(issue, "C"), "publications", 0, bruno, now=NOW)
    composing.place(entry(issue, "D"), "publications", 99, bruno, now=NOW)
    assert titles(issue, "publications") == "CABD"
    with pytest.raises(NotFound, match="rubrique"):
        composing.place(entry(issue, "C"), "nulle-part", 0, bruno, now=NOW)


def test_reordering_names_each_entry_once(issue: Issue, bruno: User) -> None:
    a, b, c = (entry(issue, t).pk for t in "ABC")
    composing.reorder(issue, "publications", [c, a, b], bruno, now=NOW)
    assert titles(issue, "publications") == "CAB"
    for wrong in ([c, a], [c, a, b, b], [c, a, entry(issue, "D").pk]):
        with pytest.raises(BadInput, match="rechargez"):
            composing.reorder(issue, "publications", wrong, bruno, now=NOW)


def test_a_removed_entry_comes_back_where_it_was(issue: Issue, bruno: User) -> None:
    gone = entry(issue, "B")
    composing.remove(gone, bruno, now=NOW)
    assert titles(issue, "publications") == "AC"
    composing.restore(gone, bruno, now=NOW)
    assert titles(issue, "publications") == "ABC"


def test_a_kept_item_is_added_once_and_leaves_the_list_of_those_left_out(
    issue: Issue, bruno: User
) -> None:
    item = make.item(title="Ajout", state="kept", own_summary="Nos mots.")
    Issue.objects.filter(pk=issue.pk).update(
        left_out=[{"item": item.pk, "title": "Ajout", "why": "pleine"}]
    )
    added = composing.add_item(issue, item, "agenda", bruno, now=NOW)
    assert (added.summary, titles(issue, "agenda")) == ("Nos mots.", "DAjout")
    issue.refresh_from_db()
    assert issue.left_out == []
    with pytest.raises(Refused, match="déjà dans ce numéro"):
        composing.add_item(issue, item, "agenda", bruno, now=NOW)
    with pytest.raises(Refused, match="retenez-le"):
        composing.add_item(issue, make.item(), "agenda", bruno, now=NOW)


def test_adding_a_removed_item_restores_it(issue: Issue, bruno: User) -> None:
    item = make.item(title="Revenu", state="kept")
    added = composing.add_item(issue, item, "agenda", bruno, now=NOW)
    composing.remove(added, bruno, now=NOW)
    assert composing.add_item(issue, item, "publications", bruno, now=NOW).pk == added.pk
    assert titles(issue, "publications").endswith("Revenu")


def test_a_free_entry_needs_a_title_and_a_web_address(issue: Issue, bruno: User) -> None:
    with pytest.raises(BadInput, match="titre est vide"):
        composing.add_free(issue, "agenda", {"summary": "Sans titre"}, bruno, now=NOW)
    with pytest.raises(BadInput, match="https"):
        composing.add_free(
            issue, "agenda", {"title": "X", "url": "javascript:alert(1)"}, bruno, now=NOW
        )
    composing.add_free(issue, "agenda", {"title": "Vœux"}, bruno, now=NOW)
    assert titles(issue, "agenda") == "DVœux"


def test_an_edit_is_for_this_issue_only(issue: Issue, bruno: User) -> None:
    item = make.item(title="Titre de la source", state="kept")
    added = composing.add_item(issue, item, "agenda", bruno, now=NOW)
    edited = composing.edit_entry(added, {"title": "Notre titre", "summary": ""}, bruno, now=NOW)
    item.refresh_from_db()
    assert (edited.title, item.title) == ("Notre titre", "Titre de la source")
    assert edited.edited_fields == ["section", "title"]


def test_line_ends_and_control_characters_are_cleaned(issue: Issue, bruno: User) -> None:
    fresh = composing.edit_issue(
        issue, {"edito": "Un\r\ndeux\x00\x0b", "subject": "A\nB"}, bruno, now=NOW
    )
    assert (fresh.edito, fresh.subject) == ("Un\ndeux", "A B")


def test_a_text_too_long_says_how_long_it_is(issue: Issue, bruno: User) -> None:
    with pytest.raises(BadInput, match="201 signes") as caught:
        composing.edit_issue(issue, {"subject": "x" * 201}, bruno, now=NOW)
    assert caught.value.where == "subject"


def test_of_two_editors_the_second_is_told_who_and_writes_nothing(
    issue: Issue, bruno: User, claire: User
) -> None:
    seen = issue.version
    composing.edit_issue(issue, {"subject": "De Bruno"}, bruno, now=NOW, version=seen)
    with pytest.raises(
        EditConflict, match="Bruno a modifié ce numéro à 9\u00a0h\u00a000"
    ) as caught:
        composing.edit_issue(issue, {"subject": "De Claire"}, claire, now=NOW, version=seen)
    issue.refresh_from_db()
    assert issue.subject == "De Bruno"
    assert caught.value.version == issue.version == seen + 1
    with pytest.raises(EditConflict):
        composing.move(entry(issue, "A"), 1, claire, now=NOW, version=seen)


@pytest.mark.parametrize("state", ["submitted", "approved"])
def test_any_edit_voids_a_submission_or_an_approval(issue: Issue, bruno: User, state: str) -> None:
    Issue.objects.filter(pk=issue.pk).update(
        state=state, sha256="0" * 64, frozen_html="<p>", frozen_text="avant", approved_by=bruno
    )
    composing.move(entry(issue, "A"), 1, bruno, now=NOW)
    issue.refresh_from_db()
    assert (issue.state, issue.sha256, issue.frozen_html, issue.approved_by) == (
        "draft", "", "", None,
    )  # fmt: skip
    assert issue.previous_text == "\navant"
    assert AuditEntry.objects.filter(detail__voided=state).exists()


@pytest.mark.parametrize("state", ["scheduled", "sending", "sent", "cancelled"])
def test_an_issue_on_its_way_is_not_edited(issue: Issue, bruno: User, state: str) -> None:
    Issue.objects.filter(pk=issue.pk).update(state=state)
    with pytest.raises(Refused):
        composing.edit_issue(issue, {"subject": "Non"}, bruno, now=NOW)
    issue.refresh_from_db()
    assert (issue.subject, issue.version) == ("", 0)


def test_each_gesture_is_audited_under_a_name(issue: Issue, bruno: User) -> None:
    composing.remove(entry(issue, "B"), bruno, now=NOW)
    line = AuditEntry.objects.get(verb="issue.entry.remove")
    assert (line.actor, line.subject) == (bruno, str(issue))
    assert line.detail["entry"] == entry(issue, "B").pk
