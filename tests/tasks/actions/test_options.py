"""Options: two or three, one recommended, and the entrepreneur picks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from delegation.levels import LevelKey
from delegation.workflow import State, Why
from tasks.actions import gates
from tasks.actions.base import CHANGED
from tasks.actions.gates import WRONG_NUMBER
from tasks.models import Task
from tasks.payloads import Option
from tests.conftest import Cast
from tests.tasks.actions.watching import last_event, refused, told, turn_of, waiting
from tests.tasks.factories import deliver, options

GivenTask = Callable[..., Task]


@pytest.fixture
def advised(given_task: GivenTask) -> Task:
    """A task of which two options wait on Eva."""
    return given_task(State.AWAITING_DECISION, LevelKey.ADVISE)


@pytest.mark.parametrize("count", [2, 3])
def test_two_or_three_options_wait_on_the_entrepreneur(
    count: int, cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.IN_PROGRESS, LevelKey.ADVISE)
    offered = [replace(option, pros="Cheap", cons="Slow", cost_note="a month") for option in options(count)]
    task = gates.submit_options(task_id=task.pk, by=cast.assistant, options=offered, text="Take one", now=now)
    assert (task.state, waiting(task)) == (State.AWAITING_DECISION, {"options": cast.owner})
    assert turn_of(task, "options").options == offered
    assert told(task) == {("Eva", "options", True)}


def test_a_cost_comes_back_as_the_amount_that_it_was(advised: Task) -> None:
    assert [option.cost for option in turn_of(advised, "options").options] == [Decimal(10), Decimal(20)]


@pytest.mark.parametrize(
    "wrong",
    [
        options(1),
        options(4),
        [],
        [replace(option, recommended=False) for option in options(2)],
        [replace(option, recommended=True) for option in options(2)],
    ],
)
def test_one_four_or_none_are_refused_and_so_is_anything_but_one_recommendation(
    wrong: list[Option], cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.IN_PROGRESS, LevelKey.ADVISE)
    with refused(task, str(WRONG_NUMBER)):
        gates.submit_options(task_id=task.pk, by=cast.assistant, options=wrong, now=now)


def test_choosing_lets_the_assistant_carry_it_out(cast: Cast, advised: Task, now: datetime) -> None:
    task = gates.choose(task_id=advised.pk, by=cast.owner, option=1, text="The cheaper one", now=now)
    turn = turn_of(task, "options")
    assert (task.state, task.gate_passed_at, waiting(task)) == (State.IN_PROGRESS, now, {})
    assert (turn.answer, turn.answer_payload) == ("chosen", {"option": 1})
    assert last_event(task).data == {"text": "The cheaper one", "chosen": "Option 2"}
    assert told(task) == {("Sam", "chosen", False)}
    assert deliver(task, cast.assistant, now).state == State.DELIVERED


@pytest.mark.parametrize("option", [-1, 2, 99])
def test_an_option_that_was_not_submitted_can_not_be_chosen(
    option: int, cast: Cast, advised: Task, now: datetime
) -> None:
    with refused(advised, str(CHANGED)):
        gates.choose(task_id=advised.pk, by=cast.owner, option=option, now=now)


def test_asking_for_others_gives_the_turn_back_without_a_choice(cast: Cast, advised: Task, now: datetime) -> None:
    task = gates.ask_for_other_options(task_id=advised.pk, by=cast.owner, text="Cheaper ones", now=now)
    assert (task.state, turn_of(task, "options").answer) == (State.IN_PROGRESS, "others")
    assert told(task) == {("Sam", "other_options", True)}
    with refused(task, Why.NEEDS_CHOICE):
        deliver(task, cast.assistant, now)


def test_new_options_make_the_earlier_choice_void(cast: Cast, advised: Task, now: datetime) -> None:
    gates.choose(task_id=advised.pk, by=cast.owner, option=0, now=now)
    task = gates.submit_options(task_id=advised.pk, by=cast.assistant, options=options(3), now=now)
    assert (task.gate_passed_at, task.state) == (None, State.AWAITING_DECISION)


def test_the_assistant_does_not_choose(cast: Cast, advised: Task, now: datetime) -> None:
    with refused(advised, Why.NOT_YOURS):
        gates.choose(task_id=advised.pk, by=cast.assistant, option=0, now=now)


def test_the_second_choice_is_refused(cast: Cast, advised: Task, now: datetime) -> None:
    gates.choose(task_id=advised.pk, by=cast.owner, option=0, now=now)
    with refused(advised, Why.NOT_NOW):
        gates.choose(task_id=advised.pk, by=cast.entrepreneur, option=1, now=now)


@pytest.mark.parametrize("action", ["allow", "refuse"])
def test_options_are_not_answered_as_a_question_about_a_step(
    action: str, cast: Cast, advised: Task, now: datetime
) -> None:
    with refused(advised, Why.NOT_AT_THIS_LEVEL):
        gates.answer_deviation(task_id=advised.pk, by=cast.owner, allowed=action == "allow", now=now)
