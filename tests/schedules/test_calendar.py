"""The calendar against an oracle that walks real time minute by minute with zoneinfo."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from schedules import calendar

PARIS = ZoneInfo("Europe/Paris")
MINUTE = timedelta(minutes=1)


def oracle(
    start: datetime, end: datetime, at: time, day_fits: Callable[[date], bool]
) -> set[datetime]:
    """Walks every minute of UTC: an occurrence is the first minute of a fitting Paris day whose
    wall clock shows `at` or later. This says at once: gap → first valid instant, fold → first.
    """
    found: dict[date, datetime] = {}
    moment = start
    while moment < end:
        wall = moment.astimezone(PARIS)
        if wall.time() >= at and wall.date() not in found and day_fits(wall.date()):
            found[wall.date()] = moment
        moment += MINUTE
    return set(found.values())


def changes(first: int, last: int) -> Iterator[datetime]:
    """The UTC instants at which the offset of Paris changes."""
    moment, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    while moment < end:
        after = moment + timedelta(hours=1)
        if moment.astimezone(PARIS).utcoffset() != after.astimezone(PARIS).utcoffset():
            yield after
        moment = after


@pytest.mark.parametrize("at", ["00:00", "01:59", "02:00", "02:30", "02:59", "03:00", "06:30"])
def test_daily_times_agree_with_the_clock_on_the_wall_at_every_change_of_hour(at: str) -> None:
    rule = calendar.read(f"daily {at}")
    seen = 0
    for change in changes(2024, 2040):
        start = (change - timedelta(days=1)).replace(hour=12)
        expected = oracle(start, start + timedelta(days=2), rule.at, lambda day: True)
        # The day the walk starts in is already past `at`: its first minute is no occurrence.
        expected.discard(start)
        assert set(rule.between(start, start + timedelta(days=2) - MINUTE)) == expected
        seen += 1
    assert seen == 34  # two a year


def test_a_time_the_clock_skips_happens_at_the_first_valid_instant_after() -> None:
    at = calendar.instant(date(2027, 3, 28), time(2, 30))
    assert at == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)  # 03:00 in Paris


def test_a_time_the_clock_shows_twice_happens_the_first_time_only() -> None:
    rule = calendar.read("daily 02:30")
    night = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)
    assert list(rule.between(night, night + timedelta(hours=12))) == [
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    ]


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("weekdays 05:45", lambda day: day.weekday() < 5),
        ("weekly sunday 02:30", lambda day: day.weekday() == 6),
        ("monthly 25 08:00", lambda day: day.day == 25),
        ("monthly last 02:30", lambda day: (day + timedelta(days=1)).day == 1),
        ("monthly 31 08:00", lambda day: day.day == 31 or (day + timedelta(days=1)).day == 1),
    ],
)
def test_every_rule_agrees_with_a_walk_through_seventeen_years(
    text: str, fits: Callable[[date], bool]
) -> None:
    rule = calendar.read(text)
    start, end = datetime(2024, 1, 1, tzinfo=UTC), datetime(2041, 1, 1, tzinfo=UTC)
    days = (date(2024, 1, 1) + timedelta(days=n) for n in range((end - start).days))
    got = list(rule.between(start, end))
    assert [at.astimezone(PARIS).date() for at in got] == [day for day in days if fits(day)]
    shown = {at.astimezone(PARIS).time() for at in got}
    assert shown <= {rule.at, time(3, 0)}
    for at in got[:200]:
        assert rule.latest(at) == at
        assert rule.latest(at - MINUTE) < at
        assert rule.after(at - MINUTE) == at


def test_intervals_are_counted_in_real_time() -> None:
    rule = calendar.read("every 15 min")
    night = datetime(2026, 10, 24, 23, 50, tzinfo=UTC)
    got = list(rule.between(night, night + timedelta(hours=3)))
    assert len(got) == 12
    assert {b - a for a, b in zip(got, got[1:], strict=False)} == {timedelta(minutes=15)}
    assert rule.latest(datetime(2026, 11, 24, 8, 7, 3, tzinfo=UTC)).minute == 0


def test_the_same_rule_may_be_written_in_french() -> None:
    pairs = {
        "toutes les 15 min": "every 15 min",
        "Tous les jours à 6h30": "daily 06:30",
        "du lundi au vendredi 05:45": "weekdays 05:45",
        "jours ouvrés 05:45": "workdays 05:45",
        "le mardi 07:00": "weekly tuesday 07:00",
        "le 25 du mois 08:00": "monthly 25 08:00",
        "le 1er de chaque mois à 9 h 00": "monthly 1 09:00",
        "le dernier jour du mois 18:00": "monthly last 18:00",
    }
    for french, english in pairs.items():
        assert calendar.read(french) == calendar.read(english)


def test_what_people_read_can_be_typed_back() -> None:
    for text in ("every 1 min", "every 1 h",
                 "every 10 s", "every 2 h", "daily 06:05", "weekdays 05:45", "workdays 05:45",
                 "weekly friday 17:00", "monthly 1 09:00", "monthly last 18:00"):  # fmt: skip
        rule = calendar.read(text)
        assert calendar.read(calendar.words(rule).replace("\u00a0", " ")) == rule


@pytest.mark.parametrize(
    "text",
    ["", "souvent", "daily 25:00", "daily 6", "monthly 32 08:00", "every 1 s", "every 0 min",
     "every 48 h", "monthly 0 08:00", "weekly noday 08:00"],
)  # fmt: skip
def test_a_rule_that_cannot_be_read_is_refused_in_words(text: str) -> None:
    with pytest.raises(calendar.BadRule, match=r"Exemples|va de"):
        calendar.read(text)


def test_easter_is_where_the_published_tables_put_it() -> None:
    published = {
        2024: (3, 31), 2025: (4, 20), 2026: (4, 5), 2027: (3, 28), 2028: (4, 16), 2029: (4, 1),
        2030: (4, 21), 2038: (4, 25), 1818: (3, 22), 2000: (4, 23),
    }  # fmt: skip
    assert {
        year: (calendar.easter(year).month, calendar.easter(year).day) for year in published
    } == published


def test_public_holidays_are_no_working_days() -> None:
    assert len(calendar.holidays(2026)) == 11
    assert calendar.holidays(2026)[date(2026, 5, 14)] == "Ascension"
    assert not calendar.is_workday(date(2026, 11, 11))
    assert calendar.is_workday(date(2026, 11, 12))
    assert not calendar.is_workday(date(2026, 11, 14))
    rule = calendar.read("workdays 05:45")
    after = rule.after(datetime(2026, 12, 24, 12, 0, tzinfo=UTC))
    assert after == datetime(2026, 12, 28, 4, 45, tzinfo=UTC)
