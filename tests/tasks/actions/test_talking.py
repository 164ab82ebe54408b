"""Questions stay open until the other side answers them."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from delegation.levels import LevelKey
from delegation.workflow import WITH_ASSISTANT, State, Why
from tasks.actions import handing_over, talking
from tasks.actions.base import ALREADY_ANSWERED
from tasks.models import Task
from tests.conftest import Cast
from tests.tasks.actions.watching import last_event, refused, told, turn_of, waiting

GivenTask = Callable[..., Task]


def test_the_assistant_s_question_waits_on_the_entrepreneur(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = talking.ask(task_id=given_task(State.IN_PROGRESS).pk, by=cast.assistant, text="With rolls?", now=now)
    assert (task.state, waiting(task)) == (State.IN_PROGRESS, {"question": cast.owner})
    assert told(task) == {("Eva", "question", True)}


def test_the_entrepreneur_s_question_waits_on_the_assistant(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = talking.ask(task_id=given_task(State.IN_PROGRESS).pk, by=cast.entrepreneur, text="How far?", now=now)
    assert waiting(task) == {"question": cast.assistant}
    assert told(task) == {("Sam", "question", True)}


def test_an_answer_goes_to_who_asked(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = talking.ask(task_id=given_task(State.IN_PROGRESS).pk, by=cast.entrepreneur, text="How far?", now=now)
    task = talking.answer(task_id=task.pk, by=cast.assistant, text="Half way", now=now)
    assert (waiting(task), turn_of(task, "question").answer_text) == ({}, "Half way")
    assert last_event(task).data == {"text": "Half way", "question": "How far?"}
    assert told(task) == {("Finn", "answered", False)}


@pytest.mark.parametrize(("asker", "other"), [("assistant", "owner"), ("owner", "assistant")])
def test_nobody_answers_their_own_question(
    asker: str, other: str, cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.IN_PROGRESS)
    talking.ask(task_id=task.pk, by=getattr(cast, asker), text="Well?", now=now)
    with refused(task, str(ALREADY_ANSWERED)):
        talking.answer(task_id=task.pk, by=getattr(cast, asker), text="Yes", now=now)
    talking.answer(task_id=task.pk, by=getattr(cast, other), text="Yes", now=now)


def test_another_entrepreneur_does_not_answer_what_the_assistant_was_asked(
    cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = talking.ask(task_id=given_task(State.IN_PROGRESS).pk, by=cast.owner, text="How far?", now=now)
    with refused(task, str(ALREADY_ANSWERED)):
        talking.answer(task_id=task.pk, by=cast.entrepreneur, text="Half way, I guess", now=now)


def test_another_entrepreneur_may_answer_what_the_assistant_asked(
    cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = talking.ask(task_id=given_task(State.IN_PROGRESS).pk, by=cast.assistant, text="With rolls?", now=now)
    talking.answer(task_id=task.pk, by=cast.entrepreneur, text="With", now=now)
    assert waiting(task) == {}


def test_several_questions_are_answered_one_by_one(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS)
    for minutes, text in enumerate(["First?", "Second?"]):
        talking.ask(task_id=task.pk, by=cast.assistant, text=text, now=now + timedelta(minutes=minutes))
    second = turn_of(task, "question")
    talking.answer(task_id=task.pk, by=cast.owner, turn_id=second.pk, text="Two", now=now)
    assert [turn.text for turn in task.turns.filter(kind="question", state="open")] == ["First?"]
    with refused(task, str(ALREADY_ANSWERED)):
        talking.answer(task_id=task.pk, by=cast.owner, turn_id=second.pk, text="Two again", now=now)


def test_a_question_of_another_task_is_not_answered_here(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    elsewhere = talking.ask(task_id=given_task(State.IN_PROGRESS).pk, by=cast.assistant, text="Well?", now=now)
    task = talking.ask(task_id=given_task(State.IN_PROGRESS).pk, by=cast.assistant, text="Here?", now=now)
    with refused(task, str(ALREADY_ANSWERED)):
        talking.answer(task_id=task.pk, by=cast.owner, turn_id=turn_of(elsewhere, "question").pk, text="X", now=now)


@pytest.mark.parametrize("who", ["guest", "outsider"])
def test_onlookers_neither_ask_nor_answer(who: str, cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS)
    with refused(task, Why.NOT_YOURS):
        talking.ask(task_id=task.pk, by=getattr(cast, who), text="May I?", now=now)


@pytest.mark.parametrize("state", sorted(set(State) - {State.AWAITING_DECISION}))
def test_questions_can_be_asked_as_long_as_the_task_is_with_an_assistant(
    state: State, cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(state, LevelKey.PROPOSE)
    if state in WITH_ASSISTANT:
        talking.ask(task_id=task.pk, by=cast.owner, text="Well?", now=now)
        assert waiting(task)["question"] == cast.assistant
    else:
        with refused(task, Why.NOT_NOW):
            talking.ask(task_id=task.pk, by=cast.owner, text="Well?", now=now)


def test_questions_go_when_the_task_goes_back(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = talking.ask(task_id=given_task(State.IN_PROGRESS).pk, by=cast.assistant, text="Well?", now=now)
    handing_over.hand_back(task_id=task.pk, by=cast.assistant, text="Ill", now=now)
    assert set(waiting(task)) == {"returned"}
