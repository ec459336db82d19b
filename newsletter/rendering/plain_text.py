"""Pieces of the text part: lines of 72 columns, addresses never broken, rules under titles."""

from __future__ import annotations

import re
import textwrap

from newsletter.rendering.typography import spaced

WIDTH = 72


def wrapped(text: str, indent: str = "", first: str | None = None) -> str:
    """`text` in lines of 72 columns after `indent` (`first` for the first line).

    Line breaks of the text are kept, and a word, so an address, is never broken.
    """
    lines: list[str] = []
    for line in spaced(text).split("\n"):
        lead = indent if lines or first is None else first
        lines += _filled(line.strip(), lead, indent)
    return "\n".join(lines)


def _filled(line: str, lead: str, indent: str) -> list[str]:
    return textwrap.wrap(
        line,
        WIDTH,
        initial_indent=lead,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [""]


def underlined(title: str, sign: str = "-") -> str:
    """A title with a rule of the same width below it, both inside 72 columns."""
    shown = wrapped(title)
    width = max(len(line) for line in shown.split("\n"))
    return f"{shown}\n{sign[:1] * min(width, WIDTH)}"


def tidy(text: str) -> str:
    """No spaces at line ends, never two blank lines together, one line end at the end."""
    bare = "\n".join(line.rstrip(" \t") for line in text.replace("\r\n", "\n").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", bare).strip("\n") + "\n"
