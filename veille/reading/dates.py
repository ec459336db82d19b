"""Dates of feeds → aware UTC. Pure.

Read in this order: ISO 8601 (RFC 3339), RFC 822 with its zones and the European ones it forgot,
French phrases («mardi 24 novembre 2026 à 9 h 30», «24/11/2026 09:30»), Unix time. A date without
zone is Paris time: these are the feeds of French sites. A date without time is midnight in
Paris, so that the day shown stays the day written.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from veille.french import MONTHS, PARIS

_MONTH_NUMBERS = {
    **{
        unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode(): number
        for number, name in enumerate(MONTHS, 1)
    },
    "janv": 1, "jan": 1, "fevr": 2, "fev": 2, "mar": 3, "avr": 4, "juil": 7, "jui": 7, "jul": 7,
    "aou": 8, "sept": 9, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_ZONES = {
    "CET": "+0100", "CEST": "+0200", "MET": "+0100", "MEST": "+0200", "WET": "+0000",
    "WEST": "+0100", "BST": "+0100", "EET": "+0200", "EEST": "+0300", "Z": "+0000",
    "UTC": "+0000", "GMT": "+0000", "UT": "+0000",
}  # fmt: skip
_TIME = (
    r"(?:[\s,T]*(?:à|a)?\s*(?P<hour>[01]?\d|2[0-3])\s*[h:]\s*(?P<minute>[0-5]\d)?"
    r"(?:\s*[:m]\s*(?P<second>[0-5]\d))?)?"
)
_ZONE = r"\s*(?P<zone>[+-]\d\d:?\d\d|Z|UTC|GMT|[A-Z]{2,5})?"
_YEAR_ZERO = re.compile(r"\s00\d\d\s")  # «no date» of some programs; not the 2001 of the library
_ISO = re.compile(
    r"(?P<date>\d{4}-\d{1,2}-\d{1,2}|\d{8})(?:[T\s]+(?P<time>\d{1,2}:?\d{2}(?::?\d{2})?)"
    r"(?:[.,]\d+)?)?" + _ZONE + r"(?:\[[\w/]+\])?$"
)
_WORDS = re.compile(
    r"\b(?P<day>\d{1,2})(?:er)?\s+(?P<month>[a-z]{3,9})\.?\s+(?P<year>\d{4})" + _TIME + _ZONE,
    re.IGNORECASE,
)
_FIGURES = re.compile(
    r"\b(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})(?:\s*-)?" + _TIME + _ZONE,
    re.IGNORECASE,
)


def parse(text: str) -> datetime | None:
    """The instant `text` names, in UTC; None when it names none between 1970 and 2100."""
    text = " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())[:200]
    if not text:
        return None
    try:
        found = _iso(text) or _rfc822(text) or _french(text) or _unix(text)
    except (ValueError, OverflowError):  # the 31st of February, an hour 25…
        return None
    if found is None or not 1970 <= found.year <= 2100:
        return None
    return found.astimezone(UTC)


def _iso(text: str) -> datetime | None:
    match = _ISO.match(text)
    if match is None:
        return None
    digits = match["date"]
    if "-" not in digits:
        digits = f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
    year, month, day = map(int, digits.split("-"))
    clock = (match["time"] or "0000").replace(":", "")
    if len(clock) in (3, 5):  # «9:30»
        clock = f"0{clock}"
    hour, minute, second = int(clock[:2]), int(clock[2:4]), int(clock[4:6] or 0)
    next_day = hour == 24  # ISO 8601 end of day
    moment = datetime(year, month, day, 0 if next_day else hour, minute, min(second, 59))  # noqa: DTZ001
    return _zoned(moment + timedelta(days=next_day), match["zone"])


def _french(text: str) -> datetime | None:
    plain = "".join(
        sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign)
    )
    lowered = plain.lower()
    for pattern in (_WORDS, _FIGURES):
        match = pattern.search(lowered)
        if match is None:
            continue
        name = match["month"]
        month = int(name) if name.isdigit() else _MONTH_NUMBERS.get(name)
        if month is None:  # an English month: RFC 822 reads it
            continue
        moment = datetime(  # noqa: DTZ001
            int(match["year"]), month, int(match["day"]),
            int(match["hour"] or 0), int(match["minute"] or 0), int(match["second"] or 0),
        )  # fmt: skip
        start, end = match.span("zone")
        return _zoned(moment, plain[start:end] if start >= 0 else None)
    return None


def _rfc822(text: str) -> datetime | None:
    head, _, zone = text.rpartition(" ")
    zone = zone.strip("()")
    parts = parsedate_tz(f"{head} {_ZONES.get(zone.upper(), zone)}")
    if parts is None or _YEAR_ZERO.search(text):
        return None
    year, month, day, hour, minute, second = parts[:6]
    moment = datetime(year, month, day, hour, minute, min(second, 59))  # noqa: DTZ001
    if zone[:1].isdigit():  # a time or a year stands last; the library would say UTC
        return moment.replace(tzinfo=PARIS)
    return moment.replace(tzinfo=timezone(timedelta(seconds=parts[9] or 0)))


def _unix(text: str) -> datetime | None:
    if not re.fullmatch(r"\d{9,10}|\d{12,13}", text):
        return None
    return datetime.fromtimestamp(int(text) / (1000 if len(text) > 11 else 1), UTC)


def _zoned(moment: datetime, zone: str | None) -> datetime:
    """`moment` in the zone written; in Paris when there is none or when it is a word."""
    offset = _ZONES.get((zone or "").upper(), zone or "")
    match = re.fullmatch(r"([+-])(\d\d):?(\d\d)", offset)
    if match is None:
        return moment.replace(tzinfo=PARIS)
    minutes = int(match[2]) * 60 + int(match[3])
    return moment.replace(
        tzinfo=timezone(timedelta(minutes=-minutes if match[1] == "-" else minutes))
    )
