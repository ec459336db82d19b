"""Shipped lists: loaded once, loaded again, edited by staff in between."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from veille import reference
from veille.models import Audience, ContentType, Territory, Theme

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def only_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the defaults of the letters, which other tests load."""
    monkeypatch.setattr(reference, "LOADERS", reference.LOADERS[:4])


def test_loading_twice_changes_nothing_and_then_costs_one_read_per_list(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    first = reference.load_all()
    with django_assert_max_num_queries(12):
        assert reference.load_all() == first
    assert first["themes"] == Theme.objects.count() == 65
    assert first["content_types"] == ContentType.objects.count() == 7
    assert first["audiences"] == Audience.objects.count() == 21
    assert first["territories"] == Territory.objects.count() == 3918
    assert first["left_as_edited"] == 0


def test_themes_come_in_order_with_their_words() -> None:
    reference.load_themes()
    assert Theme.objects.filter(parent=None).count() == 15
    npnru = Theme.objects.get(pk="npnru")
    assert (npnru.parent_id, "renovation urbaine" in npnru.keywords) == (
        "renouvellement-urbain",
        True,
    )
    assert Theme.objects.get(pk="pauvrete").exclusions == [
        "precarite energetique",
        "precarite alimentaire",
    ]
    assert next(iter(Theme.objects.all())).pk == "politique-de-la-ville"


def test_what_staff_edited_is_kept_and_said() -> None:
    reference.load_all()
    Theme.objects.filter(pk="npnru").update(name="Nos mots", keywords=["anru"])
    Theme.objects.filter(pk="sport").update(active=False)
    assert reference.load_all()["left_as_edited"] == 1
    assert Theme.objects.get(pk="npnru").name == "Nos mots"
    assert Theme.objects.get(pk="sport").active is False


def test_a_row_nobody_edited_follows_the_shipped_list(monkeypatch: pytest.MonkeyPatch) -> None:
    reference.load_audiences()
    newer = {"audiences": [{"id": "elus", "nom": "Élues et élus", "base_legale": "mission"}]}
    monkeypatch.setattr(reference, "shipped_yaml", lambda name: newer)
    reference.load_audiences()
    assert Audience.objects.get(pk="elus").name == "Élues et élus"
    assert Audience.objects.count() == 21  # what is no longer shipped stays


def test_a_deleted_row_comes_back() -> None:
    reference.load_themes()
    Theme.objects.filter(pk="npnru").delete()
    reference.load_themes()
    assert Theme.objects.filter(pk="npnru").exists()


def test_the_geography_is_linked() -> None:
    reference.load_all()
    town = Territory.objects.select_related("parent", "contract").get(pk="59183")
    assert (town.name, town.departement, town.postcodes[0]) == ("Dunkerque", "59", "59140")
    assert town.parent is not None
    assert (town.parent.kind, town.parent.code) == ("epci", "245900428")
    assert town.contract_id == town.parent.contract_id == "cu-de-dunkerque"
    assert Territory.objects.get(pk="02").parent_id == "R32"
    assert Territory.objects.filter(kind="contrat").count() == 38
    assert Territory.objects.filter(kind="contrat", confirmed=False).count() == 3
    assert not Territory.objects.filter(kind="commune", departement__startswith="7").exists()


@pytest.mark.parametrize(
    ("code", "ambiguous"),
    [("59183", False), ("80688", True), ("62065", True), ("62193", False), ("59178", False),
     ("62765", True), ("80016", True), ("59350", False)],
    ids=["Dunkerque", "Rue", "Avion", "Calais", "Douai", "Saint-Omer", "Albert", "Lille"],
)  # fmt: skip
def test_words_and_namesakes_are_ambiguous(code: str, ambiguous: bool) -> None:
    reference.load_territories()
    assert Territory.objects.get(pk=code).ambiguous is ambiguous


def test_another_package_adds_its_defaults_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "LOADERS", [reference.load_audiences])
    loader = lambda: {"series": 2}  # noqa: E731
    reference.register_loader(loader)
    reference.register_loader(loader)
    assert reference.load_all() == {"audiences": 21, "left_as_edited": 0, "series": 2}
