"""The frozen HTML as checks read it: parsed once, with what a reader sees and where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import lxml.html
from lxml.html import HtmlElement

from newsletter.letter import CheckContext, Finding, IssueContent, Letter
from newsletter.stylesheet import declarations

_ENTRY = re.compile(r"e(\d+)\Z")
_SILENT = frozenset(("style", "script", "title", "head", "noscript", "template"))


@dataclass(frozen=True, slots=True)
class Place:
    """Where an element stands: below which section title, in which entry."""

    section: str = ""
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """An `<a href>`: its address, its accessible name and its place."""

    url: str
    name: str
    element: HtmlElement
    place: Place


class Document:
    """The letter's HTML. Comments (so, what only classic Outlook reads) are left out."""

    def __init__(self, html: str) -> None:
        self.html = html
        parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True)
        content = html.encode() if html.strip() else b"<html><body></body></html>"
        self.root: HtmlElement = lxml.html.document_fromstring(content, parser=parser)

    @property
    def body(self) -> HtmlElement:
        """The body, or the whole when there is none."""
        found = self.root.find("body")
        return self.root if found is None else found

    def elements(self, *tags: str) -> Iterator[HtmlElement]:
        """All elements of these tags, in order (all elements when none is named)."""
        for element in self.root.iter(*tags):
            if isinstance(element.tag, str):
                yield element

    @cached_property
    def places(self) -> dict[HtmlElement, Place]:
        """The place of each element. A table cell starts afresh; h2 and `id="e12"` name places."""
        found: dict[HtmlElement, Place] = {}
        here = Place()
        for element in self.elements():
            if element.tag == "td":
                here = Place()
            elif element.tag == "h2":
                here = Place(words(element))
            elif match := _ENTRY.match(element.get("id") or ""):
                here = Place(here.section, int(match[1]))
            found[element] = here
        return found

    @cached_property
    def hidden(self) -> set[HtmlElement]:
        """Elements not shown: `display:none` and what is inside, the head."""
        found: set[HtmlElement] = set()
        for element in self.elements():
            style = declarations(element.get("style") or "")
            above = element.getparent() in found
            if above or element.tag in _SILENT or style.get("display") == "none":
                found.add(element)
        return found

    @cached_property
    def links(self) -> list[Link]:
        """The links of the body, in order."""
        return [
            Link((a.get("href") or "").strip(), name(a), a, self.places.get(a, Place()))
            for a in self.elements("a")
            if a.get("href") is not None
        ]

    @cached_property
    def texts(self) -> list[tuple[HtmlElement, str]]:
        """Each visible run of text with the element that holds it; pictures give `alt`."""
        found: list[tuple[HtmlElement, str]] = []
        for element in self.body.iter():
            if not isinstance(element.tag, str):
                continue
            shown = element not in self.hidden
            if shown and element.tag == "img" and (element.get("alt") or "").strip():
                found.append((element, str(element.get("alt"))))
            if shown and (element.text or "").strip():
                found.append((element, str(element.text)))
            parent = element.getparent()
            tailed = parent is not None and parent not in self.hidden and element is not self.body
            if tailed and (element.tail or "").strip():
                found.append((parent, str(element.tail)))
        return found

    @cached_property
    def visible_text(self) -> str:
        """What a reader sees, runs separated by a space."""
        return " ".join(" ".join(text.split()) for _, text in self.texts)

    @cached_property
    def styles(self) -> str:
        """The text of all style blocks."""
        return "\n".join(str(block.text or "") for block in self.elements("style"))


_LOCAL = re.compile(
    r"(localhost|.*\.(local|localhost|internal|test)|127\.[\d.]+|0\.0\.0\.0|::1"
    r"|10\.[\d.]+|192\.168\.[\d.]+|preview\..*|.*\bstaging\b.*)\Z"
)


def is_local(host: str) -> bool:
    """Whether `host` is this machine, a private network, or a trial site."""
    return bool(_LOCAL.match(host.lower()))


Check: TypeAlias = Callable[[Letter, Document, CheckContext], Iterator[Finding]]


def words(element: HtmlElement) -> str:
    """The text below an element, spaces folded."""
    return " ".join(str(element.text_content()).split())


def name(link: HtmlElement) -> str:
    """The accessible name: aria-label, else its text and the `alt` of its pictures."""
    if label := (link.get("aria-label") or "").strip():
        return str(label)
    alternatives = [str(image.get("alt") or "") for image in link.iter("img")]
    return " ".join(" ".join([words(link), *alternatives]).split())


def place_of(content: IssueContent, entry: int | None, section: str = "") -> str:
    """«Territoires en action, 2» for an entry; else the section, else «Lettre»."""
    for part in content.sections:
        for position, one in enumerate(part.entries, 1):
            if entry is not None and one.id == entry:
                return f"{part.title}, {position}"
    return section or "Lettre"
