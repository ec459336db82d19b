"""What a list of sources says of one of them, whatever the format of the list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from veille import kinds
from veille.exceptions import BadInput
from veille.models import Source
from veille.sourcing import addresses

# The word of the lists (French, as documentalists write them) → Source.kind.
TYPES = {"rss": "feed", "atom": "feed", "flux": "feed", "page": "page", "courriel": "mail"}
WORDS = {"feed": "rss", "page": "page", "mail": "courriel"}
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Record:
    """One source of a list. `place` says where it stands in the file (a line, an outline)."""

    name: str
    url: str = ""
    kind: str = "feed"
    site_url: str = ""
    category: str = ""
    coverage: str = ""
    confirmed: str = ""
    provenance: str = ""
    note: str = ""
    priority: int = 2
    filtered: bool = False
    daily: bool = False
    rights: str = "unknown"
    suspended: bool = False
    place: str = ""

    def source(self) -> Source:
        """The row to create; a kind that cannot be collected is kept and followed by hand."""
        values = {field: getattr(self, field) for field in FIELDS}
        state = "manual" if not self.url or not polled(self.kind) else "active"
        if self.suspended and state == "active":
            state = "suspended"
        why = "suivie à la main" if state == "manual" else "jamais relevée"
        return Source(**values, state=state, why=why)


FIELDS = (
    "name", "url", "kind", "site_url", "category", "coverage", "confirmed", "provenance", "note",
    "priority", "filtered", "daily", "rights",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line of a list that was not taken, and why, with its place."""

    url: str
    reason: str


@cache
def polled(kind: str) -> bool:
    """Is there a reader for this kind? Looks at names only: nothing is imported."""
    return kind in kinds.KINDS or any(p.name == kind for p in entry_points(group="veille.kinds"))


def kind_of(word: str) -> str:
    """The kind a word of the lists or of the command line names; BadInput for an unknown one."""
    kind = TYPES.get(word.lower(), word.lower())
    if kind not in WORDS and not polled(kind):
        raise BadInput(f"type « {word} » inconnu : écrivez {', '.join(sorted(WORDS.values()))}.")
    return kind


def of(source: Source) -> Record:
    """The record of a stored source."""
    values = {field: getattr(source, field) for field in FIELDS}
    return Record(**values, suspended=source.state == "suspended")


def read(values: Mapping[str, Any], place: str) -> Record | Refusal:
    """The record of one line given as the fields of the French list, or why it is refused."""
    given = str(values.get("url") or values.get("nom") or "")[:200]
    try:
        return _read(values, place)
    except BadInput as error:
        return Refusal(given, f"{place} : {error}")


def _read(values: Mapping[str, Any], place: str) -> Record:
    kind = kind_of(_text(values, "type", 20) or "rss")
    url = _text(values, "url", 4000)
    if kind == "feed" and not url:
        raise BadInput("l’adresse du flux (url) manque.")
    name = _text(values, "nom", 200) or url[:200]
    if not name:
        raise BadInput("le nom (nom) manque.")
    return Record(
        name=name,
        url=addresses.clean(url) if url else "",
        kind=kind,
        site_url=_site(_text(values, "site", 4000)),
        category=_text(values, "categorie", 120),
        coverage=_text(values, "territoire", 200),
        confirmed=_text(values, "confirme", 20),
        provenance=_text(values, "provenance", 200),
        note=_text(values, "note", 5000),
        priority=_priority(values.get("priorite", 2)),
        filtered=_yes(values, "filtrer"),
        daily=_yes(values, "quotidien"),
        rights=_rights(_text(values, "droits", 10) or "unknown"),
        suspended=_yes(values, "suspendue"),
        place=place,
    )


def write(record: Record) -> dict[str, Any]:
    """The fields of the French list, in its order; what has its usual value is left out only
    for the fields the plain list does not have.
    """
    values: dict[str, Any] = {
        "nom": record.name,
        "categorie": record.category,
        "type": WORDS.get(record.kind, record.kind),
        "url": record.url,
        "site": record.site_url,
        "territoire": record.coverage,
        "confirme": record.confirmed,
        "provenance": record.provenance,
        "filtrer": record.filtered,
        "priorite": record.priority,
        "note": record.note,
    }
    values |= {"quotidien": True} if record.daily else {}
    values |= {"droits": record.rights} if record.rights != "unknown" else {}
    values |= {"suspendue": True} if record.suspended else {}
    return values


def _text(values: Mapping[str, Any], name: str, longest: int) -> str:
    value = values.get(name)
    if isinstance(value, (list, dict, tuple, set)):
        raise BadInput(f"« {name} » doit être un texte.")
    text = CONTROL.sub("", str("" if value is None else value)).strip()
    if len(text) > longest:
        raise BadInput(f"« {name} » dépasse {longest} signes.")
    return text


def _site(text: str) -> str:
    """A site is only shown: one that cannot be read is dropped, the source is kept."""
    try:
        return addresses.clean(text) if text else ""
    except BadInput:
        return ""


def _priority(value: Any) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError) as error:
        raise BadInput(f"priorité « {value} » : écrivez un nombre de 1 à 9.") from error
    if not 1 <= number <= 9:
        raise BadInput(f"priorité « {value} » : écrivez un nombre de 1 à 9.")
    return number


def _yes(values: Mapping[str, Any], name: str) -> bool:
    return _text(values, name, 20).lower() in {"true", "1", "oui", "yes", "vrai"}


def _rights(word: str) -> str:
    if word not in dict(Source.RIGHTS):
        raise BadInput(f"droits « {word} » inconnus : {', '.join(dict(Source.RIGHTS))}.")
    return word
