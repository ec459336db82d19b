"""What the two feed formats have in common once read: raw fields → ParsedEntry. Pure."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from veille.reading import links, sanitize, titles
from veille.reading.types import ParsedEntry

MAX_GUID = 1000  # what Item.guid stores
MAX_AUTHOR = 200
MAX_CATEGORIES = 50
_EMAIL_AUTHOR = re.compile(
    r"^\S+@\S+\s*\((?P<name>[^)]+)\)$|^(?P<name2>[^<(]+?)\s*[<(]\S+@\S+[>)]$"
)
_FIRST_IMAGE = re.compile(r"<img\s[^>]*?\bsrc=\"(https?://[^\"]+)\"")


@dataclass(frozen=True, slots=True)
class RawEntry:
    """The fields of one entry as the format gives them."""

    guid: str
    url: str  # maybe relative
    title: str
    title_is_text: bool
    summary: str  # HTML
    body: str  # HTML, when the format has both
    base: str  # what relative addresses of the HTML are relative to
    author: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    image: str = ""
    categories: tuple[str, ...] = ()
    event: Mapping[str, Any] | None = None


def build(raw: RawEntry) -> ParsedEntry:
    """Texts cleaned, addresses made canonical, an identity found (guid, link, title + date)."""
    original = links.absolute(raw.url, raw.base)
    url = links.canonical(original)
    summary = sanitize.clean(raw.summary, raw.base)
    if raw.body and not sanitize.text(summary):
        summary = sanitize.clean(raw.body, raw.base)
    title = titles.title(
        raw.title, plain=raw.title_is_text, summary=summary, link=url or raw.url.strip()
    )
    return ParsedEntry(
        guid=_identity(raw, url, title),
        url=url,
        original_url=original,
        title=title,
        author=_author(raw.author),
        summary=summary,
        published=raw.published,
        updated=raw.updated,
        image_url=_image(raw, summary),
        categories=_categories(raw.categories),
        event=raw.event,
    )


def distinct(entries: Iterable[ParsedEntry]) -> tuple[ParsedEntry, ...]:
    """Entries that share a guid though they are different articles get their own: the guid with
    the address behind it, and the title when even the address is the same."""
    listed = list(entries)
    pages: dict[str, set[str]] = defaultdict(set)
    names: dict[tuple[str, str], set[str]] = defaultdict(set)
    for entry in listed:
        pages[entry.guid].add(entry.url)
        names[entry.guid, entry.url].add(entry.title)

    def own(entry: ParsedEntry) -> ParsedEntry:
        parts = [entry.guid]
        if len(pages[entry.guid]) > 1:
            parts.append(entry.url)
        if len(names[entry.guid, entry.url]) > 1:
            parts.append(entry.title)
        return replace(entry, guid=_short(" ".join(parts))) if len(parts) > 1 else entry

    return tuple(map(own, listed))


def _identity(raw: RawEntry, url: str, title: str) -> str:
    guid = sanitize.fold(sanitize.printable(raw.guid))
    if guid or url:
        return _short(guid or url)
    date = raw.published or raw.updated
    when = date.isoformat() if date else ""
    return _short("", f"{title}\n{when}")


def _short(guid: str, content: str = "") -> str:
    """The guid when the database can hold it, else a hash of it."""
    if guid and len(guid) <= MAX_GUID:
        return guid
    return "urn:sha256:" + hashlib.sha256((content or guid).encode()).hexdigest()


def _author(raw: str) -> str:
    name = sanitize.text(raw)
    match = _EMAIL_AUTHOR.match(name)
    if match:
        name = (match["name"] or match["name2"]).strip()
    return titles.shorten(name, MAX_AUTHOR)


def _image(raw: RawEntry, summary: str) -> str:
    if raw.image:
        return links.absolute(raw.image, raw.base)
    first = _FIRST_IMAGE.search(summary)
    if first is None and raw.body:
        first = _FIRST_IMAGE.search(sanitize.clean(raw.body[:20_000], raw.base))
    return links.absolute(first[1].replace("&amp;", "&")) if first else ""


def _categories(raw: Iterable[str]) -> tuple[str, ...]:
    words = (titles.shorten(sanitize.text(word), 100) for word in raw)
    return tuple(dict.fromkeys(word for word in words if word))[:MAX_CATEGORIES]
