"""The search language of the pages and of `vigie items list --query`. Pure.

rénovation dunkerque        both words, in any order, accents and plural do not matter
"politique de la ville"     these words in this order
rénov*                      words that begin so
lille OR roubaix            one or the other (also OU)
-football                   without
theme:sante lieu:59183 source:localtis type:evenement etat:retenu
depuis:2026-11-01 avant:15/12/2026   from that day on, before that day (Paris time)
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from veille.exceptions import BadInput
from veille.matching.folding import fold

FIELDS = {
    "theme": "theme", "themes": "theme", "lieu": "territory", "territoire": "territory",
    "source": "source", "etat": "state", "type": "kind", "depuis": "since", "avant": "before",
}  # fmt: skip
STATES = {
    "new": "new", "nouveau": "new", "nouveaux": "new", "a voir": "new", "a-voir": "new",
    "kept": "kept", "retenu": "kept", "retenus": "kept",
    "dropped": "dropped", "ecarte": "dropped", "ecartes": "dropped",
}  # fmt: skip
MOST_TERMS = 40
_TOKEN = re.compile(r'(?P<minus>-)?(?:(?P<field>[^\W\d_]+):)?(?:"(?P<quoted>[^"]*)"|(?P<bare>\S*))')
_WORD = re.compile(r"[a-z0-9]+(?:\*(?![a-z0-9]))?")
_AGO = re.compile(r"(\d{1,4}) ?(?:j|jour|jours)$")


@dataclass(frozen=True, slots=True)
class Term:
    """Words that follow one another; the last one may be the beginning of a word (`*`)."""

    words: tuple[str, ...]
    phrase: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched: each group of `every` must be found (one of its terms), none of `never`."""

    every: tuple[tuple[Term, ...], ...] = ()
    never: tuple[Term, ...] = ()
    fields: tuple[tuple[str, str, bool], ...] = ()  # (name, value, wanted)
    since: date | None = None
    before: date | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """The words to show as found."""
        return tuple(word for group in self.every for term in group for word in term.words)


@dataclass(slots=True)
class _Reading:
    """The query while it is read."""

    every: list[list[Term]] = field(default_factory=list)
    never: list[Term] = field(default_factory=list)
    fields: list[tuple[str, str, bool]] = field(default_factory=list)
    dates: dict[str, date] = field(default_factory=dict)
    joining: bool = False  # an OR waits for its second half


def parse(text: str, today: date) -> Query:
    """What `text` asks for. `today` is the day in Paris, for «depuis:7j» and «hier».

    Raises BadInput, with a French sentence, for a query that cannot be read.
    """
    text = text.replace("«", '"').replace("»", '"').replace("“", '"').replace("”", '"')
    if text.count('"') % 2:
        raise BadInput('Il manque un guillemet : fermez l’expression ouverte par « " ».', where="q")
    reading = _Reading()
    for found in _TOKEN.finditer(text):
        _read(reading, found, today)
    if reading.joining:
        raise BadInput("« OR » relie deux mots : écrivez-en un après.", where="q")
    if sum(map(len, reading.every)) + len(reading.never) + len(reading.fields) > MOST_TERMS:
        raise BadInput(
            f"Cette recherche a plus de {MOST_TERMS} termes : gardez-en moins.", where="q"
        )
    return Query(
        every=tuple(map(tuple, reading.every)),
        never=tuple(reading.never),
        fields=tuple(reading.fields),
        since=reading.dates.get("since"),
        before=reading.dates.get("before"),
    )


def _read(reading: _Reading, found: re.Match[str], today: date) -> None:
    if not found[0]:  # between two words
        return
    quoted, bare = found["quoted"], found["bare"]
    value = (quoted if quoted is not None else bare).strip()
    name = FIELDS.get(fold(found["field"] or ""))
    if bare in {"OR", "OU"} and not found["field"] and not found["minus"]:
        if not reading.every or reading.joining:
            raise BadInput("« OR » relie deux mots : écrivez-en un avant et un après.", where="q")
        reading.joining = True
    elif name:
        _read_field(reading, name, value, found, today)
    else:
        whole = f"{found['field']} {value}" if found["field"] else value
        _read_words(reading, whole, phrase=quoted is not None, without=bool(found["minus"]))


def _read_words(reading: _Reading, text: str, *, phrase: bool, without: bool) -> None:
    words = tuple(_WORD.findall(fold(text)))
    if not words:  # a lone punctuation sign, as in a pasted title
        return
    term = Term(words, phrase or len(words) > 1)  # «porte-à-porte» is one expression
    if without:
        reading.never.append(term)
    elif reading.joining:
        reading.every[-1].append(term)
    else:
        reading.every.append([term])
    reading.joining = False


def _read_field(
    reading: _Reading, name: str, value: str, found: re.Match[str], today: date
) -> None:
    shown = found["field"]
    if not value or value == '"':
        raise BadInput(f"Écrivez une valeur après « {shown}: ».", where="q")
    if reading.joining:
        raise BadInput(f"« OR » relie des mots, pas « {shown}: ».", where="q")
    if name in {"since", "before"}:
        if found["minus"]:
            raise BadInput(f"« -{shown}: » n’existe pas : retirez le signe moins.", where="q")
        reading.dates[name] = day(value, today)
        return
    if name == "state" and fold(value) not in STATES:
        raise BadInput(
            f"L’état « {value} » est inconnu : écrivez a-voir, retenu ou ecarte.", where="q"
        )
    value = STATES[fold(value)] if name == "state" else value
    reading.fields.append((name, value, not found["minus"]))


def forms(word: str) -> tuple[str, ...]:
    """Singular and plural of a folded word: «quartiers» and «quartier», «lieu» and «lieux»."""
    if len(word) < 4 or word.isdigit():
        return (word,)
    if word[-1] in "sx":
        return (word, word[:-1])
    return (word, f"{word}s", f"{word}x")


def day(text: str, today: date) -> date:
    """«2026-11-24», «24/11/2026», «2026-11» (its first day), «hier», «7j» (seven days ago).

    Raises BadInput when it is none of these.
    """
    plain = fold(text).strip()
    if plain in {"aujourd'hui", "aujourdhui", "hier"}:
        return today - timedelta(days=plain == "hier")
    try:
        if ago := _AGO.match(plain):
            return _near(today - timedelta(days=int(ago[1])))
        if re.fullmatch(r"\d{4}-\d{1,2}(-\d{1,2})?", plain):
            return _date(plain.split("-"))
        if re.fullmatch(r"\d{1,2}/\d{1,2}/\d{4}", plain):
            return _date(reversed(plain.split("/")))
    except (ValueError, OverflowError):
        pass  # said below, like every other unreadable date
    raise BadInput(
        f"La date « {text} » ne se lit pas : écrivez 2026-11-24, 24/11/2026 ou 7j.", where="q"
    )


def _date(parts: Iterable[str]) -> date:
    year, month, *rest = map(int, parts)
    return _near(date(year, month, rest[0] if rest else 1))


def _near(day: date) -> date:
    if not 1900 <= day.year <= 2200:  # beyond, midnight in Paris may be no moment in UTC
        raise ValueError(day)
    return day
