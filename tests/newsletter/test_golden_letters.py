"""Both letters as they were approved by eye: a change of tags, styles or words is seen in review.

`VIGIE_GOLDEN=1 pytest tests/newsletter/test_golden_letters.py` writes them again; then look at the
pictures of test_letter_pictures before committing.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from lxml import etree

from newsletter.rendering import render
from tests import sample_letter

FOLDER = Path(__file__).resolve().parents[1] / "corpus" / "letters"


def outline(element: Any) -> Any:
    """Tags, attributes in any order, text with spaces folded: what a reader could notice."""
    if element.tag is etree.Comment:
        return ("comment", " ".join((element.text or "").split()))
    attributes = {
        name: sorted(filter(None, value.split(";"))) if name == "style" else value
        for name, value in element.attrib.items()
    }
    inner = [
        (outline(child), " ".join((child.tail or "").split())) for child in element.iterchildren()
    ]
    return (element.tag, attributes, " ".join((element.text or "").split()), inner)


@pytest.mark.parametrize("name", ["monthly", "thematic"])
def test_a_letter_looks_as_it_was_approved(name: str) -> None:
    letter = render(getattr(sample_letter, name)())
    html, text = FOLDER / f"{name}.html", FOLDER / f"{name}.txt"
    if os.environ.get("VIGIE_GOLDEN"):
        html.write_text(letter.html, encoding="utf-8")
        text.write_text(letter.text, encoding="utf-8")
    kept = lxml.html.document_fromstring(html.read_bytes())
    assert outline(lxml.html.document_fromstring(letter.html.encode())) == outline(kept)
    assert letter.text == text.read_text(encoding="utf-8")
