"""Text without case or accents, and the way back to the words as they were written. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_SAME = {
    "œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ı": "i",
    "’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "–": "-", "—": "-", "‐": "-", "‑": "-",
}  # fmt: skip


class _Table(dict[int, str]):
    """A `str.translate` table that learns each character once."""

    def __missing__(self, code: int) -> str:
        plain = ""
        for char in chr(code).lower():
            for part in unicodedata.normalize("NFKD", _SAME.get(char, char)):
                plain += "" if unicodedata.combining(part) else _SAME.get(part, part)
        if code >= 128 and (not plain.strip()) and unicodedata.category(chr(code))[0] == "Z":
            plain = " "  # no-break and thin spaces
        self[code] = plain
        return plain


_table = _Table()


def fold(text: str) -> str:
    """`text` in lower case, without accents or ligatures, with plain apostrophes and hyphens.

    Spaces are kept as they are (no-break ones become plain). «Œuvre d’Été» gives "oeuvre d'ete".
    """
    return unicodedata.normalize("NFC", text).translate(_table)


@dataclass(frozen=True, slots=True)
class Folded:
    """A text, its folded form, and for each folded character the place it came from."""

    text: str  # as written (NFC)
    folded: str
    places: tuple[int, ...] | None  # None: both have the same length, place i is i

    def written(self, start: int, end: int) -> str:
        """The words as they appear in the text for the folded span [start, end)."""
        if self.places is None:
            return self.text[start:end]
        return self.text[self.places[start] : self.places[end - 1] + 1]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of `text` for a non-empty folded span [start, end)."""
        if self.places is None:
            return start, end
        return self.places[start], self.places[end - 1] + 1


def folded(text: str) -> Folded:
    """`fold` that remembers where each character came from."""
    text = unicodedata.normalize("NFC", text)
    plain = text.translate(_table)
    if len(plain) == len(text) and all(len(_table[ord(char)]) == 1 for char in set(text)):
        return Folded(text, plain, None)
    places = tuple(i for i, char in enumerate(text) for _ in _table[ord(char)])
    return Folded(text, plain, places)
