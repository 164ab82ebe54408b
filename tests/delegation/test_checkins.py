"""When a check-in is due: worked examples in Amsterdam, Manila and New York, and both edges of daylight saving."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from accounts.reach import Reach
from delegation.checkins import BY_EFFORT, Rule, Trigger, next_due
from delegation.deadlines import deadline_moment
from delegation.working_time import WorkingTime
from tests.clocks import (
    AMSTERDAM,
    AT_NIGHT_IN_MANILA,
    IN_AMSTERDAM,
    IN_MANILA,
    MANILA,
    NEVER,
    NEW_YORK,
    clock,
    week,
)

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)  # 10:00 in Amsterdam, 17:00 in Manila


def here(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A moment in 2026 on the clock of Amsterdam."""
    return datetime(2026, month, day, hour, minute, tzinfo=AMSTERDAM)


def due(
    rule: Rule,
    *,
    after: datetime | None = None,
    started: datetime = MONDAY,
    deadline: datetime | None = None,
    working: WorkingTime = IN_AMSTERDAM,
) -> datetime | None:
    return next_due(rule, started_at=started, deadline_at=deadline, working=working, after=after or started)


def asked(
    rule: Rule,
    *,
    count: int,
    started: datetime = MONDAY,
    deadline: datetime | None = None,
    working: WorkingTime = IN_AMSTERDAM,
) -> list[str]:
    """The first so many moments at which the rule asks, on the assistant's clock."""
    moments: list[str] = []
    after = started
    for _ in range(count):
        moment = due(rule, after=after, started=started, deadline=deadline, working=working)
        moments.append(clock(moment, working.reach.zone))
        if moment is None:
            break
        assert moment > after
        after = moment
    return moments


def weekdays_at(text: str, days: str = "01234") -> Rule:
    return Rule(trigger=Trigger.WEEKDAYS, at_time=time.fromisoformat(text), weekdays=frozenset(map(int, days)))


def after_start(hours: int) -> Rule:
    return Rule(trigger=Trigger.AFTER_START, hours=hours)


def before_deadline(hours: int) -> Rule:
    return Rule(trigger=Trigger.BEFORE_DEADLINE, hours=hours)


def at_any_time(rule: Rule) -> Rule:
    return replace(rule, any_time=True)


# --- after the start ----------------------------------------------------------------------------------------------


def test_after_the_start_is_counted_in_hours_from_the_start_and_asked_once() -> None:
    assert asked(after_start(2), count=2) == ["Mon 23 Nov 12:00", "never"]


def test_after_the_start_moves_into_working_time() -> None:
    assert asked(after_start(2), count=2, started=here(24, 16)) == ["Wed 25 Nov 09:00", "never"]
    assert asked(after_start(2), count=1, started=here(24, 16, month=12)) == ["Mon 28 Dec 09:00"]
    assert asked(after_start(2), count=1, started=MONDAY, working=IN_MANILA) == ["Mon 23 Nov 19:00"]


def test_hours_are_real_hours_also_when_the_clock_changes_in_between() -> None:
    saturday_evening = here(28, 23, month=3)
    # 23:00 and four hours, of which one is skipped on the clock
    assert asked(at_any_time(after_start(4)), count=1, started=saturday_evening) == ["Sun 29 Mar 04:00"]


# --- at a moment --------------------------------------------------------------------------------------------------


def test_at_a_date_and_time_asks_then_and_only_then() -> None:
    rule = Rule(trigger=Trigger.AT, at=here(25, 14))
    assert asked(rule, count=2) == ["Wed 25 Nov 14:00", "never"]


def test_a_moment_that_has_passed_is_not_asked_any_more() -> None:
    assert due(Rule(trigger=Trigger.AT, at=MONDAY - timedelta(minutes=1))) is None


@pytest.mark.parametrize(
    ("at", "moment"),
    [
        (here(24, 6, 59), "Tue 24 Nov 07:00"),
        (here(24, 7, 0), "Tue 24 Nov 07:00"),
        (here(24, 21, 59), "Tue 24 Nov 21:59"),
        (here(24, 22, 0), "Wed 25 Nov 07:00"),
    ],
)
def test_the_first_minute_of_quiet_hours_is_quiet_and_the_last_is_not(at: datetime, moment: str) -> None:
    long_days = replace(IN_AMSTERDAM, hours=week("06:00", "23:00"))  # quiet from 22:00 until 07:00
    assert asked(Rule(trigger=Trigger.AT, at=at), count=1, working=long_days) == [moment]


def test_a_moment_is_the_same_moment_wherever_the_assistant_is() -> None:
    rule = Rule(trigger=Trigger.AT, at=datetime(2026, 11, 24, 9, tzinfo=NEW_YORK))
    assert asked(rule, count=1, working=IN_AMSTERDAM) == ["Tue 24 Nov 15:00"]
    assert asked(rule, count=1, working=IN_MANILA) == ["Wed 25 Nov 14:00"]  # at 22:00 the day is over there
    assert asked(rule, count=1, working=AT_NIGHT_IN_MANILA) == ["Tue 24 Nov 22:00"]


# --- before the deadline ------------------------------------------------------------------------------------------


def test_before_the_deadline_moves_with_the_deadline() -> None:
    friday, tuesday = here(27, 17), here(1, 17, month=12)
    assert asked(before_deadline(24), count=2, deadline=friday) == ["Thu 26 Nov 17:00", "never"]
    assert asked(before_deadline(24), count=2, deadline=tuesday) == ["Mon 30 Nov 17:00", "never"]


def test_before_the_deadline_moves_back_into_working_time_so_that_it_isnt_later_than_was_asked() -> None:
    assert asked(before_deadline(24), count=2, deadline=here(30, 17)) == ["Fri 27 Nov 17:29", "never"]
    assert asked(before_deadline(24), count=1, deadline=here(26, 12, month=12)) == ["Thu 24 Dec 17:29"]


def test_a_date_alone_in_new_york_is_the_next_afternoon_in_manila() -> None:
    deadline = deadline_moment(date(2026, 11, 25), None, NEW_YORK)  # Thursday 12:59:59 in Manila
    rule = before_deadline(24)
    assert asked(rule, count=1, deadline=deadline, working=IN_MANILA) == ["Tue 24 Nov 21:59"]
    assert asked(rule, count=1, deadline=deadline, working=AT_NIGHT_IN_MANILA) == ["Wed 25 Nov 04:59"]
    assert asked(at_any_time(rule), count=1, deadline=deadline, working=IN_MANILA) == ["Wed 25 Nov 12:59"]


def test_it_moves_forward_when_there_was_no_work_since_the_start_but_never_past_the_deadline() -> None:
    friday_evening = here(27, 20)
    rule = before_deadline(24)
    assert asked(rule, count=2, started=friday_evening, deadline=here(30, 10)) == ["Mon 30 Nov 09:00", "never"]
    assert asked(rule, count=1, started=friday_evening, deadline=here(29, 22)) == ["never"]


def test_without_a_deadline_nothing_comes_before_it() -> None:
    assert due(before_deadline(24)) is None


def test_a_deadline_that_is_nearer_than_the_rule_is_not_asked_about() -> None:
    assert due(before_deadline(24), deadline=MONDAY + timedelta(hours=3)) is None
    assert due(at_any_time(before_deadline(24)), deadline=MONDAY + timedelta(hours=3)) is None


# --- every so many working hours ----------------------------------------------------------------------------------


def test_every_four_working_hours_go_on_where_the_day_before_ended() -> None:
    rule = Rule(trigger=Trigger.EVERY_HOURS, hours=4)
    expected = ["Mon 23 Nov 14:00", "Tue 24 Nov 09:30", "Tue 24 Nov 13:30", "Wed 25 Nov 09:00", "Wed 25 Nov 13:00"]
    assert asked(rule, count=5) == expected  # at 17:30 on Tuesday the day is over
    assert asked(rule, count=1, started=here(24, 16, month=12)) == ["Mon 28 Dec 11:30"]


def test_every_four_working_hours_of_a_night_shift() -> None:
    rule = Rule(trigger=Trigger.EVERY_HOURS, hours=3)
    friday = datetime(2026, 11, 27, 21, tzinfo=MANILA)
    moments = asked(rule, count=3, started=friday, working=AT_NIGHT_IN_MANILA)
    assert moments == ["Sat 28 Nov 00:00", "Sat 28 Nov 03:00", "Mon 30 Nov 22:00"]


# --- every so many days -------------------------------------------------------------------------------------------


def test_every_three_days_count_from_the_day_of_the_start() -> None:
    rule = Rule(trigger=Trigger.EVERY_DAYS, days=3, at_time=time(15))
    # Sunday's turn passes to Monday
    assert asked(rule, count=3) == ["Thu 26 Nov 15:00", "Mon 30 Nov 15:00", "Wed 02 Dec 15:00"]


def test_every_day_asks_once_after_a_weekend_and_once_after_three_weeks_off() -> None:
    rule = Rule(trigger=Trigger.EVERY_DAYS, days=1, at_time=time(15))
    assert asked(rule, count=2, started=here(26, 16)) == ["Fri 27 Nov 15:00", "Mon 30 Nov 15:00"]
    weeks_off = replace(IN_AMSTERDAM.reach, days_off=((date(2026, 11, 27), date(2026, 12, 18)),))
    away = replace(IN_AMSTERDAM, reach=weeks_off)
    assert asked(rule, count=2, started=here(26, 16), working=away) == ["Mon 21 Dec 15:00", "Tue 22 Dec 15:00"]


# --- on days of the week ------------------------------------------------------------------------------------------


def test_every_weekday_skips_the_weekend() -> None:
    expected = ["Fri 27 Nov 15:00", "Mon 30 Nov 15:00", "Tue 01 Dec 15:00"]
    assert asked(weekdays_at("15:00"), count=3, started=here(26, 16)) == expected


def test_later_the_same_day_counts_and_the_very_moment_does_not() -> None:
    assert asked(weekdays_at("15:00"), count=1) == ["Mon 23 Nov 15:00"]
    assert asked(weekdays_at("10:00"), count=1) == ["Tue 24 Nov 10:00"]


def test_chosen_days_are_the_only_ones() -> None:
    assert asked(weekdays_at("15:00", "13"), count=3) == ["Tue 24 Nov 15:00", "Thu 26 Nov 15:00", "Tue 01 Dec 15:00"]


def test_christmas_passes_its_turn_to_the_next_working_day_which_asks_once() -> None:
    christmas_week = here(24, 9, month=12)
    assert asked(weekdays_at("15:00"), count=3, started=christmas_week) == [
        "Thu 24 Dec 15:00",
        "Mon 28 Dec 15:00",
        "Tue 29 Dec 15:00",
    ]
    assert asked(weekdays_at("15:00", "4"), count=2, started=christmas_week) == [
        "Mon 28 Dec 15:00",
        "Mon 04 Jan 15:00",  # New Year's Day is a Friday too
    ]


def test_a_time_outside_working_hours_moves_to_the_next_ones_and_two_turns_become_one() -> None:
    assert asked(weekdays_at("20:00"), count=2, started=here(26, 12)) == ["Fri 27 Nov 09:00", "Mon 30 Nov 09:00"]
    assert asked(weekdays_at("07:30"), count=2, started=here(26, 12)) == ["Fri 27 Nov 09:00", "Mon 30 Nov 09:00"]
    # Saturday's turn passes to Monday, and at 20:00 on Monday that is Tuesday morning, like Monday's own
    assert asked(weekdays_at("20:00", "05"), count=2, started=here(28, 12)) == ["Tue 01 Dec 09:00", "Tue 08 Dec 09:00"]


def test_a_turn_that_moved_past_a_pause_is_still_asked() -> None:
    friday_at_eight = weekdays_at("20:00", "4")
    assert clock(due(friday_at_eight, after=here(28, 12))) == "Mon 30 Nov 09:00"
    assert clock(due(friday_at_eight, after=here(30, 9))) == "Mon 07 Dec 09:00"


def test_a_turn_before_the_start_is_not_made_good_after_it() -> None:
    assert asked(weekdays_at("07:30", "0"), count=1, started=here(23, 8)) == ["Mon 30 Nov 09:00"]


def test_it_is_a_day_of_the_week_in_the_zone_and_not_in_utc() -> None:
    sunday_evening_utc = datetime(2026, 11, 22, 22, tzinfo=UTC)  # Monday 06:00 in Manila
    assert asked(weekdays_at("15:00"), count=1, started=sunday_evening_utc, working=IN_MANILA) == ["Mon 23 Nov 15:00"]


def test_a_time_in_the_small_hours_of_a_night_shift_is_asked_in_it() -> None:
    rule = weekdays_at("02:00", "12345")
    friday = datetime(2026, 11, 27, 12, tzinfo=MANILA)
    assert asked(rule, count=2, started=friday, working=AT_NIGHT_IN_MANILA) == ["Sat 28 Nov 02:00", "Tue 01 Dec 02:00"]


def test_a_rule_for_any_time_asks_at_night_and_at_christmas() -> None:
    rule = at_any_time(weekdays_at("23:00"))
    assert asked(rule, count=2, started=here(24, 12, month=12)) == ["Thu 24 Dec 23:00", "Fri 25 Dec 23:00"]


# --- both edges of daylight saving --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("started", "before_utc", "after_utc"),
    [
        (here(27, 9, month=3), 14, 13),  # the clock goes forward on Sunday 29 March
        (here(23, 9, month=10), 13, 14),  # and back on Sunday 25 October
    ],
)
def test_a_change_of_the_clock_shifts_nothing_on_the_wall(started: datetime, before_utc: int, after_utc: int) -> None:
    friday = due(weekdays_at("15:00"), started=started)
    assert friday is not None
    monday = due(weekdays_at("15:00"), started=started, after=friday)
    assert monday is not None
    assert (friday.hour, monday.hour) == (before_utc, after_utc)
    assert [moment.astimezone(AMSTERDAM).hour for moment in (friday, monday)] == [15, 15]


def test_a_time_that_the_clocks_skip_is_asked_right_after_and_only_once() -> None:
    early = WorkingTime(reach=Reach(zone=AMSTERDAM), hours=week("00:00", "08:00", days=7))
    moments = asked(weekdays_at("02:30", "56"), count=3, started=here(28, 1, month=3), working=early)
    assert moments == ["Sat 28 Mar 02:30", "Sun 29 Mar 03:00", "Sat 04 Apr 02:30"]


def test_a_time_that_comes_twice_is_asked_once_at_the_first() -> None:
    early = WorkingTime(reach=Reach(zone=AMSTERDAM), hours=week("00:00", "08:00", days=7))
    rule = weekdays_at("02:30", "56")
    moments = asked(rule, count=3, started=here(24, 1, month=10), working=early)
    assert moments == ["Sat 24 Oct 02:30", "Sun 25 Oct 02:30", "Sat 31 Oct 02:30"]
    sunday = due(rule, started=here(24, 1, month=10), after=here(24, 12, month=10), working=early)
    assert sunday == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


# --- who never works ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rule",
    [
        after_start(2),
        before_deadline(2),
        weekdays_at("15:00"),
        Rule(trigger=Trigger.AT, at=here(25, 14)),
        Rule(trigger=Trigger.EVERY_HOURS, hours=2),
        Rule(trigger=Trigger.EVERY_DAYS, days=2, at_time=time(15)),
    ],
)
def test_who_never_works_is_asked_only_by_rules_for_any_time(rule: Rule) -> None:
    assert due(rule, deadline=here(27, 17), working=NEVER) is None
    any_moment = due(at_any_time(rule), deadline=here(27, 17), working=NEVER)
    assert (any_moment is None) is (rule.trigger == Trigger.EVERY_HOURS)


# --- by effort --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("trigger", sorted(BY_EFFORT))
def test_triggers_by_effort_have_no_moment(trigger: Trigger) -> None:
    assert due(Rule(trigger=trigger, hours=1, percent=50), deadline=here(27, 17)) is None
