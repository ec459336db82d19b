"""The days a letter covers. Paris dates, both ends included."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, time, timedelta

from veille.exceptions import BadInput
from veille.french import NBSP, PARIS, full_date, month_year

_MONTH = re.compile(r"(\d{4})-(\d{2})\Z")


def parse_period(text: str) -> tuple[date, date]:
    """«2026-11» or «2026-01-01..2026-03-31» → first and last day, both included.

    Raises BadInput with the two ways of writing it.
    """
    text = text.strip()
    try:
        if found := _MONTH.match(text):
            year, month = int(found[1]), int(found[2])
            last = calendar.monthrange(year, month)[1]
            return date(year, month, 1), date(year, month, last)
        first, _, second = text.partition("..")
        start, end = date.fromisoformat(first.strip()), date.fromisoformat(second.strip())
    except ValueError as error:  # calendar.IllegalMonthError is one
        raise BadInput(
            f"Période illisible{NBSP}: «{NBSP}{text}{NBSP}». "
            "Écrivez 2026-11 ou 2026-01-01..2026-03-31.",
            where="period",
        ) from error
    return checked(start, end)


def checked(start: date, end: date) -> tuple[date, date]:
    """The two days, or BadInput when they are in the wrong order."""
    if end < start:
        raise BadInput(
            f"La période finit le {full_date(end)}, avant de commencer le {full_date(start)}.",
            where="period",
        )
    return start, end


def bounds(start: date, end: date) -> tuple[datetime, datetime]:
    """First instant of `start` and first instant after `end`, in Paris time (DST included)."""
    after = end + timedelta(days=1)
    return (
        datetime.combine(start, time(), tzinfo=PARIS),
        datetime.combine(after, time(), tzinfo=PARIS),
    )


def whole_month(start: date, end: date) -> bool:
    """Is it one calendar month?"""
    return (start.year, start.month) == (end.year, end.month) and (
        start.day == 1 and end.day == calendar.monthrange(end.year, end.month)[1]
    )


def period_name(start: date, end: date) -> str:
    """«novembre 2026», «janvier à mars 2026», «1er janvier 2026 au 12 mars 2026»."""
    if whole_month(start, end):
        return month_year(start)
    last = calendar.monthrange(end.year, end.month)[1]
    if start.day == 1 and end.day == last and start.year == end.year:
        return f"{month_year(start).split()[0]} à {month_year(end)}"
    if start == end:
        return full_date(start)
    return f"{full_date(start)} au {full_date(end)}"


def paris_day(moment: datetime) -> date:
    """The Paris date of an instant."""
    return moment.astimezone(PARIS).date()
