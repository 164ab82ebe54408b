"""Deadlines: a date alone stays that date, for whoever wrote it and wherever."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given
from hypothesis import strategies as st

from delegation.deadlines import deadline_moment

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ZONES = st.sampled_from(sorted(available_timezones() - {"localtime"})).map(ZoneInfo)
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2050, 12, 31))


def test_without_a_date_there_is_no_deadline() -> None:
    assert deadline_moment(None, None, AMSTERDAM) is None


def test_a_date_alone_passes_when_that_day_is_over() -> None:
    assert deadline_moment(date(2026, 11, 27), None, AMSTERDAM) == datetime(2026, 11, 27, 22, 59, 59, tzinfo=UTC)


def test_a_date_alone_ends_with_the_teams_day_also_where_the_assistant_is_a_day_ahead() -> None:
    moment = deadline_moment(date(2026, 11, 25), None, ZoneInfo("America/New_York"))
    assert moment == datetime(2026, 11, 26, 4, 59, 59, tzinfo=UTC)
    assert moment.astimezone(ZoneInfo("Asia/Manila")) == datetime(
        2026, 11, 26, 12, 59, 59, tzinfo=ZoneInfo("Asia/Manila")
    )


def test_a_time_is_the_time_on_the_clock_of_the_zone() -> None:
    assert deadline_moment(date(2026, 7, 1), time(17), AMSTERDAM) == datetime(2026, 7, 1, 15, tzinfo=UTC)
    assert deadline_moment(date(2026, 7, 1), time(17), ZoneInfo("Asia/Manila")) == datetime(2026, 7, 1, 9, tzinfo=UTC)


@given(DAYS, ZONES)
def test_a_date_alone_never_slips_a_day_in_any_zone(day: date, zone: ZoneInfo) -> None:
    moment = deadline_moment(day, None, zone)
    assert moment is not None
    assert moment.astimezone(zone).date() == day
    assert (moment + timedelta(seconds=1)).astimezone(zone).date() > day


def test_where_the_clocks_go_back_at_midnight_the_day_ends_with_the_second_of_its_last_hours() -> None:
    beirut = ZoneInfo("Asia/Beirut")  # 24 October 2026: after 23:59:59 comes 23:00:00 once more
    assert deadline_moment(date(2026, 10, 24), None, beirut) == datetime(2026, 10, 24, 21, 59, 59, tzinfo=UTC)


@given(DAYS, st.times(), ZONES)
def test_a_moment_is_always_in_utc(day: date, at: time, zone: ZoneInfo) -> None:
    moment = deadline_moment(day, at, zone)
    assert moment is not None
    assert moment.tzinfo is UTC
