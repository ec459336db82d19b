"""Dates written in French: the deadline of a call, the day of an event. Pure.

Dates are days in Paris. A date without a year is the one that comes after the day of
publication, unless that is most of a year away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from veille.french import MONTHS, PARIS
from veille.matching.folding import Folded, fold, folded

_MONTHS = {fold(name): number for number, name in enumerate(MONTHS, 1)} | {
    "janv": 1, "jan": 1, "fevr": 2, "fev": 2, "avr": 4, "juil": 7, "sept": 9, "oct": 10,
    "nov": 11, "dec": 12,
}  # fmt: skip
_NAMES = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY = r"(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche),?\s)?"
_DATE = (
    rf"{_DAY}(?:(?P<d>1er|\d{{1,2}})\s(?P<m>{_NAMES})\b\.?(?:\s(?P<y>20\d\d))?"
    r"|(?P<d2>\d{1,2})[/.](?P<m2>\d{1,2})(?:[/.](?P<y2>20\d\d|\d\d))?(?![/.\d])"
    r"|(?P<y3>20\d\d)-(?P<m3>\d\d)-(?P<d3>\d\d))"
)
_ANY = re.compile(rf"(?<![\d/.]){_DATE}")
_UNTIL = re.compile(
    r"(?:jusqu'au|jusqu'a|au plus tard(?: le)?|avant le|avant"
    r"|(?:date|heure) limite[^.;\n]{0,60}?|cloture[^.;\n]{0,45}?|echeance[^.;\n]{0,30}?"
    r"|limite (?:de|des)[^.;\n]{0,45}?|d'ici (?:le|au)|clos(?:es?)?)"
    rf"\s?:?\s?(?:(?:est|sont) )?(?:fixee? )?(?:au |le |a )?(?P<all>{_DATE})"
)
_FROM_TO = re.compile(
    rf"\b(?:du|les)\s{_DAY}(?P<first>1er|\d{{1,2}})(?:\s(?P<fm>{_NAMES})\b\.?(?:\s(?P<fy>20\d\d))?)?"
    rf"\s(?:au|et)\s(?={_DATE})"
)
_CLOCK = re.compile(
    r"[,\s(]*(?:a|de|des|a partir de|entre|-)?\s?(?P<h>\d{1,2})\s?(?:h|heures?|:)\s?(?P<n>\d{2})?"
    r"(?:\s?(?:a|-|et)\s?(?P<h2>\d{1,2})\s?(?:h|heures?|:)\s?(?P<n2>\d{2})?)?"
)
FAR = timedelta(days=300)  # «15 janvier» in a text of 20 January is five days ago
_SPACES = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day to answer, with the words that say it."""

    day: date
    why: str


@dataclass(frozen=True, slots=True)
class Event:
    """When something takes place. ISO dates, or ISO times in Paris when a clock is given."""

    start: str
    end: str  # equal to start when only one is known
    why: str


def deadline(text: str, published: date) -> Deadline | None:
    """The first deadline in `text` («jusqu'au 15 janvier», «avant le 15/01/2027»), or None.

    `published` is the day of publication in Paris; a deadline before it is none.
    """
    whole = _folded(text)
    for found in _UNTIL.finditer(whole.folded):
        day = _day(found, published)
        if day is not None and day >= published:
            return Deadline(day, whole.written(found.start(), found.end()).strip())
    return None


def event(text: str, published: date) -> Event | None:
    """The first day in `text` on which something takes place, or None.

    A date that is a deadline («inscriptions avant le 3 mars») or past is not taken.
    """
    whole = _folded(text)
    deadlines = [found.span("all") for found in _UNTIL.finditer(whole.folded)]
    for begin, found in _dates(whole.folded):
        day = _day(found, published)
        within = any(start <= found.start() < end for start, end in deadlines)
        if day is None or day < published or within:
            continue
        first = _first_day(begin, day) if begin else day
        start = begin.start() if begin else found.start()
        clock = _CLOCK.match(whole.folded, found.end())
        opening, closing = _clocks(first, day, clock)
        end = clock.end() if clock and opening != first.isoformat() else found.end()
        return Event(opening, closing, whole.written(start, end).strip())
    return None


def _folded(text: str) -> Folded:
    return folded(_SPACES.sub(" ", text))


def _dates(text: str) -> Iterator[tuple[re.Match[str] | None, re.Match[str]]]:
    """Each date, with the «du 3 au» that stands before it."""
    ranges = {found.end(): found for found in _FROM_TO.finditer(text)}
    for found in _ANY.finditer(text):
        if not any(begin.start() <= found.start() < begin.end() for begin in ranges.values()):
            yield ranges.get(found.start()), found


def _day(found: re.Match[str], published: date) -> date | None:
    for suffix in ("", "2", "3"):
        if found[f"d{suffix}"]:
            day = int(found[f"d{suffix}"].removesuffix("er"))
            month = _MONTHS.get(found[f"m{suffix}"]) or int(found[f"m{suffix}"])
            return _complete(day, month, found[f"y{suffix}"], published)
    return None


def _complete(day: int, month: int, year: str | None, published: date) -> date | None:
    try:
        if year:
            return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
        this_year = date(published.year, month, day)
        if this_year >= published:
            return this_year
        next_year = date(published.year + 1, month, day)
        return next_year if next_year - published < FAR else this_year
    except ValueError:  # «31/02», «45 mars»: a number that is no date
        return None


def _first_day(begin: re.Match[str], last: date) -> date:
    """The first day of «du 30 novembre au 2 décembre», «les 3 et 4 mars»."""
    day = int(begin["first"].removesuffix("er"))
    month = _MONTHS[begin["fm"]] if begin["fm"] else last.month
    try:
        first = date(int(begin["fy"] or last.year), month, day)
        if first > last and not begin["fy"]:
            first = date(last.year - 1, month, day)
    except ValueError:
        return last
    return first if last - first < timedelta(days=400) else last


def _clocks(first: date, last: date, clock: re.Match[str] | None) -> tuple[str, str]:
    opening = _time(clock, "h", "n") if clock else None
    closing = _time(clock, "h2", "n2") if clock else None
    if opening is None:
        return first.isoformat(), last.isoformat()
    start = datetime.combine(first, opening, PARIS)
    end = datetime.combine(last, closing or opening, PARIS)
    return start.isoformat(), max(start, end).isoformat()


def _time(clock: re.Match[str], hour: str, minute: str) -> time | None:
    if not clock[hour] or int(clock[hour]) > 23 or int(clock[minute] or 0) > 59:
        return None
    return time(int(clock[hour]), int(clock[minute] or 0))
