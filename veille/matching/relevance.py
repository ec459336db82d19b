"""How likely the team is to keep an item: a simple score that explains itself. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from veille.matching.phrases import Phrases, cut
from veille.matching.themes import Found

LIKELY = 0.35  # under it an item goes to «Le reste»


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known of an item before anybody reads it."""

    themes: Sequence[Found] = ()
    places: Sequence[Found] = ()
    kind: str = "article"
    priority: int = 2  # of the source, 1 first
    general: bool = False  # a general newspaper: most of it is not for us
    local: bool = False  # the source is attached to a place of the region


@dataclass(frozen=True, slots=True)
class Relevance:
    """0 ≤ `score` ≤ 1, and in French what made it."""

    score: float
    why: tuple[str, ...]


class Judge:
    """Weighs signals; `off_topic` names the subjects that are not ours, with their words."""

    def __init__(self, off_topic: Mapping[str, Sequence[str]]) -> None:
        """The words are folded phrases (rules.yaml: `hors_sujet`)."""
        pairs = [(subject, word) for subject, words in off_topic.items() for word in words]
        self._subjects = [subject for subject, _ in pairs]
        self._phrases = Phrases(word for _, word in pairs)

    def weigh(self, title: str, summary: str, signals: Signals) -> Relevance:
        """Themes count most, then the place, the source, the kind; off-topic words take away."""
        best = max((found.score for found in signals.themes), default=0.0)
        score, why = 0.15 + 0.55 * best, [found.id for found in signals.themes[:2]]
        if signals.places:
            score += 0.15
            why.append("lieu de la région")
        elif signals.local:
            score += 0.05
        score += {1: 0.12, 2: 0.05}.get(signals.priority, 0.0)
        if signals.kind != "article":
            score += 0.05
        if signals.general and not signals.themes:
            score -= 0.15
            why.append("source généraliste, aucun thème")
        subject = self._off_topic(title) or (self._off_topic(summary) if not best else "")
        if subject:
            score *= 0.75 if best >= 0.5 else 0.6 if best else 0.4
            why.append(f"hors sujet : {subject}")
        return Relevance(round(min(max(score, 0.0), 1.0), 3), tuple(why))

    def _off_topic(self, text: str) -> str:
        hits = self._phrases.find(cut(text))
        return self._subjects[hits[0].phrase] if hits else ""
