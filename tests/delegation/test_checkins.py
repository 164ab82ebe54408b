"""When a check-in is due: worked examples, both edges of daylight saving, and a walk over zones and moments."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delegation.checkins import Rule, Trigger, next_due
from delegation.deadlines import deadline_moment

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MANILA = ZoneInfo("Asia/Manila")
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)  # 10:00 in Amsterdam
ZONES = st.sampled_from(sorted(available_timezones() - {"localtime"})).map(ZoneInfo)
MOMENTS = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2049, 12, 31)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)


def due(
    rule: Rule,
    *,
    after: datetime,
    started: datetime = MONDAY,
    deadline: datetime | None = None,
    zone: ZoneInfo = AMSTERDAM,
) -> datetime | None:
    return next_due(rule, started_at=started, deadline_at=deadline, zone=zone, after=after)


def every_weekday(hour: int, minute: int = 0) -> Rule:
    return Rule(trigger=Trigger.WEEKDAYS, at_time=time(hour, minute))


def days_asked(rule: Rule, *, after: datetime, count: int, zone: ZoneInfo = AMSTERDAM) -> list[str]:
    """The next so many moments, on the clock of the zone."""
    asked = []
    for _ in range(count):
        moment = due(rule, after=after, zone=zone)
        assert moment is not None
        asked.append(f"{moment.astimezone(zone):%a %d %b %H:%M}")
        after = moment
    return asked


# --- after the start ----------------------------------------------------------------------------------------------


def test_after_the_start_is_counted_in_hours_from_the_start_and_asked_once() -> None:
    rule = Rule(trigger=Trigger.AFTER_START, hours=2)
    assert due(rule, after=MONDAY) == MONDAY + timedelta(hours=2)
    assert due(rule, after=MONDAY + timedelta(hours=2)) is None


def test_hours_are_real_hours_also_when_the_clock_changes_in_between() -> None:
    saturday_evening = datetime(2026, 3, 28, 23, tzinfo=AMSTERDAM)
    asked = due(Rule(trigger=Trigger.AFTER_START, hours=4), after=saturday_evening, started=saturday_evening)
    assert asked is not None
    assert asked.astimezone(AMSTERDAM).hour == 4  # 23:00 and four hours, of which one is skipped on the clock


# --- at a moment --------------------------------------------------------------------------------------------------


def test_at_a_date_and_time_asks_then_and_only_then() -> None:
    moment = datetime(2026, 11, 25, 14, tzinfo=AMSTERDAM)
    rule = Rule(trigger=Trigger.AT, at=moment)
    assert due(rule, after=MONDAY) == moment
    assert due(rule, after=moment) is None


def test_a_moment_that_has_passed_is_not_asked_any_more() -> None:
    assert due(Rule(trigger=Trigger.AT, at=MONDAY - timedelta(minutes=1)), after=MONDAY) is None


# --- before the deadline ------------------------------------------------------------------------------------------


def test_before_the_deadline_moves_with_the_deadline() -> None:
    rule = Rule(trigger=Trigger.BEFORE_DEADLINE, hours=24)
    friday = deadline_moment(date(2026, 11, 27), time(17), AMSTERDAM)
    monday = deadline_moment(date(2026, 11, 30), time(17), AMSTERDAM)
    assert due(rule, after=MONDAY, deadline=friday) == datetime(2026, 11, 26, 16, tzinfo=UTC)
    assert due(rule, after=MONDAY, deadline=monday) == datetime(2026, 11, 29, 16, tzinfo=UTC)


def test_without_a_deadline_nothing_comes_before_it() -> None:
    assert due(Rule(trigger=Trigger.BEFORE_DEADLINE, hours=24), after=MONDAY) is None


def test_a_deadline_that_is_nearer_than_the_rule_is_not_asked_about() -> None:
    rule = Rule(trigger=Trigger.BEFORE_DEADLINE, hours=24)
    assert due(rule, after=MONDAY, deadline=MONDAY + timedelta(hours=3)) is None


# --- every weekday ------------------------------------------------------------------------------------------------


def test_every_weekday_skips_the_weekend() -> None:
    thursday = datetime(2026, 11, 26, 16, tzinfo=AMSTERDAM)
    expected = ["Fri 27 Nov 15:00", "Mon 30 Nov 15:00", "Tue 01 Dec 15:00"]
    assert days_asked(every_weekday(15), after=thursday, count=3) == expected


def test_later_the_same_day_counts_and_the_very_moment_does_not() -> None:
    assert days_asked(every_weekday(15), after=MONDAY, count=1) == ["Mon 23 Nov 15:00"]
    assert days_asked(every_weekday(10), after=MONDAY, count=1) == ["Tue 24 Nov 10:00"]


def test_it_is_a_weekday_in_the_zone_and_not_in_utc() -> None:
    sunday_evening_utc = datetime(2026, 11, 22, 22, tzinfo=UTC)  # Monday 06:00 in Manila
    assert days_asked(every_weekday(7), after=sunday_evening_utc, count=1, zone=MANILA) == ["Mon 23 Nov 07:00"]


@pytest.mark.parametrize(
    ("after", "before_utc", "after_utc"),
    [
        (datetime(2026, 3, 27, 0, tzinfo=AMSTERDAM), 14, 13),  # the clock goes forward on Sunday 29 March
        (datetime(2026, 10, 23, 0, tzinfo=AMSTERDAM), 13, 14),  # and back on Sunday 25 October
    ],
)
def test_a_change_of_the_clock_shifts_nothing_on_the_wall(after: datetime, before_utc: int, after_utc: int) -> None:
    friday = due(every_weekday(15), after=after)
    assert friday is not None
    monday = due(every_weekday(15), after=friday)
    assert monday is not None
    assert (friday.hour, monday.hour) == (before_utc, after_utc)
    assert [moment.astimezone(AMSTERDAM).hour for moment in (friday, monday)] == [15, 15]


def test_manila_knows_no_summer_time() -> None:
    moments = days_asked(every_weekday(9), after=datetime(2026, 3, 27, 0, tzinfo=UTC), count=4, zone=MANILA)
    assert moments == ["Fri 27 Mar 09:00", "Mon 30 Mar 09:00", "Tue 31 Mar 09:00", "Wed 01 Apr 09:00"]


def test_a_time_that_the_clocks_skip_is_asked_right_after_and_only_once() -> None:
    cairo = ZoneInfo("Africa/Cairo")  # Friday 24 April 2026: after 23:59:59 on Thursday comes 01:00
    thursday = datetime(2026, 4, 23, 12, tzinfo=cairo)
    expected = ["Fri 24 Apr 01:30", "Mon 27 Apr 00:30"]
    assert days_asked(every_weekday(0, 30), after=thursday, count=2, zone=cairo) == expected


def test_a_time_that_comes_twice_is_asked_once() -> None:
    cairo = ZoneInfo("Africa/Cairo")  # Thursday 29 October 2026 has its last hour twice
    wednesday = datetime(2026, 10, 28, 23, 45, tzinfo=cairo)
    expected = ["Thu 29 Oct 23:30", "Fri 30 Oct 23:30"]
    assert days_asked(every_weekday(23, 30), after=wednesday, count=2, zone=cairo) == expected


@given(st.times().map(lambda at: at.replace(second=0, microsecond=0)), MOMENTS, ZONES)
def test_the_next_weekday_is_later_near_and_on_a_weekday(at: time, after: datetime, zone: ZoneInfo) -> None:
    moment = due(Rule(trigger=Trigger.WEEKDAYS, at_time=at), after=after, zone=zone)
    assert moment is not None
    assert moment.tzinfo is UTC
    assert after < moment <= after + timedelta(days=4, hours=3)
    local = moment.astimezone(zone)
    skipped = local.replace(tzinfo=None) != datetime.combine(local.date(), at)
    assert skipped or local.weekday() < 5


@given(st.integers(min_value=1, max_value=2000), MOMENTS, MOMENTS)
def test_what_is_asked_once_is_never_asked_again(hours: int, started: datetime, after: datetime) -> None:
    for rule in (
        Rule(trigger=Trigger.AFTER_START, hours=hours),
        Rule(trigger=Trigger.BEFORE_DEADLINE, hours=hours),
        Rule(trigger=Trigger.AT, at=started),
    ):
        moment = due(rule, after=after, started=started, deadline=started + timedelta(days=90))
        assert moment is None or moment > after
        assert moment is None or due(rule, after=moment, started=started, deadline=started + timedelta(days=90)) is None


# --- codes --------------------------------------------------------------------------------------------------------

RULES = st.one_of(
    st.builds(
        Rule,
        trigger=st.sampled_from([Trigger.AFTER_START, Trigger.BEFORE_DEADLINE]),
        hours=st.integers(min_value=1, max_value=2000),
    ),
    st.builds(
        Rule,
        trigger=st.just(Trigger.WEEKDAYS),
        at_time=st.times().map(lambda at: at.replace(second=0, microsecond=0, fold=0)),
    ),
    st.builds(Rule, trigger=st.just(Trigger.AT), at=MOMENTS),
)


@given(RULES)
def test_a_rule_is_the_same_after_being_written_as_a_code(rule: Rule) -> None:
    assert Rule.from_code(rule.code) == rule


def test_codes_are_short_and_know_no_language() -> None:
    rules = [every_weekday(15), Rule(trigger=Trigger.AFTER_START, hours=2)]
    assert [rule.code for rule in rules] == ["weekdays 15:00", "after_start 2"]
