"""What happens to what waits too long: by the steps of the agreement, else as usual."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from accounts.reach import Reach
from delegation.checkins import nudge_at
from delegation.escalation import USUAL, Plan, Step, To, next_step, plan_of
from delegation.working_time import WorkingTime

WORKING = WorkingTime(
    reach=Reach(zone=ZoneInfo("Europe/Amsterdam")), hours=(*[(time(9), time(17, 30))] * 5, None, None)
)
NEVER = WorkingTime(reach=Reach(zone=ZoneInfo("Europe/Amsterdam")), hours=(None,) * 7)
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)  # 10:00
STEPS = [{"hours": 4, "to": "them"}, {"hours": 16, "to": "owner"}]


def test_the_steps_are_taken_in_order_in_working_hours() -> None:
    plan = plan_of(STEPS, 2)
    assert plan == Plan(steps=(Step(hours=4), Step(hours=16, to=To.OWNER)), agreed=True)
    assert next_step(plan, WORKING, MONDAY, 0) == (datetime(2026, 11, 23, 13, tzinfo=UTC), To.THEM)
    # 7.5 hours on Monday, 8.5 on Tuesday: the day ends there, so it is said on Wednesday at 9:00.
    assert next_step(plan, WORKING, MONDAY, 1) == (datetime(2026, 11, 25, 8, tzinfo=UTC), To.OWNER)
    assert next_step(plan, WORKING, MONDAY, 2) is None


def test_without_steps_the_response_time_is_the_first_reminder() -> None:
    plan = plan_of([], 4)
    assert next_step(plan, WORKING, MONDAY, 0) == (datetime(2026, 11, 23, 13, tzinfo=UTC), To.THEM)
    assert next_step(plan, WORKING, MONDAY, 1) == (datetime(2026, 11, 26, 13, tzinfo=UTC), To.THEM)
    assert next_step(plan, WORKING, MONDAY, 2) is None


@pytest.mark.parametrize("taken", [0, 1, 2])
def test_without_an_agreement_it_is_as_usual(taken: int) -> None:
    found = next_step(plan_of([], None), WORKING, MONDAY, taken)
    assert plan_of([], None) == USUAL
    assert (found and found[0]) == nudge_at(WORKING, MONDAY, taken + 1)


def test_for_who_never_works_it_is_by_the_clock() -> None:
    assert next_step(plan_of(STEPS, None), NEVER, MONDAY, 0) == (datetime(2026, 11, 23, 13, tzinfo=UTC), To.THEM)


def test_more_steps_than_two_are_not_taken() -> None:
    assert len(plan_of([*STEPS, {"hours": 30, "to": "other"}], None).steps) == 2
