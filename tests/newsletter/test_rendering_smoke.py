"""A first look at both letters; the house rules are in the other files."""

from __future__ import annotations

from datetime import date

import pytest

from newsletter.letter import UNSUBSCRIBE_TOKEN
from newsletter.rendering import render
from newsletter.rendering.messages import message
from tests import sample_letter


@pytest.mark.parametrize("content", [sample_letter.monthly(), sample_letter.thematic()])
def test_a_letter_is_made_with_its_text_part(content):
    letter = render(content)
    assert UNSUBSCRIBE_TOKEN in letter.html
    assert UNSUBSCRIBE_TOKEN in letter.text
    assert len(letter.html.encode()) < 40_000
    for section in content.sections:
        for entry in section.entries:
            assert f'id="e{entry.id}"' in letter.html
            assert entry.url in letter.text


def test_the_four_messages():
    values = {
        "relecture": {"name": "Claire", "author": "Bruno", "issue": "Lettre n° 112",
                      "letter_subject": "Quartiers & co", "comment": "", "url": "https://v.example/"},
        "confirmation": {"letter": "Lettre mensuelle", "url": "https://v.example/c", "days": 7,
                         "asked": date(2026, 11, 24)},
        "desabonnement": {"letter": "Lettre mensuelle", "url": "https://v.example/"},
        "test": {"sent": date(2026, 11, 24), "provider": "SMTP", "sender": "l@centre.example"},
    }  # fmt: skip
    for name, given in values.items():
        made = message(name, centre="Centre de ressources", **given)
        assert "\n" not in made.subject
        assert made.text
        assert "<h1" in made.html
