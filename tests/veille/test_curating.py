"""Triage: every gesture can be undone exactly, and nobody overwrites a colleague."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests import make
from tests.web import Web
from veille import curating
from veille.cli import main
from veille.collecting import courtesy, once
from veille.exceptions import BadInput, Conflict, NotFound, Refused
from veille.models import Decision, Host, Item, Suggestion
from veille.reading import parse
from veille.reading.errors import ReadingError
from veille.staff.models import AuditEntry, User


def suggested(item: Item, facet: str, target: str, label: str = "") -> Suggestion:
    return Suggestion.objects.create(
        item=item, facet=facet, target=target, label=label or target, why=["npnru"]
    )


def tags(item: Item) -> tuple[set[str], set[str]]:
    return (
        set(item.themes.values_list("pk", flat=True)),
        set(item.territories.values_list("pk", flat=True)),
    )


def test_keeping_accepts_the_suggestions_that_were_shown(amina: User) -> None:
    item, theme, place = make.item(), make.theme("npnru"), make.territory("59183")
    suggested(item, "theme", theme.pk)
    suggested(item, "territory", place.pk)
    refused = suggested(item, "theme", make.theme("sport").pk)
    curating.refuse(item, amina, "theme", "sport")
    decision = curating.keep(item, amina)
    assert (item.state, item.decided_by) == ("kept", amina)
    assert tags(item) == ({"npnru"}, {"59183"})
    refused.refresh_from_db()
    assert refused.state == "refused"
    assert decision.before["state"] == "new"
    assert AuditEntry.objects.filter(verb="kept item", actor=amina).exists()


def test_undo_puts_back_exactly_what_was_before(amina: User) -> None:
    item, theme = make.item(), make.theme("npnru")
    row = suggested(item, "theme", theme.pk)
    decision = curating.keep(item, amina, note="à la une")
    curating.undo(decision, amina)
    item.refresh_from_db()
    row.refresh_from_db()
    assert (item.state, item.note, item.decided_by, item.decided_at) == ("new", "", None, None)
    assert tags(item) == (set(), set())
    assert row.state == "proposed"
    with pytest.raises(Refused, match="déjà annulé"):
        curating.undo(decision, amina)


def test_undo_never_overwrites_what_a_colleague_did_since(amina: User, bruno: User) -> None:
    item = make.item()
    decision = curating.drop(item, amina)
    curating.keep(item, bruno)
    with pytest.raises(Conflict, match="Bruno"):
        curating.undo(decision, amina)
    item.refresh_from_db()
    assert item.state == "kept"


def test_undo_leaves_alone_what_the_decision_did_not_touch(amina: User, bruno: User) -> None:
    item = make.item()
    decision = curating.drop(item, amina)
    curating.annotate(item, bruno, note="à revoir en janvier")
    curating.undo(decision, amina)
    item.refresh_from_db()
    assert (item.state, item.note) == ("new", "à revoir en janvier")


def test_a_page_shown_before_a_colleagues_act_decides_nothing(amina: User, bruno: User) -> None:
    item = make.item()
    curating.keep(item, bruno, version=0)
    with pytest.raises(Conflict, match="Bruno a modifié ce contenu"):
        curating.drop(item, amina, version=0)
    assert Decision.objects.count() == 1


def test_ones_own_quick_gestures_are_no_conflict(amina: User, bruno: User) -> None:
    item = make.item()
    curating.annotate(item, amina, note="en route", version=0)
    curating.keep(item, amina, version=0)  # pressed before the page heard of the note
    assert item.state == "kept"
    with pytest.raises(Conflict, match="Amina"):
        curating.annotate(item, bruno, note="la mienne", version=0)
    item.refresh_from_db()
    assert item.note == "en route"


def test_undo_does_not_mind_suggestions_made_anew(amina: User) -> None:
    item = make.item()
    make.theme("npnru")
    suggested(item, "theme", "npnru")
    other = suggested(item, "territory", make.territory("59183").pk)
    decision = curating.refuse(item, amina, "theme", "npnru")
    other.delete()  # what collecting does with a changed text: proposed rows are written again
    suggested(item, "territory", "59183")
    curating.undo(decision, amina)
    assert set(item.suggestions.values_list("state", flat=True)) == {"proposed"}


def test_several_leave_what_a_colleague_decided_and_are_undone_together(
    amina: User, bruno: User
) -> None:
    items = [make.item() for _ in range(3)]
    curating.keep(items[1], bruno)
    done = curating.bulk(items, amina, "drop")
    assert [row.item_id for row in done] == [items[0].pk, items[2].pk]
    curating.undo_all(done, amina)
    assert [Item.objects.get(pk=item.pk).state for item in items] == ["new", "kept", "new"]


def test_undoing_several_is_all_or_nothing(amina: User, bruno: User) -> None:
    first, second = make.item(), make.item()
    done = curating.bulk([first, second], amina, "drop")
    curating.keep(second, bruno)
    with pytest.raises(Conflict):
        curating.undo_all(done, amina)
    first.refresh_from_db()
    assert first.state == "dropped"


def test_a_place_is_found_by_its_full_name_without_accents(amina: User) -> None:
    make.territory("62041", name="Béthune")
    assert curating.find("territory", "bethune") == "62041"
    with pytest.raises(BadInput, match="Aucun thème ne s’appelle"):
        curating.find("theme", "nimporte")
    with pytest.raises(BadInput, match="Écrivez un nom"):
        curating.find("theme", "")


def test_tags_come_from_the_lists_only(amina: User) -> None:
    item = make.item()
    with pytest.raises(NotFound, match="Thème inconnu : nimporte"):
        curating.keep(item, amina, themes=["nimporte"])
    with pytest.raises(NotFound, match="Territoire inconnu"):
        curating.tag(item, amina, "territory", "00000")
    assert item.decisions.count() == 0


def test_a_tag_is_added_and_taken_away(amina: User) -> None:
    item, theme = make.item(), make.theme("npnru")
    row = suggested(item, "theme", theme.pk)
    curating.tag(item, amina, "theme", "npnru")
    row.refresh_from_db()
    assert row.state == "accepted"
    curating.untag(item, amina, "theme", "npnru")
    assert tags(item) == (set(), set())


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("own_summary", "é" * 351, "351 signes"),
        ("quotation", "é" * 281, "281 signes"),
        ("deadline", "15 janvier", "n’est pas une date"),
        ("kind", "roman", "Type de contenu inconnu"),
    ],
)
def test_words_that_do_not_fit_are_refused_by_field(
    field: str, value: str, words: str, amina: User
) -> None:
    item = make.item(note="avant")
    with pytest.raises(BadInput, match=words) as told:
        curating.annotate(item, amina, **{field: value})  # type: ignore[arg-type]  # by name
    assert told.value.where == field
    item.refresh_from_db()
    assert item.note == "avant"


def test_words_are_written_and_emptied(amina: User) -> None:
    item, kind = make.item(), make.content_type("appel-a-projets")
    curating.annotate(item, amina, own_summary=" Résumé ", kind=kind.pk, deadline="2027-01-15")
    assert (item.own_summary, item.kind, item.deadline) == ("Résumé", kind, date(2027, 1, 15))
    decision = curating.annotate(item, amina, kind="", deadline="")
    assert (item.kind, item.deadline) == (None, None)
    curating.undo(decision, amina)
    item.refresh_from_db()
    assert (item.kind, item.deadline) == (kind, date(2027, 1, 15))


def test_an_address_becomes_an_item_with_what_the_page_says(web: Web, amina: User) -> None:
    page = (
        "<html><head><title>Rien</title><meta property='og:title' content='Le pacte de la rue'>"
        "<meta name='description' content='Quinze engagements <b>datés</b>.'>"
        "<meta property='article:published_time' content='2026-11-20T09:00:00+01:00'></head></html>"
    )
    web.add("/pacte", page, headers={"Content-Type": "text/html; charset=utf-8"})
    item = curating.add_url(web.url("/pacte?utm_source=x"), amina)
    assert item.title == "Le pacte de la rue"
    assert item.published.isoformat() == "2026-11-20T08:00:00+00:00"
    assert item.url == web.url("/pacte")
    assert item.source.name == "Ajouts à la main"
    with pytest.raises(Refused, match="déjà là"):
        curating.add_url(web.url("/pacte"), amina)


def test_a_file_at_an_address_becomes_an_item_named_by_it(web: Web, amina: User) -> None:
    web.add(
        "/rapport.pdf", b"%PDF-1.7 <title>non</title>", headers={"Content-Type": "application/pdf"}
    )
    item = curating.add_url(web.url("/rapport.pdf"), amina)
    assert (item.title, item.summary) == (web.url("/rapport.pdf"), "")


def test_the_command_line_keeps_and_drops(amina: User, capsys: pytest.CaptureFixture[str]) -> None:
    first, second, theme = make.item(), make.item(), make.theme("npnru")
    words = ["items", "keep", str(first.pk), "--theme", theme.pk, "--summary", "En bref."]
    assert main([*words, "--as", amina.email, "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["state"], row["themes"]) == ("kept", ["npnru"])
    first.refresh_from_db()
    assert (first.own_summary, first.decided_by) == ("En bref.", amina)
    assert main(["items", "drop", str(second.pk), "999999"]) == 1
    assert "Aucun contenu n° 999999" in capsys.readouterr().err
    second.refresh_from_db()
    assert second.state == "new"


def test_who_only_reads_changes_nothing_from_the_command_line_either(
    elise: User, capsys: pytest.CaptureFixture[str]
) -> None:
    item = make.item()
    for act in ("keep", "drop"):
        assert main(["items", act, str(item.pk), "--as", elise.email]) == 1
        assert "n’a pas le droit" in capsys.readouterr().err
    item.refresh_from_db()
    assert item.state == "new"


def test_a_page_added_by_hand_waits_as_its_site_asked(web: Web, amina: User) -> None:
    address = web.add("/page", "<title>Une page</title>", headers={"Content-Type": "text/html"})
    later = timezone.now() + timedelta(hours=3)
    courtesy.hold(courtesy.host_of(address), later, "le site demande de ralentir")
    with pytest.raises(Refused, match="attendre jusqu’au .*ralentir"):
        curating.add_url(address, amina)
    Host.objects.all().delete()
    followed = make.source(url=address, hold_until=later, why="le site en panne demande 3 h")
    with pytest.raises(Refused, match="en panne"):
        curating.add_url(address, amina)
    assert web.requests == []
    followed.delete()
    assert curating.add_url(address, amina).title == "Une page"


def test_a_page_added_by_hand_takes_its_turn_at_the_host(
    web: Web, amina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = web.add("/page", "<title>Une page</title>", headers={"Content-Type": "text/html"})
    monkeypatch.setattr(courtesy, "exempt", lambda host: False)
    monkeypatch.setattr(once, "WAIT", 0.0)
    assert courtesy.take(courtesy.host_of(address), "somebody else", timezone.now())
    with pytest.raises(Refused, match="en cours de relevé"):
        curating.add_url(address, amina)
    assert web.requests == []


def test_a_page_is_read_in_the_child_that_can_be_killed(
    web: Web, amina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    html = {"Content-Type": "text/html"}
    hostile = web.add("/piege", "<title>Piège</title>" + "<b a='" * 90_000, headers=html)
    monkeypatch.setattr(parse.page, "__defaults__", (parse.Limits(wall_seconds=0.0),))
    with pytest.raises(ReadingError, match="a été arrêtée"):
        curating.add_url(hostile, amina)
    assert not Item.objects.exists()
    monkeypatch.undo()
    fine = web.add("/page", "<title>Une page</title>", headers=html)
    assert curating.add_url(fine, amina).title == "Une page"
