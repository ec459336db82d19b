"""Refuses document types that are weapons, and takes the harmless ones away. Pure.

Rule: at most 64 entities, no parameter entity, none defined elsewhere (SYSTEM, PUBLIC). A document
type that only names a DTD is harmless, since nothing is ever downloaded: RSS 0.91 has one.
"""

from __future__ import annotations

import re
from html.entities import html5

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
_SIMPLE = re.compile(  # a few signs, no markup and no entity inside
    r"\s*([\w.:-]{1,40})\s+(\"(?:[^<&\"]|&#\w{1,8};){0,40}\"|'(?:[^<&']|&#\w{1,8};){0,40}')\s*$"
)
_REFERENCE = re.compile(r"<!\[CDATA\[.*?\]\]>|&([A-Za-z][\w.:-]{0,40});", re.DOTALL)
_XML = {"amp", "lt", "gt", "quot", "apos"}


def take_away(text: str) -> tuple[str, dict[str, str]]:
    """`text` without its document type, and the short entities it declared.

    ParseError `forbidden-xml` when the internal subset is not harmless.
    """
    first = _FIRST_ELEMENT.search(text)
    prolog_end = first.start() if first else len(text)
    where = text[:prolog_end].upper().find("<!DOCTYPE")
    if where < 0:
        return text, {}
    start = _START.match(text, where)
    if start is None:
        raise parse_failure("forbidden-xml", "type de document illisible")
    entities: dict[str, str] = {}
    end = start.end()
    if start["end"] == "[":
        end = text.find(">", _read_subset(text, end, entities)) + 1
    return text[:where] + text[end or len(text) :], entities


def resolve(text: str, entities: dict[str, str]) -> str:
    """Named entities outside CDATA replaced: those declared, and those of HTML, which French sites
    use without declaring them. What XML itself defines stays."""

    def replaced(match: re.Match[str]) -> str:
        name = match[1]
        if name is None or name in _XML:
            return match[0]
        if name in entities:
            return entities[name]
        signs = html5.get(f"{name};")
        return "".join(f"&#{ord(sign)};" for sign in signs) if signs else match[0]

    return _REFERENCE.sub(replaced, text)


def _read_subset(text: str, position: int, entities: dict[str, str]) -> int:
    """Fills `entities`; the place of the closing bracket."""
    count = 0
    while True:
        part = _PART.match(text, position)
        if part is None:
            raise parse_failure("forbidden-xml", "type de document illisible")
        if part["end"]:
            return position
        position = part.end()
        if part["name"] == "ENTITY":
            count += 1
            _check_entity(part["words"])
            simple = _SIMPLE.match(part["words"])
            if simple:
                entities[simple[1]] = simple[2][1:-1]
        if count > MAX_ENTITIES:
            raise parse_failure("forbidden-xml", f"plus de {MAX_ENTITIES} entités")


def _check_entity(words: str) -> None:
    outside = re.sub(_QUOTED, "", words)
    if re.search(r"\b(?:SYSTEM|PUBLIC)\b", outside):
        raise parse_failure("forbidden-xml", "entité externe")
    if "%" in outside:
        raise parse_failure("forbidden-xml", "entité paramètre")
