"""Size and structure: what gets clipped, stripped or left unfinished.

Gmail hides what comes after about 102 kB of HTML and drops style blocks over 16 kB
(caniemail, spamresource.com). Pictures do not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.document import Document
from newsletter.letter import CheckContext, Finding, Letter

BLOCK, WARN = 100_000, 80_000
STYLE_BLOCK, STYLE_WARN = 16_000, 8_000
ENTRIES, WORDS = 40, 900
ACTIVE = ("script", "form", "iframe", "object", "embed", "video", "audio", "input")
_LEFT = re.compile(r"\{\{|\{%|\[\[|\*\||<mj-[a-z]+")
_FILLER = re.compile(r"lorem ipsum", re.IGNORECASE)


def weight(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L101 error over 100 000 bytes, L102 warning over 80 000."""
    size = len(letter.html.encode())
    words = f"La lettre pèse {size // 1000} ko."
    if size > BLOCK:
        yield Finding("L101", "error", "Taille", f"{words} Gmail en cacherait la fin.",
                      "Retirez des contenus ou raccourcissez les résumés.")  # fmt: skip
    elif size > WARN:
        yield Finding("L102", "warning", "Taille", f"{words} Gmail coupe vers 100 ko.",
                      "Retirez quelques contenus.")  # fmt: skip


def style_weight(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L103 warning over 8 000 bytes of style blocks, L104 error over 16 000."""
    size = len(document.styles.encode())
    if size > STYLE_WARN:
        severe = size > STYLE_BLOCK
        yield Finding("L104" if severe else "L103", "error" if severe else "warning", "Modèle",
                      f"Les feuilles de style pèsent {size} octets ; Gmail les retire à 16 000.",
                      "Allégez le style du modèle.")  # fmt: skip


def unfinished(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L105: template signs, «None» or filler text that a reader would see."""
    if found := _LEFT.search(letter.html):
        yield Finding("L105", "error", "Modèle", f"Il reste « {found[0]} » dans le HTML.",
                      "Corrigez le modèle : cette partie n’a pas été remplacée.")  # fmt: skip
    for element, text in document.texts:
        if text.strip() == "None" or _FILLER.search(text):
            place = document.places.get(element)
            where = place.section if place and place.section else "Lettre"
            yield Finding("L105", "error", where, f"Texte provisoire : « {text.strip()[:40]} ».",
                          "Écrivez le texte définitif.",
                          place.entry if place else None)  # fmt: skip


def active_content(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L106: what mail clients strip or distrust."""
    for tag in sorted({str(element.tag) for element in document.elements(*ACTIVE)}):
        yield Finding("L106", "error", f"Modèle, <{tag}>", f"La lettre contient <{tag}>.",
                      "Retirez cet élément : les messageries le suppriment ou bloquent la lettre.",
                      )  # fmt: skip


def conditionals(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L107: Outlook's conditional comments, opened and closed the same number of times."""
    opened = len(re.findall(r"<!--\[if", letter.html))
    closed = len(re.findall(r"<!\[endif\]", letter.html))
    if opened != closed:
        yield Finding("L107", "error", "Modèle",
                      f"{opened} commentaires pour Outlook ouverts, {closed} fermés.",
                      "Corrigez les commentaires conditionnels du modèle.")  # fmt: skip


def length(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L108 more than 40 entries, L109 more than 900 visible words."""
    entries = sum(len(section.entries) for section in context.content.sections)
    if entries > ENTRIES:
        yield Finding("L108", "warning", "Longueur", f"La lettre a {entries} contenus.",
                      "Gardez les 15 à 25 plus utiles ; le reste est sur le site.")  # fmt: skip
    words = len(document.visible_text.split())
    if words > WORDS:
        yield Finding("L109", "warning", "Longueur", f"La lettre a {words} mots visibles.",
                      "Visez 600 à 900 mots : raccourcissez les résumés.")  # fmt: skip


CHECKS = (weight, style_weight, unfinished, active_content, conditionals, length)
