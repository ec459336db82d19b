"""RSS 0.9x, 1.0, 2.0 and Atom 0.3, 1.0 → ParsedFeed, through feedparser. Runs in the child.

feedparser reads the formats; its sanitiser (unsafe) and its URI resolution (slow) are switched off,
sanitize and links do that work. A document that is not well-formed goes to its forgiving parser.
"""

from __future__ import annotations

import calendar
import io
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser

from veille.reading import dates, decoding, doctype, links, sanitize, titles
from veille.reading.entries import RawEntry, build, distinct
from veille.reading.failures import parse_failure
from veille.reading.types import ParsedEntry, ParsedFeed, Skip

_ENTRY = re.compile(r"<(?:\w+:)?(?:item|entry)(?=[\s>])")
_ENTRY_END = re.compile(r"</(?:\w+:)?(?:item|entry)\s*>")
_SKIP_HOURS = re.compile(r"<skipHours>(.{0,2000}?)</skipHours>", re.DOTALL | re.IGNORECASE)
_SKIP_DAYS = re.compile(r"<skipDays>(.{0,2000}?)</skipDays>", re.DOTALL | re.IGNORECASE)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PERIODS = {"hourly": 1 / 24, "daily": 1, "weekly": 7, "monthly": 30, "yearly": 365}
_PUBLISHED = ("published", "created", "issued", "date")
_LONGEST_TTL = timedelta(days=7)


def parse(text: str, url: str, max_items: int) -> ParsedFeed:
    """`text` read as a feed found at `url`; ParseError `not-a-feed`, `forbidden-xml`."""
    undressed, entities = doctype.take_away(text.lstrip("\ufeff \t\r\n\x00"))
    document, cut = _first_items(decoding.as_xml(undressed), max_items)
    document = doctype.resolve(document, entities)
    document = f'<?xml version="1.0" encoding="utf-8"?>\n{document}'
    result = feedparser.parse(
        io.BytesIO(document.encode()),  # a stream: a string could be taken for an address
        response_headers={
            "content-location": url,
            "content-type": "application/xml; charset=utf-8",
        },
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not result.version and not result.entries:
        raise parse_failure("not-a-feed", _what_it_is(text))
    feed = result.feed
    site = links.absolute(_untangled(feed.get("link") or "", url), url)
    detail = feed.get("title_detail") or {}
    title = titles.words(feed.get("title") or "", plain=detail.get("type") == "text/plain")
    warnings = []
    if cut or len(result.entries) > max_items:
        warnings.append(f"seuls les {max_items} premiers contenus sont lus")
    if result.bozo and not isinstance(
        result.get("bozo_exception"), feedparser.exceptions.ThingsNobodyCaresAboutButMe
    ):
        warnings.append("XML mal formé, lu quand même")
    rss = not (result.version or "").startswith("atom")
    found = (_entry(entry, site or url, url, rss) for entry in result.entries[:max_items])
    return ParsedFeed(
        title=titles.shorten(title, 200),
        site_url=site,
        entries=distinct(found),
        version=result.version or "",
        ttl=_ttl(feed),
        skip=_skip(document),
        hub=links.absolute(_rel(feed.get("links") or (), "hub"), url),
        warnings=tuple(warnings),
    )


def _first_items(text: str, limit: int) -> tuple[str, bool]:
    """The document without the entries after the `limit` first ones, still well-formed."""
    for number, match in enumerate(_ENTRY.finditer(text), 1):
        if number > limit:
            end = text.rfind("</", 0, len(text))
            last = max((m.end() for m in _ENTRY_END.finditer(text)), default=end)
            return text[: match.start()] + text[max(last, match.start()) :], True
    return text, False


def _what_it_is(text: str) -> str:
    return " mais une page web" if re.search(r"<html|<!doctype html", text[:5000], re.I) else ""


def _entry(entry: Any, site: str, document: str, rss: bool) -> ParsedEntry:
    detail = entry.get("title_detail") or {}
    summary, body, base = _texts(entry)
    link = entry.get("feedburner_origlink") or entry.get("link") or _some_link(entry)
    link = _untangled(link, document)
    published, updated = _date(entry, _PUBLISHED), _date(entry, ("updated", "modified"))
    if rss and published is None:  # feedparser calls dc:date «updated»; in RSS it is the only date
        published, updated = updated, None
    if not base or base == document:  # no xml:base: what the entry, then the site, is relative to
        base = links.absolute(link, site) or site
    return build(
        RawEntry(
            guid=entry.get("id") or "",
            url=links.absolute(link, site) or link,
            title=entry.get("title") or "",
            title_is_text=detail.get("type") == "text/plain",
            summary=summary,
            body=body,
            base=base,
            author=entry.get("author") or "",
            published=published,
            updated=updated,
            image=_image(entry),
            categories=tuple(
                tag.get("label") or tag.get("term") or "" for tag in entry.get("tags") or ()
            ),
            event=_event(entry),
        )
    )


def _untangled(link: str, document: str) -> str:
    """«www.site.fr/x», written without https:// and since resolved as a file beside the feed."""
    folder = document.rpartition("/")[0] + "/"
    return f"https://{link[len(folder) :]}" if link.startswith(f"{folder}www.") else link


def _texts(entry: Any) -> tuple[str, str, str]:
    """Summary, body (HTML both) and the base of the first that is there."""
    details = [entry.get("summary_detail")] + list(entry.get("content") or ())
    present = [detail for detail in details if detail and detail.get("value")]
    base = next((detail.get("base") or "" for detail in present), "")
    summary = _as_html(entry.get("summary_detail"), entry.get("summary") or "")
    bodies = [_as_html(detail, detail.get("value") or "") for detail in entry.get("content") or ()]
    body = max(bodies, key=len, default="")
    return summary or body, body, base


def _as_html(detail: Mapping[str, str] | None, value: str) -> str:
    """Atom says when a text is no HTML; everything else may hold some."""
    if detail and detail.get("type") == "text/plain":
        return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return value


def _date(entry: Any, names: Iterable[str]) -> datetime | None:
    """Our reading of the first date that is there, else feedparser's."""
    for name in names:
        raw = dict.get(entry, name)  # not entry.get: feedparser answers `updated` by `published`
        if not raw:
            continue
        found = dates.parse(str(raw))
        if found is not None:
            return found
        parsed = dict.get(entry, f"{name}_parsed")
        if parsed and 1970 <= parsed.tm_year <= 2100:
            return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    return None


def _some_link(entry: Any) -> str:
    found = entry.get("links") or ()
    return _rel(found, "alternate") or _rel(found, "enclosure") or _rel(found, "related") or ""


def _rel(found: Iterable[Mapping[str, str]], rel: str) -> str:
    return next((link.get("href") or "" for link in found if link.get("rel") == rel), "")


def _image(entry: Any) -> str:
    for name in ("media_thumbnail", "media_content", "enclosures"):
        for media in entry.get(name) or ():
            address = media.get("url") or media.get("href") or ""
            kind = media.get("medium") or media.get("type") or ""
            if address and (name == "media_thumbnail" or kind.startswith("image")):
                return str(address)
    image = entry.get("image")
    return str(image.get("href") or "") if image else ""


def _event(entry: Any) -> dict[str, str] | None:
    """The RSS 1.0 event module and xCal, which French agendas still use."""
    start = dates.parse(entry.get("ev_startdate") or entry.get("xcal_dtstart") or "")
    if start is None:
        return None
    end = dates.parse(entry.get("ev_enddate") or entry.get("xcal_dtend") or "")
    place = sanitize.text(entry.get("ev_location") or entry.get("xcal_location") or "")
    return {"start": start.isoformat(), "end": end.isoformat() if end else "", "place": place}


def _ttl(feed: Any) -> timedelta | None:
    """The longest of <ttl> (minutes) and sy:updatePeriod / sy:updateFrequency."""
    wishes = [timedelta()]
    minutes = str(feed.get("ttl") or "").strip()
    if minutes.isascii() and minutes.isdigit():
        wishes.append(timedelta(minutes=min(int(minutes[:9]), 10_080)))
    period = _PERIODS.get(str(feed.get("sy_updateperiod") or "").strip().lower())
    if period:
        often = str(feed.get("sy_updatefrequency") or "1").strip()
        times = max(int(often[:4]), 1) if often.isascii() and often.isdigit() else 1
        wishes.append(timedelta(days=period / times))
    return min(max(wishes), _LONGEST_TTL) or None


def _skip(document: str) -> Skip:
    head = document[:20_000]
    hours, days = _SKIP_HOURS.search(head), _SKIP_DAYS.search(head)
    return Skip(
        tuple(sorted({int(hour) % 24 for hour in re.findall(r"\b\d{1,2}\b", hours[1])}))
        if hours
        else (),
        tuple(
            index
            for index, day in enumerate(_DAYS)
            if days and re.search(rf"\b{day}\b", days[1], re.IGNORECASE)
        ),
    )
