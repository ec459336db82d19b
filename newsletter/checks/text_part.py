"""The text part: complete, narrow, and text only. Screen readers and watches show this one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urldefrag

from newsletter.document import Document, place_of
from newsletter.letter import TOKENS, UNSUBSCRIBE_TOKEN, CheckContext, Finding, Letter

COLUMNS = 78
_MARKUP = re.compile(
    r"</?(?:p|a|b|i|br|div|span|strong|em|h[1-6]|ul|ol|li|td|tr|table|img)\b[^<>\n]{0,200}>"
    r"|&(?:amp|nbsp|lt|gt|quot|apos|eacute|#x?[0-9a-f]{1,6});",
    re.IGNORECASE,
)


def present(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L701 missing, L703 without the way to leave."""
    if not letter.text.strip():
        yield Finding("L701", "error", "Texte", "La lettre n’a pas de partie texte.",
                      "Complétez le modèle letter.txt.j2.")  # fmt: skip
    elif UNSUBSCRIBE_TOKEN not in letter.text:
        yield Finding("L703", "error", "Texte",
                      "La partie texte n’a pas de lien de désabonnement.",
                      "Ajoutez {{ links.unsubscribe }} au modèle letter.txt.j2.")  # fmt: skip


def same_links(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L702: each page linked in the HTML is in the text."""
    known = set(re.findall(r"\S+", letter.text))
    for link in document.links:
        address = urldefrag(link.url)[0].removeprefix("mailto:")
        if not address or address in TOKENS or address in known or address in letter.text:
            continue
        where = place_of(context.content, link.place.entry, link.place.section)
        yield Finding("L702", "error", f"{where}, lien « {link.name[:60]} »",
                      "Ce lien manque dans la partie texte.",
                      "Ajoutez-le au modèle letter.txt.j2, ou au texte de l’édito.",
                      link.place.entry)  # fmt: skip


def lines(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L704: lines over 78 columns that are no address."""
    for number, line in enumerate(letter.text.split("\n"), 1):
        if len(line) > COLUMNS and " " in line.strip():
            yield Finding("L704", "warning", f"Texte, ligne {number}",
                          f"La ligne a {len(line)} signes : « {line.strip()[:40]} ».",
                          "Passez le texte par le filtre wrapped du modèle.")  # fmt: skip


def markup(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L705: tags or character references a reader would see."""
    for number, line in enumerate(letter.text.split("\n"), 1):
        if found := _MARKUP.search(line):
            yield Finding("L705", "error", f"Texte, ligne {number}",
                          f"« {found[0][:40]} » est resté dans le texte.",
                          "Corrigez le titre ou le résumé où il se trouve.")  # fmt: skip


CHECKS = (present, same_links, lines, markup)
