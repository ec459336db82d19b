"""A web page → what it says of itself: title, date, author, lead. Pure.

Order of trust: JSON-LD (schema.org Article), Open Graph and Dublin Core metas, then the HTML.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree, html

from veille.reading import dates, links, sanitize

MOST_BYTES = 512 * 1024  # a page says who it is at its beginning; the parser is quadratic in places
ARTICLES = {"Article", "NewsArticle", "BlogPosting", "Report", "WebPage", "Event"}


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What was found; an empty text or None says that the page does not tell."""

    url: str  # canonical
    title: str
    lead: str
    author: str
    published: datetime | None
    site: str


def facts(body: bytes, url: str, content_type: str) -> PageFacts:
    """What the page says of itself. Never raises for odd HTML: what is not found stays empty.

    Of a file that is no page (a PDF, a picture) only the address is known. Runs in the parser's
    child: `parse.page` asks for it.
    """
    nothing = PageFacts(links.canonical(url), "", "", "", None, "")
    if "html" not in (content_type or "text/html").lower():
        return nothing
    parser = html.HTMLParser(encoding=_charset(content_type), no_network=True, huge_tree=False)
    try:
        tree = html.document_fromstring(body[:MOST_BYTES] or b"<html></html>", parser=parser)
    except (etree.ParserError, ValueError):
        return nothing
    ld = next(_articles(tree), {})
    metas = {
        (node.get("property") or node.get("name") or "").lower(): node.get("content", "")
        for node in tree.iter("meta")
    }
    heading = _first(tree, "string((//h1)[1])").strip() or _first(tree, "string((//title)[1])")
    title = _text(ld.get("headline")) or metas.get("og:title", "") or heading
    day = _text(ld.get("datePublished")) or metas.get("article:published_time", "")
    day = day or metas.get("dc.date", "") or _first(tree, "//time/@datetime")
    canonical = _first(tree, "//link[@rel='canonical']/@href")
    return PageFacts(
        url=links.canonical(canonical, url) or links.canonical(url),
        title=sanitize.text(title)[:500],
        lead=sanitize.text(metas.get("og:description") or metas.get("description", ""))[:1000],
        author=sanitize.text(_author(ld) or metas.get("author", ""))[:200],
        published=dates.parse(day) if day else None,
        site=sanitize.text(metas.get("og:site_name", ""))[:200],
    )


def _first(tree: Any, path: str) -> str:
    found = tree.xpath(path)
    return found if isinstance(found, str) else next(map(str, found), "")


def _charset(content_type: str) -> str | None:
    """The charset of the header; None lets the parser read the page's own."""
    _, found, name = content_type.partition("charset=")
    name = name.strip(" \"'").split(";")[0]
    try:
        "".encode(name or "utf-8")
    except LookupError:
        return None
    return name if found and name else None


def _articles(tree: Any) -> Iterator[dict[str, Any]]:
    for node in tree.xpath("//script[@type='application/ld+json']/text()"):
        try:
            data = json.loads(node)
        except (ValueError, RecursionError):
            continue  # broken JSON-LD is common; the metas are read instead
        graph = data.get("@graph", [data]) if isinstance(data, dict) else data
        for thing in graph if isinstance(graph, list) else []:
            if isinstance(thing, dict) and ARTICLES & set(_many(thing.get("@type"))):
                yield thing


def _many(value: Any) -> list[str]:
    return [str(part) for part in value] if isinstance(value, list) else [str(value)]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _author(ld: dict[str, Any]) -> str:
    author = ld.get("author")
    first = author[0] if isinstance(author, list) and author else author
    return _text(first.get("name")) if isinstance(first, dict) else _text(first)
