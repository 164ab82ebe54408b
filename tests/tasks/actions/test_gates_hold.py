"""No path leads to a delivery without its gate: not the action, not a detour, not a raw write."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from delegation.levels import LEVELS, Gate, LevelKey
from delegation.workflow import State, Why
from tasks.actions import delivery, flags, gates, handing_over
from tasks.models import Task
from tests.conftest import Cast
from tests.tasks.actions.watching import refused
from tests.tasks.factories import brief_fields, deliver, flag_content, options, ready_to_deliver, task_in

GivenTask = Callable[..., Task]
WHY = {
    LevelKey.PROPOSE: Why.NEEDS_APPROVAL,
    LevelKey.ADVISE: Why.NEEDS_CHOICE,
    LevelKey.INSTRUCTIONS: Why.STEPS_OPEN,
}
GATED = list(WHY)


@pytest.fixture(params=GATED)
def level(request: pytest.FixtureRequest) -> LevelKey:
    """A level at which something has to happen before the result can be handed in."""
    return LevelKey(request.param)


def raw_fields(level: LevelKey) -> dict[str, Any]:
    fields = brief_fields(level)
    return fields | {"steps_open": len(fields.get("steps", []))}


# --- the action, and every way around it --------------------------------------------------------------------------


def test_the_action_refuses(level: LevelKey, cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS, level)
    with refused(task, WHY[level]):
        deliver(task, cast.assistant, now)


def test_a_flag_and_its_answer_do_not_open_the_gate(
    level: LevelKey, cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.FLAGGED, level)
    flags.give_more(task_id=task.pk, by=cast.owner, more={"time_limit": 600}, now=now)
    with refused(task, WHY[level]):
        deliver(task, cast.assistant, now)


def test_passing_it_on_does_not_open_the_gate(
    level: LevelKey, cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.IN_PROGRESS, level)
    handing_over.reassign(task_id=task.pk, by=cast.owner, assistant=cast.guest, now=now)
    handing_over.accept_task(task_id=task.pk, by=cast.guest, read_back="Yes", estimate=None, now=now)
    with refused(task, WHY[level]):
        deliver(task, cast.guest, now)


def test_giving_it_back_and_offering_it_again_does_not_open_the_gate(
    level: LevelKey, cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.IN_PROGRESS, level)
    handing_over.hand_back(task_id=task.pk, by=cast.assistant, text="Ill", now=now)
    common: dict[str, Any] = {"task_id": task.pk, "by": cast.owner, "now": now}
    handing_over.edit_draft(fields={"assistant": cast.assistant}, **common)
    handing_over.delegate(**common)
    handing_over.accept_task(task_id=task.pk, by=cast.assistant, read_back="Yes", estimate=None, now=now)
    with refused(task, WHY[level]):
        deliver(task, cast.assistant, now)


@pytest.mark.parametrize("gated", [LevelKey.PROPOSE, LevelKey.ADVISE])
def test_after_sending_back_or_reopening_a_new_proposal_closes_the_gate_again(
    gated: LevelKey, cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    again = {
        LevelKey.PROPOSE: lambda task: gates.propose(task_id=task.pk, by=cast.assistant, text="Otherwise", now=now),
        LevelKey.ADVISE: lambda task: gates.submit_options(
            task_id=task.pk, by=cast.assistant, options=options(), now=now
        ),
    }[gated]
    task = given_task(State.DELIVERED, gated)
    delivery.send_back(task_id=task.pk, by=cast.owner, text="Not like this", now=now)
    again(task)
    flags.flag(task_id=task.pk, by=cast.assistant, text="Wait", content=flag_content(), now=now)
    flags.hold(task_id=task.pk, by=cast.owner, text="No", now=now)
    with refused(task, Why.NOT_NOW):
        deliver(task, cast.assistant, now)
    Task.objects.filter(pk=task.pk).update(state=State.IN_PROGRESS)
    with refused(task, WHY[gated]):
        deliver(task, cast.assistant, now)


def test_a_reopened_instruction_with_a_new_step_waits_for_that_step(
    cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.DONE, LevelKey.INSTRUCTIONS)
    delivery.reopen(task_id=task.pk, by=cast.owner, text="One more thing", now=now)
    steps = [*task.steps, "Cancel the other room"]
    handing_over.amend(task_id=task.pk, by=cast.owner, fields={"steps": steps}, now=now)
    with refused(task, Why.STEPS_OPEN):
        deliver(task, cast.assistant, now)


@pytest.mark.parametrize("state", [State.OFFERED, State.FLAGGED, State.AWAITING_DECISION, State.STOPPED])
def test_with_its_gate_open_it_is_still_delivered_from_in_progress_only(
    state: State, cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(state, LevelKey.ADVISE)
    Task.objects.filter(pk=task.pk).update(gate_passed_at=now)
    with refused(task, Why.NOT_NOW):
        deliver(task, cast.assistant, now)


# --- raw writes: the database itself refuses ----------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.DELIVERED, State.DONE])
def test_an_update_past_the_actions_is_refused_by_the_database(
    state: State, level: LevelKey, given_task: GivenTask
) -> None:
    task = given_task(State.IN_PROGRESS, level)
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=task.pk).update(state=state)


@pytest.mark.parametrize("state", [State.DELIVERED, State.DONE])
def test_rows_that_are_brought_in_at_once_are_refused_by_the_database(
    state: State, level: LevelKey, cast: Cast, now: datetime
) -> None:
    row = Task(
        team=cast.team, entrepreneur=cast.owner, assistant=cast.assistant, state=state, created_at=now, changed_at=now,
        **raw_fields(level),
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.bulk_create([row])


def test_taking_the_yes_away_from_what_is_handed_in_is_refused_by_the_database(
    level: LevelKey, cast: Cast, now: datetime
) -> None:
    task = deliver(ready_to_deliver(level, cast, now), cast.assistant, now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=task.pk).update(gate_passed_at=None, steps_open=1)


def test_moving_what_is_handed_in_to_a_gated_level_is_refused_by_the_database(given_task: GivenTask) -> None:
    task = given_task(State.DELIVERED, LevelKey.WITHIN_LIMITS)
    for gated in (LevelKey.PROPOSE, LevelKey.ADVISE):
        with pytest.raises(IntegrityError), transaction.atomic():
            Task.objects.filter(pk=task.pk).update(level=gated)


def test_a_task_without_an_assistant_is_with_nobody(given_task: GivenTask) -> None:
    task = given_task(State.OFFERED)
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=task.pk).update(assistant=None)


def test_the_database_knows_the_same_gates_as_the_table_of_levels(cast: Cast, now: datetime) -> None:
    """A level that gets a gate or steps needs its row in the constraints of tasks/models/task.py too."""
    assert {key for key, level in LEVELS.items() if level.gate != Gate.NONE or level.has_steps} == set(GATED)
    for key in set(LevelKey) - set(GATED):
        task = task_in(State.IN_PROGRESS, key, cast, now)
        assert Task.objects.filter(pk=task.pk).update(state=State.DONE, done_at=now + timedelta(hours=1)) == 1
