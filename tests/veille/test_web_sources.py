"""The pages of sources, as the team uses them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests import make
from veille.models import Attempt, Host, Source
from veille.staff.models import AuditEntry, User

Signed = Callable[[User], Client]
SHUT = "Le site répond que cette page n’existe plus."


def _text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace("\u00a0", " ").replace("&nbsp;", " ").split())


def test_the_list_reads_like_sentences(amina: User, as_user: Signed) -> None:
    now = timezone.now()
    source = make.source(
        name="Localtis", checked_at=now - timedelta(minutes=20), why="le site demande 1 h",
        next_check=now + timedelta(minutes=40),
    )  # fmt: skip
    for state in ["kept"] * 2 + ["new"] * 6:
        make.item(source=source, state=state)
    text = _text(as_user(amina), "/sources")
    assert "relevé toutes les 60 min, prochain" in text
    assert "(le site demande 1 h) — 8 contenus, 25 % retenus" in text


def test_a_held_host_shows_the_end_of_the_hold(amina: User, as_user: Signed) -> None:
    now = timezone.now()
    make.source(name="Freiné", url="https://frein.example/rss", checked_at=now, next_check=now)
    reason = "le site demande d’attendre 9 jours"
    Host.objects.create(name="frein.example", hold_until=now + timedelta(days=9), reason=reason)
    assert f"({reason})" in _text(as_user(amina), "/sources")


def test_what_is_broken_stands_on_top_with_its_repairs(amina: User, as_user: Signed) -> None:
    broken = make.source(name="Cassée", error_code="http-404", error_message=SHUT)
    make.source(name="À la main", state="manual", error_code="http-404", error_message="vieille")
    client = as_user(amina)
    text = _text(client, "/sources")
    assert "À réparer (1)" in text
    assert SHUT in text
    assert client.post(f"/sources/{broken.pk}/suspendre").status_code == 302
    broken.refresh_from_db()
    assert broken.state == "suspended"
    client.post(f"/sources/{broken.pk}/reprendre")
    broken.refresh_from_db()
    assert broken.state == "active"
    verbs = AuditEntry.objects.filter(actor=amina).values_list("verb", flat=True)
    assert set(verbs) >= {"suspended source", "resumed source"}


def test_removing_loses_nothing_and_is_undone(amina: User, as_user: Signed) -> None:
    source = make.source(name="Retirée")
    make.item(source=source, state="kept")
    client = as_user(amina)
    answer = client.post(f"/sources/{source.pk}/retirer", follow=True)
    assert "Annuler" in answer.content.decode()
    assert source.items.count() == 1
    assert "Aucune source" in _text(client, "/sources")
    client.post(f"/sources/{source.pk}/retablir")
    source.refresh_from_db()
    assert source.state == "active"


@pytest.mark.parametrize(
    ("filter", "found"),
    [
        ("q=lens", "Ville de Lens"),
        ("etat=suspended", "Ville de Laon"),
        ("categorie=Presse", "Voix"),
    ],
)
def test_the_list_is_filtered_by_its_address(
    amina: User, as_user: Signed, filter: str, found: str
) -> None:
    make.source(name="Ville de Lens")
    make.source(name="Ville de Laon", state="suspended")
    make.source(name="Voix", category="Presse")
    text = _text(as_user(amina), f"/sources?{filter}")
    assert "1 source<" in text
    assert f">{found}</a>" in text


def test_elise_reads_and_changes_nothing(elise: User, as_user: Signed) -> None:
    source = make.source(error_code="timeout", error_message="Trop lent.")
    client = as_user(elise)
    assert "Suspendre" not in _text(client, "/sources") + _text(client, f"/sources/{source.pk}")
    for verb in ("suspendre", "retirer", "relever"):
        assert client.post(f"/sources/{source.pk}/{verb}").status_code == 403


def test_the_page_of_a_source_tells_its_last_attempts(amina: User, as_user: Signed) -> None:
    source = make.source(error_code="http-404", error_message=SHUT)
    make.item(source=source, title="Un article", collected=timezone.now())
    for outcome in ("fetched", "unchanged", "failed"):
        Attempt.objects.create(source=source, outcome=outcome, size=2048, message=outcome)
    text = _text(as_user(amina), f"/sources/{source.pk}")
    for word in ("Un article", "sans changement", "échec", "2 ko", "1 contenu", SHUT):
        assert word in text


def test_errors_of_the_edit_form_stand_beside_the_field(amina: User, as_user: Signed) -> None:
    other = make.source(name="Voisine", url="https://voisine.example/rss")
    source = make.source(name="Ancienne", etag='"v1"', error_code="http-404", error_message=SHUT)
    client = as_user(amina)
    form = {"name": "Nouvelle", "url": other.url, "priority": "1", "rights": "press"}
    answer = client.post(f"/sources/{source.pk}/modifier", form)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "déjà celle de « Voisine »" in page
    assert 'aria-invalid="true"' in page
    assert 'value="Nouvelle"' in page
    form["url"] = "neuve.example/rss"
    assert client.post(f"/sources/{source.pk}/modifier", form).status_code == 302
    source.refresh_from_db()
    assert (source.name, source.url) == ("Nouvelle", "https://neuve.example/rss")
    assert (source.etag, source.error_code) == ("", "")


def test_an_import_reports_each_refused_line(amina: User, as_user: Signed) -> None:
    client = as_user(amina)
    file = SimpleUploadedFile("l.yaml", b"sources: [{nom: A, url: 'https://a.example/'}, {nom: B}]")
    answer = client.post("/sources/importer", {"file": file})
    page = answer.content.decode()
    assert "1\u00a0source ajoutée" in page
    assert "l’adresse du flux (url) manque" in page
    bad = SimpleUploadedFile("x.opml", b"<opml><body>")
    answer = client.post("/sources/importer", {"file": bad})
    assert answer.status_code == 422
    assert "ligne 1" in answer.content.decode()
    assert client.post("/sources/importer").status_code == 422


def test_the_list_leaves_as_a_file(amina: User, as_user: Signed) -> None:
    make.source(name="Localtis")
    for format in ("opml", "yaml"):
        answer = as_user(amina).get(f"/sources/export.{format}")
        assert "attachment" in answer.headers["Content-Disposition"]
        assert b"Localtis" in answer.content


@pytest.mark.parametrize("many", [10, 20])
def test_pages_ask_a_constant_number_of_queries(
    amina: User, as_user: Signed, many: int, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for _ in range(many):
        source = make.source(error_code="timeout", error_message="Trop lent.")
        make.item(source=source, collected=timezone.now())
        Attempt.objects.create(source=source, outcome="failed")
    client = as_user(amina)
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        client.get("/sources")
    last = Source.objects.latest("pk")
    for _ in range(many):
        make.item(source=last)
        Attempt.objects.create(source=last, outcome="fetched")
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        client.get(f"/sources/{last.pk}")
