"""The full-text index: the same questions put to SQLite FTS5 and to PostgreSQL.

Both index words as they are, folded, without stemming, so that both answer alike; singular and
plural are made equal here. The tables and triggers are made by migrations/_search_index.py.
"""

from __future__ import annotations

from django.db import connection
from django.db.models.expressions import RawSQL

from veille.searching.language import Term, forms

_FTS5 = "SELECT rowid FROM veille_item_fts WHERE veille_item_fts MATCH %s"
_TSVECTOR = "SELECT id FROM veille_item WHERE search @@ to_tsquery('simple', %s)"


def matching(group: tuple[Term, ...]) -> RawSQL:
    """A sub-query of the ids of the items that hold one of the terms; for `pk__in`."""
    if connection.vendor == "sqlite":
        text = " OR ".join(f"({_fts5(term)})" for term in group)
        return RawSQL(_FTS5, [text])  # noqa: S611  # the text is a parameter
    text = " | ".join(f"({_tsquery(term)})" for term in group)
    return RawSQL(_TSVECTOR, [text])  # noqa: S611


def _fts5(term: Term) -> str:
    if term.phrase:  # FTS5 lets only the last word of a phrase be a beginning
        last = "*" if term.words[-1].endswith("*") else ""
        return f'"{" ".join(word.rstrip("*") for word in term.words)}"{last}'
    word = term.words[0]
    if word.endswith("*"):
        return f'"{word[:-1]}"*'
    words = forms(word)
    # FTS5 folds accents in the team's own words, not ligatures; `text` is folded by us.
    ligatures = tuple(form.replace("oe", "œ") for form in words if "oe" in form)
    return " OR ".join(f'"{form}"' for form in words + ligatures)


def _tsquery(term: Term) -> str:
    if term.phrase:
        words = (word.rstrip("*") for word in term.words)
        last = ":*" if term.words[-1].endswith("*") else ""
        return " <-> ".join(f"'{word}'" for word in words) + last
    word = term.words[0]
    if word.endswith("*"):
        return f"'{word[:-1]}':*"
    return " | ".join(f"'{form}'" for form in forms(word))
