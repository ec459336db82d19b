"""Curated text made fit to print: no control signs, single spaces, French no-break spaces."""

from __future__ import annotations

import re
import unicodedata

# Format characters that would reorder or hide the rest of a line; joiners stay (emoji, Arabic).
_UNWANTED = re.compile("[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e"
                       "\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]")  # fmt: skip
_SPACES = re.compile(r"[ \t\r\n\v\f\u0085\u2028\u2029]+")
_BEFORE = re.compile(r" (?=[:;?!»€%](?:\s|[<,.)…]|\Z))|(?<=\d) (?=\d{3}(?!\d))")
_AFTER = re.compile("« ")


def printable(text: str) -> str:
    """`text` without control and reordering characters, line ends as «\\n»."""
    return _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """A title or a name on one line: no control or reordering characters, single spaces."""
    shown = _UNWANTED.sub("", unicodedata.normalize("NFC", text))
    return _SPACES.sub(" ", shown).strip()


def spaced(text: str) -> str:
    """French no-break spaces where a plain space stands: no line starts with «:» or «000»."""
    return _AFTER.sub("«\u00a0", _BEFORE.sub("\u00a0", text))


def lines(text: str) -> str:
    """Text whose line breaks are kept, for the text part."""
    kept = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(map(one_line, kept)).strip()
