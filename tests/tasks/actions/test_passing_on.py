"""Passing a task on to another entrepreneur, and taking it back from the assistant."""

from datetime import datetime
from typing import Any

import pytest

from accounts.models import Message
from delegation.levels import LevelKey
from delegation.workflow import OPEN, State, Why
from tasks.actions import delivery, gates, handing_over
from tasks.actions.base import CHANGED, Refused
from tasks.actions.crew import NOT_HANDING_OVER
from tasks.actions.passing_on import THEIRS_ALREADY, pass_on
from tasks.models import Task, Turn, TurnKind, TurnState
from tasks.timeline import sentence_of
from tests.conftest import Cast
from tests.tasks.actions.watching import last_event, story, told, waiting
from tests.tasks.factories import EVERYWHERE, task_in
from tests.tasks.leavings import gone

EACH_OPEN = [pair for pair in {state: (state, level) for state, level in EVERYWHERE}.values() if pair[0] in OPEN]


@pytest.mark.parametrize(("state", "level"), EACH_OPEN)
def test_whoever_gets_it_answers_for_it_and_for_what_waits(
    state: State, level: LevelKey, cast: Cast, now: datetime
) -> None:
    task = task_in(state, level, cast, now)
    pass_on(task_id=task.pk, by=cast.owner, to=cast.entrepreneur, text="I am away.", now=now)
    after = Task.objects.get()
    assert (after.entrepreneur, after.state, after.revision) == (cast.entrepreneur, state, task.revision + 1)
    assert cast.owner not in waiting(task).values()
    assert sentence_of(last_event(task)) == "Eva passed it on to Finn"
    waits = cast.entrepreneur in waiting(task).values()
    assistant = set() if state == State.DRAFT else {("Sam", "entrepreneur_changed", False)}
    assert told(task) == {("Finn", "passed_on", waits)} | assistant


def test_what_waits_behind_a_flag_moves_too(cast: Cast, now: datetime) -> None:
    task = task_in(State.AWAITING_APPROVAL, LevelKey.PROPOSE, cast, now)
    Turn.objects.filter(task=task, kind=TurnKind.PROPOSAL).update(state=TurnState.PARKED)
    pass_on(task_id=task.pk, by=cast.owner, to=cast.entrepreneur, now=now)
    assert Turn.objects.get(task=task, kind=TurnKind.PROPOSAL).waits_on == cast.entrepreneur


def test_the_new_one_can_go_on_at_once(cast: Cast, now: datetime) -> None:
    task = task_in(State.AWAITING_APPROVAL, LevelKey.PROPOSE, cast, now)
    pass_on(task_id=task.pk, by=cast.owner, to=cast.entrepreneur, now=now)
    gates.approve(task_id=task.pk, by=cast.entrepreneur, now=now)
    assert Task.objects.get().state == State.IN_PROGRESS
    assert Message.objects.get(template="proposal", recipient=cast.owner).read_at == now


@pytest.mark.parametrize(("to", "said"), [("assistant", NOT_HANDING_OVER), ("outsider", NOT_HANDING_OVER),
                                          ("owner", THEIRS_ALREADY)])  # fmt: skip
def test_only_to_another_entrepreneur_of_the_team(to: str, said: Any, cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    with pytest.raises(Refused, match=str(said)):
        pass_on(task_id=task.pk, by=cast.owner, to=getattr(cast, to), now=now)
    assert Task.objects.get().entrepreneur == cast.owner


def test_of_two_presses_the_second_is_told(cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    common: dict[str, Any] = {"task_id": task.pk, "now": now, "revision": task.revision}
    pass_on(by=cast.owner, to=cast.entrepreneur, **common)
    with pytest.raises(Refused, match=str(CHANGED)):
        pass_on(by=cast.entrepreneur, to=cast.owner, **common)


def test_an_assistant_passes_nothing_on(cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    with pytest.raises(Refused) as refused:
        pass_on(task_id=task.pk, by=cast.assistant, to=cast.entrepreneur, now=now)
    assert refused.value.why == Why.NOT_YOURS


@pytest.mark.parametrize("state", [State.OFFERED, State.IN_PROGRESS, State.FLAGGED])
def test_a_task_that_is_taken_back_is_a_draft_that_waits_on_nobody(state: State, cast: Cast, now: datetime) -> None:
    task = task_in(state, LevelKey.WITHIN_LIMITS, cast, now)
    handing_over.take_back(task_id=task.pk, by=cast.entrepreneur, text="I do it myself.", now=now)
    after = Task.objects.get()
    assert (after.state, after.assistant, after.started_at) == (State.DRAFT, None, None)
    assert waiting(task) == {}
    assert story(task)[-1] == "take-back"
    assert sentence_of(last_event(task)) == "Finn took it back from Sam"
    assert told(task) == {("Sam", "taken_back", False)}


def test_what_is_delivered_is_answered_and_not_taken_back(cast: Cast, now: datetime) -> None:
    task = task_in(State.DELIVERED, LevelKey.WITHIN_LIMITS, cast, now)
    with pytest.raises(Refused) as refused:
        handing_over.take_back(task_id=task.pk, by=cast.owner, now=now)
    assert refused.value.why == Why.NOT_NOW


def test_a_task_of_somebody_who_left_is_not_opened_again(cast: Cast, now: datetime) -> None:
    task = task_in(State.DONE, LevelKey.WITHIN_LIMITS, cast, now)
    gone(cast, cast.assistant, now)
    with pytest.raises(Refused, match="no longer works in the team"):
        delivery.reopen(task_id=task.pk, by=cast.owner, text="More", now=now)
    assert Task.objects.get().state == State.DONE


def test_who_opens_a_task_again_answers_for_it_if_nobody_else_does(cast: Cast, now: datetime) -> None:
    task = task_in(State.DONE, LevelKey.WITHIN_LIMITS, cast, now)
    Task.objects.update(entrepreneur=cast.outsider)
    delivery.reopen(task_id=task.pk, by=cast.entrepreneur, text="More", now=now)
    assert Task.objects.get().entrepreneur == cast.entrepreneur
