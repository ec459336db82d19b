"""Deadlines and days of events, as French writes them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.matching import dates

TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Candidatures jusqu’au 15 janvier", date(2027, 1, 15)),
        ("à déposer avant le 15/01/2027 à midi", date(2027, 1, 15)),
        ("Date limite de dépôt des dossiers : vendredi 18 décembre 2026 à 12h", date(2026, 12, 18)),
        ("La date limite est fixée au 1er mars 2027", date(2027, 3, 1)),
        ("Clôture des candidatures le 1er mars", date(2027, 3, 1)),
        ("au plus tard le 2026-12-31", date(2026, 12, 31)),
        ("jusqu’au 15 janv. 2027", date(2027, 1, 15)),
        ("jusqu’au\u00a015\u00a0janvier", date(2027, 1, 15)),
        ("jusqu’au 3 novembre", None),  # three weeks ago, not in eleven months
        ("jusqu’au 3 novembre 2026", None),
        ("avant le 31/02", None),
        ("avant l’été", None),
        ("Le 15 janvier, un atelier", None),
        ("Appel à projets clos le 20 décembre", date(2026, 12, 20)),
        (
            "Lettre d’intention avant le 10 décembre, dossier avant le 15 janvier",
            date(2026, 12, 10),
        ),
    ],
)
def test_a_deadline(text: str, expected: date | None) -> None:
    found = dates.deadline(text, TUESDAY)
    assert (found.day if found else None) == expected
    if found:
        assert found.why in text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("Webinaire le jeudi 4 décembre 2026 de 9h30 à 16h30",
         "2026-12-04T09:30:00+01:00", "2026-12-04T16:30:00+01:00"),
        ("Mardi 8 décembre, 18 h", "2026-12-08T18:00:00+01:00", "2026-12-08T18:00:00+01:00"),
        ("Le 12 juillet à 9h", "2027-07-12T09:00:00+02:00", "2027-07-12T09:00:00+02:00"),
        ("Colloque les 3 et 4 décembre à Lille", "2026-12-03", "2026-12-04"),
        ("du 30 novembre au 2 décembre 2026", "2026-11-30", "2026-12-02"),
        ("du 28 décembre au 3 janvier", "2026-12-28", "2027-01-03"),
        ("Inscription avant le 1er décembre ; le 8 décembre à Amiens", "2026-12-08", "2026-12-08"),
        ("Journée le 12/01", "2027-01-12", "2027-01-12"),
    ],
)  # fmt: skip
def test_an_event(text: str, start: str, end: str) -> None:
    found = dates.event(text, TUESDAY)
    assert found is not None
    assert (found.start, found.end) == (start, end)


@pytest.mark.parametrize("text", ["Bilan du 3 mars 2024", "Réponse avant le 3 mars", "En 2027"])
def test_no_event(text: str) -> None:
    assert dates.event(text, TUESDAY) is None


PIECES = ["du", "au", "les", "et", "31", "1er", "février", "avril", "2027", "31/04",
          "29 février",           "0 mai", "avant le", "à 25 h", "99/99/99",
          "jusqu'au", "2026-13-45", "de 9h à 8h", ":"]  # fmt: skip


@given(
    text=st.text(max_size=80) | st.lists(st.sampled_from(PIECES), max_size=15).map(" ".join),
    published=st.dates(date(1990, 1, 1), date(2100, 1, 1)),
)
def test_no_text_breaks_them_and_no_date_is_past(text: str, published: date) -> None:
    limit = dates.deadline(text, published)
    assert limit is None or limit.day >= published
    found = dates.event(text, published)
    assert found is None or found.start[:10] <= found.end[:10] or "T" in found.start
