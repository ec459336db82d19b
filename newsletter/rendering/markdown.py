"""The édito: a little Markdown in, clean HTML and text out."""

from __future__ import annotations

import re
from collections.abc import Iterator

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from newsletter.rendering import links

# No heading (it would break the letter's outline), no picture, no code, no raw HTML.
_PARSER = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
    [
        "heading",
        "lheading",
        "image",
        "code",
        "fence",
        "hr",
        "html_block",
        "html_inline",
        "backticks",
    ]
)
_TAGS = {"p", "br", "strong", "em", "a", "ul", "ol", "li", "blockquote"}


def to_html(text: str) -> str:
    """Markdown as HTML of nine tags; links are absolute http(s) or mailto, all else is text."""
    return clean(str(_PARSER.render(text)))


def clean(html: str) -> str:
    """HTML reduced to the nine tags of an édito, well formed. For what came from elsewhere too."""
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}},
        attribute_filter=_safe_link,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    ).strip()


def _safe_link(tag: str, attribute: str, value: str) -> str | None:
    if value.lower().startswith("mailto:"):
        address = links.mailbox(value[7:])
        return f"mailto:{address}" if address else None
    return links.printable(value) or None


def styled(html: str, **styles: str) -> str:
    """Adds `style` to tags, for mail clients that know no style block: styled(html, p="…")."""
    for tag, style in styles.items():
        html = re.sub(rf"<{tag}(?=[\s>])", f'<{tag} style="{style}"', html)
    return html


def to_text(text: str) -> str:
    """Markdown as plain text: addresses on lines of their own, lists with «-»."""
    return "\n\n".join(_blocks(_PARSER.parse(text)))


def _blocks(tokens: list[Token]) -> Iterator[str]:
    bullets: list[str] = []
    pending = ""
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            bullets.append("-" if token.type[0] == "b" else "1.")
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            bullets.pop()
        elif token.type == "list_item_open":
            pending = f"{token.info}. " if token.info else f"{bullets[-1]} "
        elif token.type == "inline":
            yield pending + _inline(token)
            pending = ""


def _inline(block: Token) -> str:
    """The words of a paragraph, then the addresses of its links."""
    words: list[str] = []
    addresses: list[str] = []
    for token in block.children or []:
        if token.type == "link_open":
            address = str(token.attrGet("href") or "")
            shown = _safe_link("a", "href", address)
            addresses += [shown.removeprefix("mailto:")] if shown else []
        elif token.type in ("softbreak", "hardbreak"):
            words.append("\n")
        else:
            words.append(token.content)
    text = "".join(words)
    return "\n".join([text, *(address for address in addresses if address != text)])
