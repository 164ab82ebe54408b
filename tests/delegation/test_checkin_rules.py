"""Check-in rules: their codes, which of them can't work and why, and those that are due by what was done."""

from dataclasses import replace
from datetime import UTC, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delegation.checkins import (
    COUNTED_IN_HOURS,
    COUNTED_IN_PERCENT,
    Rule,
    RuleProblem,
    Trigger,
    days_not_worked,
    problem,
    reached,
)
from delegation.working_time import WorkingTime
from tests.clocks import AT_NIGHT_IN_MANILA, IN_AMSTERDAM, IN_MANILA, MOMENTS, NEVER, TIMES, week

THREE = time(15)


def what_is_wrong(
    rule: Rule,
    working: WorkingTime | None = IN_AMSTERDAM,
    *,
    deadline: bool = True,
    time_limit: bool = True,
    money_limit: bool = True,
) -> RuleProblem | None:
    return problem(rule, working, has_deadline=deadline, has_time_limit=time_limit, has_money_limit=money_limit)


def weekdays(*days: int, any_time: bool = False) -> Rule:
    return Rule(trigger=Trigger.WEEKDAYS, at_time=THREE, weekdays=frozenset(days), any_time=any_time)


# --- codes --------------------------------------------------------------------------------------------------------

RULES = st.one_of(
    st.builds(Rule, trigger=st.sampled_from(sorted(COUNTED_IN_HOURS)), hours=st.integers(1, 2_000)),
    st.builds(Rule, trigger=st.sampled_from(sorted(COUNTED_IN_PERCENT)), percent=st.integers(1, 100)),
    st.builds(Rule, trigger=st.just(Trigger.EVERY_DAYS), days=st.integers(1, 366), at_time=TIMES),
    st.builds(
        Rule,
        trigger=st.just(Trigger.WEEKDAYS),
        at_time=TIMES,
        weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    ),
    st.builds(Rule, trigger=st.just(Trigger.AT), at=MOMENTS),
)


@given(RULES, st.booleans())
def test_a_rule_is_the_same_after_being_written_as_a_code(rule: Rule, any_time: bool) -> None:
    rule = replace(rule, any_time=any_time)
    assert Rule.from_code(rule.code) == rule


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("after_start 2", Rule(trigger=Trigger.AFTER_START, hours=2)),
        ("after_work 1", Rule(trigger=Trigger.AFTER_WORK, hours=1)),
        ("before_deadline 24", Rule(trigger=Trigger.BEFORE_DEADLINE, hours=24)),
        ("every_hours 4", Rule(trigger=Trigger.EVERY_HOURS, hours=4)),
        ("every_days 3 15:00", Rule(trigger=Trigger.EVERY_DAYS, days=3, at_time=THREE)),
        ("weekdays 15:00", Rule(trigger=Trigger.WEEKDAYS, at_time=THREE)),
        ("weekdays 15:00 024", weekdays(0, 2, 4)),
        ("weekdays 15:00 6 any", weekdays(6, any_time=True)),
        (
            "at 2026-11-25T13:00:00+00:00",
            Rule(trigger=Trigger.AT, at=datetime(2026, 11, 25, 13, tzinfo=UTC)),
        ),
        ("time_used 80", Rule(trigger=Trigger.TIME_USED, percent=80)),
        ("money_used 50 any", Rule(trigger=Trigger.MONEY_USED, percent=50, any_time=True)),
    ],
)
def test_codes_are_short_stay_the_same_and_know_no_language(code: str, rule: Rule) -> None:
    assert rule.code == code
    assert Rule.from_code(code) == rule


def test_what_a_trigger_doesnt_take_is_left_out_of_its_code() -> None:
    cluttered = Rule(trigger=Trigger.AFTER_START, hours=2, days=3, percent=80, at_time=THREE)
    assert cluttered.code == "after_start 2"


@pytest.mark.parametrize(
    "code", ["", "sometimes 2", "after_start", "after_start two", "weekdays 25:00", "every_days 3"]
)
def test_a_text_that_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        Rule.from_code(code)


# --- rules that can't work ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rule",
    [
        Rule(trigger=Trigger.EVERY_HOURS, hours=0),
        Rule(trigger=Trigger.AFTER_START, hours=-1),
        Rule(trigger=Trigger.AFTER_WORK),
        Rule(trigger=Trigger.BEFORE_DEADLINE, hours=2_001),
        Rule(trigger=Trigger.EVERY_DAYS, days=0, at_time=THREE),
        Rule(trigger=Trigger.EVERY_DAYS, days=367, at_time=THREE),
        Rule(trigger=Trigger.EVERY_DAYS, days=3),
        Rule(trigger=Trigger.WEEKDAYS),
        Rule(trigger=Trigger.TIME_USED, percent=200),
        Rule(trigger=Trigger.MONEY_USED, percent=0),
        Rule(trigger=Trigger.AT),
        weekdays(0, 7),
    ],
)
def test_impossible_numbers_and_missing_parts_are_out_of_range(rule: Rule) -> None:
    assert what_is_wrong(rule) == RuleProblem.OUT_OF_RANGE


def test_a_rule_by_days_of_the_week_needs_a_day() -> None:
    assert what_is_wrong(weekdays()) == RuleProblem.NO_DAY


def test_what_is_counted_from_a_deadline_or_a_limit_needs_one() -> None:
    before = Rule(trigger=Trigger.BEFORE_DEADLINE, hours=24)
    time_used = Rule(trigger=Trigger.TIME_USED, percent=80)
    money_used = Rule(trigger=Trigger.MONEY_USED, percent=80)
    assert what_is_wrong(before, deadline=False) == RuleProblem.NEEDS_DEADLINE
    assert what_is_wrong(time_used, time_limit=False) == RuleProblem.NEEDS_TIME_LIMIT
    assert what_is_wrong(money_used, money_limit=False) == RuleProblem.NEEDS_MONEY_LIMIT
    assert [what_is_wrong(rule) for rule in (before, time_used, money_used)] == [None, None, None]
    assert what_is_wrong(before, time_limit=False, money_limit=False) is None


def test_for_who_never_works_only_rules_for_any_time_can_work() -> None:
    rule = Rule(trigger=Trigger.AFTER_START, hours=2)
    assert what_is_wrong(rule, NEVER) == RuleProblem.NEVER_WORKS
    assert what_is_wrong(replace(rule, any_time=True), NEVER) is None
    every = Rule(trigger=Trigger.EVERY_HOURS, hours=2, any_time=True)
    assert what_is_wrong(every, NEVER) == RuleProblem.NEVER_WORKS  # there are no working hours to count


def test_a_day_that_is_never_worked_is_told() -> None:
    assert what_is_wrong(weekdays(6)) == RuleProblem.DAY_NOT_WORKED
    assert what_is_wrong(weekdays(0, 5, 6)) == RuleProblem.DAY_NOT_WORKED
    assert days_not_worked(weekdays(0, 5, 6), IN_AMSTERDAM) == [5, 6]
    assert what_is_wrong(weekdays(5), IN_MANILA) is None
    assert what_is_wrong(weekdays(5), AT_NIGHT_IN_MANILA) is None  # Friday's night ends on it
    assert what_is_wrong(weekdays(6, any_time=True)) is None


def test_every_weekday_suits_who_works_on_some_of_them() -> None:
    part_time = replace(IN_AMSTERDAM, hours=week("09:00", "17:30", days=3))
    at_weekends = replace(IN_AMSTERDAM, hours=(None,) * 5 + IN_AMSTERDAM.hours[:2])
    assert what_is_wrong(weekdays(0, 1, 2, 3, 4), part_time) is None
    assert what_is_wrong(weekdays(3, 4), part_time) == RuleProblem.DAY_NOT_WORKED
    assert what_is_wrong(weekdays(0, 1, 2, 3, 4), at_weekends) == RuleProblem.DAY_NOT_WORKED


def test_while_nobody_is_chosen_only_the_rule_itself_is_looked_at() -> None:
    assert what_is_wrong(weekdays(6), None) is None
    assert what_is_wrong(weekdays(), None) == RuleProblem.NO_DAY


# --- due by what was done -----------------------------------------------------------------------------------------


def is_reached(
    rule: Rule,
    *,
    minutes: int = 0,
    time_limit: int | None = None,
    spent: str = "0",
    money_limit: str | None = None,
) -> bool:
    limit = None if money_limit is None else Decimal(money_limit)
    return reached(rule, minutes_worked=minutes, time_limit=time_limit, spent=Decimal(spent), money_limit=limit)


def test_after_an_hour_of_logged_work() -> None:
    rule = Rule(trigger=Trigger.AFTER_WORK, hours=1)
    assert [is_reached(rule, minutes=minutes) for minutes in (0, 59, 60, 61)] == [False, False, True, True]


def test_at_eighty_percent_of_the_time() -> None:
    rule = Rule(trigger=Trigger.TIME_USED, percent=80)
    assert [is_reached(rule, minutes=minutes, time_limit=150) for minutes in (119, 120)] == [False, True]
    assert not is_reached(rule, minutes=10_000, time_limit=None)


def test_at_a_third_of_the_money_to_the_cent() -> None:
    rule = Rule(trigger=Trigger.MONEY_USED, percent=33)
    assert [is_reached(rule, spent=spent, money_limit="99.99") for spent in ("32.99", "33.00")] == [False, True]
    assert not is_reached(rule, spent="1000000", money_limit=None)


def test_of_a_limit_of_nothing_every_part_is_used_as_soon_as_anything_is() -> None:
    rule = Rule(trigger=Trigger.MONEY_USED, percent=80)
    assert not is_reached(rule, spent="0", money_limit="0")
    assert is_reached(rule, spent="0.01", money_limit="0")


def test_rules_by_the_clock_are_never_reached_by_work() -> None:
    rule = Rule(trigger=Trigger.AFTER_START, hours=1)
    assert not is_reached(rule, minutes=10_000, time_limit=1, spent="10000", money_limit="1")
