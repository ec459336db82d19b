"""Links: each says where it leads, leads somewhere, and knows nothing about the reader."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote, urlsplit

from newsletter.document import Document, Link, is_local, place_of
from newsletter.letter import TOKENS, CheckContext, Finding, Letter, Severity

LONGEST = 500
VAGUE = frozenset((
    "ici", "cliquez ici", "cliquer ici", "lire la suite", "lire", "la suite", "en savoir plus",
    "savoir plus", "plus d’infos", "plus d'infos", "plus", "lien", "ce lien", "voir", "voir plus",
    "site", "le site", "page", "article", "l’article", "l'article", "suite", "détails",
    "télécharger", "l’étude", "le document", "consulter",
))  # fmt: skip
_PERSON = re.compile(r"[^\s/=&?]+@[^\s/=&?]+\.[a-z]{2,}", re.IGNORECASE)


def _finding(number: str, severity: Severity, link: Link, context: CheckContext,
             what: str, fix: str) -> Finding:  # fmt: skip
    place = place_of(context.content, link.place.entry, link.place.section)
    shown = link.name or link.url
    where = f"{place}, lien « {shown[:60]} »"
    return Finding(number, severity, where, what, fix, link.place.entry)


def names(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L401 no name, L402 a vague name, L405 a bare address as name, L406 one name, two targets."""
    targets: dict[str, set[str]] = defaultdict(set)
    for link in document.links:
        name = link.name.strip(" .…:→►>»«").casefold()
        if not name:
            yield _finding("L401", "error", link, context, "Le lien n’a pas de texte.",
                           "Écrivez le titre de la page où il mène.")  # fmt: skip
        elif name in VAGUE:
            yield _finding("L402", "error", link, context,
                           "Le texte du lien ne dit pas où il mène.",
                           "Écrivez le titre de la page.")  # fmt: skip
        elif re.match(r"(https?://|www\.)", name):
            yield _finding("L405", "warning", link, context, "Le lien montre une adresse brute.",
                           "Remplacez-la par le titre de la page.")  # fmt: skip
        targets[name].add(link.url)
        if name and len(targets[name]) == 2:
            yield _finding("L406", "warning", link, context,
                           "Deux liens de même texte mènent à deux pages.",
                           "Précisez le texte de l’un des deux.")  # fmt: skip


def addresses(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L403 nowhere or local, L404 http, L407 an anchor, L408 very long."""
    trial = is_local(urlsplit(context.content.web_url).hostname or "")
    for link in document.links:
        if link.url in TOKENS or (trial and _local(link.url)):
            continue
        if re.match(r"#\S", link.url):
            yield _finding("L407", "warning", link, context,
                           "Les liens internes ne fonctionnent pas dans plusieurs messageries.",
                           "Faites-le mener à la version en ligne.")  # fmt: skip
        elif not _leads_somewhere(link.url):
            yield _finding("L403", "error", link, context,
                           f"Adresse inutilisable : {link.url[:80]}.",
                           "Corrigez l’adresse du contenu.")  # fmt: skip
        elif link.url.startswith("http://"):
            yield _finding("L404", "warning", link, context, "L’adresse n’est pas en https.",
                           "Essayez la même adresse en https.")  # fmt: skip
        if len(link.url) > LONGEST:
            yield _finding("L408", "warning", link, context,
                           f"L’adresse a {len(link.url)} signes.",
                           "Retirez ce qui suit le « ? » si la page s’ouvre sans.")  # fmt: skip


def _leads_somewhere(url: str) -> bool:
    if url.startswith("mailto:"):
        return "@" in url
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and "." in host and not is_local(host)


def _local(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and is_local(parts.hostname or "")


def dropped(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L403: an entry whose address was not fit to be printed (script, credentials, no host)."""
    linked = {link.place.entry for link in document.links}
    for section in context.content.sections:
        for entry in section.entries:
            if entry.url and entry.id not in linked:
                yield Finding("L403", "error", place_of(context.content, entry.id),
                              f"Adresse inutilisable : {entry.url[:80]}.",
                              "Donnez une adresse publique en https.", entry.id)  # fmt: skip


def trial(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L409: on a trial machine local links are one warning, not an error each."""
    if is_local(urlsplit(context.content.web_url).hostname or ""):
        yield Finding("L409", "warning", "Adresse publique",
                      "Les liens vers cette installation ne s’ouvrent que sur cette machine.",
                      "Réglez VIGIE_PUBLIC_URL avant d’écrire à de vrais lecteurs.")  # fmt: skip


def personal(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L411 campaign marks on others' pages, L412 anything that could name the reader."""
    own = {urlsplit(url).hostname for url in (context.content.web_url, context.content.watch_url,
                                              context.content.identity.site_url)}  # fmt: skip
    for link in document.links:
        if link.url in TOKENS or link.url.startswith("mailto:"):
            continue
        if any(token in link.url for token in TOKENS) or _PERSON.search(unquote(link.url)):
            yield _finding("L412", "error", link, context,
                           "Le lien contient une adresse ou un identifiant de personne.",
                           "Donnez l’adresse publique de la page.")  # fmt: skip
        try:
            parts = urlsplit(link.url)
        except ValueError:
            continue  # L403 says it
        marked = any(key.lower().startswith("utm_") for key, _ in parse_qsl(parts.query))
        if marked and parts.hostname not in own:
            yield _finding("L411", "error", link, context,
                           "L’adresse d’un autre site porte des marques de campagne (utm_…).",
                           "Retirez les paramètres utm_ de l’adresse.")  # fmt: skip


CHECKS = (names, addresses, dropped, trial, personal)
