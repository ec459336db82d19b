"""Press rights: a summary is the centre's own words, never the article's.

Title, source, date and link identify an article and are free; its text is not (CPI L122-5,
L211-3). Two measures: how much of the summary is made of the source's runs of three words, and
the longest run they share.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from newsletter.document import Document, place_of
from newsletter.letter import CheckContext, EntryContent, Finding, Letter

SHINGLE, SHARE = 3, 0.4
RUN = 8
FIX = "Réécrivez-le avec les mots du centre, ou laissez-le vide : titre, source et lien suffisent."


def _words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"[a-z0-9]+", "".join(c for c in folded if not unicodedata.combining(c)))


def _runs(words: list[str], length: int) -> list[tuple[str, ...]]:
    return [tuple(words[at : at + length]) for at in range(len(words) - length + 1)]


def copied_share(own: str, source: str) -> float:
    """How much of `own` is made of runs of three words of `source`, 0 to 1."""
    runs = _runs(_words(own), SHINGLE)
    known = set(_runs(_words(source), SHINGLE))
    return sum(run in known for run in runs) / len(runs) if runs else 0.0


def shared_run(own: str, source: str) -> str:
    """The first eight words in a row that both texts have, or an empty string."""
    known = set(_runs(_words(source), RUN))
    return next((" ".join(run) for run in _runs(_words(own), RUN) if run in known), "")


def own_words(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L951 error over 40 % taken from the source, L952 warning for eight words in a row."""
    for section in context.content.sections:
        for entry in section.entries:
            if source := context.source_texts.get(entry.id, ""):
                yield from _compared(entry, source, place_of(context.content, entry.id))


def _compared(entry: EntryContent, source: str, where: str) -> Iterator[Finding]:
    own = f"{entry.summary}\n{entry.importance}".strip()
    share = max(copied_share(text, source) for text in (entry.summary, entry.importance))
    if share > SHARE:
        yield Finding("L951", "error", where,
                      f"Le résumé reprend {share:.0%} du texte de l’article.", FIX,
                      entry.id)  # fmt: skip
    elif run := shared_run(own, source):
        yield Finding("L952", "warning", where,
                      f"Huit mots de suite viennent de l’article : « {run} ».", FIX,
                      entry.id)  # fmt: skip


CHECKS = (own_words,)
