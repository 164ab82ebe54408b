"""Changing a brief that is agreed: a new version, and a difference that the assistant sees."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from delegation.brief import MISSING
from delegation.checkins import Rule, Trigger
from delegation.levels import LevelKey, Part
from delegation.workflow import State, Why
from tasks.actions import gates, handing_over
from tasks.actions.base import ALREADY_ANSWERED, CHANGED
from tasks.models import BriefVersion, Checkin, CheckinState, Task
from tests.conftest import Cast
from tests.tasks.actions.watching import everything, last_event, refused, story, told, turn_of, waiting
from tests.tasks.factories import ResourceFactory, deliver

GivenTask = Callable[..., Task]
Amend = Callable[..., Task]
IN_TWO_HOURS = Rule(trigger=Trigger.AFTER_START, hours=2)
A_DAY_BEFORE = Rule(trigger=Trigger.BEFORE_DEADLINE, hours=24)


@pytest.fixture
def amend(cast: Cast, now: datetime) -> Amend:
    """Eva changes columns of the brief; rules and resources are given as the form gives them: all of them."""

    def do(task: Task, *, rules: Any = (), resources: Any = (), at: datetime = now, **fields: Any) -> Task:
        return handing_over.amend(
            task_id=task.pk, by=cast.owner, fields=fields, rules=rules, resources=resources, now=at
        )

    return do


def changes_shown(task: Task) -> list[tuple[str, Any, Any]]:
    return [(row["field"], row["was"], row["now"]) for row in turn_of(task, "amendment").payload["changes"]]


def test_a_change_makes_a_new_version_and_the_assistant_sees_the_difference(
    cast: Cast, given_task: GivenTask, amend: Amend
) -> None:
    task = amend(given_task(State.IN_PROGRESS), deliverable="Two filed returns", money_limit=Decimal(100))
    assert (task.brief_version, waiting(task)) == (2, {"amendment": cast.assistant})
    assert changes_shown(task) == [
        ("deliverable", "A filed return and a copy of it", "Two filed returns"),
        ("money_limit", None, "100.00"),
    ]
    assert last_event(task).data["changes"] == turn_of(task, "amendment").payload["changes"]
    assert told(task) == {("Sam", "amended", True)}
    assert BriefVersion.objects.get(task=task, number=2).content["deliverable"] == "Two filed returns"


def test_nothing_changed_saves_nothing(given_task: GivenTask, amend: Amend, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS, rules=[IN_TWO_HOURS])
    before = everything(task)
    amend(task, title=task.title, tags=[], rules=[IN_TWO_HOURS], at=now + timedelta(hours=1))
    assert everything(task) == before


def test_two_changes_before_they_were_seen_are_shown_as_one(given_task: GivenTask, amend: Amend) -> None:
    task = given_task(State.IN_PROGRESS)
    amend(task, title="Second title", reach="Call me")
    amend(task, title="Third title", reach="Call me", guidelines="Before noon")
    assert changes_shown(task) == [
        ("title", "File the tax return", "Third title"),
        ("guidelines", "", "Before noon"),
        ("reach", "", "Call me"),
    ]
    assert story(task)[-2:] == ["amend", "amend"]
    assert list(waiting(task)) == ["amendment"]


def test_what_was_changed_and_changed_back_is_no_difference_any_more(given_task: GivenTask, amend: Amend) -> None:
    task = given_task(State.IN_PROGRESS)
    amend(task, title="Another title", reach="Call me")
    amend(task, title="File the tax return", reach="Call me")
    assert changes_shown(task) == [("reach", "", "Call me")]


def test_after_it_was_seen_only_what_is_new_is_shown(
    cast: Cast, given_task: GivenTask, amend: Amend, now: datetime
) -> None:
    task = given_task(State.IN_PROGRESS)
    amend(task, title="Second title")
    handing_over.acknowledge(task_id=task.pk, by=cast.assistant, now=now)
    later = now + timedelta(minutes=1)
    amend(task, title="Third title", at=later)
    assert changes_shown(task) == [("title", "Second title", "Third title")]


def test_seeing_it_answers_it_once(cast: Cast, given_task: GivenTask, amend: Amend, now: datetime) -> None:
    task = amend(given_task(State.IN_PROGRESS), title="Second title")
    handing_over.acknowledge(task_id=task.pk, by=cast.assistant, now=now)
    assert (waiting(task), last_event(task).data) == ({}, {"version": 2})
    with refused(task, str(ALREADY_ANSWERED)):
        handing_over.acknowledge(task_id=task.pk, by=cast.assistant, now=now)


def test_accepting_the_offer_accepts_the_brief_as_it_stands(
    cast: Cast, given_task: GivenTask, amend: Amend, now: datetime
) -> None:
    task = amend(given_task(State.OFFERED), title="Second title")
    assert set(waiting(task)) == {"offer", "amendment"}
    task = handing_over.accept_task(task_id=task.pk, by=cast.assistant, read_back="Yes", estimate=None, now=now)
    assert (task.title, waiting(task)) == ("Second title", {})


def test_a_required_part_can_not_go_missing(given_task: GivenTask, amend: Amend) -> None:
    task = given_task(State.IN_PROGRESS, LevelKey.PROPOSE)
    with refused(task, str(MISSING[Part.CRITERIA])):
        amend(task, criteria=[], rules=[IN_TWO_HOURS])


def test_level_and_assistant_are_not_the_brief_s_to_change(cast: Cast, given_task: GivenTask, amend: Amend) -> None:
    task = amend(given_task(State.IN_PROGRESS), level=LevelKey.PROPOSE, assistant=cast.guest, title="New")
    task.refresh_from_db()
    assert (task.level, task.assistant, task.title) == (LevelKey.JUST_DO_IT, cast.assistant, "New")


@pytest.mark.parametrize("state", [State.DRAFT, State.FLAGGED, State.DELIVERED, State.DONE, State.STOPPED])
def test_it_can_not_be_changed_under_a_flag_or_when_it_is_handed_in(
    state: State, given_task: GivenTask, amend: Amend
) -> None:
    task = given_task(state, LevelKey.PROPOSE)
    with refused(task, Why.NOT_NOW):
        amend(task, title="Too late")


def test_an_assistant_can_not_change_the_brief(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS)
    with refused(task, Why.NOT_YOURS):
        handing_over.amend(task_id=task.pk, by=cast.assistant, fields={"title": "Easier"}, now=now)


def test_an_old_tab_does_not_overwrite_a_newer_version(
    cast: Cast, given_task: GivenTask, amend: Amend, now: datetime
) -> None:
    task = given_task(State.IN_PROGRESS)
    seen = task.revision
    amend(task, title="Newer")
    with refused(task, str(CHANGED)):
        handing_over.amend(task_id=task.pk, by=cast.owner, fields={"title": "Older"}, revision=seen, now=now)


def test_private_and_open_purpose_are_saved_and_shown_too(given_task: GivenTask, amend: Amend) -> None:
    task = amend(given_task(State.IN_PROGRESS, LevelKey.RESEARCH), private=True, purpose_open=True)
    task.refresh_from_db()
    assert (task.private, task.purpose_open) == (True, True)
    assert changes_shown(task) == [("purpose_open", False, True), ("private", False, True)]


def test_other_resources_are_a_difference(cast: Cast, given_task: GivenTask, amend: Amend) -> None:
    task = amend(given_task(State.IN_PROGRESS), resources=[ResourceFactory.create(team=cast.team, name="House style")])
    assert changes_shown(task) == [("resources", [], ["House style"])]


# --- steps --------------------------------------------------------------------------------------------------------


def test_steps_that_were_ticked_stay_ticked_as_long_as_they_stand_unchanged(
    cast: Cast, given_task: GivenTask, amend: Amend, now: datetime
) -> None:
    task = given_task(State.IN_PROGRESS, LevelKey.INSTRUCTIONS)
    for number in (1, 2):
        gates.tick_step(task_id=task.pk, by=cast.assistant, step_number=number, now=now)
    task = amend(task, steps=["Look for rooms", "Call the hotel", "Book one", "Send me the receipt"])
    assert (task.steps_done, task.steps_open) == (1, 3)


def test_steps_added_after_all_were_ticked_must_be_ticked_too(
    cast: Cast, given_task: GivenTask, amend: Amend, now: datetime
) -> None:
    task = given_task(State.IN_PROGRESS, LevelKey.INSTRUCTIONS, steps=["Book"])
    gates.tick_step(task_id=task.pk, by=cast.assistant, step_number=1, now=now)
    amend(task, steps=["Book", "Send me the receipt"])
    with refused(task, Why.STEPS_OPEN):
        deliver(task, cast.assistant, now)


# --- check-ins ----------------------------------------------------------------------------------------------------


def due(task: Task) -> list[datetime]:
    return list(Checkin.objects.filter(task=task, state=CheckinState.DUE).values_list("due_at", flat=True))


def test_a_check_in_before_the_deadline_moves_with_the_deadline(
    given_task: GivenTask, amend: Amend, now: datetime
) -> None:
    friday, at_five = date(2026, 11, 27), time(17)
    task = given_task(State.IN_PROGRESS, deadline_date=friday, deadline_time=at_five, rules=[A_DAY_BEFORE])
    assert due(task) == [datetime(2026, 11, 26, 16, tzinfo=now.tzinfo)]
    amend(task, deadline_date=friday + timedelta(days=3), rules=[A_DAY_BEFORE])
    # A day before is a Sunday now: asked on Friday, in the last minute of work.
    assert due(task) == [datetime(2026, 11, 27, 16, 29, tzinfo=now.tzinfo)]


def test_a_deadline_that_moves_away_and_back_asks_once(given_task: GivenTask, amend: Amend) -> None:
    friday = date(2026, 11, 27)
    task = given_task(State.IN_PROGRESS, deadline_date=friday, rules=[A_DAY_BEFORE])
    first = due(task)
    amend(task, deadline_date=friday + timedelta(days=3), rules=[A_DAY_BEFORE])
    amend(task, deadline_date=friday, rules=[A_DAY_BEFORE])
    assert due(task) == first


def test_another_rule_takes_the_place_of_the_old_one(given_task: GivenTask, amend: Amend, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS, rules=[IN_TWO_HOURS])
    task = amend(task, rules=[Rule(trigger=Trigger.AFTER_START, hours=5)])
    assert due(task) == [now + timedelta(hours=5)]
    assert changes_shown(task) == [("checkins", ["after_start 2"], ["after_start 5"])]


def test_no_check_in_is_scheduled_before_the_offer_is_accepted(given_task: GivenTask, amend: Amend) -> None:
    assert due(amend(given_task(State.OFFERED), rules=[IN_TWO_HOURS])) == []
