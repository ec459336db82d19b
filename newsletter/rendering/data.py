"""An IssueContent as the plain data templates read: cleaned text, safe links, sorted dates.

Everything a template prints is a str, an int, a date, or a list or dict of these: the sandbox lets
a template call methods, so nothing with a dangerous method is ever given to it.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from markupsafe import Markup

from newsletter import colour
from newsletter.letter import (
    PREFERENCES_TOKEN,
    UNSUBSCRIBE_TOKEN,
    EntryContent,
    Identity,
    IssueContent,
    SectionContent,
)
from newsletter.rendering import defuse, links, markdown
from newsletter.rendering.typography import lines, one_line, printable, spaced
from veille import french

PRINTED = (str, int, date)  # what a template may be given beside lists and dicts of these
_ACCENT = "#0b5a8a"
_STACKS = {
    "georgia": "Georgia, 'Times New Roman', serif",
    "arial": "Arial, Helvetica, sans-serif",
    "verdana": "Verdana, Geneva, sans-serif",
}
# Warm white and ink; the dark grounds are those of the staff pages.
_PALETTE = {
    "paper": "#fbfaf7", "ink": "#1a1f24", "quiet": "#4b5661", "line": "#d9d5cc",
    "paper_dark": "#11151a", "ink_dark": "#e9ecef", "quiet_dark": "#aab4be",
    "line_dark": "#39434e",
}  # fmt: skip


def plain(content: IssueContent) -> dict[str, Any]:
    """The variables of templates/README.md."""
    sections = [_section(section) for section in content.sections if section.entries]
    return {
        "letter": _letter(content, sum(len(section["entries"]) for section in sections)),
        "edito": {
            "html": Markup(defuse.html(_edito(content.edito_html))),  # noqa: S704  # cleaned
            "text": spaced(lines(content.edito_text)),
            "signature": one_line(content.edito_signature),
        },
        "sections": sections,
        "centre": _centre(content.identity),
        "style": _style(content.identity),
        "links": {
            "unsubscribe": defuse.Token(UNSUBSCRIBE_TOKEN),
            "preferences": defuse.Token(PREFERENCES_TOKEN),
        },
    }


def _edito(html: str) -> str:
    return spaced(markdown.clean(printable(html)))


def _letter(content: IssueContent, entries: int) -> dict[str, Any]:
    return {
        "series": one_line(content.series_name),
        "number": content.number,
        "title": one_line(content.title),
        "subject": one_line(content.subject),
        "preheader": one_line(content.preheader),
        "period_start": content.period_start,
        "period_end": content.period_end,
        "period": _period(content.period_start, content.period_end),
        "entries": entries,
        "theme": one_line(content.theme_name),
        "territory": one_line(content.territory_name),
        "web_url": links.printable(content.web_url),
        "archive_url": links.printable(content.archive_url),
        "watch_url": links.printable(content.watch_url),
        "watch_label": one_line(content.watch_label),
    }


def _period(start: date, end: date) -> str:
    """«novembre 2026», «septembre à novembre 2026», «décembre 2026 à janvier 2027»."""
    first, last = french.month_year(start), french.month_year(end)
    if first == last:
        return last
    return f"{french.MONTHS[start.month - 1] if start.year == end.year else first} à {last}"


def _section(section: SectionContent) -> dict[str, Any]:
    entries = list(section.entries)
    if section.style == "deadlines":
        entries.sort(key=lambda entry: entry.deadline or date.max)
    elif section.style == "agenda":
        entries.sort(key=lambda entry: entry.event_start or date.max)
    return {
        "slug": re.sub(r"[^a-z0-9-]", "-", section.slug.lower()),
        "title": one_line(section.title),
        "style": section.style,
        "entries": [_entry(entry) for entry in entries],
    }


def _entry(entry: EntryContent) -> dict[str, Any]:
    published = french.full_date(entry.published) if entry.published else ""
    details = [one_line(entry.source), published, one_line(entry.place)]
    return {
        "id": entry.id,
        "title": spaced(one_line(entry.title)),
        "url": links.printable(entry.url),
        "source": details[0],
        "published": entry.published,
        "place": details[2],
        "paywalled": entry.paywalled,
        "details": [part for part in details if part],
        "origin": [part for part in (details[0], details[2]) if part],
        "summary": spaced(one_line(entry.summary)),
        "importance": spaced(one_line(entry.importance)),
        "deadline": entry.deadline,
        "event_start": entry.event_start,
        "event_place": one_line(entry.event_place),
    }


def _centre(identity: Identity) -> dict[str, Any]:
    return {
        "name": one_line(identity.name),
        "logo_url": links.printable(identity.logo_url),
        "logo_alt": one_line(identity.logo_alt or identity.name),
        "site_url": links.printable(identity.site_url),
        "contact_email": links.mailbox(identity.contact_email or identity.reply_to),
        "postal_address": one_line(identity.postal_address),
        "publisher": one_line(identity.publisher),
        "privacy_url": links.printable(identity.privacy_url),
    }


def _style(identity: Identity) -> dict[str, str]:
    accent = identity.accent if colour.parse(identity.accent) else _ACCENT
    heading = _STACKS.get(identity.font, _STACKS["georgia"])
    shades = {
        "accent": colour.readable_on(accent, _PALETTE["paper"]),
        "accent_dark": colour.readable_on(accent, _PALETTE["paper_dark"], ratio=9),
    }
    body = heading if identity.font == "verdana" else _STACKS["arial"]
    return _PALETTE | shades | {"heading_font": heading, "body_font": body}
