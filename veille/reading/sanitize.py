"""Foreign HTML → allowed HTML, or plain text. The guard is nh3 (html5ever + ammonia).

Allowed: the tags of running text, tables, figures and images; no style, class, id, data, frame or
form; every address rebuilt, absolute, http(s) or mailto. Rule: what a feed sends is cleaned when it
is read and again when it is shown or mailed.
"""

from __future__ import annotations

import html as html_module
import re
from functools import partial

import nh3

from veille.reading import links

MAX_HTML = 100_000  # characters looked at; what follows is left out
MAX_DEPTH = 60  # tags inside one another; deeper is an attack on whoever shows it: words only
TAGS = {
    "p", "br", "hr", "div", "a", "b", "strong", "i", "em", "u", "s", "del", "ins", "mark", "small",
    "sub", "sup", "blockquote", "q", "cite", "abbr", "ul", "ol", "li", "dl", "dt", "dd", "h2", "h3",
    "h4", "h5", "h6", "pre", "code", "table", "caption", "thead", "tbody", "tfoot", "tr", "th",
    "td", "figure", "figcaption", "img", "time",
}  # fmt: skip
ATTRIBUTES = {
    "*": {"lang", "dir"},
    "a": {"href", "title", "hreflang"},
    "abbr": {"title"},
    "blockquote": {"cite"},
    "q": {"cite"},
    "img": {"src", "srcset", "alt", "title", "width", "height"},
    "ol": {"start"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
    "time": {"datetime"},
}
_DROPPED_WITH_CONTENT = {
    "script", "style", "template", "noscript", "iframe", "object", "svg", "math", "title",
    "textarea", "select", "audio", "video",
}  # fmt: skip
_ADDRESSES = {("a", "href"), ("blockquote", "cite"), ("q", "cite"), ("img", "src")}
_MAILTO = re.compile(r"mailto:[\w.+%-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII | re.IGNORECASE)
_NUMBERS = {"width", "height", "colspan", "rowspan", "start"}
_BLOCK = re.compile(
    r"<(?=/?(?:p|div|br|hr|li|ul|ol|dl|dt|dd|h[1-6]|tr|td|th|table|blockquote|figure|figcaption"
    r"|section|article|header|footer|aside|pre|option|caption)\b)",
    re.IGNORECASE,
)
_USELESS = re.compile(
    r"<img(?![^>]*\ssrc=)[^>]*>|<img\s[^>]*(?:width|height)=\"[01]\"[^>]*>"
)  # no address left, or the pixel that counts readers
_OPEN_OR_CLOSE = re.compile(r"<(/?)(?!br|hr|img)[a-z]")  # of nh3's output, which is regular
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff\u00ad]")
_SPACES = re.compile(r"[^\S\u00a0\u202f]+")  # all but the no-break spaces of French typography


def clean(html: str, base_url: str) -> str:
    """Allowed HTML only; relative addresses resolved against `base_url`. Idempotent."""
    if not any(sign in html for sign in "<>&\xa0"):  # nothing the cleaner would write otherwise
        return printable(html[:MAX_HTML]).strip()
    safe = nh3.clean(
        _demoted(printable(html[:MAX_HTML])),
        tags=TAGS,
        attributes=ATTRIBUTES,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attribute_filter=partial(_attribute, base_url),
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )
    if _depth(safe) > MAX_DEPTH:
        return html_module.escape(text(safe), quote=False)
    return _USELESS.sub("", safe).strip()


def text(html: str) -> str:
    """Tags out, entities unescaped once, spaces folded. The result is text, to be escaped again
    wherever it is shown: «&lt;b&gt;» comes out as «<b>»."""
    html = printable(html[:MAX_HTML])
    if "<" in html:
        spaced = _BLOCK.sub(" <", html)
        html = nh3.clean(spaced, tags=set(), clean_content_tags={"script", "style", "template"})
    return fold(printable(html_module.unescape(html)))


def fold(words: str) -> str:
    """Runs of spaces and newlines become one space; invisible and direction marks go."""
    return _SPACES.sub(" ", _BIDI.sub("", words)).strip()


def printable(words: str) -> str:
    """Without control characters, lone surrogates and non-characters (PostgreSQL refuses NUL)."""
    return _CONTROL.sub("", words)


def _depth(html: str) -> int:
    depth = deepest = 0
    for tag in _OPEN_OR_CLOSE.finditer(html):
        depth += -1 if tag[1] else 1
        deepest = max(deepest, depth)
    return deepest


def _demoted(html: str) -> str:
    """A page has one h1, its own."""
    return re.sub(r"(</?)h1\b", r"\1h2", html, flags=re.IGNORECASE)


def _attribute(base: str, tag: str, name: str, value: str) -> str | None:
    """What an allowed attribute becomes; None takes it out. Must never raise (called from Rust)."""
    if (tag, name) in _ADDRESSES:
        if tag == "a" and _MAILTO.fullmatch(value.strip()):
            return value.strip()
        return links.absolute(value, base) or None if value.strip().strip("#") else None
    if name == "srcset":
        return _srcset(value, base)
    if name in _NUMBERS:
        return value if value.isascii() and value.isdigit() and len(value) < 5 else None
    return value


def _srcset(value: str, base: str) -> str | None:
    """Each candidate resolved; candidates are separated by a comma and a space (HTML 4.8.4.2)."""
    kept = []
    for candidate in re.split(r",\s+|,$", value.strip()):
        address, _, descriptor = candidate.strip().partition(" ")
        whole = links.absolute(address, base)
        if whole and re.fullmatch(r"|\d+w|\d+(?:\.\d+)?x", descriptor.strip()):
            kept.append(f"{whole.replace(',', '%2C')} {descriptor.strip()}".strip())
    return ", ".join(kept) or None
