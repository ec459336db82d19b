"""What an item is (call, event, official text…), by keywords; marks of paid articles. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from veille.matching.folding import folded
from veille.matching.phrases import Phrases, cut
from veille.matching.themes import ThemeMatcher, ThemeRule

DEFAULT = "article"
CALL = "appel-a-projets"
_PAID_TAG = re.compile(r"[\[(]\s?(?:reserve aux )?abonnes?\s?[\])]|\U0001f512")
_PREFIX = re.compile(r"\s*[\[(]?\s*(?P<words>[^\W\d_][\w' ]{1,40}?)\s*(?:[\])]|[:|–—-])\s*(?=\S)")
_NEAR = 300  # signs of the summary in which a mark of payment counts


@dataclass(frozen=True, slots=True)
class KindRules:
    """The content types: keywords by id, and how to weigh them (rules.yaml)."""

    keywords: Mapping[str, Sequence[str]]
    exclusions: Mapping[str, Sequence[str]]
    title_only: frozenset[str]  # keywords too common to count in a summary
    calls: Sequence[str]  # with a deadline, these words make a call
    order: Sequence[str]  # the surest first


@dataclass(frozen=True, slots=True)
class Kind:
    """A content type with the words that say so; `why` is empty for the default."""

    id: str
    why: tuple[str, ...] = ()


class KindMatcher:
    """The rules compiled once."""

    def __init__(self, rules: KindRules) -> None:
        """A type without a place in `order` comes last."""
        order = {id: n for n, id in enumerate(rules.order)}
        self._ids = sorted(rules.keywords, key=lambda id: order.get(id, len(order)))

        def matcher(*, everywhere: bool) -> ThemeMatcher:
            dropped = rules.title_only if everywhere else frozenset()
            return ThemeMatcher(
                [
                    ThemeRule(
                        id,
                        tuple(word for word in rules.keywords[id] if word not in dropped),
                        tuple(rules.exclusions.get(id, ())),
                    )
                    for id in self._ids
                ]
            )

        self._titles, self._texts = matcher(everywhere=False), matcher(everywhere=True)
        self._calls = Phrases(rules.calls)

    def match(self, title: str, summary: str = "", *, has_deadline: bool = False) -> Kind:
        """The surest type named in the title, else in the summary, else an article.

        With `has_deadline` (the text names a last day), «candidatures» is enough for a call.
        """
        for found in (self._titles.match(title), self._texts.match(title, summary)):
            by_id = {one.id: one for one in found}
            for id in self._ids:
                if id in by_id:
                    return Kind(id, by_id[id].why)
        text = cut(f"{title}\n.\n{summary}")
        hits = self._calls.find(text) if has_deadline and CALL in self._ids else []
        return Kind(CALL, (text.written(hits[0].first, hits[0].last),)) if hits else Kind(DEFAULT)


class Marks:
    """Words that say «for subscribers only», and prefixes that hide the true title."""

    def __init__(self, paid: Sequence[str], prefixes: Sequence[str]) -> None:
        """Both lists are folded phrases (rules.yaml: `payant`, `prefixes_de_titre`)."""
        self._paid = Phrases(paid)
        self._prefixes = frozenset(prefixes)

    def paywalled(self, title: str, summary: str = "") -> bool:
        """Does the source say that reading it needs a subscription?"""
        text = cut(f"{title}\n.\n{summary[:_NEAR]}")
        return bool(self._paid.find(text) or _PAID_TAG.search(folded(title).folded))

    def plain_title(self, title: str) -> str:
        """`title` without «RÉSERVÉ AUX ABONNÉS –», «Localtis :»… put before it by a feed."""
        while found := _PREFIX.match(title):
            if " ".join(folded(found["words"]).folded.split()) not in self._prefixes:
                break
            title = title[found.end() :]
        return title
