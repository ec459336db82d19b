"""Just enough CSS to know how a letter looks: inline declarations, and the dark rules of its block.

Selectors are those a letter uses: tags, classes, descendants, lists. Anything else matches nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from lxml.html import HtmlElement

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_DARK = re.compile(r"@media[^{]*prefers-color-scheme\s*:\s*dark[^{]*\{")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_COMPOUND = re.compile(r"([a-z][a-z0-9]*|\*)?((?:\.[\w-]+)*)\Z", re.IGNORECASE)
_COLOURED = re.compile(r"(#[0-9a-fA-F]{3,8}|rgba?\([^)]*\)|\b(?:white|black|transparent)\b)")

Declarations = dict[str, str]


@lru_cache(maxsize=2048)
def declarations(style: str) -> Declarations:
    """«color:red; margin:0» as a dict of lower-case names; the `background` shorthand gives its
    colour to `background-color`. Never change what it returns: it is kept."""
    found: Declarations = {}
    for part in style.split(";"):
        name, colon, value = part.partition(":")
        if not colon:
            continue
        name, value = name.strip().lower(), value.replace("!important", "").strip()
        found[name] = value
        if name == "background" and (colour := _COLOURED.search(value)):
            found["background-color"] = colour[1]
    return found


@dataclass(frozen=True, slots=True)
class Rule:
    """One selector with its declarations; `weight` orders rules as browsers do."""

    parts: tuple[tuple[str, frozenset[str]], ...]  # (tag or "", classes), outermost first
    declared: Declarations
    weight: tuple[int, int, int]

    def matches(self, element: HtmlElement) -> bool:
        """Whether the last part is `element` and the others are ancestors, in order."""
        if not _fits(self.parts[-1], element):
            return False
        rest = list(self.parts[:-1])
        parent = element.getparent()
        while rest and parent is not None:
            if _fits(rest[-1], parent):
                rest.pop()
            parent = parent.getparent()
        return not rest


def _fits(part: tuple[str, frozenset[str]], element: HtmlElement) -> bool:
    tag, classes = part
    if tag and tag != element.tag:
        return False
    return not classes or classes <= set(str(element.get("class") or "").split())


def dark_rules(css: str) -> list[Rule]:
    """The rules below `@media (prefers-color-scheme: dark)`, weakest first."""
    css = _COMMENT.sub("", css)
    rules: list[Rule] = []
    for start in _DARK.finditer(css):
        for selectors, body in _RULE.findall(_block(css, start.end())):
            declared = declarations(body)
            for selector in selectors.split(","):
                if made := _rule(selector, declared, len(rules)):
                    rules.append(made)
    return sorted(rules, key=lambda rule: rule.weight)


def _block(css: str, start: int) -> str:
    depth = 1
    for at in range(start, len(css)):
        depth += {"{": 1, "}": -1}.get(css[at], 0)
        if depth == 0:
            return css[start:at]
    return css[start:]


def _rule(selector: str, declared: Declarations, order: int) -> Rule | None:
    parts: list[tuple[str, frozenset[str]]] = []
    for word in selector.split():
        found = _COMPOUND.match(word)
        if found is None:
            return None
        tag = (found[1] or "").lower()
        parts.append(("" if tag == "*" else tag, frozenset(filter(None, found[2].split(".")))))
    if not parts:
        return None
    classes = sum(len(part[1]) for part in parts)
    return Rule(tuple(parts), declared, (classes, sum(bool(part[0]) for part in parts), order))
