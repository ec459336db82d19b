"""Titles are text, and never empty."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.reading import titles


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ("Quartiers&nbsp;: l&#039;<em>appel</em>", "Quartiers\u00a0: l'appel"),
        ("<<Quartiers 2030>> : le bilan", "«\u00a0Quartiers 2030\u00a0» : le bilan"),
        ("Balises &lt;b&gt;", "Balises <b>"),
        ("  Deux\n lignes ", "Deux lignes"),
    ],
)
def test_markup_goes_and_entities_are_undone_once(raw: str, title: str) -> None:
    assert titles.title(raw) == title


def test_a_title_said_to_be_text_keeps_its_signs() -> None:
    assert titles.title("a <b> c", plain=True) == "a <b> c"
    assert titles.title("L&#039;été", plain=True) == "L'été"  # a publisher's double escaping
    assert titles.title("R & D; fin", plain=True) == "R & D; fin"


def test_a_missing_title_is_the_beginning_of_the_summary_then_the_link() -> None:
    summary = "<p>" + " ".join(f"mot{n}" for n in range(20)) + "</p>"
    assert titles.title("<img src=x>", summary=summary) == (
        " ".join(f"mot{n}" for n in range(14)) + "…"
    )
    assert titles.title("", summary="<p>Court</p>") == "Court"
    assert titles.title("", summary="<img>", link="https://a.example/b") == "https://a.example/b"
    assert titles.title("") == "Sans titre"


def test_a_long_title_is_cut_at_a_word() -> None:
    long = titles.title("mot " * 300)
    assert len(long) <= titles.MAX_TITLE
    assert long.endswith("mot…")
    assert len(titles.title("x" * 900)) == titles.MAX_TITLE


@given(st.text(max_size=700), st.booleans(), st.text(max_size=50))
def test_a_title_is_one_printable_line_that_fits(raw: str, plain: bool, summary: str) -> None:
    title = titles.title(raw, plain=plain, summary=summary)
    assert 0 < len(title) <= titles.MAX_TITLE
    assert title == title.strip()
    assert "\n" not in title
    assert "\x00" not in title
    assert title.encode()  # no lone surrogate
