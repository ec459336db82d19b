"""Language and semantics: what a screen reader needs, and what is left when attributes are cut.

lang and dir stand on <html> and on the first block of the body, since many clients strip <html>.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.document import Document, Place, words
from newsletter.letter import JOINER, CheckContext, Finding, Letter
from newsletter.stylesheet import declarations

_CAPITALS = re.compile(r"(?:[^\W\d_a-zß-öø-ÿœ]|[\s'’.,:«»-]){21,}")
_LETTERS = re.compile(r"[A-ZÀ-ÖØ-ÞŒ]")


def language(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L201 lang, L202 dir, L203 the same on the first visible block of the body."""
    fix = 'Écrivez <mjml lang="fr" dir="ltr"> dans le modèle.'
    if not (document.root.get("lang") or "").lower().startswith("fr"):
        yield Finding("L201", "error", "Modèle", "La langue de la lettre n’est pas le français.",
                      fix)  # fmt: skip
    if document.root.get("dir") not in ("ltr", "rtl"):
        yield Finding("L202", "error", "Modèle", "Le sens d’écriture n’est pas indiqué.", fix)
    blocks = [one for one in document.body if one not in document.hidden]
    if not blocks or not blocks[0].get("lang") or not blocks[0].get("dir"):
        yield Finding("L203", "error", "Modèle",
                      "Le premier bloc de la lettre n’indique ni langue ni sens d’écriture.",
                      fix)  # fmt: skip


def title(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L204: the title of the page is the subject."""
    found = " ".join((document.root.findtext("head/title") or "").split())
    if found != " ".join(letter.subject.replace(JOINER, "").split()):
        yield Finding("L204", "error", "Objet", "Le titre de la page n’est pas l’objet.",
                      "Mettez {{ letter.subject }} dans <mj-title>.")  # fmt: skip


def headings(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L205 exactly one h1, L206 no level skipped."""
    found = [one for one in document.elements("h1", "h2", "h3", "h4", "h5", "h6")
             if one not in document.hidden]  # fmt: skip
    firsts = sum(one.tag == "h1" for one in found)
    if firsts != 1:
        yield Finding("L205", "error", "Modèle", f"La lettre a {firsts} titres de niveau 1.",
                      "Gardez-en un seul : le nom du numéro.")  # fmt: skip
    level = 0
    for heading in found:
        now = int(heading.tag[1])
        if now > level + 1:
            place = document.places.get(heading, Place())
            yield Finding("L206", "error", place.section or "Modèle",
                          f"Le titre « {words(heading)[:60]} » saute du niveau {level} au {now}.",
                          "Utilisez h2 pour les rubriques et h3 pour les contenus.",
                          place.entry)  # fmt: skip
        level = now


def tables(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L207: layout tables say so; L208: data tables have header cells."""
    for table in document.elements("table"):
        role = table.get("role")
        if role in ("presentation", "none"):
            continue
        if table.find(".//th") is None:
            number, what = ("L208", "de données sans en-têtes") if role else ("L207", "sans rôle")
            yield Finding(number, "error", "Modèle", f"La lettre contient un tableau {what}.",
                          "Ajoutez role=\"presentation\" (mise en page) ou des <th> (données).",
                          )  # fmt: skip
            return


def sections(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L209: each section with entries has its title as h2."""
    shown = {words(heading).casefold() for heading in document.elements("h2")}
    for section in context.content.sections:
        if section.entries and " ".join(section.title.split()).casefold() not in shown:
            yield Finding("L209", "warning", section.title,
                          "Le titre de cette rubrique n’est pas un titre de niveau 2.",
                          "Affichez-le en <h2> dans le modèle.")  # fmt: skip


def setting(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L210: justified text, or more than 20 capitals in a row."""
    for element in document.elements():
        style = declarations(element.get("style") or "")
        if style.get("text-align") == "justify" or element.get("align") == "justify":
            yield Finding("L210", "warning", "Modèle", "Du texte est justifié.",
                          "Alignez le texte à gauche : il se lit mieux.")  # fmt: skip
            break
    for element, text in document.texts:
        style = declarations(element.get("style") or "")
        run = text if style.get("text-transform") == "uppercase" else ""
        capitals = run or next((m[0] for m in _CAPITALS.finditer(text)), "")
        if len(_LETTERS.findall(capitals.upper() if run else capitals)) > 20:
            place = document.places.get(element, Place())
            yield Finding("L210", "warning", f"{place.section or 'Lettre'}, capitales",
                          f"Plus de 20 capitales à la suite : « {capitals.strip()[:40]} ».",
                          "Écrivez en minuscules : les capitales se lisent lentement.",
                          place.entry)  # fmt: skip


CHECKS = (language, title, headings, tables, sections, setting)
