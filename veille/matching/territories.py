"""Places suggested by a text, strictly: a doubtful name needs a clue. Pure.

Rule (territories.yaml, `detection.regle`): case and accents count, whole words, the longest name
first. A name that another commune of France bears needs a clue: postcode, département, EPCI, a
source attached to the place. A name that is also a word («Rue», «Croix», «Ville») needs a clue
and the form of a place («à Croix», «mairie de Hem», «Rue (Somme)»).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from veille.matching.places import Index, Mention, Place, plain
from veille.matching.themes import Found

MOST = 6
LOCAL_SOURCE = "source locale"
_SCORES = {"departement": (0.6, 0.4), "region": (0.5, 0.3)}  # in the title, in the summary
_QPV = re.compile(r"\b(?:QN[0-9A-Z]{3}\d{2}[NMI]|QP[0-9A-Z]{6})\b")
_POSTCODE = re.compile(r"(?<![\d€])\d{5}(?!\d| ?€)")
_STREET = re.compile(
    r"\b(?:[Rr]ue|[Aa]venue|[Bb]oulevard|[Bb]d|[Qq]uai|[Ii]mpasse|[Aa]llée|[Cc]haussée|[Ss]quare|"
    r"[Ff]aubourg|[Bb]ataille|[Tt]raité)\s(?:de |d'|du |des )?(?:la |l')?$"
)
_LOCATIVE = re.compile(
    r"(?:\b[àÀ]\s|\b(?:vers|entre|près de|depuis)\s|"
    r"\b(?:[Vv]ille|[Cc]ommune|[Mm]airie|[Mm]aire(?:sse)?|[Hh]abitante?s|[Qq]uartiers?|[Éé]coles?|"
    r"[Cc]ollège|[Ll]ycée|[Cc]entre social|[Aa]gglomération|[Ss]ecteur|CCAS|[Hh]ôpital|[Cc]ité|"
    r"[Éé]lue?s|[Cc]onseil municipal|[Mm]ission locale|[Mm]unicipalité)\s(?:de\s|d'))$"
)
_NORD = re.compile(
    r"(?:\b(?:[Dd]ans le|(?:[Dd]épartement|[Pp]réf(?:et|ète)|[Pp]réfecture|"
    r"[Cc]onseil (?:départemental|général)|CAF|DDETS|DDTM|[Hh]abitants|[Aa]ssociations) du)\s|\()$"
)
_ARTICLE = re.compile(r"(?:\b(?:[Ll]'|[Dd]'|[Ll]a |[Ll]'|de la |en |et |ou )|[(,] ?)$")


_BOTH = re.compile(r" et (?:du |le |dans le )?Pas-de-Calais")
_BRACKET = re.compile(r"\s?\(([^()]{2,16})\)")
_COLON = re.compile(r"\s?: ")
_NO_HEADING = frozenset({"Ville", "Y", "Contre", "Long", "Don", "Campagne", "Devise"})


@dataclass(frozen=True, slots=True)
class _Clue:
    words: str
    strength: int  # 3 certain · 2 its surroundings · 1 its département · 0 its region


class TerritoryMatcher:
    """The names compiled once; `match` may be called from several threads."""

    def __init__(
        self,
        places: Iterable[Place],
        *,
        usual_names: Mapping[str, Sequence[str]] | None = None,
        decoys: Iterable[str] = (),
    ) -> None:
        """`usual_names`: further names by code; `decoys`: names that are no place of ours."""
        self._places = tuple(places)
        self._by_code = {place.code: place for place in self._places}
        self._departements = {p.code: p.name for p in self._places if p.kind == "departement"}
        self._index = Index(self._places, usual_names or {}, decoys)

    def match(
        self, title: str, summary: str = "", attached: frozenset[str] = frozenset()
    ) -> list[Found]:
        """The places found, the surest first. `attached`: codes of the places of the source."""
        text = plain(f"{title}\n{summary}")
        reading = _Reading(
            text, len(plain(title)), attached, self._index.find(text), self._departements
        )
        found: dict[str, tuple[float, int, Found]] = {}
        for mention in reading.mentions:
            self._add(found, reading, mention)
        self._add_codes(found, reading)
        self._drop_wider(found)
        best = sorted(found.values(), key=lambda one: (-one[0], one[1]))
        return [one for _, _, one in best[:MOST]]

    def _add(
        self, found: dict[str, tuple[float, int, Found]], reading: _Reading, mention: Mention
    ) -> None:
        if _STREET.search(reading.text[max(0, mention.start - 24) : mention.start]):
            return
        if mention.places[0].kind == "departement" and not reading.is_departement(mention):
            return
        chosen = reading.choose(mention)
        if chosen is None:
            return
        place, clue = chosen
        high, low = _SCORES.get(place.kind, (0.9, 0.7))
        score = high if mention.start < reading.title else low
        why = [reading.text[mention.start : mention.end]]
        if clue is not None:
            score *= 0.85 if clue.strength else 0.6
            why.append(clue.words)
        code = place.contract if place.kind == "epci" and place.contract else place.code
        kept = found.get(code)
        if kept is None or kept[0] < score:
            words = tuple(dict.fromkeys([*(kept[2].why if kept else ()), *why]))
            found[code] = (score, mention.start, Found(code, words, round(score, 3)))

    def _add_codes(self, found: dict[str, tuple[float, int, Found]], reading: _Reading) -> None:
        """Codes of neighbourhoods that the table knows."""
        for code in _QPV.finditer(reading.text):
            if code[0] in self._by_code:
                found[code[0]] = (0.99, code.start(), Found(code[0], (code[0],), 0.99))

    def _drop_wider(self, found: dict[str, tuple[float, int, Found]]) -> None:
        """A département or region is not suggested beside a place that lies in it."""
        places = [self._by_code[code] for code in found if code in self._by_code]
        finer = {place.departement for place in places if place.kind not in _SCORES}
        for place in places:
            inside = finer if place.kind == "region" else finer & {place.code}
            if place.kind in _SCORES and inside:
                del found[place.code]


class _Reading:
    """One text with the clues it holds."""

    def __init__(
        self,
        text: str,
        title: int,
        attached: frozenset[str],
        mentions: list[Mention],
        names: Mapping[str, str],
    ) -> None:
        self.text, self.title, self.attached, self.mentions = text, title, attached, mentions
        self.names = names  # of the départements, by code
        self._postcodes = set(_POSTCODE.findall(text))
        self._departements: dict[str, str] = {}  # code -> the word
        self._around: dict[str, str] = {}  # EPCI or contract -> the word
        for mention in mentions:
            place = mention.places[0]
            word = text[mention.start : mention.end]
            if place.kind == "departement" and self.is_departement(mention):
                self._departements[place.code] = word
            elif place.kind in {"epci", "contrat"}:
                self._around.update(dict.fromkeys((place.code, place.contract), word))
            elif place.kind == "commune" and not place.ambiguous and len(mention.places) == 1:
                self._around.update(dict.fromkeys((place.parent, place.code), word))
        self._around.pop("", None)

    def is_departement(self, mention: Mention) -> bool:
        """Is it the département, not a river, a sum, or a point of the compass?"""
        name = mention.places[0].name
        if "-" in name:
            return True
        before = self.text[max(0, mention.start - 30) : mention.start]
        opening = mention.start in {0, self.title + 1} and re.match(
            r"\s?[:,]", self.text[mention.end :]
        )
        if name == "Nord":
            both = _BOTH.match(self.text, mention.end)
            return bool(both or opening or _NORD.search(before))
        return bool(opening or _ARTICLE.search(before))

    def choose(self, mention: Mention) -> tuple[Place, _Clue | None] | None:
        """The place meant, with the clue it needed; None when there is none or several."""
        places = mention.places
        if len(places) == 1 and not places[0].ambiguous and places[0].kind != "qpv":
            return places[0], None
        groups = [place for place in places if place.kind in {"epci", "contrat"}]
        if groups:  # an EPCI and its contract bear one name
            targets = {place.contract or place.code for place in groups}
            return (groups[0], None) if len(targets) == 1 else None
        known = [(place, clue) for place in places if (clue := self._clue(place, mention))]
        best = max((clue.strength for _, clue in known), default=-1)
        surest = [(place, clue) for place, clue in known if clue.strength == best]
        return surest[0] if len(surest) == 1 else None

    def _clue(self, place: Place, mention: Mention) -> _Clue | None:
        """What makes sure that `place` is meant here."""
        bracket = _BRACKET.match(self.text, mention.end)
        if bracket and bracket[1] in {
            place.departement,
            self.names.get(place.departement),
            *place.postcodes,
        }:
            return _Clue(bracket[1], 3)
        for postcode in place.postcodes:
            if postcode in self._postcodes:
                return _Clue(postcode, 3)
        clue = self._surroundings(place)
        if clue is None:
            return None
        locative = _LOCATIVE.search(self.text[max(0, mention.start - 24) : mention.start])
        placed = locative or (clue.strength and self._is_heading(place, mention))
        return clue if placed or not (place.common or clue.strength == 0) else None

    def _is_heading(self, place: Place, mention: Mention) -> bool:
        """Does the text begin «Hem : …», as the regional press writes?"""
        opening = mention.start in {0, self.title + 1} and place.name not in _NO_HEADING
        return opening and _COLON.match(self.text, mention.end) is not None

    def _surroundings(self, place: Place) -> _Clue | None:
        own = {place.code} if place.kind == "commune" else {place.code, place.parent}
        near = {place.parent, place.contract} - {""}
        if own & self.attached:
            return _Clue(LOCAL_SOURCE, 2)
        for code in near:
            if code in self._around:
                return _Clue(self._around[code], 2)
        if near & self.attached:
            return _Clue(LOCAL_SOURCE, 2)
        if place.kind == "qpv":  # a neighbourhood is sure only with its town
            return None
        if place.departement in self._departements:
            return _Clue(self._departements[place.departement], 1)
        if place.departement in self.attached:
            return _Clue(LOCAL_SOURCE, 1)
        return _Clue("source régionale", 0) if "R32" in self.attached else None
