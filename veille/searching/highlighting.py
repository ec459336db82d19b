"""The words a search found, shown in the text as it was written. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from veille.matching.phrases import Words, cut
from veille.searching.language import forms

Piece = tuple[str, bool]  # a piece of text, and whether it was searched for


def highlight(text: str, words: Iterable[str]) -> list[Piece]:
    """`text` in pieces; joined they give it again (in NFC). `words`: those of a `Query`."""
    return _pieces(cut(text), words, 0, None)


def snippet(text: str, words: Iterable[str], size: int = 220) -> list[Piece]:
    """About `size` signs of `text` around the first word found, cut between words."""
    words = tuple(words)
    parts = cut(text)
    whole = parts.text.text
    spots = list(_spots(parts, words))
    begin = 0
    if len(whole) > size and spots and spots[0][0] > size // 2:
        begin = whole.rfind(" ", 0, spots[0][0] - size // 3) + 1
    end = len(whole)
    if end - begin > size:
        end = max(whole.rfind(" ", begin, begin + size), begin + size // 2)
    pieces = _pieces(parts, words, begin, end)
    if begin:
        pieces.insert(0, ("… ", False))
    if end < len(whole):
        pieces.append((" …", False))
    return pieces


def _pieces(parts: Words, words: Iterable[str], begin: int, end: int | None) -> list[Piece]:
    text, place, pieces = parts.text.text[:end], begin, list[Piece]()
    for first, last in _spots(parts, words):
        if place <= first and last <= len(text):
            pieces += [(text[place:first], False), (text[first:last], True)]
            place = last
    pieces.append((text[place:], False))
    return [piece for piece in pieces if piece[0]]


def _spots(parts: Words, words: Iterable[str]) -> Iterator[tuple[int, int]]:
    exact: set[str] = set()
    begins: list[str] = []
    for word in words:
        if word.endswith("*"):
            begins.append(word[:-1])
        else:
            exact.update(forms(word))
    beginnings = tuple(begins)
    for word, span in zip(parts.words, parts.spans, strict=True):
        if word in exact or (beginnings and word.startswith(beginnings)):
            yield parts.text.span(*span)
