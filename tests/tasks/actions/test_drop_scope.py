"""Dropping what could be in it, to keep a limit or the deadline."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from delegation.workflow import State, Why
from tasks.actions import scope
from tasks.actions.base import CHANGED
from tasks.actions.scope import NOTHING_DROPPED
from tasks.models import Milestone, Task
from tests.conftest import Cast
from tests.tasks.actions.watching import last_event, refused, told, turn_of, waiting
from tests.tasks.factories import PHASES

GivenTask = Callable[..., Task]


@pytest.fixture
def task(given_task: GivenTask) -> Task:
    """With two things that could be in it, and a deadline that its milestones pass."""
    return given_task(
        State.IN_PROGRESS,
        must_items=["Lunch"],
        could_items=["Flowers", "Music"],
        deadline_date=date(2026, 12, 18),
        phases=PHASES,
    )


def drop(task: Task, by: Any, now: datetime, **values: Any) -> Task:
    return scope.drop_scope(task_id=task.pk, by=by, now=now, **{"items": ["Flowers"], **values})


def days(task: Task) -> list[int | None]:
    return [row.working_days for row in Milestone.objects.filter(task=task).order_by("position")]


def test_what_is_dropped_is_out_of_the_brief_and_the_assistant_sees_it(task: Task, cast: Cast, now: datetime) -> None:
    dropped = drop(task, cast.owner, now, text="No time for it")
    assert (dropped.could_items, dropped.must_items, dropped.state) == (["Music"], ["Lunch"], State.IN_PROGRESS)
    assert (dropped.brief_version, dropped.revision) == (2, task.revision + 1)
    assert waiting(task) == {"amendment": cast.assistant}
    (shown,) = turn_of(task, "amendment").payload["changes"]
    assert shown == {"field": "could_items", "was": ["Flowers", "Music"], "now": ["Music"]}
    assert task.versions.get(number=2).reason == "Flowers\nNo time for it"
    assert (last_event(task).kind, told(task)) == ("drop-scope", {("Sam", "scope_dropped", True)})


def test_several_go_at_once(task: Task, cast: Cast, now: datetime) -> None:
    assert drop(task, cast.owner, now, items=["Music", "Flowers"]).could_items == []


def test_milestones_that_have_not_begun_get_fewer_days_when_that_is_wanted(
    task: Task, cast: Cast, now: datetime
) -> None:
    # From Tuesday 1 December there are 13 working days until Friday the 18th, and 18 were planned: five fewer.
    drop(task, cast.owner, now, shorten=True)
    assert days(task) == [None, 5, 5, 3]
    assert Milestone.objects.get(task=task, position=4).planned_on == date(2026, 12, 18)
    assert [change["field"] for change in turn_of(task, "amendment").payload["changes"]] == [
        "could_items",
        "milestones",
    ]


def test_otherwise_they_keep_their_days(task: Task, cast: Cast, now: datetime) -> None:
    drop(task, cast.owner, now)
    assert days(task) == [None, 5, 10, 3]


@pytest.mark.parametrize("fields", [{}, {"deadline_date": date(2026, 12, 18)}])
def test_without_milestones_or_deadline_there_is_nothing_to_shorten(
    fields: dict[str, Any], given_task: GivenTask, cast: Cast, now: datetime
) -> None:
    task = given_task(State.OFFERED, could_items=["Flowers"], **fields)
    assert drop(task, cast.owner, now, shorten=True).could_items == []


def test_something_is_dropped(task: Task, cast: Cast, now: datetime) -> None:
    with refused(task, str(NOTHING_DROPPED)):
        drop(task, cast.owner, now, items=[])


def test_what_is_not_there_any_more_is_not_dropped_twice(task: Task, cast: Cast, now: datetime) -> None:
    drop(task, cast.owner, now)
    changed = Task.objects.get(pk=task.pk)
    with refused(changed, str(CHANGED)):
        drop(task, cast.owner, now)
    with refused(changed, str(CHANGED)):
        drop(task, cast.owner, now, items=["Lunch"])
    with refused(changed, str(CHANGED)):
        drop(task, cast.owner, now, items=["Music"], revision=task.revision)


def test_only_who_hands_over_drops(task: Task, cast: Cast, now: datetime) -> None:
    for person in (cast.assistant, cast.guest, cast.outsider):
        with refused(task, Why.NOT_YOURS):
            drop(task, person, now)


@pytest.mark.parametrize("state", [State.DRAFT, State.DONE, State.STOPPED])
def test_not_before_the_offer_or_after_the_end(state: State, given_task: GivenTask, cast: Cast, now: datetime) -> None:
    task = given_task(state, could_items=["Flowers"])
    with refused(task, Why.NOT_NOW):
        drop(task, cast.owner, now)
