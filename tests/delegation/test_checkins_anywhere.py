"""Any rule, any working life, any zone: it asks in working time, moves on, and never asks twice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from delegation.checkins import Rule, Trigger, next_due
from delegation.working_time import WorkingTime, add_working, is_working, works_at_all
from tests.clocks import MOMENTS, TIMES, looks_at_work, working_lives

CLOCK_RULES = st.one_of(
    st.builds(
        Rule,
        trigger=st.sampled_from([Trigger.AFTER_START, Trigger.BEFORE_DEADLINE, Trigger.EVERY_HOURS]),
        hours=st.integers(1, 100) | st.integers(1, 2_000),
        any_time=st.booleans(),
    ),
    st.builds(
        Rule, trigger=st.just(Trigger.EVERY_DAYS), days=st.integers(1, 40), at_time=TIMES, any_time=st.booleans()
    ),
    st.builds(
        Rule,
        trigger=st.just(Trigger.WEEKDAYS),
        weekdays=st.frozensets(st.integers(0, 6), min_size=1),
        at_time=TIMES,
        any_time=st.booleans(),
    ),
    st.builds(Rule, trigger=st.just(Trigger.AT), at=MOMENTS, any_time=st.booleans()),
)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Rule, WorkingTime, datetime, datetime]:
    """A rule, the assistant's working time, the moment of the start and that of the deadline."""
    working, started = draw(working_lives())
    rule = draw(CLOCK_RULES)
    if rule.trigger == Trigger.AT:
        rule = replace(rule, at=started + timedelta(minutes=draw(st.integers(-1_000, 20_000))))
    return rule, working, started, started + timedelta(minutes=draw(st.integers(1, 40_000)))


@given(situations())
@settings(max_examples=100)
def test_it_asks_in_working_time_moves_forward_and_never_asks_twice(
    situation: tuple[Rule, WorkingTime, datetime, datetime],
) -> None:
    rule, working, started, deadline = situation
    after, moments = started, list[datetime]()
    for _ in range(4):
        moment = next_due(rule, started_at=started, deadline_at=deadline, working=working, after=after)
        if moment is None:
            break
        assert moment.tzinfo is UTC
        assert moment > after
        assert rule.any_time or looks_at_work(working, moment)
        assert rule.trigger != Trigger.BEFORE_DEADLINE or started <= moment < deadline
        moments.append(moment)
        after = moment
    if rule.trigger in {Trigger.AFTER_START, Trigger.BEFORE_DEADLINE, Trigger.AT}:
        assert len(moments) <= 1
    elif rule.trigger == Trigger.EVERY_HOURS:
        assert len(moments) == 4 or add_working(working, after, (rule.hours or 0) * 60) is None
    else:
        assert (len(moments) == 4) is (rule.any_time or works_at_all(working))


@given(situations(), st.floats(0, 1, exclude_max=True))
@settings(max_examples=100)
def test_asking_later_gives_the_same_moment_until_it_has_come(
    situation: tuple[Rule, WorkingTime, datetime, datetime], part: float
) -> None:
    rule, working, started, deadline = situation
    after = started + timedelta(days=3) * part
    moment = next_due(rule, started_at=started, deadline_at=deadline, working=working, after=after)
    if moment is not None and rule.trigger != Trigger.EVERY_HOURS:
        later = min(after + (moment - after) * part, moment - timedelta(seconds=1))
        assert next_due(rule, started_at=started, deadline_at=deadline, working=working, after=later) == moment


@given(situations())
@settings(max_examples=100)
def test_in_working_time_a_rule_asks_at_the_time_that_it_names(
    situation: tuple[Rule, WorkingTime, datetime, datetime],
) -> None:
    rule, working, started, deadline = situation
    moments = [
        next_due(each, started_at=started, deadline_at=deadline, working=working, after=started)
        for each in (replace(rule, any_time=True), replace(rule, any_time=False))
    ]
    named = moments[0]
    if named and is_working(working, named) and rule.trigger in {Trigger.AT, Trigger.AFTER_START}:
        assert moments == [named, named]
