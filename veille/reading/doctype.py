"""Refuses document types that are weapons. Pure.

Rule: at most 64 entities, no parameter entity, none defined elsewhere (SYSTEM, PUBLIC). A document
type that only names a DTD is harmless, since nothing is ever downloaded: RSS 0.91 has one.
"""

from __future__ import annotations

import re

from veille.reading.failures import parse_failure

MAX_ENTITIES = 64
_FIRST_ELEMENT = re.compile(r"<[A-Za-z_]")
_QUOTED = r"\"[^\"]*\"|'[^']*'"
_START = re.compile(rf"<!DOCTYPE(?:[^\"'\[>]|{_QUOTED})*(?P<end>[\[>])", re.IGNORECASE)
_PART = re.compile(
    rf"\s+|<!--.*?-->|<\?.*?\?>|%[\w.:-]+;|(?P<declaration><!(?P<name>[A-Z]+)"
    rf"(?P<words>(?:[^\"'>]|{_QUOTED})*)>)|(?P<end>\])",
    re.DOTALL,
)


def check(text: str) -> None:
    """ParseError `forbidden-xml` when the internal subset of `text` is not harmless."""
    first = _FIRST_ELEMENT.search(text)
    prolog_end = first.start() if first else len(text)
    where = text[:prolog_end].upper().find("<!DOCTYPE")
    if where < 0:
        return
    start = _START.match(text, where)
    if start is None:
        raise parse_failure("forbidden-xml", "type de document illisible")
    if start["end"] == "[":
        _check_subset(text, start.end())


def _check_subset(text: str, position: int) -> None:
    entities = 0
    while True:
        part = _PART.match(text, position)
        if part is None:
            raise parse_failure("forbidden-xml", "type de document illisible")
        if part["end"]:
            return
        position = part.end()
        if part["name"] == "ENTITY":
            entities += 1
            _check_entity(part["words"])
        if entities > MAX_ENTITIES:
            raise parse_failure("forbidden-xml", f"plus de {MAX_ENTITIES} entités")


def _check_entity(words: str) -> None:
    outside = re.sub(_QUOTED, "", words)
    if re.search(r"\b(?:SYSTEM|PUBLIC)\b", outside):
        raise parse_failure("forbidden-xml", "entité externe")
    if "%" in outside:
        raise parse_failure("forbidden-xml", "entité paramètre")
