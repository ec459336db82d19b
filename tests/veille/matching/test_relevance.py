"""What comes first in *Aujourd'hui*, and what goes to «Le reste»."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.matching.relevance import LIKELY, Signals
from veille.matching.themes import Found
from veille.suggesting.ruleset import RuleSet, shipped

RULES = shipped()


def score(title: str, *, priority: int = 2, general: bool = False) -> float:
    themes, places = RULES.themes.match(title), RULES.places.match(title)
    kind = RULES.kinds.match(title).id
    return RULES.judge.weigh(title, "", Signals(themes, places, kind, priority, general)).score


@pytest.mark.parametrize(
    "title",
    ["NPNRU : à Dunkerque, la démolition de 300 logements", "Appel à projets : cités éducatives",
     "Contrat de ville : la métropole signe", "Sans-abri : l’hébergement d’urgence saturé"],
)  # fmt: skip
def test_what_is_ours_is_likely_even_in_a_general_newspaper(title: str) -> None:
    assert score(title, priority=3, general=True) >= LIKELY


@pytest.mark.parametrize(
    "title",
    ["Ligue 1 : le LOSC s’impose", "Collision sur l’A25 : deux blessés", "Météo : il neige",
     "Le RC Lens recrute", "Accident mortel à Douai", "Un nouveau cinéma ouvre"],
)  # fmt: skip
def test_sport_news_in_brief_and_leisure_are_not(title: str) -> None:
    assert score(title, priority=3, general=True) < LIKELY


def test_a_theme_and_a_place_come_before_a_theme_alone() -> None:
    assert score("NPNRU à Dunkerque") > score("NPNRU") > score("Une ville")
    assert score("NPNRU", priority=1) > score("NPNRU", priority=3)


def test_it_says_why(rules: RuleSet) -> None:
    signals = Signals(general=True, priority=3)
    told = rules.judge.weigh("Ligue 1 : le LOSC gagne", "", signals).why
    assert told == ("source généraliste, aucun thème", "hors sujet : sport")


@given(
    title=st.text(max_size=60), scores=st.lists(st.floats(0.01, 1), max_size=3),
    priority=st.integers(0, 9), general=st.booleans(),
)  # fmt: skip
def test_it_stays_between_0_and_1(
    title: str, scores: list[float], priority: int, general: bool
) -> None:
    themes = [Found("sante", ("mot",), value) for value in scores]
    weighed = RULES.judge.weigh(title, title, Signals(themes, themes, "article", priority, general))
    assert 0 <= weighed.score <= 1
