"""Dates of feeds, written by standards, programs and people."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.french import PARIS, SHORT_MONTHS, day_and_clock, full_date, long_day
from veille.reading import dates

NINE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)  # in Paris
MIDNIGHT = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-24T08:00:00Z", "2026-11-24T09:00:00+01:00", "2026-11-24T09:00:00.123+0100",
        "2026-11-24T09:00+01:00", "2026-11-24 09:00:00", "2026-11-24T09:00", "20261124T090000",
        "2026-11-24T08:00:00 UTC", "2026-11-24 9:00", "Tue, 24 Nov 2026 08:00:00 GMT",
        "Tue, 24 Nov 2026 09:00:00 +0100", "Tue, 24 Nov 26 09:00 CET", "24 Nov 2026 03:00:00 EST",
        "Tue, 24 Nov 2026 09:00:00 MET", "Tue, 24 Nov 2026 09:00:00",
        "mardi 24 novembre 2026 à 9 h", "mardi 24 novembre 2026 à 9h00", "24 novembre 2026 09:00",
        "Publié le 24 nov. 2026 à 9 h 00", "mar., 24 nov. 2026 09:00:00 +0100",
        "Mar, 24 nov 2026 08:00:00 GMT", "24/11/2026 09:00", "24/11/2026 à 09h00",
        "24.11.2026 - 09:00", "24-11-2026 09:00:00", "1795507200", "1795507200000",
    ],
)  # fmt: skip
def test_nine_in_the_morning_in_paris(text: str) -> None:
    found = dates.parse(text)
    assert found is not None
    assert found.replace(microsecond=0) == NINE


@pytest.mark.parametrize(
    "text", ["2026-11-24", "20261124", "24/11/2026", "24 novembre 2026", "mardi 24 NOVEMBRE 2026"]
)
def test_a_day_alone_is_that_day_in_paris(text: str) -> None:
    assert dates.parse(text) == MIDNIGHT


def test_summer_time_is_known() -> None:
    july = datetime(2026, 7, 14, 7, 0, tzinfo=UTC)
    for text in ("14 juillet 2026 à 9 h", "Tue, 14 Jul 2026 09:00 CEST", "2026-07-14T09:00"):
        assert dates.parse(text) == july


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "hier", "bientôt", "2026", "31/02/2026", "2026-02-31", "2026-11-24T25:00:00Z",
        "32 novembre 2026", "0001-01-01T00:00:00Z", "Mon, 01 Jan 0001 00:00:00 +0000", "9999-12-31",
        "0000-00-00 00:00:00", "1er avrilembre 2026", "x" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_date_is_none(text: str) -> None:
    assert dates.parse(text) is None


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_is_read_long_short_and_without_accents(month: int) -> None:
    day = datetime(2026, month, 1, tzinfo=PARIS)
    short = f"1er {SHORT_MONTHS[month - 1]} 2026"
    for text in (full_date(day), long_day(day, year=True), short, full_date(day).upper()):
        assert dates.parse(text) == day.astimezone(UTC), text
    plain = full_date(day).translate(str.maketrans("éû", "eu"))
    assert dates.parse(plain) == day.astimezone(UTC)


@given(st.datetimes(datetime(1971, 1, 1), datetime(2099, 12, 30), timezones=st.just(UTC)))
def test_standard_forms_come_back(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    assert dates.parse(moment.isoformat()) == moment
    assert dates.parse(format_datetime(moment)) == moment
    assert dates.parse(moment.astimezone(PARIS).isoformat()) == moment


@given(st.datetimes(datetime(1971, 1, 1), datetime(2099, 12, 30), timezones=st.just(UTC)))
def test_what_our_own_pages_write_is_read(moment: datetime) -> None:
    """But for the hour that comes twice in October, where the first is meant."""
    moment = moment.replace(second=0, microsecond=0)
    local = moment.astimezone(PARIS)
    text = day_and_clock(moment).replace(" à ", f" {local.year} à ")
    found = dates.parse(text)
    assert found is not None
    assert found.astimezone(PARIS).replace(fold=0, tzinfo=None) == local.replace(
        tzinfo=None, fold=0
    )


@given(st.text(max_size=60))
def test_any_text_is_a_date_or_none(text: str) -> None:
    found = dates.parse(text)
    assert found is None or found.tzinfo is UTC
