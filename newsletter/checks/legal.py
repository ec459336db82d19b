"""What the law and mailbox providers ask of every letter.

Unsubscribing: CPCE L34-5, RFC 8058. Publisher and address: LCEN. Privacy: RGPD 13 and 14. The
headers List-Unsubscribe and List-Unsubscribe-Post are written and tested by delivery.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.document import Document
from newsletter.letter import UNSUBSCRIBE_TOKEN, CheckContext, Finding, Letter

_LIST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*\.[A-Za-z0-9-]+\Z")
LAST_PART = 0.8
SETTINGS = "Complétez les réglages du centre."


def unsubscribe(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L801: the way to leave is a link in the last fifth of the letter."""
    linked = any(link.url == UNSUBSCRIBE_TOKEN for link in document.links)
    at = letter.html.rfind(UNSUBSCRIBE_TOKEN)
    if not linked or at < LAST_PART * len(letter.html):
        yield Finding("L801", "error", "Pied de la lettre",
                      "Le lien de désabonnement n’est pas à la fin de la lettre.",
                      "Ajoutez un lien vers {{ links.unsubscribe }} au pied du modèle.",
                      )  # fmt: skip


def identity(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L802 postal address, L803 privacy page, L804 publisher: in the settings and in the letter."""
    who = context.content.identity
    urls = {link.url for link in document.links}
    if not who.postal_address.strip() or not _shown(who.postal_address, document):
        yield Finding("L802", "error", "Pied de la lettre", "L’adresse postale manque.", SETTINGS)
    if not who.privacy_url.strip() or who.privacy_url not in urls:
        yield Finding("L803", "error", "Pied de la lettre",
                      "Le lien vers la page de confidentialité manque.", SETTINGS)  # fmt: skip
    if not who.publisher.strip() or not _shown(who.publisher, document):
        yield Finding("L804", "warning", "Pied de la lettre",
                      "La direction de la publication n’est pas nommée.", SETTINGS)  # fmt: skip
    if not who.name.strip() or not _shown(who.name, document):
        yield Finding("L808", "error", "Pied de la lettre",
                      "La lettre ne dit pas quel organisme l’envoie.", SETTINGS)  # fmt: skip


def _shown(text: str, document: Document) -> bool:
    return " ".join(text.split()) in " ".join(document.visible_text.split())


def web_version(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L805: a link to the public page of the issue."""
    url = context.content.web_url
    if not url or url not in {link.url for link in document.links}:
        yield Finding("L805", "warning", "Haut de la lettre",
                      "Le lien vers la version en ligne manque.",
                      "Ajoutez {{ letter.web_url }} au modèle, ou réglez l’adresse publique.",
                      )  # fmt: skip


def headers(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L806 List-Id, L807 an address that is read."""
    who = context.content.identity
    if not _LIST_ID.match(who.list_id):
        yield Finding("L806", "error", "Réglages de la lettre",
                      "L’identifiant de liste (List-Id) manque ou contient des signes interdits.",
                      "Écrivez par exemple « lettre.centre.fr ».")  # fmt: skip
    if "@" not in who.reply_to:
        yield Finding("L807", "warning", "Réglages de la lettre", "Aucune adresse de réponse.",
                      "Donnez une boîte que quelqu’un lit.")  # fmt: skip


CHECKS = (unsubscribe, identity, web_version, headers)
