"""When somebody can be reached: quiet hours to the minute, days off, holidays, both edges of daylight saving."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.reach import Reach, is_day_off, is_quiet, next_digest, reachable_from, wall_moment
from tests.clocks import (
    AMSTERDAM,
    MANILA,
    NEW_YORK,
    TIMES,
    ZONES,
    clock,
    looks_off,
    looks_quiet,
    moments_in,
    reaches_and_moments,
)

NIGHT = Reach(zone=AMSTERDAM, quiet_from=time(22), quiet_until=time(7))
ANY_TIME = Reach(zone=AMSTERDAM)


def here(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A moment in 2026 on the clock of Amsterdam."""
    return datetime(2026, month, day, hour, minute, tzinfo=AMSTERDAM)


# --- the clock on the wall ----------------------------------------------------------------------------------------


def test_a_time_that_the_clocks_skip_is_the_moment_of_the_change() -> None:
    assert wall_moment(date(2026, 3, 29), time(2, 30), AMSTERDAM) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_a_time_that_comes_twice_is_the_first_unless_the_last_is_asked_for() -> None:
    assert wall_moment(date(2026, 10, 25), time(2, 30), AMSTERDAM) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert wall_moment(date(2026, 10, 25), time(2, 30), AMSTERDAM, last=True) == datetime(
        2026, 10, 25, 1, 30, tzinfo=UTC
    )


def test_a_day_that_a_country_skips_is_the_moment_at_which_it_would_have_begun() -> None:
    apia = ZoneInfo("Pacific/Apia")  # in 2011 Samoa went from Thursday 29 December to Saturday the 31st
    assert wall_moment(date(2011, 12, 30), time(12), apia) == wall_moment(date(2011, 12, 31), time(), apia)


@given(st.data())
@settings(max_examples=100)
def test_a_later_time_on_the_clock_is_never_an_earlier_moment(data: st.DataObject) -> None:
    zone = data.draw(ZONES)
    day = data.draw(moments_in(zone)).date()
    early, late = sorted(data.draw(st.tuples(TIMES, TIMES)))
    first, second = wall_moment(day, early, zone), wall_moment(day, late, zone)
    assert first <= second <= wall_moment(day + timedelta(days=1), time(), zone)
    local = first.astimezone(zone).replace(tzinfo=None)
    assert local >= datetime.combine(day, early)
    assert local == datetime.combine(day, early) or (first - timedelta(seconds=1)).astimezone(zone).date() <= day


# --- quiet hours --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "reached"),
    [
        (here(24, 21, 59), "Tue 24 Nov 21:59"),
        (here(24, 22, 0), "Wed 25 Nov 07:00"),
        (here(25, 3, 15), "Wed 25 Nov 07:00"),
        (here(25, 6, 59), "Wed 25 Nov 07:00"),
        (here(25, 7, 0), "Wed 25 Nov 07:00"),
        (here(25, 7, 1), "Wed 25 Nov 07:01"),
    ],
)
def test_quiet_hours_hold_from_their_first_minute_up_to_their_last(at: datetime, reached: str) -> None:
    assert clock(reachable_from(NIGHT, at)) == reached
    assert is_quiet(NIGHT, at) is (clock(at) != reached)


def test_quiet_hours_can_lie_within_a_day() -> None:
    nap = Reach(zone=AMSTERDAM, quiet_from=time(13), quiet_until=time(14))
    assert [clock(reachable_from(nap, here(24, hour))) for hour in (12, 13, 14)] == [
        "Tue 24 Nov 12:00",
        "Tue 24 Nov 14:00",
        "Tue 24 Nov 14:00",
    ]


def test_quiet_hours_that_end_when_they_begin_are_none() -> None:
    assert not is_quiet(Reach(zone=AMSTERDAM, quiet_from=time(8), quiet_until=time(8)), here(24, 8))


def test_quiet_hours_are_those_of_the_persons_own_clock() -> None:
    in_manila = Reach(zone=MANILA, quiet_from=time(22), quiet_until=time(7))
    assert is_quiet(in_manila, here(24, 16))  # 23:00 there
    assert clock(reachable_from(in_manila, here(24, 16)), MANILA) == "Wed 25 Nov 07:00"


def test_quiet_hours_that_end_in_an_hour_that_comes_twice_last_until_its_second_time() -> None:
    reach = Reach(zone=AMSTERDAM, quiet_from=time(22), quiet_until=time(2, 30))
    assert reachable_from(reach, here(25, 1, month=10)) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_quiet_hours_that_end_in_an_hour_that_is_skipped_end_when_it_is() -> None:
    reach = Reach(zone=AMSTERDAM, quiet_from=time(22), quiet_until=time(2, 30))
    assert clock(reachable_from(reach, here(29, 1, month=3))) == "Sun 29 Mar 03:00"


# --- days off -----------------------------------------------------------------------------------------------------


def test_days_off_last_from_the_first_through_the_last() -> None:
    away = Reach(zone=AMSTERDAM, days_off=((date(2026, 11, 23), date(2026, 11, 25)),))
    assert [is_day_off(away, date(2026, 11, day)) for day in (22, 23, 24, 25, 26)] == [False, True, True, True, False]
    assert clock(reachable_from(away, here(23, 12))) == "Thu 26 Nov 00:00"


def test_after_days_off_quiet_hours_still_hold() -> None:
    away = Reach(
        zone=AMSTERDAM, quiet_from=time(22), quiet_until=time(7), days_off=((date(2026, 11, 23), date(2026, 11, 25)),)
    )
    assert clock(reachable_from(away, here(22, 23))) == "Thu 26 Nov 07:00"


def test_public_holidays_are_those_of_the_persons_country() -> None:
    thanksgiving, christmas, kings_day = date(2026, 11, 26), date(2026, 12, 25), date(2026, 4, 27)
    in_new_york = Reach(zone=NEW_YORK, country="US")
    in_amsterdam = Reach(zone=AMSTERDAM, country="NL")
    assert [is_day_off(in_new_york, day) for day in (thanksgiving, christmas, kings_day)] == [True, True, False]
    assert [is_day_off(in_amsterdam, day) for day in (thanksgiving, christmas, kings_day)] == [False, True, True]


@pytest.mark.parametrize("country", ["", "XX", "nowhere"])
def test_without_a_country_that_is_known_there_are_no_holidays(country: str) -> None:
    assert not is_day_off(Reach(zone=AMSTERDAM, country=country), date(2026, 12, 25))


def test_who_is_away_for_years_is_reached_all_the_same() -> None:
    gone = Reach(zone=AMSTERDAM, days_off=((date(2026, 1, 1), date(2036, 1, 1)),))
    assert reachable_from(gone, here(24, 12)) == here(24, 12)
    assert clock(next_digest(gone, time(8, 30), here(24, 12))) == "Wed 25 Nov 08:30"


# --- the daily digest ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "digest"),
    [
        (here(24, 8, 29), "Tue 24 Nov 08:30"),
        (here(24, 8, 30), "Wed 25 Nov 08:30"),
        (here(24, 12), "Wed 25 Nov 08:30"),
    ],
)
def test_a_digest_goes_out_once_a_day_at_the_time_they_chose(after: datetime, digest: str) -> None:
    assert clock(next_digest(ANY_TIME, time(8, 30), after)) == digest


def test_a_digest_at_a_quiet_hour_waits_and_takes_with_it_what_came_while_it_waited() -> None:
    assert clock(next_digest(NIGHT, time(23), here(24, 12))) == "Wed 25 Nov 07:00"
    assert clock(next_digest(NIGHT, time(23), here(25, 3))) == "Wed 25 Nov 07:00"
    assert clock(next_digest(NIGHT, time(23), here(25, 7))) == "Thu 26 Nov 07:00"


def test_a_digest_on_a_day_off_joins_that_of_the_day_after() -> None:
    away = Reach(zone=AMSTERDAM, days_off=((date(2026, 11, 25), date(2026, 11, 27)),))
    assert clock(next_digest(away, time(8, 30), here(24, 12))) == "Sat 28 Nov 08:30"


def test_a_digest_stays_at_its_time_when_the_clocks_change() -> None:
    moment, digests = here(27, 12, month=3), []
    for _ in range(3):
        moment = next_digest(ANY_TIME, time(8, 30), moment)
        digests.append(clock(moment))
    assert digests == ["Sat 28 Mar 08:30", "Sun 29 Mar 08:30", "Mon 30 Mar 08:30"]


# --- any zone at all ----------------------------------------------------------------------------------------------


@given(reaches_and_moments(), st.floats(0, 1, exclude_max=True))
@settings(max_examples=100)
def test_nobody_is_reached_in_quiet_hours_or_on_days_off_nor_later_than_need_be(
    someone: tuple[Reach, datetime], part: float
) -> None:
    reach, at = someone
    moment = reachable_from(reach, at)
    assert moment >= at
    assert moment.tzinfo is UTC
    assert reachable_from(reach, moment) == moment
    assert not is_quiet(reach, moment)
    assert not looks_quiet(reach, moment)
    assert not looks_off(reach, moment.astimezone(reach.zone).date())
    on_the_way = at + (moment - at) * part
    waits = is_quiet(reach, on_the_way) or is_day_off(reach, on_the_way.astimezone(reach.zone).date())
    assert waits or on_the_way == moment


@given(reaches_and_moments(), TIMES)
@settings(max_examples=100)
def test_digests_move_on_and_reach_the_person(someone: tuple[Reach, datetime], digest_at: time) -> None:
    reach, at = someone
    for _ in range(3):
        moment = next_digest(reach, digest_at, at)
        assert moment > at
        assert moment.tzinfo is UTC
        assert not looks_quiet(reach, moment)
        assert not is_day_off(reach, moment.astimezone(reach.zone).date())
        at = moment
