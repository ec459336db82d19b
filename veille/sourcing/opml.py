"""OPML 2.0: what every feed reader imports and exports (http://opml.org/spec2.opml).

Folders become the category. What OPML has no word for travels in attributes of our own
namespace, which other readers ignore, so that our export comes back whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

import defusedxml.ElementTree as safe
from defusedxml import DefusedXmlException
from lxml import etree

from veille.exceptions import BadInput
from veille.sourcing.records import Record, Refusal, read, write

OURS = "urn:vigie:sources"
TYPES = {"rss", "atom", "link"}  # an outline with one of these is no folder
EXTRA = ("type", "territoire", "confirme", "provenance", "filtrer", "priorite", "note",
         "quotidien", "droits", "suspendue")  # fmt: skip


def parse(data: bytes) -> Iterator[Record | Refusal]:
    """Each source of the file, or why it is refused. Raises BadInput when it is no OPML."""
    try:
        root = safe.fromstring(data, forbid_dtd=False, forbid_entities=True)
    except safe.ParseError as error:
        line, column = error.position
        raise BadInput(
            f"Ce fichier OPML ne se lit pas (ligne {line}, signe {column}).", where=f"ligne {line}"
        ) from error
    except (DefusedXmlException, LookupError, ValueError) as error:
        raise BadInput("Ce fichier OPML est refusé : il déclare des entités XML.") from error
    body = root.find("body") if root.tag == "opml" else None
    if body is None:
        raise BadInput("Ce fichier n’est pas un OPML : il n’a pas de <opml><body>.")
    return _outlines(body)


def _outlines(body: Any) -> Iterator[Record | Refusal]:
    """Depth first without recursion: nesting may be hostile."""
    waiting = [(child, "") for child in reversed(body.findall("outline"))]
    position = 0
    while waiting:
        outline, folder = waiting.pop()
        position += 1
        title = (outline.get("title") or outline.get("text") or "").strip()
        children = outline.findall("outline")
        if outline.get("xmlUrl") or outline.get("url") or outline.get("type") in TYPES:
            yield read(_values(outline, title, folder), f"outline {position} « {title[:60]} »")
        inside = f"{folder} / {title}" if folder and title else folder or title
        waiting.extend((child, inside) for child in reversed(children))


def _values(outline: Any, title: str, folder: str) -> dict[str, Any]:
    """The fields of the French list, from the attributes of one outline."""
    values: dict[str, Any] = {
        "nom": title,
        "categorie": folder,
        "url": outline.get("xmlUrl") or outline.get("url") or "",
        "site": outline.get("htmlUrl") or "",
        "type": "page" if outline.get("url") or outline.get("type") == "link" else "rss",
    }
    for path in (outline.get("category") or "").split(","):
        if path.strip().startswith("/confirme/"):
            values["confirme"] = path.strip().removeprefix("/confirme/")
    for name in EXTRA:
        value = outline.get(f"{{{OURS}}}{name}")
        values |= {} if value is None else {name: value}
    return values


def render(records: Iterable[Record]) -> bytes:
    """An OPML file, one folder per category, UTF-8."""
    top = etree.Element("opml", {"version": "2.0"}, nsmap={"vigie": OURS})
    etree.SubElement(etree.SubElement(top, "head"), "title").text = "Sources suivies dans Vigie"
    body = etree.SubElement(top, "body")
    for category, group in groupby(records, key=lambda record: record.category):
        parent = body
        if category:
            parent = etree.SubElement(body, "outline", {"text": category, "title": category})
        for record in group:
            etree.SubElement(parent, "outline", _attributes(record))
    return etree.tostring(top, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _attributes(record: Record) -> dict[str, str]:
    values = write(record)
    made = {"type": "rss" if record.kind == "feed" else "link", "text": record.name}
    made["title"] = record.name
    made |= {("xmlUrl" if record.kind == "feed" else "url"): record.url} if record.url else {}
    made |= {"htmlUrl": record.site_url} if record.site_url else {}
    made |= {"category": f"/confirme/{record.confirmed}"} if record.confirmed else {}
    for name in EXTRA:
        value = values.get(name)
        if value in (None, "", False):
            continue
        made[f"{{{OURS}}}{name}"] = "oui" if value is True else str(value)
    return made
