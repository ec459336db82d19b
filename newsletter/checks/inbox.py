"""What the inbox shows before the letter is opened: subject, preheader, sender."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.document import Document
from newsletter.letter import CheckContext, Finding, Letter

SUBJECT_LONGEST = 90
SUBJECT = (20, 60)  # 30 to 60 reads well; a short exact subject is no fault
PREHEADER = (40, 90)


def subject(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L601 empty, L602 over 90 signs, L603 already sent, L604 outside 20 to 60."""
    text = " ".join(letter.subject.split())
    size = len(text)
    if not text:
        yield Finding("L601", "error", "Objet", "La lettre n’a pas d’objet.",
                      "Écrivez l’information la plus précise du numéro.")  # fmt: skip
        return
    if size > SUBJECT_LONGEST:
        yield Finding("L602", "error", "Objet", f"L’objet a {size} signes.",
                      "Restez sous 60 : les téléphones coupent la suite.")  # fmt: skip
    elif not SUBJECT[0] <= size <= SUBJECT[1]:
        yield Finding("L604", "warning", "Objet", f"L’objet a {size} signes.",
                      "Visez 30 à 60 signes, le plus précis en premier.")  # fmt: skip
    sent = {" ".join(one.split()).casefold() for one in context.sent_subjects}
    if text.casefold() in sent:
        yield Finding("L603", "error", "Objet", "Un numéro déjà envoyé a le même objet.",
                      "Changez l’objet : les messageries regrouperaient les deux lettres.",
                      )  # fmt: skip


def preheader(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L605 missing or the same as the subject, L606 outside 40 to 90 signs."""
    text = " ".join(letter.preheader.split())
    if not text or text.casefold() == " ".join(letter.subject.split()).casefold():
        what = "répète l’objet" if text else "manque"
        yield Finding("L605", "error", "Accroche", f"L’accroche {what}.",
                      "Annoncez en une phrase une autre information du numéro.")  # fmt: skip
    elif not PREHEADER[0] <= len(text) <= PREHEADER[1]:
        yield Finding("L606", "warning", "Accroche", f"L’accroche a {len(text)} signes.",
                      "Visez 40 à 90 signes.")  # fmt: skip


def sender(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L607: the letter says who sends it. The domain's records are looked at when sending."""
    identity = context.content.identity
    if not identity.sender_name.strip() or "@" not in identity.sender_address:
        yield Finding("L607", "error", "Expéditeur", "Le nom ou l’adresse d’expédition manque.",
                      "Complétez-les dans les réglages de la lettre.")  # fmt: skip


CHECKS = (subject, preheader, sender)
