"""French civil time: readable rules, their occurrences across DST, working days. Pure.

A rule is one short line, in English (as the code holds it) or in French (as staff type it):

    every 15 min        toutes les 15 min
    daily 06:30         tous les jours 06:30
    weekdays 05:45      du lundi au vendredi 05:45
    workdays 05:45      jours ouvrés 05:45          (Monday to Friday, public holidays left out)
    weekly tuesday 07:00    le mardi 07:00
    monthly 25 08:00    le 25 du mois 08:00         (31 means the last day of a shorter month)
    monthly last 18:00  le dernier jour du mois 18:00

Occurrences are wall-clock times in Europe/Paris, given as instants in UTC. A time that the spring
change skips happens at the first valid instant after; one that the autumn change repeats happens
the first time only. (APScheduler's cron fires such a time twice, or an hour late.)
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from veille import french
from veille.french import PARIS

UNITS = {"s": 1, "min": 60, "h": 3600}  # a unit is known by its first letter
UNIT_NAMES = {"s": "seconde", "min": "minute", "h": "heure"}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EXAMPLES = "« toutes les 15 min », « jours ouvrés 05:45 », « le 25 du mois 08:00 »"
_HOUR = r"(?:à\s*)?(?P<hour>\d{1,2})\s*(?::|h)\s*(?P<minute>\d{2})"
_PATTERNS = (
    (
        "every",
        r"(?:every|chaque|tou(?:te)?s les)\s+(?P<count>\d+)?\s*"
        r"(?P<unit>s|sec|secondes?|min|minutes?|h|hours?|heures?)",
    ),
    ("daily", rf"(?:daily|tous les jours|chaque jour)\s+{_HOUR}"),
    ("weekdays", rf"(?:weekdays|du lundi au vendredi)\s+{_HOUR}"),
    ("workdays", rf"(?:workdays|(?:les\s+)?jours ouvrés|chaque jour ouvré)\s+{_HOUR}"),
    (
        "weekly",
        rf"(?:weekly\s+|(?:le|chaque)\s+)(?P<weekday>{'|'.join(WEEKDAYS + french.DAYS)})\s+{_HOUR}",
    ),
    (
        "monthly",
        r"(?:monthly|le)\s+(?P<day>\d{1,2}|last|dernier jour)(?:er)?"
        rf"(?:\s+d[ue] (?:chaque )?mois)?\s+{_HOUR}",
    ),
)


class BadRule(ValueError):
    """The rule cannot be read; the message is a French sentence with examples."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule once read. `day`: 1-31, or 0 for the last of the month; `weekday`: 0 is Monday."""

    kind: str
    seconds: int = 0
    at: time = time(0)
    weekday: int = 0
    day: int = 0

    def falls_on(self, day: date) -> bool:
        """Does the rule have an occurrence on `day` (a Paris date)? Not for `every`."""
        match self.kind:
            case "daily":
                return True
            case "weekdays":
                return day.weekday() < 5
            case "workdays":
                return is_workday(day)
            case "weekly":
                return day.weekday() == self.weekday
            case _:
                last = calendar.monthrange(day.year, day.month)[1]
                return day.day == (min(self.day, last) if self.day else last)

    def latest(self, moment: datetime) -> datetime:
        """The last occurrence at or before `moment` (aware), in UTC."""
        if self.kind == "every":
            return _floor(moment, self.seconds)
        return next(at for at in self._from(moment, -1) if at <= moment)

    def after(self, moment: datetime) -> datetime:
        """The first occurrence strictly after `moment` (aware), in UTC."""
        if self.kind == "every":
            return _floor(moment, self.seconds) + timedelta(seconds=self.seconds)
        return next(at for at in self._from(moment, 1) if at > moment)

    def between(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """Every occurrence after `start`, up to and including `end`, in order."""
        at = self.after(start)
        while at <= end:
            yield at
            at = self.after(at)

    def _from(self, moment: datetime, step: int) -> Iterator[datetime]:
        """Occurrences day by day from `moment`, forwards or backwards."""
        day = moment.astimezone(PARIS).date() - timedelta(days=step)
        while True:  # ends within two months: every rule falls on some day of any month
            if self.falls_on(day):
                yield instant(day, self.at)
            day += timedelta(days=step)


def _floor(moment: datetime, seconds: int) -> datetime:
    """Counted from 1970 in UTC: no change of hour touches it, every process agrees."""
    stamp = int(moment.timestamp())
    return datetime.fromtimestamp(stamp - stamp % seconds, UTC)


def instant(day: date, at: time) -> datetime:
    """The UTC instant of wall-clock `at` on `day` in Paris: first of two, or first after a gap."""
    wall = datetime.combine(day, at, PARIS)  # fold=0: the first of two
    moment = wall.astimezone(UTC)
    if moment.astimezone(PARIS).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return moment
    low = wall.replace(fold=1).astimezone(UTC)  # in a gap: before the change
    high, before = moment, low.astimezone(PARIS).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        low, high = (
            (middle, high) if middle.astimezone(PARIS).utcoffset() == before else (low, middle)
        )
    return high.replace(microsecond=0)


def read(text: str) -> Rule:
    """The rule `text` says. Raises BadRule with what to write instead."""
    folded = re.sub(r"\s+", " ", text.strip().lower())
    for kind, pattern in _PATTERNS:
        found = re.fullmatch(pattern, folded)
        if found:
            return _made(kind, found.groupdict())
    raise BadRule(f"« {text} » n’est pas une cadence. Exemples : {EXAMPLES}.")


def _made(kind: str, parts: dict[str, str | None]) -> Rule:
    if kind == "every":
        size = next(size for unit, size in UNITS.items() if unit[0] == (parts["unit"] or "")[0])
        seconds = int((parts["count"] or "1")[:6]) * size  # six digits are over 24 h already
        if not 5 <= seconds <= 86400:
            raise BadRule("Un intervalle va de 5 s à 24 h.")
        return Rule(kind, seconds=seconds)
    hour, minute = int(parts["hour"] or 0), int(parts["minute"] or 0)
    if hour > 23 or minute > 59:
        raise BadRule("L’heure va de 00:00 à 23:59.")
    at = time(hour, minute)
    if kind == "weekly":
        name = parts["weekday"] or ""
        names = WEEKDAYS if name in WEEKDAYS else french.DAYS
        return Rule(kind, at=at, weekday=names.index(name))
    if kind == "monthly":
        day = parts["day"] or ""
        if day.isdigit() and not 1 <= int(day) <= 31:
            raise BadRule("Le jour du mois va de 1 à 31, ou « dernier jour ».")
        return Rule(kind, at=at, day=int(day) if day.isdigit() else 0)
    return Rule(kind, at=at)


def words(rule: Rule) -> str:
    """«toutes les 15 min», «le 25 de chaque mois à 8 h 00»: what people read."""
    if rule.kind == "every":
        size, unit = next((n, u) for u, n in reversed(UNITS.items()) if rule.seconds % n == 0)
        count = rule.seconds // size
        if count == 1:
            return f"chaque {UNIT_NAMES[unit]}"
        return f"toutes les {count}{french.NBSP}{unit}"
    hour = f"à {rule.at.hour}{french.NBSP}h{french.NBSP}{rule.at.minute:02d}"
    match rule.kind:
        case "daily":
            when = "chaque jour"
        case "weekdays":
            when = "du lundi au vendredi"
        case "workdays":
            when = "chaque jour ouvré"
        case "weekly":
            when = f"chaque {french.DAYS[rule.weekday]}"
        case _:
            day = f"{french.ordinal_day(rule.day)}" if rule.day else "dernier jour"
            when = f"le {day} de chaque mois"
    return f"{when} {hour}"


@lru_cache(maxsize=64)
def easter(year: int) -> date:
    """Easter Sunday, Gregorian (anonymous algorithm, Nature 1876; Meeus, ch. 8)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (a + 11 * h) // 319
    r = (2 * e + 2 * i - k - h + m + 32) % 7
    month = (h - m + r + 90) // 25
    return date(year, month, (h - m + r + month + 19) % 32)


@lru_cache(maxsize=64)
def holidays(year: int) -> dict[date, str]:
    """The eleven public holidays of metropolitan France (Code du travail, art. L3133-1)."""
    sunday = easter(year)
    return {
        date(year, 1, 1): "jour de l’An",
        sunday + timedelta(days=1): "lundi de Pâques",
        date(year, 5, 1): "fête du Travail",
        date(year, 5, 8): "victoire de 1945",
        sunday + timedelta(days=39): "Ascension",
        sunday + timedelta(days=50): "lundi de Pentecôte",
        date(year, 7, 14): "fête nationale",
        date(year, 8, 15): "Assomption",
        date(year, 11, 1): "Toussaint",
        date(year, 11, 11): "armistice de 1918",
        date(year, 12, 25): "Noël",
    }


def is_workday(day: date) -> bool:
    """Monday to Friday, public holidays left out."""
    return day.weekday() < 5 and day not in holidays(day.year)
