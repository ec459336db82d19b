"""The frozen values that composing, rendering, checks and providers share. No Django.

IssueContent  plain data a letter template reads (strings, dates, tuples; never model objects)
Letter        what a rendering gives: subject, HTML, text, and the hash approval is bound to
Finding       what a pre-flight check says
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

# Sentinels in the frozen HTML and text, replaced per recipient by byte substitution. They are
# addresses, so that a mail client shows nothing odd if one ever stayed; all have one width.
UNSUBSCRIBE_TOKEN = "https://vigie.invalid/desabonnement"  # noqa: S105  # a placeholder, no secret
PREFERENCES_TOKEN = "https://vigie.invalid/preferences00"  # noqa: S105  # a placeholder, no secret
# Put between two template signs of curated text; it has no width (rendering/defuse.py).
JOINER = "\u2060"
TOKENS = (UNSUBSCRIBE_TOKEN, PREFERENCES_TOKEN)


@dataclass(frozen=True, slots=True)
class EntryContent:
    """One entry as it is printed. `summary` is plain text in the centre's own words."""

    id: int
    title: str
    url: str
    source: str
    published: date | None = None
    place: str = ""
    summary: str = ""
    importance: str = ""
    paywalled: bool = False
    deadline: date | None = None
    event_start: date | None = None
    event_place: str = ""


@dataclass(frozen=True, slots=True)
class SectionContent:
    """One rubric with its entries, in order. `style`: lead | list | deadlines | agenda."""

    slug: str
    title: str
    style: str
    entries: tuple[EntryContent, ...]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who writes: the centre's identity and the letter's sender."""

    name: str
    accent: str  # #rrggbb, readable on white
    font: str  # georgia | arial | verdana
    logo_url: str  # absolute https, or empty
    logo_alt: str
    site_url: str
    contact_email: str
    postal_address: str
    publisher: str
    privacy_url: str
    sender_name: str
    sender_address: str
    reply_to: str
    list_id: str


@dataclass(frozen=True, slots=True)
class IssueContent:
    """Everything a letter template may read. Dates are Paris dates."""

    series_id: str
    series_name: str
    template: str
    number: int
    title: str  # «novembre 2026», «Renouvellement urbain»
    period_start: date
    period_end: date
    subject: str
    preheader: str
    edito_html: str  # sanitised
    edito_text: str
    edito_signature: str
    sections: tuple[SectionContent, ...]
    identity: Identity
    web_url: str  # the public page of this issue
    archive_url: str
    watch_url: str  # the one button of the letter; empty when there is none
    watch_label: str
    theme_name: str = ""
    territory_name: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A rendered issue; tokens are not substituted."""

    subject: str
    preheader: str
    html: str
    text: str
    engine: str  # name and version, template and its version

    @property
    def sha256(self) -> str:
        """SHA-256 of subject, zero byte, HTML, zero byte, text (UTF-8): what approval binds."""
        parts = (self.subject, self.html, self.text)
        return hashlib.sha256(b"\0".join(part.encode() for part in parts)).hexdigest()


Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a pre-flight check found: what, where, and how to mend it, in French."""

    id: str  # "L102": the check's id
    severity: Severity
    where: str  # «Objet», «Territoires en action, 2»
    what: str
    fix: str
    entry: int | None = None  # the EntryContent.id concerned

    @property
    def key(self) -> str:
        """Names this finding over several runs, so that a reason given once stays given."""
        return f"{self.id}:{self.entry or self.where}"


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What checks may know beside the letter."""

    content: IssueContent
    today: date
    send_day: date
    sent_subjects: frozenset[str] = frozenset()
    sent_urls: dict[str, str] = field(default_factory=dict)  # url → «Lettre mensuelle n° 41»
    source_texts: dict[int, str] = field(default_factory=dict)  # entry id → text of a press source
    loaded_hosts_allowed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox."""

    email: str
    name: str = ""


def content_as_json(content: IssueContent) -> dict[str, Any]:
    """The content as JSON takes it (dates as «2026-11-24»), for the archive and the child."""
    return {key: _plain(value) for key, value in asdict(content).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value


def content_from_json(data: dict[str, Any]) -> IssueContent:
    """What `content_as_json` gave, back again. Raises KeyError, TypeError or ValueError."""
    sections = tuple(
        SectionContent(**section | {"entries": tuple(map(_entry, section["entries"]))})
        for section in data["sections"]
    )
    dates = {name: date.fromisoformat(data[name]) for name in ("period_start", "period_end")}
    known = {"sections": sections, "identity": Identity(**data["identity"])} | dates
    return IssueContent(**data | known)


def _entry(data: dict[str, Any]) -> EntryContent:
    names = ("published", "deadline", "event_start")
    dates = {name: date.fromisoformat(data[name]) for name in names if data.get(name)}
    return EntryContent(**data | dates)
