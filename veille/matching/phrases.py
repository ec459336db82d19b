"""Many phrases sought in one text in one pass: the engine under themes, kinds and marks. Pure.

Words are folded (no case, no accents); `*` ends a word that may go on. Spaces, hyphens and
apostrophes part words alike («sans-abri» is «sans abri»); any other sign ends a phrase.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from veille.matching.folding import Folded, folded

_TOKEN = re.compile(r"[^\W_]+(?:\+(?!\w))?|[^\w\s'-]+|_+")
_WORD = re.compile(r"([^\W_]+(?:\+(?!\w))?)(\*?)")
_CACHE = 50_000  # distinct words remembered; French has that many in use


@dataclass(frozen=True, slots=True)
class Hit:
    """Phrase number `phrase` found in the words [first, last] of a text."""

    phrase: int
    first: int
    last: int

    def holds(self, other: Hit) -> bool:
        """Does this hit cover the other one, and more?"""
        inside = self.first <= other.first and other.last <= self.last
        return inside and (self.first, self.last) != (other.first, other.last)

    def meets(self, other: Hit) -> bool:
        """Do both share a word?"""
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True, slots=True)
class Words:
    """A text cut into folded words; signs between them are words that no phrase has."""

    text: Folded
    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]

    def written(self, first: int, last: int) -> str:
        """The words [first, last] as they appear in the text."""
        return self.text.written(self.spans[first][0], self.spans[last][1])


@lru_cache(maxsize=16)  # several matchers read one item in turn
def cut(text: str) -> Words:
    """`text` ready to be searched by any number of `Phrases`."""
    whole = folded(text)
    found = list(_TOKEN.finditer(whole.folded))
    return Words(whole, tuple(m[0] for m in found), tuple(m.span() for m in found))


class Phrases:
    """A compiled list of phrases. Thread-safe: its cache only ever gains equal values."""

    def __init__(self, phrases: Iterable[str]) -> None:
        """A phrase without any word matches nothing."""
        self._exact: dict[str, list[_Phrase]] = {}
        self._begins: dict[str, list[_Phrase]] = {}
        for number, phrase in enumerate(phrases):
            words = tuple((word, bool(star)) for word, star in _WORD.findall(folded(phrase).folded))
            if words:
                first, open_ended = words[0]
                index = self._begins if open_ended else self._exact
                index.setdefault(first, []).append((number, words))
        self._lengths = sorted({len(word) for word in self._begins})
        self._known: dict[str, tuple[_Phrase, ...]] = {}

    def find(self, text: Words) -> list[Hit]:
        """Every hit, in the order of the text."""
        hits = []
        for place, word in enumerate(text.words):
            for number, words in self._known.get(word) or self._starting(word):
                if len(words) == 1 or _follows(words, text.words, place):
                    hits.append(Hit(number, place, place + len(words) - 1))
        return hits

    def _starting(self, word: str) -> Sequence[_Phrase]:
        known = self._known.get(word)
        if known is None:
            if len(self._known) > _CACHE:
                self._known.clear()
            found = list(self._exact.get(word, ()))
            for length in self._lengths:
                if length <= len(word):
                    found += self._begins.get(word[:length], ())
            known = self._known[word] = tuple(found)
        return known


_Phrase = tuple[int, tuple[tuple[str, bool], ...]]


def _follows(words: tuple[tuple[str, bool], ...], text: Sequence[str], place: int) -> bool:
    if place + len(words) > len(text):
        return False
    for offset in range(1, len(words)):
        wanted, open_ended = words[offset]
        seen = text[place + offset]
        if seen != wanted and not (open_ended and seen.startswith(wanted)):
            return False
    return True
