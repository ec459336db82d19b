"""JSON Feed 1.0 and 1.1 → ParsedFeed (jsonfeed.org/version/1.1). Runs in the child."""

from __future__ import annotations

import html
import json
from typing import Any

from veille.reading import dates, entries, links, sanitize, titles
from veille.reading.failures import parse_failure
from veille.reading.types import ParsedEntry, ParsedFeed

_VERSION = "https://jsonfeed.org/version/"


def looks_like(text: str) -> bool:
    """Whether `text` begins as JSON does."""
    return text.lstrip("\ufeff \t\r\n").startswith("{")


def parse(text: str, url: str, max_items: int) -> ParsedFeed:
    """`text` read as a JSON Feed found at `url`; ParseError `bad-json`, `not-a-feed`."""
    try:
        document = json.loads(text.lstrip("\ufeff \t\r\n"), strict=False)
    except RecursionError:
        raise parse_failure("bad-json", "trop d’emboîtements") from None
    except ValueError as error:
        line = getattr(error, "lineno", "?")
        raise parse_failure("bad-json", f"ligne {line}") from None
    version = _text(document.get("version"))
    items = document.get("items")
    if "jsonfeed.org/version/" not in version or not isinstance(items, list):
        raise parse_failure("not-a-feed", " mais des données JSON")
    site = links.absolute(_text(document.get("home_page_url")), url)
    feed_author = _author(document)
    found = [_entry(item, site or url, feed_author) for item in _dicts(items)[:max_items]]
    hubs = [_text(hub.get("url")) for hub in _dicts(document.get("hubs"))]
    cut = len(items) > max_items
    return ParsedFeed(
        title=titles.shorten(sanitize.text(html.escape(_text(document.get("title")))), 200),
        site_url=site,
        entries=entries.distinct(found),
        version="json" + version.rpartition("/")[2].replace(".", "")[:4],
        hub=links.absolute(hubs[0] if hubs else "", url),
        warnings=(f"seuls les {max_items} premiers contenus sont lus",) if cut else (),
    )


def _entry(item: dict[str, Any], site: str, feed_author: str) -> ParsedEntry:
    plain = html.escape(_text(item.get("content_text")), quote=False).replace("\n\n", "<br><br>")
    body = _text(item.get("content_html")) or plain
    summary = html.escape(_text(item.get("summary")), quote=False)
    link = _text(item.get("url")) or _text(item.get("external_url")) or _address(item.get("id"))
    tags = item.get("tags")
    return entries.build(
        entries.RawEntry(
            guid=_text(item.get("id")),
            url=link,
            title=_text(item.get("title")),
            title_is_text=True,
            summary=summary or body,
            body=body,
            base=links.absolute(link, site) or site,
            author=_author(item) or feed_author,
            published=dates.parse(_text(item.get("date_published"))),
            updated=dates.parse(_text(item.get("date_modified"))),
            image=_image(item),
            categories=tuple(map(_text, tags)) if isinstance(tags, list) else (),
        )
    )


def _text(value: Any) -> str:
    """Strings as they are, numbers (frequent as ids) written, anything else nothing."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _address(value: Any) -> str:
    text = _text(value)
    return text if text.startswith(("http://", "https://")) else ""


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _author(holder: dict[str, Any]) -> str:
    """1.1 lists `authors`, 1.0 had one `author`."""
    people = _dicts(holder.get("authors")) or _dicts([holder.get("author")])
    return ", ".join(filter(None, (_text(one.get("name")) for one in people)))


def _image(item: dict[str, Any]) -> str:
    pictures = [
        _text(one.get("url"))
        for one in _dicts(item.get("attachments"))
        if _text(one.get("mime_type")).startswith("image/")
    ]
    return next(
        filter(None, [_text(item.get("image")), _text(item.get("banner_image")), *pictures]), ""
    )
