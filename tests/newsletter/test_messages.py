"""Service messages: whole, safe, in French, and what the README says they need."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import lxml.html
import pytest

from newsletter.exceptions import RenderingError
from newsletter.rendering.messages import message

URL = "https://vigie.centre.example/x?a=1&b=2"
VALUES: dict[str, dict[str, Any]] = {
    "relecture": {"name": "Claire", "author": "Bruno", "issue": "Lettre mensuelle n° 112",
                  "letter_subject": "Quartiers & co", "comment": "Un mot\nsur l’édito", "url": URL},
    "confirmation": {"letter": "Lettre mensuelle", "url": URL, "days": 7,
                     "asked": date(2026, 11, 24)},
    "desabonnement": {"letter": "Lettre mensuelle", "url": URL},
    "test": {"sent": date(2026, 11, 24), "provider": "SMTP", "sender": "lettre@centre.example"},
}  # fmt: skip
EACH = pytest.mark.parametrize("name", VALUES)


@EACH
def test_a_message_has_a_subject_a_text_and_an_html_of_one_title(name: str) -> None:
    made = message(name, centre="Centre & Cie", **VALUES[name])
    assert 10 < len(made.subject) < 78
    tree = lxml.html.document_fromstring(made.html)
    assert len(list(tree.iter("h1"))) == 1
    assert tree.get("lang") == "fr"
    assert tree.findtext("head/title")
    assert "Centre & Cie" in made.text
    assert all(len(line) <= 72 or "://" in line for line in made.text.split("\n"))
    if "url" in VALUES[name]:
        assert f"\n{URL}\n" in made.text
        assert [link.get("href") for link in tree.iter("a")] == [URL]


@EACH
def test_a_missing_value_is_named(name: str) -> None:
    values = dict(list(VALUES[name].items())[:-1])
    with pytest.raises(RenderingError, match="variable inconnue"):
        message(name, centre="Centre", **values)


@EACH
def test_hostile_values_change_nothing_but_words(name: str) -> None:
    evil = "</title><script>alert(1)</script>\r\nBcc: x@y.example\n\n{{ 7*7 }}"
    values = {k: evil if isinstance(v, str) and k != "url" else v for k, v in VALUES[name].items()}
    made = message(name, centre=evil, **values)
    assert "\n" not in made.subject
    assert "\r" not in made.subject
    assert "<script" not in made.html
    assert "{{" not in made.html


def test_only_plain_values_are_taken() -> None:
    with pytest.raises(RenderingError, match="n’est pas un texte simple"):
        message("test", centre=object())


def test_an_unknown_message_is_told() -> None:
    with pytest.raises(RenderingError, match="messages/absent/subject.txt n’existe pas"):
        message("absent", centre="Centre")


def test_a_centre_s_own_words_come_first(tmp_path: Path) -> None:
    folder = tmp_path / "messages" / "test"
    folder.mkdir(parents=True)
    (folder / "subject.txt").write_text("Essai de {{ centre }}", encoding="utf-8")
    made = message("test", centre="Nous", centre_templates=tmp_path, **VALUES["test"])
    assert made.subject == "Essai de Nous"
    assert "l’envoi fonctionne" in made.text
