"""Makes curated text harmless to the template languages of mailing providers, and looks the same.

Brevo, Mailjet, Mailchimp, listmonk… read `{{`, `{%`, `[[` and `*|` in what they are given; a title
that holds them must be printed, not run. In HTML the signs become character references; in text a
word joiner, which has no width, goes between the two. Our own sentinels are treated the same way:
an address of theirs in curated text would become a reader's personal link.
"""

from __future__ import annotations

import re

from newsletter.letter import JOINER

OPENINGS = ("{{", "{%", "{#", "[[", "*|", "<%", "${", "%%")
_REFERENCES = {"{": "&#123;", "}": "&#125;", "[": "&#91;", "|": "&#124;"}
_SIGNS = re.compile(r"[{}\[|]")
_DOUBLED = re.compile(
    r"(?<=\{)(?=[{%#])|(?<=\[)(?=\[)|(?<=\*)(?=\|)|(?<=<)(?=%)|(?<=\$)(?=\{)|(?<=%)(?=%)"
)
_SENTINEL = re.compile(r"vigie\.invalid", re.IGNORECASE)


class Token(str):
    """One of our sentinels, put by a template on purpose: printed as it is."""

    __slots__ = ()


def html(escaped: str) -> str:
    """Escaped HTML with template signs and sentinels as character references."""
    shown = _SIGNS.sub(lambda sign: _REFERENCES[sign[0]], escaped)
    shown = shown.replace("%%", "%&#37;")
    return _SENTINEL.sub("vigie&#46;invalid", shown)


def text(value: str) -> str:
    """Text with a word joiner inside template signs and sentinels."""
    shown = _DOUBLED.sub(JOINER, value)
    return _SENTINEL.sub(f"vigie{JOINER}.invalid", shown)


def left_in(rendered: str) -> str:
    """The first template opening still in a rendered part, or an empty string."""
    found = [sign for sign in ("{{", "{%", "[[", "*|") if sign in rendered]
    return found[0] if found else ""
