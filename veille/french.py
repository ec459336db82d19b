"""How French writes dates, numbers and delays. Pure; times come in aware and leave in Paris."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
NBSP = "\u00a0"
NNBSP = "\u202f"
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
SHORT_MONTHS = (
    "janv.", "févr.", "mars", "avr.", "mai", "juin",
    "juil.", "août", "sept.", "oct.", "nov.", "déc.",
)  # fmt: skip


def local(moment: date) -> date:
    """A datetime in Paris time; a plain date as it is."""
    return moment.astimezone(PARIS) if isinstance(moment, datetime) else moment


def ordinal_day(day: int) -> str:
    """«1er», «2», … as French writes the day of a month."""
    return "1er" if day == 1 else str(day)


def long_day(moment: date, *, year: bool = False) -> str:
    """«mardi 24 novembre», with the year when asked."""
    day = local(moment)
    text = f"{DAYS[day.weekday()]} {ordinal_day(day.day)} {MONTHS[day.month - 1]}"
    return f"{text} {day.year}" if year else text


def full_date(moment: date) -> str:
    """«24 novembre 2026»."""
    day = local(moment)
    return f"{ordinal_day(day.day)}{NBSP}{MONTHS[day.month - 1]} {day.year}"


def short_date(moment: date) -> str:
    """«24 nov.»."""
    day = local(moment)
    return f"{ordinal_day(day.day)}{NBSP}{SHORT_MONTHS[day.month - 1]}"


def month_year(moment: date) -> str:
    """«novembre 2026»."""
    day = local(moment)
    return f"{MONTHS[day.month - 1]} {day.year}"


def clock(moment: datetime) -> str:
    """«9 h 00», Paris time."""
    at = moment.astimezone(PARIS)
    return f"{at.hour}{NBSP}h{NBSP}{at.minute:02d}"


def day_and_clock(moment: datetime) -> str:
    """«mardi 24 novembre à 9 h 00»."""
    return f"{long_day(moment)} à {clock(moment)}"


def appointment(moment: datetime, now: datetime) -> str:
    """«mardi 24 novembre à 9 h 00, dans 3 j»; over 30 days ahead with the year instead."""
    if abs(moment - now) > timedelta(days=30):
        return f"{long_day(moment, year=True)} à {clock(moment)}"
    return f"{day_and_clock(moment)}, {ago(moment, now)}"


def ago(moment: datetime, now: datetime) -> str:
    """«il y a 2 h», «dans 3 j», «à l'instant»; over 30 days the date."""
    seconds = (now - moment).total_seconds()
    size = abs(seconds)
    if size < 60:
        return "à l’instant"
    for unit, length in (("j", 86400), ("h", 3600), ("min", 60)):
        if size >= length:
            if unit == "j" and size >= 30 * 86400:
                return full_date(moment)
            words = f"{int(size // length)}{NBSP}{unit}"
            return f"il y a {words}" if seconds > 0 else f"dans {words}"
    raise AssertionError("unreachable: every size over 60 s has a unit")


def number(value: int) -> str:
    """«1 204» with a narrow no-break space."""
    return f"{value:,}".replace(",", NNBSP)


def count(value: int, singular: str, plural: str | None = None) -> str:
    """«0 contenu», «1 contenu», «2 contenus»: French counts zero as singular."""
    noun = singular if abs(value) < 2 else (plural or f"{singular}s")
    return f"{number(value)}{NBSP}{noun}"
