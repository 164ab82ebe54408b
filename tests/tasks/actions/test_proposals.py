"""Proposals: nothing is carried out before a yes."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from delegation.levels import LevelKey
from delegation.workflow import State, Why
from tasks.actions import gates
from tasks.actions.base import CHANGED
from tasks.models import Task
from tests.conftest import Cast
from tests.tasks.actions.watching import last_event, refused, told, turn_of, waiting
from tests.tasks.factories import deliver

GivenTask = Callable[..., Task]


@pytest.fixture
def proposed(given_task: GivenTask) -> Task:
    """A task of which the proposal waits on Eva."""
    return given_task(State.AWAITING_APPROVAL, LevelKey.PROPOSE)


def test_a_proposal_waits_on_the_entrepreneur(cast: Cast, proposed: Task) -> None:
    assert (proposed.state, waiting(proposed)) == (State.AWAITING_APPROVAL, {"proposal": cast.owner})
    assert last_event(proposed).data == {"text": "I would ask these ten."}
    assert told(proposed) == {("Eva", "proposal", True)}


def test_an_approved_proposal_lets_the_assistant_deliver(cast: Cast, proposed: Task, now: datetime) -> None:
    task = gates.approve(task_id=proposed.pk, by=cast.owner, text="Fine", now=now)
    assert (task.state, task.gate_passed_at, waiting(task)) == (State.IN_PROGRESS, now, {})
    assert (turn_of(task, "proposal").answer, turn_of(task, "proposal").answer_text) == ("approved", "Fine")
    assert told(task) == {("Sam", "approved", False)}
    assert deliver(task, cast.assistant, now).state == State.DELIVERED


def test_asking_for_changes_gives_the_turn_back_without_a_yes(cast: Cast, proposed: Task, now: datetime) -> None:
    task = gates.ask_for_changes(task_id=proposed.pk, by=cast.owner, text="Ten others", now=now)
    assert (task.state, task.gate_passed_at, waiting(task)) == (State.IN_PROGRESS, None, {})
    assert turn_of(task, "proposal").answer == "changes"
    assert told(task) == {("Sam", "changes_asked", True)}
    with refused(task, Why.NEEDS_APPROVAL):
        deliver(task, cast.assistant, now)


def test_a_new_proposal_makes_the_earlier_yes_void(cast: Cast, proposed: Task, now: datetime) -> None:
    gates.approve(task_id=proposed.pk, by=cast.owner, now=now)
    gates.propose(task_id=proposed.pk, by=cast.assistant, text="Better: these twenty", now=now)
    gates.ask_for_changes(task_id=proposed.pk, by=cast.owner, text="No", now=now)
    with refused(proposed, Why.NEEDS_APPROVAL):
        deliver(proposed, cast.assistant, now)


def test_another_entrepreneur_of_the_team_may_approve(cast: Cast, proposed: Task, now: datetime) -> None:
    gates.approve(task_id=proposed.pk, by=cast.entrepreneur, now=now)
    assert turn_of(proposed, "proposal").answered_by == cast.entrepreneur


@pytest.mark.parametrize("who", ["assistant", "guest", "outsider"])
def test_nobody_else_approves(who: str, cast: Cast, proposed: Task, now: datetime) -> None:
    with refused(proposed, Why.NOT_YOURS):
        gates.approve(task_id=proposed.pk, by=getattr(cast, who), now=now)


def test_the_second_press_on_approve_is_refused(cast: Cast, proposed: Task, now: datetime) -> None:
    gates.approve(task_id=proposed.pk, by=cast.owner, now=now)
    with refused(proposed, Why.NOT_NOW):
        gates.approve(task_id=proposed.pk, by=cast.owner, now=now)


def test_a_yes_from_an_old_tab_does_not_count_for_a_newer_proposal(cast: Cast, proposed: Task, now: datetime) -> None:
    seen = proposed.revision
    gates.ask_for_changes(task_id=proposed.pk, by=cast.entrepreneur, text="Ten others", now=now)
    gates.propose(task_id=proposed.pk, by=cast.assistant, text="Ten others", now=now + timedelta(hours=1))
    with refused(proposed, str(CHANGED)):
        gates.approve(task_id=proposed.pk, by=cast.owner, revision=seen, now=now)


@pytest.mark.parametrize("level", [level for level in LevelKey if level != LevelKey.PROPOSE])
def test_other_levels_know_no_proposals(level: LevelKey, cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS, level)
    with refused(task, Why.NOT_AT_THIS_LEVEL):
        gates.propose(task_id=task.pk, by=cast.assistant, text="Shall I?", now=now)
