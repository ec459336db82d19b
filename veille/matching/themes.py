"""Themes suggested by keywords, with the words that say why. Pure.

The rules are those of themes.yaml: `*` truncation, `&` both terms anywhere in title and summary,
exclusions (`sauf`). An exclusion that covers a keyword cancels that occurrence («précarité
énergétique» is not «précarité»); one found elsewhere in the text cancels the whole sub-theme.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from veille.matching.phrases import Hit, Phrases, Words, cut

IN_TITLE = 0.6
IN_SUMMARY = 0.35
MOST_WORDS = 4


@dataclass(frozen=True, slots=True)
class ThemeRule:
    """A theme or sub-theme and what suggests it."""

    id: str
    keywords: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A theme or place that a text suggests. `why`: the words as written; 0 < `score` ≤ 1."""

    id: str
    why: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class _Keyword:
    rule: int
    terms: tuple[int, ...]  # numbers of its phrases; more than one: all are needed


class ThemeMatcher:
    """The rules compiled once; `match` may be called from several threads."""

    def __init__(self, rules: Sequence[ThemeRule]) -> None:
        """Compiles about 400 phrases in a few milliseconds."""
        self._rules = tuple(rules)
        numbers: dict[str, int] = {}
        self._keywords: list[_Keyword] = []
        self._exclusions: dict[int, list[int]] = {}  # phrase -> the rules it cancels
        for place, rule in enumerate(self._rules):
            for keyword in rule.keywords:
                terms = tuple(
                    numbers.setdefault(term.strip(), len(numbers)) for term in keyword.split("&")
                )
                self._keywords.append(_Keyword(place, terms))
            for text in rule.exclusions:
                number = numbers.setdefault(text.strip(), len(numbers))
                self._exclusions.setdefault(number, []).append(place)
        self._using: dict[int, list[_Keyword]] = {}
        for known in self._keywords:
            self._using.setdefault(known.terms[0], []).append(known)
        self._phrases = Phrases(numbers)

    def match(self, title: str, summary: str = "") -> list[Found]:
        """The themes and sub-themes found, the surest first; a theme sums up its sub-themes."""
        text = cut(f"{title}\n.\n{summary}")  # the dot keeps a phrase from bridging both
        in_title = len(cut(title).words)
        by_phrase: dict[int, list[Hit]] = {}
        for hit in self._phrases.find(text):
            by_phrase.setdefault(hit.phrase, []).append(hit)
        if not by_phrase:
            return []
        by_rule = self._hits_by_rule(by_phrase)
        found: dict[str, Found] = {}
        for place, keywords in by_rule.items():
            self._score(found, self._rules[place], keywords, text, in_title)
        parents = {rule.parent for rule in self._rules}
        return sorted(found.values(), key=lambda one: (-one.score, one.id not in parents))

    def _hits_by_rule(self, by_phrase: dict[int, list[Hit]]) -> dict[int, list[list[Hit]]]:
        """For each rule its keywords found, each as the first hit of each of its terms."""
        cancelled: dict[int, list[Hit]] = {}
        for number, hits in by_phrase.items():
            for place in self._exclusions.get(number, ()):
                cancelled.setdefault(place, []).extend(hits)
        by_rule: dict[int, list[list[Hit]]] = {}
        for number in by_phrase:
            for keyword in self._using.get(number, ()):
                if all(term in by_phrase for term in keyword.terms):
                    for hits in _occurrences([by_phrase[term] for term in keyword.terms]):
                        by_rule.setdefault(keyword.rule, []).append(hits)
        for place, exclusions in cancelled.items():
            by_rule[place] = _without(by_rule.get(place, []), exclusions)
        return by_rule

    def _score(
        self,
        found: dict[str, Found],
        rule: ThemeRule,
        keywords: list[list[Hit]],
        text: Words,
        in_title: int,
    ) -> None:
        """Adds the theme of `rule`, and its parent, to `found`."""
        hits = [hit for keyword in keywords for hit in keyword]
        kept = [k for k in keywords if not any(o.holds(k[0]) for o in hits if len(k) == 1)]
        if not kept:
            return
        doubt, why, seen = 1.0, list[str](), set[int]()
        for keyword in kept:
            why += [text.written(hit.first, hit.last) for hit in keyword]
            if keyword[0].phrase in seen and len(keyword) == 1:
                continue  # the same word again is no further evidence
            seen.add(keyword[0].phrase)
            weights = [IN_TITLE if hit.first < in_title else IN_SUMMARY for hit in keyword]
            doubt *= 1 - sum(weights) / len(weights)
        for id in filter(None, (rule.id, rule.parent)):
            before = found.get(id)
            words = _distinct([*(before.why if before else ()), *why])
            score = 1 - doubt * (1 - before.score if before else 1)
            found[id] = Found(id, words, round(min(score, 0.99), 3))


def _occurrences(terms: list[list[Hit]]) -> list[list[Hit]]:
    """One word: each place it stands. Several: once, with the first place of each."""
    if len(terms) == 1:
        return [[hit] for hit in terms[0]]
    return [[hits[0] for hits in terms]]


def _without(keywords: list[list[Hit]], exclusions: list[Hit]) -> list[list[Hit]]:
    kept = keywords
    for exclusion in exclusions:
        met = [k for k in keywords if any(exclusion.meets(hit) for hit in k)]
        kept = [k for k in kept if k not in met] if met else []
    return kept


def _distinct(words: list[str]) -> tuple[str, ...]:
    """The first few words, once each whatever their case."""
    seen = {word.casefold(): word for word in reversed(words)}
    return tuple(list(reversed(seen.values()))[:MOST_WORDS])
