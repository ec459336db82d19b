"""Readers: with proof, never back against their will, forgotten when they ask."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter import delivery, reporting, spreadsheet, subscribing
from newsletter.models import (
    ConsentEvent,
    Delivery,
    Series,
    Subscriber,
    Subscription,
    Suppression,
)
from newsletter.models.subscriber import address_digest
from newsletter.providers.memory import MemoryRelay
from tests import make
from tests.make import NOW
from veille.exceptions import BadInput, NotFound, Refused
from veille.staff.models import AuditEntry, User

PROOF = "inscrits sur Brevo entre 2021 et 2026"


@pytest.fixture
def monthly(db: None) -> Series:
    return make.series()


def imported(text: str | bytes, series: Series, actor: User | None = None) -> Any:
    data = text.encode() if isinstance(text, str) else text
    return subscribing.import_csv(data, series, proof=PROOF, actor=actor, now=NOW)


def test_a_reader_is_added_with_the_proof(monthly: Series, bruno: User) -> None:
    said = subscribing.add(" Maire@Exemple.FR ", monthly, proof="demande", actor=bruno, now=NOW)
    assert said == "added"
    held = Subscription.objects.select_related("subscriber").get()
    assert (held.subscriber.address, held.proof, held.state) == (
        "maire@exemple.fr", "demande", "active"
    )  # fmt: skip
    again = subscribing.add("maire@exemple.fr", monthly, proof="x", actor=bruno, now=NOW)
    assert again == "already"
    event = ConsentEvent.objects.get()
    assert (event.verb, event.actor_name) == ("added", bruno.email)
    assert event.digest == address_digest("maire@exemple.fr")
    assert "maire" not in str(AuditEntry.objects.get().detail)


def test_a_wrong_address_or_no_proof_is_told(monthly: Series) -> None:
    with pytest.raises(BadInput) as error:
        subscribing.add("maire", monthly, proof="x", actor=None, now=NOW)
    assert error.value.where == "email"
    with pytest.raises(BadInput) as error:
        subscribing.add("maire@exemple.fr", monthly, proof=" ", actor=None, now=NOW)
    assert error.value.where == "proof"
    assert not Subscriber.objects.exists()


def test_one_who_left_is_brought_back_by_nobody_else(monthly: Series, bruno: User) -> None:
    reader = make.subscriber("parti@exemple.example", to=monthly)
    held = reader.subscriptions.get()
    assert subscribing.unsubscribe(held, proof="lien", now=NOW)
    assert not subscribing.unsubscribe(held, proof="lien", now=NOW)
    assert ConsentEvent.objects.filter(verb="left").count() == 1
    with pytest.raises(Refused, match="elle seule"):
        subscribing.add("parti@exemple.example", monthly, proof="x", actor=bruno, now=NOW)
    report = imported("email\nparti@exemple.example\n", monthly)
    assert (report.added, report.suppressed) == (0, 1)
    held.refresh_from_db()
    assert held.state == "left"
    assert subscribing.come_back(held, proof="retour", actor=None, now=NOW)
    assert not Suppression.objects.exists()
    assert not subscribing.come_back(held, proof="retour", actor=None, now=NOW)


def test_leaving_one_letter_leaves_the_others(monthly: Series) -> None:
    thematic = make.series("thematic")
    reader = make.subscriber(to=monthly)
    Subscription.objects.create(subscriber=reader, series=thematic, origin="cli")
    subscribing.unsubscribe(reader.subscriptions.get(series=monthly), proof="lien", now=NOW)
    assert reader.subscriptions.get(series=thematic).state == "active"
    assert Suppression.objects.get().series == monthly


@pytest.mark.parametrize(
    "data",
    [
        "email,nom\na@exemple.fr,Élise\n".encode(),
        "Courriel;Nom\r\na@exemple.fr;Élise\r\n".encode("cp1252"),
        "\ufeffadresse\tname\na@exemple.fr\tÉlise\n".encode(),
        '\n\n"Email","NOM"\n"a@exemple.fr","Élise"\n\n'.encode(),
    ],
)
def test_tables_of_every_office_suite_are_read(data: bytes, monthly: Series) -> None:
    report = imported(data, monthly)
    assert (report.added, report.refused) == (1, [])
    reader = Subscriber.objects.get()
    assert (reader.address, reader.name) == ("a@exemple.fr", "Élise")


def test_each_refused_line_says_why_and_the_others_are_taken(monthly: Series, bruno: User) -> None:
    make.theme("logement")
    make.territory("59183")
    make.subscriber("deja@exemple.example", to=monthly)
    Suppression.objects.create(digest=address_digest("banni@exemple.example"), reason="complaint")
    report = imported(
        "email;thèmes;territoires;audience\n"
        "bien@exemple.example;logement;59183;\n"
        "faux;;;\n"
        "deja@exemple.example;;;\n"
        "banni@exemple.example;;;\n"
        "theme@exemple.example;inconnu;;\n"
        "BIEN@exemple.example;;;\n"
        ";;;\n"
        '"deux\nlignes@exemple.example";;;\n',
        monthly,
        bruno,
    )
    assert (report.added, report.already, report.suppressed) == (1, 2, 1)
    assert [line for line, _ in report.refused] == [3, 6, 10]
    assert "thème inconnu" in report.refused[1][1]
    reader = Subscriber.objects.get(address="bien@exemple.example")
    assert [t.pk for t in reader.themes.all()] == ["logement"]
    assert [t.pk for t in reader.territories.all()] == ["59183"]
    assert reader.subscriptions.get().proof == PROOF
    assert ConsentEvent.objects.get(verb="imported").proof == PROOF
    assert AuditEntry.objects.get().detail == {
        "added": 1, "already": 2, "suppressed": 1, "refused": 3
    }  # fmt: skip


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (b"", "vide|colonne"),
        (b"nom;prenom\na;b\n", "colonne"),
        (b"PK\x03\x04\x00\x00email", "colonne|CSV"),
        (b'email\n"a@exemple.fr\n', "illisible"),
    ],
)
def test_what_is_no_table_is_refused_whole(data: bytes, match: str, monthly: Series) -> None:
    with pytest.raises(BadInput, match=match):
        imported(data, monthly)
    assert not Subscriber.objects.exists()


def test_an_import_without_proof_is_refused(monthly: Series) -> None:
    with pytest.raises(BadInput, match="accord"):
        subscribing.import_csv(b"email\na@b.fr\n", monthly, proof="", actor=None, now=NOW)


def test_two_thousand_lines_take_few_queries(
    monthly: Series, django_assert_max_num_queries: Any
) -> None:
    text = "email\n" + "".join(f"lecteur{n}@exemple.example\n" for n in range(2000))
    with django_assert_max_num_queries(120):
        assert imported(text, monthly).added == 2000
    assert imported(text, monthly).already == 2000


def test_an_erased_reader_leaves_only_digests_and_the_counts_still_add_up(
    monthly: Series, bruno: User
) -> None:
    MemoryRelay.clear()
    issue = make.approved_issue(series=monthly, subscribers=2)
    make.subscriber("oubli@exemple.example", to=monthly, name="Odile")
    delivery.send_now(issue, bruno, NOW)
    delivery.deliver_due(NOW)
    assert subscribing.erase("Oubli@exemple.example", actor=bruno, now=NOW) == 1
    told = reporting.status(issue)
    assert (told["accepted"], told["audience"]) == (3, 3)
    assert not Delivery.objects.filter(address__contains="oubli").exists()
    assert not Subscriber.objects.filter(name="Odile").exists()
    assert "oubli" not in str(list(AuditEntry.objects.values_list("subject", "detail")))
    assert imported("email\noubli@exemple.example\n", monthly).suppressed == 1
    with pytest.raises(Refused, match="écartée"):
        subscribing.add("oubli@exemple.example", monthly, proof="x", actor=bruno, now=NOW)
    with pytest.raises(NotFound):
        subscribing.erase("oubli@exemple.example", actor=bruno, now=NOW)


def test_the_export_reads_back_and_runs_in_no_spreadsheet(monthly: Series, bruno: User) -> None:
    make.subscriber("=1+1@exemple.example", to=monthly, name="=HYPERLINK(1)", organisation="-2")
    text = "".join(subscribing.export_csv(actor=bruno, series=monthly))
    row = next(csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter=";"))
    assert row["email"] == "'=1+1@exemple.example"
    assert row["nom"] == "'=HYPERLINK(1)"
    assert AuditEntry.objects.get().verb == "exported readers"
    Subscriber.objects.all().delete()
    assert imported(text, monthly).added == 1
    assert Subscriber.objects.get().name == "=HYPERLINK(1)"


@given(st.text())
def test_every_cell_comes_back_as_it_was(text: str) -> None:
    written = spreadsheet.cell(text)
    assert spreadsheet.uncell(written) == text
    assert written.lstrip()[:1] not in set("=+-@")
