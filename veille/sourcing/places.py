"""The territory written in a list («Nord», «HdF», «Somme,Oise») → the official ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from django.db.models import Q

from veille.models import Source, Territory

ALIASES = {"hdf": "R32"}  # as the shipped list abbreviates the region


def link(sources: Sequence[Source]) -> None:
    """Sets `territories` of freshly created sources from their `coverage`; a word that names no
    loaded region, département or code stays text only.
    """
    through = Source.territories.through
    known = _index(word for source in sources for word in _words(source.coverage))
    rows = [
        through(source_id=source.pk, territory_id=known[word])
        for source in sources
        for word in _words(source.coverage)
        if word in known
    ]
    through.objects.bulk_create(rows, ignore_conflicts=True)


def relink(source: Source) -> None:
    """Sets `territories` of one source again after its `coverage` changed."""
    known = _index(_words(source.coverage))
    codes = {known[word] for word in _words(source.coverage) if word in known}
    source.territories.set(Territory.objects.filter(pk__in=codes))


def _words(coverage: str) -> list[str]:
    parts = re.split(r"[,;|]", coverage.casefold())
    return [part.strip() for part in parts if part.strip()]


def _index(words: Iterable[str]) -> dict[str, str]:
    """Word → code, in one query: codes as written, names of regions and départements."""
    asked = {ALIASES.get(word, word) for word in words}
    codes = {*asked, *(word.upper() for word in asked)}
    rows = Territory.objects.filter(Q(code__in=codes) | Q(kind__in=["region", "departement"]))
    found: dict[str, str] = {}
    for code, kind, name in rows.values_list("code", "kind", "name"):
        if kind in {"region", "departement"}:
            found[name.casefold()] = code
        found[code.casefold()] = code
    for alias, code in ALIASES.items():
        if code.casefold() in found:
            found[alias] = code
    return found
