"""While there is no answer: when the assistant is reminded, when the entrepreneur is told, and when they are nudged."""

from datetime import UTC, datetime

from hypothesis import given, settings

from delegation.checkins import NUDGE_AFTER_MINUTES, escalate_at, nudge_at, remind_at
from delegation.working_time import WorkingTime, add_working
from tests.clocks import AMSTERDAM, IN_AMSTERDAM, IN_NEW_YORK, NEVER, NEW_YORK, clock, looks_at_work, working_lives


def here(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A moment in 2026 on the clock of Amsterdam."""
    return datetime(2026, month, day, hour, minute, tzinfo=AMSTERDAM)


def test_the_reminder_comes_after_two_working_hours_and_the_entrepreneur_is_told_after_four() -> None:
    assert clock(remind_at(IN_AMSTERDAM, here(24, 10))) == "Tue 24 Nov 12:00"
    assert clock(escalate_at(IN_AMSTERDAM, here(24, 10))) == "Tue 24 Nov 14:00"


def test_the_reminder_waits_for_the_next_working_day() -> None:
    assert clock(remind_at(IN_AMSTERDAM, here(27, 16, 30))) == "Mon 30 Nov 10:00"
    assert clock(remind_at(IN_AMSTERDAM, here(27, 15, 30))) == "Mon 30 Nov 09:00"  # 17:30 is no working time any more
    assert clock(escalate_at(IN_AMSTERDAM, here(24, 16, month=12))) == "Mon 28 Dec 11:30"


def test_who_never_works_is_reminded_by_the_clock() -> None:
    assert clock(remind_at(NEVER, here(27, 23))) == "Sat 28 Nov 01:00"
    assert clock(escalate_at(NEVER, here(27, 23))) == "Sat 28 Nov 03:00"
    assert clock(nudge_at(NEVER, here(27, 23), 1)) == "Sat 28 Nov 07:00"
    assert clock(nudge_at(NEVER, here(27, 23), 2)) == "Tue 01 Dec 07:00"


def test_an_entrepreneur_in_new_york_is_nudged_after_a_working_day_and_three_more_and_then_left_alone() -> None:
    since = datetime(2026, 11, 25, 15, tzinfo=NEW_YORK)  # the next day is Thanksgiving
    nudges = [nudge_at(IN_NEW_YORK, since, number) for number in (1, 2, 3)]
    assert [clock(nudge, NEW_YORK) for nudge in nudges] == ["Fri 27 Nov 15:00", "Wed 02 Dec 15:00", "never"]
    assert nudges[0] == datetime(2026, 11, 27, 20, tzinfo=UTC)


def test_a_nudge_stays_at_its_time_when_the_clocks_change() -> None:
    since = datetime(2026, 10, 28, 15, tzinfo=NEW_YORK)  # the clocks go back on Sunday 1 November
    nudges = [nudge_at(IN_NEW_YORK, since, number) for number in (1, 2)]
    assert [clock(nudge, NEW_YORK) for nudge in nudges] == ["Thu 29 Oct 15:00", "Tue 03 Nov 15:00"]


@given(working_lives())
@settings(max_examples=100)
def test_reminders_and_nudges_come_in_working_time_and_in_order(life: tuple[WorkingTime, datetime]) -> None:
    working, asked_at = life
    remind, escalate = remind_at(working, asked_at), escalate_at(working, asked_at)
    first, second = nudge_at(working, asked_at, 1), nudge_at(working, asked_at, 2)
    assert first is not None
    assert second is not None
    assert asked_at < remind <= escalate
    assert asked_at < first < second
    enough = add_working(working, asked_at, NUDGE_AFTER_MINUTES) is not None
    for moment in (remind, escalate, first, second):
        assert moment.tzinfo is UTC
        assert looks_at_work(working, moment) or not enough
