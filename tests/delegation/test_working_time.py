"""Working time: worked examples in Amsterdam, Manila and New York, night shifts, and a walk over all zones."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.reach import Reach
from delegation.working_time import (
    HORIZON_DAYS,
    WorkingTime,
    add_working,
    add_working_days,
    days_worked,
    is_working,
    last_working,
    next_working,
    working_minutes_between,
    works_at_all,
)
from tests.clocks import (
    AMSTERDAM,
    AT_NIGHT_IN_MANILA,
    IN_AMSTERDAM,
    IN_MANILA,
    IN_NEW_YORK,
    MANILA,
    NEVER,
    NEW_YORK,
    clock,
    looks_at_work,
    week,
    working_lives,
)

AT_NIGHT = WorkingTime(reach=Reach(zone=AMSTERDAM), hours=week("23:00", "07:00", days=7))
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def here(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A moment in 2026 on the clock of Amsterdam."""
    return datetime(2026, month, day, hour, minute, tzinfo=AMSTERDAM)


# --- what is working time -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "works_then"),
    [
        (here(24, 8, 59), False),
        (here(24, 9), True),
        (here(24, 17, 29), True),
        (here(24, 17, 30), False),
        (here(28, 12), False),  # a Saturday
    ],
)
def test_working_hours_hold_from_their_first_minute_up_to_their_last(at: datetime, works_then: bool) -> None:
    assert is_working(IN_AMSTERDAM, at) is works_then


def test_quiet_hours_are_cut_out_to_the_minute() -> None:
    long_days = replace(IN_AMSTERDAM, hours=week("06:00", "23:00"))  # quiet from 22:00 until 07:00
    moments = [here(24, 6, 59), here(24, 7), here(24, 21, 59), here(24, 22)]
    assert [is_working(long_days, at) for at in moments] == [False, True, True, False]
    assert clock(next_working(long_days, here(24, 22))) == "Wed 25 Nov 07:00"


def test_christmas_is_not_worked_in_the_netherlands() -> None:
    assert clock(next_working(IN_AMSTERDAM, here(24, 17, 30, month=12))) == "Mon 28 Dec 09:00"


def test_thanksgiving_is_worked_in_manila_and_not_in_new_york() -> None:
    morning = datetime(2026, 11, 26, 12, tzinfo=UTC)
    assert clock(next_working(IN_MANILA, morning), MANILA) == "Thu 26 Nov 20:00"
    assert clock(next_working(IN_NEW_YORK, morning), NEW_YORK) == "Fri 27 Nov 09:00"


def test_days_off_are_not_worked() -> None:
    away = replace(IN_AMSTERDAM, reach=replace(IN_AMSTERDAM.reach, days_off=((date(2026, 11, 24), date(2026, 12, 6)),)))
    assert clock(next_working(away, here(24, 12))) == "Mon 07 Dec 09:00"


def test_a_night_shift_belongs_to_the_day_it_starts_on() -> None:
    saturday_at_four = datetime(2026, 11, 28, 4, tzinfo=MANILA)
    assert is_working(AT_NIGHT_IN_MANILA, saturday_at_four)
    assert clock(next_working(AT_NIGHT_IN_MANILA, saturday_at_four + timedelta(hours=1)), MANILA) == "Mon 30 Nov 21:00"


def test_a_night_shift_that_runs_into_a_day_off_ends_at_midnight() -> None:
    away = WorkingTime(reach=Reach(zone=AMSTERDAM, days_off=((date(2026, 11, 25),) * 2,)), hours=AT_NIGHT.hours)
    assert is_working(away, here(24, 23, 59))
    assert clock(next_working(away, here(25, 0))) == "Thu 26 Nov 23:00"


def test_two_equal_times_are_a_whole_day() -> None:
    always = WorkingTime(reach=Reach(zone=AMSTERDAM), hours=week("00:00", "00:00", days=7))
    assert working_minutes_between(always, here(1, 0), here(8, 0)) == 7 * 24 * 60


def test_spans_that_overlap_count_once() -> None:
    overlapping = WorkingTime(reach=Reach(zone=AMSTERDAM), hours=week("09:00", "10:00", days=7))
    overlapping = replace(overlapping, hours=((time(22), time(9, 30)), *overlapping.hours[1:]))
    assert working_minutes_between(overlapping, here(23, 12), here(24, 12)) == 12 * 60


def test_who_has_no_working_hours_never_works() -> None:
    assert not works_at_all(NEVER)
    assert next_working(NEVER, here(24, 12)) is None
    assert last_working(NEVER, here(24, 12), not_before=LONG_AGO) is None
    assert add_working(NEVER, here(24, 12), 1) is None
    assert add_working_days(NEVER, date(2026, 11, 24), 1) is None
    assert working_minutes_between(NEVER, LONG_AGO, here(24, 12)) == 0


def test_working_hours_that_lie_wholly_in_quiet_hours_are_none() -> None:
    in_vain = WorkingTime(reach=replace(IN_AMSTERDAM.reach, country=""), hours=week("23:00", "06:00"))
    assert not works_at_all(in_vain)
    assert next_working(in_vain, here(24, 12)) is None


def test_who_is_away_for_years_works_no_more_for_now() -> None:
    gone = WorkingTime(
        reach=Reach(zone=AMSTERDAM, days_off=((date(2016, 1, 1), date(2099, 1, 1)),)), hours=IN_AMSTERDAM.hours
    )
    assert works_at_all(gone)
    assert next_working(gone, here(24, 12)) is None
    assert last_working(gone, here(24, 12), not_before=datetime(1999, 1, 1, tzinfo=UTC)) is None


def test_the_days_worked_include_the_one_on_which_a_night_shift_ends() -> None:
    assert days_worked(IN_MANILA) == frozenset(range(6))
    assert days_worked(AT_NIGHT_IN_MANILA) == frozenset(range(6))
    assert days_worked(NEVER) == frozenset()


# --- both edges of daylight saving --------------------------------------------------------------------------------


def test_working_hours_stay_where_they_are_on_the_clock_when_it_changes() -> None:
    moments = [next_working(IN_AMSTERDAM, here(day, 0, month=month)) for month, day in ((3, 27), (3, 30), (10, 26))]
    assert [clock(moment) for moment in moments] == ["Fri 27 Mar 09:00", "Mon 30 Mar 09:00", "Mon 26 Oct 09:00"]
    assert [moment.hour for moment in moments if moment] == [8, 7, 8]


def test_a_night_shift_is_an_hour_shorter_in_spring_and_longer_in_autumn() -> None:
    nights = [(3, 28), (6, 13), (10, 24)]
    minutes = [
        working_minutes_between(AT_NIGHT, here(day, 23, month=month), here(day + 1, 7, month=month))
        for month, day in nights
    ]
    assert [passed // 60 for passed in minutes] == [7, 8, 9]


def test_a_start_that_the_clocks_skip_is_the_moment_of_the_change() -> None:
    early = WorkingTime(reach=Reach(zone=AMSTERDAM), hours=week("02:30", "06:00", days=7))
    assert clock(next_working(early, here(29, 1, month=3))) == "Sun 29 Mar 03:00"


def test_a_span_in_an_hour_that_comes_twice_is_worked_once() -> None:
    short = WorkingTime(reach=Reach(zone=AMSTERDAM), hours=week("02:00", "02:30", days=7))
    assert working_minutes_between(short, here(25, 0, month=10), here(25, 12, month=10)) == 30
    assert next_working(short, here(25, 1, month=10)) == datetime(2026, 10, 25, 0, tzinfo=UTC)


# --- looking back -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "last"),
    [
        (here(24, 12), "Tue 24 Nov 12:00"),
        (here(24, 17, 30), "Tue 24 Nov 17:29"),
        (here(24, 8), "Mon 23 Nov 17:29"),
        (here(22, 12), "Fri 20 Nov 17:29"),
    ],
)
def test_the_last_working_moment_is_now_or_the_last_minute_of_work(at: datetime, last: str) -> None:
    assert clock(last_working(IN_AMSTERDAM, at, not_before=LONG_AGO)) == last


def test_the_last_working_moment_is_not_looked_for_too_far_back() -> None:
    sunday = here(22, 12)
    assert last_working(IN_AMSTERDAM, sunday, not_before=here(20, 17, 30)) is None
    assert clock(last_working(IN_AMSTERDAM, sunday, not_before=here(20, 17, 29))) == "Fri 20 Nov 17:29"
    assert last_working(IN_AMSTERDAM, here(24, 12), not_before=here(24, 13)) is None


# --- counting -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "minutes", "passed"),
    [
        (here(24, 9), 60, "Tue 24 Nov 10:00"),
        (here(24, 7), 60, "Tue 24 Nov 10:00"),
        (here(24, 17), 60, "Wed 25 Nov 09:30"),
        (here(24, 17), 30, "Tue 24 Nov 17:30"),
        (here(27, 17), 60, "Mon 30 Nov 09:30"),
        (here(24, 16, month=12), 240, "Mon 28 Dec 11:30"),
        (here(24, 9), 0, "Tue 24 Nov 09:00"),
    ],
)
def test_working_minutes_pass_in_working_time_only(start: datetime, minutes: int, passed: str) -> None:
    assert clock(add_working(IN_AMSTERDAM, start, minutes)) == passed


def test_eight_hours_at_night_in_manila_pass_the_weekend_by() -> None:
    friday = datetime(2026, 11, 28, 1, tzinfo=MANILA)
    assert clock(add_working(AT_NIGHT_IN_MANILA, friday, 480), MANILA) == "Tue 01 Dec 01:00"


def test_more_working_minutes_than_anyone_will_see_are_never_over() -> None:
    rarely = WorkingTime(reach=Reach(zone=AMSTERDAM), hours=week("09:00", "09:01", days=1))
    assert add_working(rarely, here(24, 9), 2_000 * 60) is None


def test_working_minutes_between_two_moments_leave_out_nights_and_weekends() -> None:
    assert working_minutes_between(IN_AMSTERDAM, here(20, 17), here(23, 9, 15)) == 45
    assert working_minutes_between(IN_AMSTERDAM, here(23, 0), here(30, 0)) == 5 * 510
    assert working_minutes_between(IN_AMSTERDAM, here(24, 12), here(24, 12)) == 0
    assert working_minutes_between(IN_AMSTERDAM, here(24, 12), here(24, 11)) == 0


@pytest.mark.parametrize(
    ("day", "days", "expected"),
    [
        (date(2026, 11, 24), 0, date(2026, 11, 24)),
        (date(2026, 11, 28), 0, date(2026, 11, 30)),  # from a Saturday
        (date(2026, 11, 28), 1, date(2026, 11, 30)),
        (date(2026, 11, 27), 1, date(2026, 11, 30)),
        (date(2026, 11, 24), 5, date(2026, 12, 1)),
        (date(2026, 12, 24), 1, date(2026, 12, 28)),
    ],
)
def test_working_days_leave_out_weekends_and_holidays(day: date, days: int, expected: date) -> None:
    assert add_working_days(IN_AMSTERDAM, day, days) == expected


def test_a_night_shift_is_one_working_day() -> None:
    assert add_working_days(AT_NIGHT_IN_MANILA, date(2026, 11, 27), 1) == date(2026, 11, 30)


# --- any zone at all ----------------------------------------------------------------------------------------------


@given(working_lives(), st.floats(0, 1, exclude_max=True))
@settings(max_examples=100)
def test_the_next_working_moment_is_one_and_there_is_none_before(
    life: tuple[WorkingTime, datetime], part: float
) -> None:
    working, at = life
    moment = next_working(working, at)
    assert (moment is not None) is works_at_all(working)
    if moment is None:
        return
    assert moment >= at
    assert moment.tzinfo is UTC
    assert is_working(working, moment)
    assert looks_at_work(working, moment)
    on_the_way = at + (moment - at) * part
    assert on_the_way == moment or not is_working(working, on_the_way)


@given(working_lives(), st.floats(0, 1))
@settings(max_examples=100)
def test_the_last_working_moment_is_one_and_less_than_a_minute_comes_after(
    life: tuple[WorkingTime, datetime], part: float
) -> None:
    working, at = life
    not_before = at - timedelta(days=9)
    moment = last_working(working, at, not_before=not_before)
    if moment is None:
        assert working_minutes_between(working, not_before, at) == 0
        return
    assert not_before <= moment <= at
    assert moment.tzinfo is UTC
    assert looks_at_work(working, moment)
    assert (moment == at) or working_minutes_between(working, moment, at) <= 1


@given(working_lives(), st.integers(0, 3_000))
@settings(max_examples=100)
def test_adding_working_minutes_and_counting_them_agree(life: tuple[WorkingTime, datetime], minutes: int) -> None:
    working, start = life
    end = add_working(working, start, minutes)
    if end is None:
        as_far_as_it_looks = start + timedelta(days=HORIZON_DAYS - 1)
        assert not works_at_all(working) or working_minutes_between(working, start, as_far_as_it_looks) < minutes
        return
    assert end >= start
    assert working_minutes_between(working, start, end) == minutes
    middle = start + (end - start) // 2
    apart = working_minutes_between(working, start, middle) + working_minutes_between(working, middle, end)
    assert minutes - 1 <= apart <= minutes


@given(working_lives(), st.integers(0, 30))
@settings(max_examples=100)
def test_working_days_are_worked_and_move_on(life: tuple[WorkingTime, datetime], days: int) -> None:
    working, at = life
    today = at.astimezone(working.reach.zone).date()
    day = add_working_days(working, today, days)
    if day is None:
        return
    assert working.hours[day.weekday()] is not None
    assert day >= today + timedelta(days=days)
    following = add_working_days(working, day, 1)
    assert following == add_working_days(working, today, max(days, 1) + 1) or days == 0
