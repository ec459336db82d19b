"""The sandbox letters and messages are rendered in: plain data, white-listed filters, no globals.

Templates of a centre come before the shipped ones. An undefined name is an error, output is
escaped always (in text parts there is nothing to escape), and what curated text holds of a
provider's template language is printed, never run (defuse.py).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS
from jinja2.runtime import BlockReference, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from newsletter.rendering import defuse, markdown, plain_text
from veille import french
from veille.site.paths import shipped_templates

# Jinja's own filters a letter may use. Left out: what builds markup (safe, xmlattr, urlize…), what
# calls anything by name (map, attr, format) and what makes a little text enormous (center, indent).
BUILT_IN = (
    "capitalize", "default", "first", "groupby", "join", "last", "length", "list", "lower",
    "reject", "rejectattr", "replace", "reverse", "select", "selectattr", "slice", "sort",
    "string", "title", "trim", "truncate", "unique", "upper",
)  # fmt: skip
_METHODS = frozenset(("upper", "lower", "strip", "startswith", "endswith", "items", "keys",
                      "values", "get", "cycle", "isoformat"))  # fmt: skip
_PLAIN = (str, int, float, dict, list, tuple, date, LoopContext)


def _styled(html: str, **styles: str) -> Markup:
    return Markup(markdown.styled(html, **styles))  # noqa: S704  # cleaned before, styles are ours


OUR_FILTERS: dict[str, Callable[..., Any]] = {
    "count": french.count,
    "full_date": french.full_date,
    "long_day": french.long_day,
    "month_year": french.month_year,
    "number": french.number,
    "short_date": french.short_date,
    "styled": _styled,
    "underlined": plain_text.underlined,
    "wrapped": plain_text.wrapped,
}


class LetterEnvironment(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, narrower: only macros and a few methods of plain values may be called."""

    intercepted_binops = frozenset(("*", "**", "%", "//"))

    def is_safe_callable(self, obj: Any) -> bool:
        """Macros, blocks, and the methods above on text, numbers, dates, lists and dicts."""
        if isinstance(obj, (Macro, BlockReference)):
            return True
        owner = getattr(obj, "__self__", None)
        return type(owner) in _PLAIN and getattr(obj, "__name__", "") in _METHODS

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic between small numbers only: `'a' * 10**8` costs nothing."""
        small = all(type(side) in (int, float) and abs(side) < 10**6 for side in (left, right))
        if not small or operator == "**":
            raise SecurityError(f"opération « {operator} » refusée dans un modèle")
        return super().call_binop(context, operator, left, right)


def _printed_html(value: Any) -> Any:
    if isinstance(value, defuse.Token):
        return Markup(str.__str__(value))  # noqa: S704  # a constant of ours
    if isinstance(value, str) and not isinstance(value, Markup):
        return Markup(defuse.html(str(escape(value))))  # noqa: S704  # escaped on this line
    return "" if value is None else value


def _printed_text(value: Any) -> Any:
    if isinstance(value, str) and not isinstance(value, (defuse.Token, Markup)):
        return defuse.text(value)
    return "" if value is None else value


def markup(centre_templates: Path | None = None) -> LetterEnvironment:
    """The environment of MJML and HTML templates; the centre's folder is searched first."""
    return _environment(centre_templates, True)


def text(centre_templates: Path | None = None) -> LetterEnvironment:
    """The environment of text templates: no markup, so nothing is escaped."""
    return _environment(centre_templates, False)


@lru_cache(maxsize=8)
def _environment(centre_templates: Path | None, escaped: bool) -> LetterEnvironment:
    folders = [folder for folder in (centre_templates, shipped_templates()) if folder]
    env = LetterEnvironment(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]),
        autoescape=escaped,
        undefined=StrictUndefined,
        finalize=_printed_html if escaped else _printed_text,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.globals.clear()
    env.filters.clear()
    env.filters.update({name: FILTERS[name] for name in BUILT_IN}, **OUR_FILTERS)
    return env
