"""The little CSS checks know: enough for a letter, silent on the rest."""

from __future__ import annotations

import lxml.html
import pytest

from newsletter.stylesheet import dark_rules, declarations

DARK = "@media (prefers-color-scheme:dark){%s}"


def test_declarations_are_read_and_a_background_gives_its_colour() -> None:
    assert declarations("color:red;;x;Background : #FFF url(a.png)!important") == {
        "color": "red", "background": "#FFF url(a.png)", "background-color": "#FFF"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("selector", "matched"),
    [("p", True), (".q", True), ("p.q", True), (".v p", True), (".v .q", True), ("*", True),
     (".v div p", True), ("div", False), (".x p", False), ("p.q.r", False), ("p > a", False),
     ("[data-ogsc] p", False), ("p:hover", False), ("p p", False), ("b, p", True)],
)  # fmt: skip
def test_selectors_of_a_letter_match(selector: str, matched: bool) -> None:
    root = lxml.html.fromstring('<div class="v w"><div><p class="q">a</p></div></div>')
    rules = dark_rules(DARK % f"{selector}{{color:red}}")
    assert any(rule.matches(root.find(".//p")) for rule in rules) is matched


def test_only_dark_rules_are_read_and_the_strongest_comes_last() -> None:
    css = (
        "p{color:a}" + DARK % ".v p{color:b}/* p{color:c} */p{color:d}" + "@media print{p{color:e}}"
    )
    assert [rule.declared["color"] for rule in dark_rules(css)] == ["d", "b"]
    assert dark_rules("@media (prefers-color-scheme:dark){p{color:a}") != []
