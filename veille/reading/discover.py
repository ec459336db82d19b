"""A page → candidate feeds. Pure: it asks nothing, the caller tries the candidates, best first.

Rule of politeness: what the page announces comes first; well-known paths are few and last, because
sites block readers that try many addresses that do not exist.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from veille.reading import decoding, links, sanitize
from veille.reading.errors import ParseError
from veille.reading.types import Fetched

MAX_PAGE = 512 * 1024  # bytes looked at
MAX_CANDIDATES = 12
_TAG = re.compile(r"<(link|a|base|meta)\b([^>]{0,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([\w-]{1,20})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_FEED_TYPES = {
    "application/rss+xml": 100,
    "application/atom+xml": 100,
    "application/rdf+xml": 90,
    "application/feed+json": 90,
    "application/xml": 60,
    "text/xml": 60,
}
_FEED_PATH = re.compile(
    r"(?:[./](?:rss|atom|rdf)(?:[./?-]|$)|/feeds?(?:/|$|\.)|page=backend|format=feed|/rss\d?"
    r"|feed\.(?:xml|json)|\bflux[-_]?rss|\.rss$)",
    re.IGNORECASE,
)
_SECONDARY = re.compile(r"comment|commentaire|forum|podcast|agenda", re.IGNORECASE)
_WELL_KNOWN = ("/feed/", "/rss.xml", "/spip.php?page=backend", "/rss", "/atom.xml", "/feed.json")
_BY_GENERATOR = {
    "spip": "/spip.php?page=backend",
    "wordpress": "/feed/",
    "drupal": "/rss.xml",
    "joomla": "/?format=feed&type=rss",
    "typo3": "/rss.xml",
    "hugo": "/index.xml",
    "jekyll": "/feed.xml",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address that may be a feed; the highest score is the likeliest."""

    url: str
    title: str
    score: int


def candidates(fetched: Fetched) -> list[Candidate]:
    """Feeds announced by the page, then well-known paths nobody has asked for yet; best first."""
    try:
        page = decoding.decode(fetched.body[:MAX_PAGE], fetched.headers.get("content-type", ""))
    except ParseError:
        page = ""
    base, generator = fetched.url, ""
    found: list[Candidate] = []
    for match in _TAG.finditer(page):
        attributes = _attributes(match[2])
        name = match[1].lower()
        if name == "base":
            base = links.absolute(attributes.get("href", ""), fetched.url) or base
        elif name == "meta" and attributes.get("name", "").lower() == "generator":
            generator = attributes.get("content", "").lower()
        else:
            score = _score(name, attributes)
            url = links.absolute(attributes.get("href", ""), base) if score else ""
            if url and url != fetched.url:
                found.append(Candidate(url, sanitize.text(attributes.get("title", "")), score))
    return _best(found + _well_known(fetched.url, generator))


def _attributes(text: str) -> dict[str, str]:
    return {
        name.lower(): html.unescape(double or single or bare).strip()
        for name, double, single, bare in _ATTRIBUTE.findall(text)
    }


def _score(tag: str, attributes: dict[str, str]) -> int:
    """0 = no feed."""
    address, title = attributes.get("href", ""), attributes.get("title", "")
    if tag == "link":
        if "alternate" not in attributes.get("rel", "").lower().split():
            return 0
        kind = attributes.get("type", "").lower().partition(";")[0].strip()
        score = _FEED_TYPES.get(kind, 0)
    else:
        score = 40 if _FEED_PATH.search(address) else 0
    return score - 30 if score and _SECONDARY.search(f"{address} {title}") else score


def _well_known(url: str, generator: str) -> list[Candidate]:
    hinted = [path for name, path in _BY_GENERATOR.items() if name in generator]
    paths = dict.fromkeys(hinted + list(_WELL_KNOWN))
    return [
        Candidate(address, "", 9 - rank)
        for rank, path in enumerate(paths)
        if (address := links.absolute(path, url)) and address != url
    ]


def _best(found: list[Candidate]) -> list[Candidate]:
    """Each address once with its best score, in page order for equal scores."""
    by_url: dict[str, Candidate] = {}
    for candidate in found:
        known = by_url.get(candidate.url)
        if known is None or candidate.score > known.score:
            by_url[candidate.url] = candidate
    return sorted(by_url.values(), key=lambda one: -one.score)[:MAX_CANDIDATES]
