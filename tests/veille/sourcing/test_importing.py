"""Lists of sources: what comes in, what is refused and where; nothing is lost going out."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from tests import make
from veille.exceptions import BadInput
from veille.models import Source
from veille.sourcing import SHIPPED, export, import_file, import_shipped, remove
from veille.staff.models import AuditEntry, User

pytestmark = pytest.mark.django_db

OPML = b"""<?xml version="1.0" encoding="windows-1252"?>
<opml version="2.0"><head><title>x</title></head><body>
<outline text="R\xe9gion"><outline text="Presse">
  <outline type="rss" text="La Voix" xmlUrl="https://voix.example/rss" htmlUrl="https://voix.example"
    category="/confirme/sonde"/>
  <outline type="rss" text="Sans adresse"/>
  <outline type="rss" text="Bizarre" xmlUrl="gopher://voix.example/"/>
</outline></outline>
<outline text="Rubrique vide"/>
<outline type="rss" text="Encore" xmlUrl="http://voix.example/rss/"/>
</body></opml>"""


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any attempt to speak to the network fails the test."""

    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a request was made")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_the_shipped_list_is_taken_whole_without_a_request(amina: User, offline: None) -> None:
    make.territory("R32", kind="region", name="Hauts-de-France")
    nord = make.territory("59", kind="departement", name="Nord")
    report = import_shipped(amina)
    assert (report.added, report.already, report.refused) == (115, 0, ())
    assert Source.objects.filter(state="active", kind="feed").count() == 92
    by_hand = Source.objects.filter(state="manual")
    assert by_hand.count() == 23
    assert by_hand.get(name="ANRU").note.startswith("page vue")
    assert nord.sources.count() == 8
    again = import_shipped(amina)
    assert (again.added, again.already) == (0, 115)
    opml = import_file(SHIPPED.with_suffix(".opml").read_bytes(), "sources.opml", amina)
    assert (opml.added, opml.already, opml.refused) == (0, 92, ())
    assert AuditEntry.objects.filter(verb="imported sources").count() == 3


def test_an_opml_in_cp1252_tells_each_refused_line(amina: User) -> None:
    report = import_file(OPML, "lecteur.opml", amina)
    assert (report.added, report.already) == (1, 1)
    kept = Source.objects.get()
    assert (kept.category, kept.confirmed) == ("Région / Presse", "sonde")
    first, second = report.refused
    assert "Sans adresse" in first.reason
    assert second.url == "gopher://voix.example/"
    assert "outline 5" in second.reason


def test_yaml_refusals_name_their_line(amina: User) -> None:
    text = """sources:
- {nom: Bonne, url: https://a.example/rss}
- nom: Étrange
  type: telepathie
  url: https://b.example/rss
- juste un texte
- {nom: Liste, url: [1, 2]}
"""
    report = import_file(text.encode(), "liste.yaml", amina)
    assert report.added == 1
    assert [line.reason.split(" : ")[0] for line in report.refused] == [
        "ligne 3", "source n° 3", "ligne 7",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "name", "place"),
    [
        (b"<opml><body><outline></body></opml>", "x.opml", "ligne 1"),
        (b"<html><body></body></html>", "x.opml", ""),
        (b"sources: [\n- {", "x.yaml", "ligne 2"),
        (b"bonjour", "x.yaml", ""),
        (b"\xff\xfe\x00", "x.yaml", ""),
        (b'<!DOCTYPE o [<!ENTITY a "b">]><opml><body>&a;</body></opml>', "x.opml", ""),
        (b"[" * 200_000, "x.yaml", ""),
        (b"", "vide", ""),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_french(
    amina: User, data: bytes, name: str, place: str
) -> None:
    with pytest.raises(BadInput) as told:
        import_file(data, name, amina)
    assert "fichier" in str(told.value)
    assert place in told.value.where
    assert not Source.objects.exists()


@pytest.mark.parametrize("format", ["yaml", "opml"])
def test_an_export_comes_back_whole(amina: User, format: str) -> None:
    import_shipped(amina)
    Source.objects.filter(name="CNIL").update(state="suspended", daily=True, rights="public")
    before = _fields()
    data = export(format)
    Source.objects.all().delete()
    report = import_file(data, f"retour.{format}", amina)
    assert (report.added, report.refused) == (115, ())
    assert _fields() == before


def _fields() -> list[str]:
    names = ("name", "url", "kind", "site_url", "state", "category", "coverage", "confirmed",
             "provenance", "note", "priority", "filtered", "daily", "rights")  # fmt: skip
    return sorted(json.dumps(row) for row in Source.objects.values_list(*names))


def test_a_removed_source_is_not_brought_back_in_silence(amina: User) -> None:
    source = make.source(url="https://a.example/rss")
    remove(source, amina)
    report = import_file(b"sources: [{nom: A, url: 'https://a.example/rss'}]", "l.yaml", amina)
    assert report.added == 0
    assert "rétablissez-la" in report.refused[0].reason


def test_the_two_shipped_lists_say_the_same() -> None:
    assert SHIPPED.with_suffix(".opml").is_file()
    shared = Path(__file__).resolve().parents[4] / "shared" / "data"
    for name in ("sources.yaml", "sources.opml"):
        if (shared / name).is_file():
            assert (SHIPPED.parent / name).read_bytes() == (shared / name).read_bytes()
