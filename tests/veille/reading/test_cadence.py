"""When a source is asked again, and the words for it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.french import PARIS
from veille.reading.cadence import next_check
from veille.reading.types import NextCheck, Outcome, Skip

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
HOURLY = tuple(NOW - n * HOUR for n in range(20))


def check(kind: str = "fetched", *, daily: bool = False, **fields: object) -> NextCheck:
    outcome = Outcome(kind, **fields)  # type: ignore[arg-type]
    return next_check(outcome, now=NOW, key="source 1", daily=daily)


def assert_wait(found: NextCheck, wait: timedelta) -> None:
    """`wait`, and at most a tenth more."""
    assert wait <= found.at - NOW <= wait * 1.1, found.at - NOW


@pytest.mark.parametrize(
    ("gap", "wait"),
    [(timedelta(0), HOUR), (HOUR, HOUR), (6 * HOUR, 3 * HOUR), (7 * DAY, DAY)],
)
def test_its_own_rhythm_halved_between_an_hour_and_a_day(gap: timedelta, wait: timedelta) -> None:
    found = check(seen=tuple(NOW - n * gap for n in range(20)))
    assert_wait(found, wait)
    assert "selon son rythme" in found.why


@pytest.mark.parametrize(
    ("seen", "wait", "words"),
    [
        ((), 6 * HOUR, "peu de contenus"),
        ((NOW, NOW - HOUR), 6 * HOUR, "peu de contenus"),
        ((NOW - 31 * DAY,) * 5, DAY, "un mois"),
        ((NOW - 181 * DAY,) * 5, 3 * DAY, "six mois"),
    ],
)
def test_a_source_without_rhythm(seen: tuple[datetime, ...], wait: timedelta, words: str) -> None:
    found = check(seen=seen)
    assert_wait(found, wait)
    assert words in found.why


@pytest.mark.parametrize("kind", ["fetched", "unchanged"])
@pytest.mark.parametrize(
    ("headers", "hours"),
    [
        ({"cache-control": "public, max-age=43200"}, 12),
        ({"cache-control": "max-age=43200", "age": "7200"}, 10),
        ({"expires": "Tue, 24 Nov 2026 20:00:00 GMT", "date": format_datetime(NOW)}, 12),
        ({"cache-control": "max-age=864000"}, 24),
        ({"cache-control": "no-cache, max-age=43200"}, 1),
        ({"cache-control": "max-age=10"}, 1),
        ({"expires": "0"}, 1),
    ],
)
def test_the_headers_of_a_200_and_of_a_304_are_heard(
    kind: str, headers: dict[str, str], hours: int
) -> None:
    found = check(kind, seen=HOURLY, headers=headers)
    assert_wait(found, hours * HOUR)
    assert ("le site demande" in found.why) == (hours > 1)


def test_the_wish_written_in_the_feed_is_heard() -> None:
    found = check(seen=HOURLY, ttl=12 * HOUR)
    assert_wait(found, 12 * HOUR)
    assert found.why == "le site demande 12\u00a0h"


def test_hours_to_skip_are_skipped() -> None:
    found = check(seen=HOURLY, skip=Skip(hours=(9, 10, 11)))
    assert NOW.replace(hour=12) <= found.at <= NOW.replace(hour=13)
    assert check(seen=HOURLY, skip=Skip(days=tuple(range(7)))).at <= NOW + DAY * 1.1


def test_429_holds_the_whole_host() -> None:
    found = check("failed", code="http-429", status=429, headers={"retry-after": "7200"})
    assert found.at == found.hold_host_until == NOW + 2 * HOUR
    dated = {"retry-after": format_datetime(NOW + 3 * DAY)}
    assert check("failed", status=429, headers=dated).at == NOW + 3 * DAY
    assert check("failed", status=429, headers={"retry-after": "9999999"}).at == NOW + 31 * DAY
    waits = [check("failed", status=429, error_count=n).at - NOW for n in (0, 1, 2, 3, 9)]
    assert waits == [2 * HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, DAY]


def test_503_with_a_delay_holds_the_source_only() -> None:
    found = check("failed", code="http-503", status=503, headers={"retry-after": "10800"})
    assert (found.at, found.hold_host_until) == (NOW + 3 * HOUR, None)


@pytest.mark.parametrize("code", ["timeout", "dns", "http-500", "http-403", "http-404", "tls"])
def test_errors_slow_down_and_never_stop(code: str) -> None:
    status = int(code[5:]) if code.startswith("http") else None
    for count, hours in ((1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 24), (99, 24)):
        found = check("failed", code=code, status=status, error_count=count)
        assert_wait(found, hours * HOUR)
        assert found.why


def test_a_gone_feed_is_looked_at_once_more_a_day_later() -> None:
    assert_wait(check("failed", code="http-410", status=410, error_count=1), DAY)


def test_when_our_own_line_was_down_nobody_is_punished() -> None:
    assert check("failed", code="offline", error_count=9).at == NOW + HOUR


def test_a_daily_source_has_its_turn_before_the_team_arrives() -> None:
    evening = datetime(2026, 11, 24, 21, 0, tzinfo=UTC)
    outcome = Outcome("fetched", seen=(evening,), ttl=7 * HOUR)
    found = next_check(outcome, now=evening, key="source 1", daily=True)
    assert time(5, 30) <= found.at.astimezone(PARIS).time() <= time(7, 0)
    assert "chaque matin" in found.why


def test_the_morning_never_costs_one_more_request() -> None:
    """Due far from the morning, or asked by the site to wait beyond it: unchanged."""
    for ttl in (timedelta(hours=2), timedelta(hours=11)):
        outcome = Outcome("fetched", seen=HOURLY, ttl=ttl)
        plain = next_check(outcome, now=NOW, key="s")
        assert next_check(outcome, now=NOW, key="s", daily=True) == plain


@given(st.text(max_size=20), st.integers(0, 40), st.booleans())
def test_never_before_an_hour_and_always_the_same(key: str, count: int, daily: bool) -> None:
    for outcome in (
        Outcome("fetched", seen=HOURLY[: count % 20]),
        Outcome("failed", "timeout", error_count=count),
        Outcome("failed", status=429, headers={"retry-after": "1"}),
    ):
        found = next_check(outcome, now=NOW, key=key, daily=daily)
        assert NOW + HOUR <= found.at <= NOW + 4 * DAY
        assert found == next_check(outcome, now=NOW, key=key, daily=daily)
