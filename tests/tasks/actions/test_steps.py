"""Steps: ticked in order, and a deviation takes an answered question first."""

from collections.abc import Callable
from datetime import datetime

import pytest

from delegation.levels import LevelKey
from delegation.workflow import State, Why
from tasks.actions import gates
from tasks.actions.gates import STEP_GONE
from tasks.models import Task
from tests.conftest import Cast
from tests.tasks.actions.watching import last_event, refused, told, turn_of, waiting
from tests.tasks.factories import deliver

GivenTask = Callable[..., Task]


@pytest.fixture
def stepwise(given_task: GivenTask) -> Task:
    """A task in progress with three steps, none of them ticked."""
    return given_task(State.IN_PROGRESS, LevelKey.INSTRUCTIONS)


def test_ticking_goes_step_by_step_and_tells_nobody(cast: Cast, stepwise: Task, now: datetime) -> None:
    for number in (1, 2):
        task = gates.tick_step(task_id=stepwise.pk, by=cast.assistant, step_number=number, now=now)
    assert (task.steps_done, task.steps_open, task.state) == (2, 1, State.IN_PROGRESS)
    assert last_event(task).data == {"step": 2, "text": "Book one"}
    assert told(task) == set()


@pytest.mark.parametrize("number", [0, 2, 3, 4, -1])
def test_a_step_can_not_be_skipped(number: int, cast: Cast, stepwise: Task, now: datetime) -> None:
    with refused(stepwise, str(STEP_GONE)):
        gates.tick_step(task_id=stepwise.pk, by=cast.assistant, step_number=number, now=now)


def test_the_second_press_on_a_tick_does_not_tick_the_next_step(cast: Cast, stepwise: Task, now: datetime) -> None:
    gates.tick_step(task_id=stepwise.pk, by=cast.assistant, step_number=1, now=now)
    with refused(stepwise, str(STEP_GONE)):
        gates.tick_step(task_id=stepwise.pk, by=cast.assistant, step_number=1, now=now)


def test_only_the_assistant_ticks(cast: Cast, stepwise: Task, now: datetime) -> None:
    with refused(stepwise, Why.NOT_YOURS):
        gates.tick_step(task_id=stepwise.pk, by=cast.owner, step_number=1, now=now)


def test_with_all_steps_ticked_the_task_can_be_delivered(cast: Cast, stepwise: Task, now: datetime) -> None:
    for number in (1, 2):
        gates.tick_step(task_id=stepwise.pk, by=cast.assistant, step_number=number, now=now)
    with refused(stepwise, Why.STEPS_OPEN):
        deliver(stepwise, cast.assistant, now)
    gates.tick_step(task_id=stepwise.pk, by=cast.assistant, step_number=3, now=now)
    assert deliver(stepwise, cast.assistant, now).state == State.DELIVERED


def test_asking_to_deviate_is_about_the_next_step_and_holds_up_the_rest(
    cast: Cast, stepwise: Task, now: datetime
) -> None:
    gates.tick_step(task_id=stepwise.pk, by=cast.assistant, step_number=1, now=now)
    task = gates.ask_to_deviate(task_id=stepwise.pk, by=cast.assistant, text="May I call?", now=now)
    assert (task.state, waiting(task)) == (State.AWAITING_DECISION, {"deviation": cast.owner})
    assert turn_of(task, "deviation").payload == {"step": 2, "step_text": "Book one"}
    assert told(task) == {("Eva", "deviation", True)}
    with refused(task, Why.NOT_NOW):
        gates.tick_step(task_id=task.pk, by=cast.assistant, step_number=2, now=now)


@pytest.mark.parametrize(("allowed", "answer"), [(True, "allowed"), (False, "refused")])
def test_an_answered_deviation_lets_the_work_go_on(
    allowed: bool, answer: str, cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.AWAITING_DECISION, LevelKey.INSTRUCTIONS)
    task = gates.answer_deviation(task_id=task.pk, by=cast.owner, allowed=allowed, text="Because", now=now)
    assert (task.state, task.steps_open, waiting(task)) == (State.IN_PROGRESS, 3, {})
    assert (turn_of(task, "deviation").answer, last_event(task).data["step"]) == (answer, 1)
    assert told(task) == {("Sam", f"deviation_{answer}", False)}


def test_a_deviation_is_answered_once(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.AWAITING_DECISION, LevelKey.INSTRUCTIONS)
    gates.answer_deviation(task_id=task.pk, by=cast.owner, allowed=True, now=now)
    with refused(task, Why.NOT_NOW):
        gates.answer_deviation(task_id=task.pk, by=cast.entrepreneur, allowed=False, now=now)


def test_when_every_step_is_ticked_there_is_nothing_to_deviate_from(
    cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.IN_PROGRESS, LevelKey.INSTRUCTIONS, steps=["Call"])
    gates.tick_step(task_id=task.pk, by=cast.assistant, step_number=1, now=now)
    with refused(task, Why.NOT_NOW):
        gates.ask_to_deviate(task_id=task.pk, by=cast.assistant, text="May I?", now=now)
    with refused(task, Why.NOT_NOW):
        gates.tick_step(task_id=task.pk, by=cast.assistant, step_number=2, now=now)
