"""A place of the official geography, and the ways a text names it. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

TOKEN = re.compile(r"[^\W_]+")
_NATURES = {
    "CA": ("Communauté d'agglomération", "communauté d'agglomération", "Agglomération",
           "agglomération", "Agglo", "agglo"),
    "CU": ("Communauté urbaine", "communauté urbaine"),
    "CC": ("Communauté de communes", "communauté de communes", "Comcom", "comcom"),
    "METRO": ("Métropole", "métropole"),
}  # fmt: skip
_GLUED_AFTER = re.compile(r"\.\w|[@_]")
_HYPHENED_AFTER = re.compile(r"[-–]\w")
_LINK = re.compile(r"^(?:de la |de l'|du |des |de |d')")


@dataclass(frozen=True, slots=True)
class Place:
    """What the matcher must know of a Territory."""

    code: str
    kind: str  # region | departement | contrat | epci | commune | qpv
    name: str
    departement: str = ""
    parent: str = ""
    contract: str = ""
    postcodes: tuple[str, ...] = ()
    ambiguous: bool = False  # needs a clue
    common: bool = False  # and is a common word: needs a clue and the form «à Croix»


def plain(text: str) -> str:
    """One spelling of apostrophes and accents (NFC); case and accents are kept."""
    return unicodedata.normalize("NFC", text).replace("’", "'").replace("ʼ", "'")


def names(place: Place, towns: frozenset[str], more: Sequence[str] = ()) -> Iterator[str]:
    """The names of a place. `towns`: names of communes, `more`: usual names of this place.

    «Communauté urbaine de Dunkerque» is written for «CU de Dunkerque»; «Dunkerque» alone stays
    the commune. A commune «Le Portel» is also «du Portel», «au Portel».
    """
    yield from (plain(name) for name in more)
    name = plain(place.name)
    if place.kind in {"epci", "contrat"}:
        yield from _grouping_names(name.rsplit("/ ", 1)[-1], towns)
        return
    yield name
    if place.kind == "commune":
        yield from _commune_names(name)


def _commune_names(name: str) -> Iterator[str]:
    if "œ" in name:
        yield name.replace("œ", "oe")
    for article, contracted in (("Le ", ("au ", "du ", "Au ", "Du ")), ("Les ", ("aux ", "des "))):
        if name.startswith(article):
            yield from (form + name.removeprefix(article) for form in contracted)
    for long, short in (("Saint-", "St-"), ("Sainte-", "Ste-")):
        if name.startswith(long):
            yield short + name.removeprefix(long)


def _grouping_names(name: str, towns: frozenset[str]) -> Iterator[str]:
    yield name
    nature, _, rest = name.partition(" ")
    if nature not in _NATURES:
        return
    for words in _NATURES[nature]:
        yield f"{words} {rest}"
    core = _LINK.sub("", rest)
    if core in towns or nature == "CC":
        return
    if len(TOKEN.findall(core)) > 1:
        yield core
    else:  # «les Boulonnais» are people, «le Boulonnais» a place
        yield from (f"{article} {core}" for article in ("le", "du", "Le", "Du", "en"))


class Index:
    """Names by their first word, longest first."""

    def __init__(
        self, places: Iterable[Place], more: Mapping[str, Sequence[str]], decoys: Iterable[str]
    ) -> None:
        """`decoys`: names that hold a place's name and are something else («Gare du Nord»)."""
        places = tuple(places)
        towns = frozenset(plain(place.name) for place in places if place.kind == "commune")
        forms: dict[tuple[str, ...], list[Place]] = {}
        for place in places:
            for name in names(place, towns, more.get(place.code, ())):
                known = forms.setdefault(tuple(TOKEN.findall(name)), [])
                if place not in known:
                    known.append(place)
        for decoy in decoys:
            forms[tuple(TOKEN.findall(plain(decoy)))] = []
        self._single: dict[str, _Entry] = {}
        self._pairs: dict[tuple[str, ...], list[_Entry]] = {}  # by the first two words
        for words in sorted(forms, key=len, reverse=True):
            entry = (words, tuple(forms[words]))
            if len(words) > 1:
                self._pairs.setdefault(words[:2], []).append(entry)
            elif words:
                self._single[words[0]] = entry

    def find(self, text: str) -> list[Mention]:
        """The longest names in `text` (already `plain`), left to right, without overlap."""
        tokens = [(m[0], m.start(), m.end()) for m in TOKEN.finditer(text)]
        found, place = [], 0
        while place < len(tokens):
            entry = self._at(tokens, place, text)
            if entry is None:
                place += 1
                continue
            words, places = entry
            last = place + len(words) - 1
            if places:
                found.append(Mention(places, tokens[place][1], tokens[last][2]))
            place = last + 1
        return [one for one in found if _whole(one, found, text)]

    def _at(self, tokens: list[tuple[str, int, int]], place: int, text: str) -> _Entry | None:
        word = tokens[place][0]
        if place + 1 < len(tokens):
            for entry in self._pairs.get((word, tokens[place + 1][0]), ()):
                if _follows(entry[0], tokens, place, text):
                    return entry
        return self._single.get(word)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name found at [start, end): the places that bear it."""

    places: tuple[Place, ...]
    start: int
    end: int


_Entry = tuple[tuple[str, ...], tuple[Place, ...]]  # the words of a name, who bears it


def _follows(
    words: tuple[str, ...], tokens: list[tuple[str, int, int]], place: int, text: str
) -> bool:
    if place + len(words) > len(tokens):
        return False
    for offset in range(1, len(words)):
        word, start, _ = tokens[place + offset]
        if word != words[offset] or not _joined(text, tokens[place + offset - 1][2], start):
            return False
    return True


def _joined(text: str, start: int, end: int) -> bool:
    """Are two words of a name parted by one space, hyphen or apostrophe (« / » for contracts)?"""
    return text[start:end] in {" ", "-", "'", "\u00a0", "\u202f", ", ", " - ", " – ", "–"}


def _whole(mention: Mention, found: Sequence[Mention], text: str) -> bool:
    """Not a piece of a longer word: «Croix-Rouge», «Ville.fr»; «Lille-Roubaix» are two places."""
    start, end = mention.start, mention.end
    if _GLUED_AFTER.match(text, end) or (start and text[start - 1] in "@/_."):
        return False
    if _HYPHENED_AFTER.match(text, end) and not any(o.start == end + 1 for o in found):
        return False
    hyphened = start > 1 and text[start - 1] in "-–" and text[start - 2].isalnum()
    return not hyphened or any(o.end == start - 1 for o in found)
