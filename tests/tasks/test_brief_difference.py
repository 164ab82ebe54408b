"""The brief as a document: snapshots, differences, and two differences as one."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from delegation.checkins import Rule, Trigger
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.brief import COLUMNS, LABELS, difference, merge, snapshot
from tasks.forms.brief import COLUMNS as IN_THE_FORM
from tests.conftest import Cast
from tests.tasks.factories import ResourceFactory, task_in

VERSIONS = st.fixed_dictionaries({name: st.sampled_from(["", "a", "b"]) for name in ("title", "purpose", "reach")})


def test_a_snapshot_is_plain_values_in_the_order_in_which_people_read(cast: Cast, now: datetime) -> None:
    task = task_in(
        State.DRAFT, LevelKey.WITHIN_LIMITS, cast, now,
        deadline_date=date(2026, 11, 27), deadline_time=time(17), time_limit=90, tags=["lunch"],
        rules=[Rule(trigger=Trigger.WEEKDAYS, at_time=time(15))],
        resources=[ResourceFactory.create(team=cast.team, name="Logo")],
    )  # fmt: skip
    taken = snapshot(task)
    assert list(taken) == list(LABELS)
    assert (taken["money_limit"], taken["time_limit"], taken["deadline_date"]) == ("100.00", 90, "2026-11-27")
    assert (taken["deadline_time"], taken["tags"], taken["private"]) == ("17:00:00", ["lunch"], False)
    assert (taken["checkins"], taken["resources"]) == (["weekdays 15:00"], ["Logo"])


def test_every_column_of_the_form_is_part_of_the_brief() -> None:
    """A column that is missing here would be changed without a new version, or not be saved at all."""
    assert set(IN_THE_FORM) - {"level"} <= set(LABELS)
    assert set(IN_THE_FORM) <= COLUMNS


def test_the_same_amount_written_otherwise_is_no_difference(cast: Cast, now: datetime) -> None:
    task = task_in(State.DRAFT, LevelKey.WITHIN_LIMITS, cast, now)
    before = snapshot(task)
    task.money_limit = Decimal("100.0")
    assert difference(before, snapshot(task)) == []


def test_empty_and_absent_are_the_same() -> None:
    assert difference({"title": "a", "reach": ""}, {"title": "a", "reach": None, "tags": []}) == []


@given(VERSIONS, VERSIONS, VERSIONS)
def test_two_differences_as_one_are_the_difference_between_the_ends(
    first: dict[str, Any], second: dict[str, Any], third: dict[str, Any]
) -> None:
    assert merge(difference(first, second), difference(second, third)) == difference(first, third)
