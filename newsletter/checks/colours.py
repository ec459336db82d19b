"""Colour and type: contrast in light and in dark, sizes, links that are seen, nothing loaded.

Contrast follows inline styles from the outside in, then the dark rules of the style block. Clients
that invert colours by themselves are not imitated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from newsletter import colour
from newsletter.document import Document, Place, place_of
from newsletter.letter import CheckContext, Finding, Letter
from newsletter.stylesheet import Rule, dark_rules, declarations

NORMAL, LARGE, LARGE_FROM = 4.5, 3.0, 24.0
_SIZE = re.compile(r"([\d.]+)px")
_SHORTHAND = re.compile(r"([\d.]+)px(?:/[\d.]+\w*)?\s")
_LOADED = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)", re.IGNORECASE)


class Look(NamedTuple):
    """How text of an element is painted; colours as bytes, size in px."""

    ink: colour.RGB = (0, 0, 0)
    ground: colour.RGB = (255, 255, 255)
    size: float = 16.0
    underlined: bool = False


def _look(element: HtmlElement, above: Look, rules: list[Rule]) -> Look:
    style = dict(declarations(element.get("style") or ""))
    if "bgcolor" in element.attrib:
        style.setdefault("background-color", str(element.get("bgcolor")))
    for rule in rules:
        if rule.matches(element):
            style |= rule.declared
    size = _SIZE.match(style.get("font-size", "")) or _SHORTHAND.search(style.get("font", ""))
    decoration = style.get("text-decoration", "")
    return Look(
        colour.parse(style.get("color", "")) or above.ink,
        colour.parse(style.get("background-color", "")) or above.ground,
        float(size[1]) if size else above.size,
        ("underline" in decoration) or (above.underlined and decoration != "none"),
    )


def _looks(document: Document, rules: list[Rule]) -> dict[HtmlElement, Look]:
    looks: dict[HtmlElement, Look] = {}
    for element in document.elements():
        looks[element] = _look(element, looks.get(element.getparent(), Look()), rules)
    return looks


def contrast(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L501 in light, L502 in dark: 4.5 to 1, 3 to 1 from 24 px (WCAG 2.2, 1.4.3)."""
    modes = [("L501", "clair", list[Rule]())]
    if rules := dark_rules(document.styles):
        modes.append(("L502", "sombre", rules))
    for number, mode, applied in modes:
        looks = _looks(document, applied)
        seen: set[tuple[colour.RGB, colour.RGB]] = set()
        for element, text in document.texts:
            look = looks[element]
            ratio = colour.contrast(look.ink, look.ground)
            enough = LARGE if look.size >= LARGE_FROM else NORMAL
            if ratio >= enough or (look.ink, look.ground) in seen:
                continue
            seen.add((look.ink, look.ground))
            place = document.places.get(element, Place())
            pair = f"{colour.as_hex(look.ink)} sur {colour.as_hex(look.ground)}"
            yield Finding(number, "error", f"Mode {mode}, {pair}",
                          f"« {' '.join(text.split())[:40]} » se lit mal : contraste {ratio:.1f}.",
                          "Changez la couleur dans les réglages ou le modèle : il faut 4,5 "
                          "(3 à partir de 24 px).", place.entry)  # fmt: skip


def type_size(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L503 error under 12 px, L504 warning under 14 px."""
    looks = _looks(document, [])
    sizes = {looks[element].size: " ".join(text.split()) for element, text in document.texts}
    for size, text in sorted(sizes.items()):
        if size < 14:
            small = size < 12
            yield Finding("L503" if small else "L504", "error" if small else "warning",
                          f"Texte de {size:g} px", f"« {text[:40]} » est écrit en {size:g} px.",
                          "Écrivez le texte en 16 px, les notes en 14.")  # fmt: skip


def links_seen(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L505: a link in text is underlined; a button has a ground of its own."""
    looks = _looks(document, [])
    for link in document.links:
        if link.element in document.hidden or link.element.find(".//img") is not None:
            continue
        style = declarations(link.element.get("style") or "")
        button = style.get("display") == "inline-block" and "background-color" in style
        underlined = any(looks[inner].underlined for inner in link.element.iter() if inner in looks)
        if not underlined and not button:
            where = place_of(context.content, link.place.entry, link.place.section)
            yield Finding("L505", "error", f"{where}, lien « {link.name[:60]} »",
                          "Seule la couleur distingue ce lien du texte.",
                          "Soulignez les liens dans le modèle.", link.place.entry)  # fmt: skip


def dark_mode(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L506: the letter says how it looks in dark."""
    metas = {element.get("name") for element in document.elements("meta")}
    if "color-scheme" not in metas or not dark_rules(document.styles):
        yield Finding("L506", "warning", "Modèle", "Le modèle ne prévoit pas le mode sombre.",
                      "Ajoutez la balise color-scheme et les règles prefers-color-scheme.",
                      )  # fmt: skip


def headings_painted(
    letter: Letter, document: Document, context: CheckContext
) -> Iterator[Finding]:
    """L508: titles set colour and ground, since La Poste's webmail paints its own."""
    for heading in document.elements("h1", "h2", "h3"):
        style = declarations(heading.get("style") or "")
        if "color" not in style or "background-color" not in style:
            yield Finding("L508", "warning", "Modèle",
                          f"Un titre {heading.tag} n’a pas sa couleur et son fond.",
                          "Écrivez color et background dans son style.")  # fmt: skip
            return


def loaded(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L507: no stylesheet, and nothing from a host but the centre's own and the allowed ones."""
    content = context.content
    own = {urlsplit(url).hostname for url in (content.web_url, content.identity.site_url)}
    styles = [document.styles, *(str(e.get("style") or "") for e in document.elements())]
    found = [("", a or b) for css in styles for a, b in _LOADED.findall(css)]
    found += [("link", str(e.get("href") or "")) for e in document.elements("link")]
    for element in document.elements():
        for name in ("src", "background", "srcset", "poster"):
            if element.get(name):
                found.append((name, str(element.get(name))))
    for kind, address in found:
        host = urlsplit(address).hostname or ""
        if kind == "link" or (host and host not in context.loaded_hosts_allowed | own):
            yield Finding("L507", "error", f"Modèle, {host or address[:60]}",
                          f"La lettre ferait appeler {host or address[:60]} par chaque lecteur.",
                          "Retirez cette ressource, ou hébergez-la sur le site du centre.",
                          )  # fmt: skip


CHECKS = (contrast, type_size, links_seen, dark_mode, headings_painted, loaded)
