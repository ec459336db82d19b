"""A title as text, and what stands in for a missing one. Pure."""

from __future__ import annotations

import html
import re

from veille.reading import sanitize

MAX_TITLE = 500  # what Item.title stores
FALLBACK_WORDS = 14
_QUOTES = re.compile(r"<<\s*([^<>]{1,300}?)\s*>>")  # French quotation marks typed as << >>
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)


def title(raw: str, *, plain: bool = False, summary: str = "", link: str = "") -> str:
    """The title as text, at most MAX_TITLE signs, never empty.

    `plain`: the format says it is text (Atom type="text"), so tags in it are words; entities left
    in it are a publisher's double escaping and are undone. Falls back on the first words of
    `summary` (HTML), then on `link`, then on «Sans titre».
    """
    return shorten(words(raw, plain=plain) or first_words(summary) or link or "Sans titre")


def words(raw: str, *, plain: bool = False) -> str:
    """The title as text, whatever its length; "" when there is none."""
    return _plain(raw) if plain else sanitize.text(_QUOTES.sub("«\u00a0\\1\u00a0»", raw))


def first_words(summary: str) -> str:
    """«Les quatorze premiers mots…» of an HTML text; "" when it has none."""
    found = sanitize.text(summary).split(" ")
    beginning = " ".join(found[:FALLBACK_WORDS]).strip()
    return f"{beginning}…" if len(found) > FALLBACK_WORDS else beginning


def shorten(text: str, limit: int = MAX_TITLE) -> str:
    """Cut at a word, with «…», to at most `limit` signs."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    return f"{cut.rpartition(' ')[0] or cut}…"


def _plain(raw: str) -> str:
    raw = sanitize.printable(raw)
    return sanitize.fold(html.unescape(raw) if _ENTITY.search(raw) else raw)
