"""What an attentive editor would catch: lapsed dates, repeats, missing sources, house style."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from newsletter.document import Document, place_of
from newsletter.letter import CheckContext, EntryContent, Finding, Letter, SectionContent, Severity
from veille import french

OLD = timedelta(days=45)
TITLE = 160
EDITO_WORDS = 120
DATED = ("deadlines", "agenda")
# habitant·es, professionnel.e.s, usager-e-s: between letters, before a feminine or plural ending.
_MEDIAN = re.compile(
    r"\b\w{2,}(?:[·•‧]\w{1,5}|(?:\.(?:e|es|ne|nes|rice|rices|euse|euses)){1,2}(?:\.s)?"
    r"|-(?:e|ne|trice|rice|euse)-s)\b"
)
_MENTION = re.compile(r"abonn|payant", re.IGNORECASE)


def _entries(context: CheckContext) -> Iterator[tuple[SectionContent, EntryContent]]:
    for section in context.content.sections:
        for entry in section.entries:
            yield section, entry


def _finding(number: str, severity: Severity, entry: EntryContent, context: CheckContext,
             what: str, fix: str) -> Finding:  # fmt: skip
    return Finding(number, severity, place_of(context.content, entry.id), what, fix, entry.id)


def complete(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L901 no source or date, L910 no title, L911 no link, L912 a title over 160 signs."""
    for section, entry in _entries(context):
        if not entry.title.strip():
            yield _finding("L910", "error", entry, context, "Ce contenu n’a pas de titre.",
                           "Écrivez son titre, ou retirez-le.")  # fmt: skip
        own = section.style in DATED and not entry.source.strip()
        if not entry.source.strip() and not own:
            yield _finding("L901", "error", entry, context, "La source n’est pas indiquée.",
                           "Écrivez qui a publié ce contenu.")  # fmt: skip
        if entry.published is None and section.style not in DATED:
            yield _finding("L901", "error", entry, context, "La date n’est pas indiquée.",
                           "Écrivez la date de publication.")  # fmt: skip
        if not entry.url.strip():
            yield _finding("L911", "warning", entry, context, "Ce contenu n’a pas de lien.",
                           "Ajoutez l’adresse de la page.")  # fmt: skip
        if len(entry.title) > TITLE:
            yield _finding("L912", "warning", entry, context,
                           f"Le titre a {len(entry.title)} signes.",
                           "Raccourcissez-le pour ce numéro : 100 signes se lisent bien.",
                           )  # fmt: skip


def dates(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L902 older than 45 days on the day of sending, L904 event over, L905 deadline over."""
    day = context.send_day
    for section, entry in _entries(context):
        old = entry.published is not None and entry.published < day - OLD
        if old and entry.published and section.style not in DATED:
            yield _finding("L902", "warning", entry, context,
                           f"Publié le {french.full_date(entry.published)} : plus de 45 jours.",
                           "Vérifiez qu’il est encore utile.")  # fmt: skip
        if entry.event_start and entry.event_start < day:
            yield _finding("L904", "error", entry, context,
                           f"Le {french.full_date(entry.event_start)} sera passé à l’envoi.",
                           "Retirez ce rendez-vous, ou corrigez sa date.")  # fmt: skip
        if entry.deadline and entry.deadline < day:
            yield _finding("L905", "error", entry, context,
                           f"L’échéance du {french.full_date(entry.deadline)} sera passée le jour "
                           "de l’envoi.", "Retirez ce contenu, ou corrigez l’échéance.",
                           )  # fmt: skip
        missing = {"deadlines": entry.deadline, "agenda": entry.event_start}
        if section.style in DATED and missing[section.style] is None:
            yield _finding("L914", "warning", entry, context,
                           "Dans cette rubrique, chaque contenu annonce une date.",
                           "Indiquez la date, ou changez-le de rubrique.")  # fmt: skip


def repeats(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L903 sent in an earlier issue, L908 twice in this one."""
    seen: set[str] = set()
    for _, entry in _entries(context):
        if not entry.url:
            continue
        if entry.url in context.sent_urls:
            yield _finding("L903", "warning", entry, context,
                           f"Déjà envoyé : {context.sent_urls[entry.url]}.",
                           "Retirez-le, ou dites pourquoi y revenir.")  # fmt: skip
        if entry.url in seen:
            yield _finding("L908", "warning", entry, context,
                           "Ce lien figure deux fois dans le numéro.",
                           "Gardez-le dans une seule rubrique.")  # fmt: skip
        seen.add(entry.url)


def paywalled(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L906: an article behind a paywall says so, in the HTML and in the text."""
    shown: dict[int, str] = {}
    for element, text in document.texts:
        place = document.places.get(element)
        if place and place.entry is not None:
            shown[place.entry] = f"{shown.get(place.entry, '')} {text}"
    for _, entry in _entries(context):
        if entry.paywalled and not _MENTION.search(shown.get(entry.id, "")):
            yield _finding("L906", "warning", entry, context,
                           "L’article est payant et la lettre ne le dit pas.",
                           "Affichez « réservé aux abonnés » dans le modèle.")  # fmt: skip


def style(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L909: the middle dot, which screen readers spell out (the house writes both forms)."""
    for _, entry in _entries(context):
        text = f"{entry.title} {entry.summary} {entry.importance}"
        if found := _median(text):
            yield _finding("L909", "warning", entry, context,
                           f"Point médian : « {found} » se lit mal à voix haute.",
                           "Écrivez les deux formes, ou un mot neutre.")  # fmt: skip
    if found := _median(context.content.edito_text):
        yield Finding("L909", "warning", "Édito",
                      f"Point médian : « {found} » se lit mal à voix haute.",
                      "Écrivez les deux formes, ou un mot neutre.")  # fmt: skip


def _median(text: str) -> str:
    found = _MEDIAN.search(re.sub(r"\S+://\S+", " ", text))
    return found[0] if found else ""


def edito(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L913: the édito is signed and short."""
    content = context.content
    words = len(content.edito_text.split())
    if words and not content.edito_signature.strip():
        yield Finding("L913", "warning", "Édito", "L’édito n’est pas signé.",
                      "Écrivez un nom : une personne s’adresse aux lecteurs.")  # fmt: skip
    if words > EDITO_WORDS:
        yield Finding("L913", "warning", "Édito, longueur", f"L’édito a {words} mots.",
                      "Restez sous 80 : il dit quoi lire en premier.")  # fmt: skip


CHECKS = (complete, dates, repeats, paywalled, style, edito)
