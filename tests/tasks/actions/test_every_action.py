"""What holds for every action alike."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import product

import pytest
from django.db import transaction

from accounts.models import Message
from delegation.checkins import Rule, Trigger
from delegation.levels import LEVELS, LevelKey
from delegation.workflow import CLOSED, TABLE, Action, Refusal, Role, State, decide
from tasks.actions import handing_over
from tasks.actions.base import Refused, role_of
from tasks.models import Task
from tasks.sweeps import ask_due_checkins
from tasks.timeline import SENTENCES
from tests.conftest import Cast
from tests.tasks.actions.verbs import VERBS, attempt
from tests.tasks.actions.watching import everything, last_event, story
from tests.tasks.factories import EVERYWHERE, PHASES, ready_to_deliver, task_in

GivenTask = Callable[..., Task]
SAYS_FIRST = {
    Action.ANSWER: Action.ASK,
    Action.ACKNOWLEDGE: Action.AMEND,
    Action.RESUME_CHECKIN_RULE: Action.PAUSE_CHECKIN_RULE,
}
# Each state once, at a level that knows it.
EACH_STATE = list({state: (state, level) for state, level in EVERYWHERE if level != LevelKey.RESEARCH}.values())
IN_AN_HOUR = Rule(trigger=Trigger.AFTER_START, hours=1)


def possible_start(action: Action, cast: Cast, now: datetime) -> Task:
    """A task on which the action can be done, whatever has to come first."""
    level = next(level for level in LevelKey if TABLE[action].belongs_to(LEVELS[level]))
    if action in {Action.ACCEPT_RESULT, Action.SEND_BACK}:
        level = LevelKey.WITHIN_LIMITS
    if action in {Action.DELIVER_MILESTONE, Action.ACCEPT_MILESTONE, Action.SEND_BACK_MILESTONE}:
        return last_milestone(cast, now, delivered=action != Action.DELIVER_MILESTONE)
    if TABLE[action].finishing:
        return ready_to_deliver(level, cast, now)
    state = State.IN_PROGRESS if State.IN_PROGRESS in TABLE[action].to else next(iter(TABLE[action].to))
    task = task_in(state, level, cast, now, rules=[IN_AN_HOUR])
    if action in SAYS_FIRST:
        attempt(SAYS_FIRST[action], task, cast.owner, now)
    return task


def last_milestone(cast: Cast, now: datetime, *, delivered: bool) -> Task:
    """A task of which the last milestone is under way, or waits to be accepted."""
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, phases=PHASES[:2], rules=[IN_AN_HOUR])
    attempt(Action.DELIVER_MILESTONE, task, cast.assistant, now)
    attempt(Action.ACCEPT_MILESTONE, task, cast.owner, now)
    return attempt(Action.DELIVER_MILESTONE, task, cast.assistant, now) if delivered else task


@pytest.mark.parametrize("action", Action)
def test_an_action_leaves_one_event_by_who_did_it_under_its_own_name(action: Action, cast: Cast, now: datetime) -> None:
    task, later = possible_start(action, cast, now), now + timedelta(hours=2)
    ask_due_checkins(now=later)
    before, messages = story(task), Message.objects.count()
    by = cast.owner if Role.ENTREPRENEUR in TABLE[action].roles and action != Action.ANSWER else cast.assistant
    done = attempt(action, task, by, later, to=cast.guest)
    if action == Action.EDIT:  # a draft is nobody's business yet
        assert story(task) == before
        return
    assert story(task) == [*before, action]
    assert (last_event(task).actor, last_event(task).at, done.changed_at) == (by, later, later)
    assert not Message.objects.filter(dedup_key__startswith=f"event:{last_event(task).pk}:", recipient=by).exists()
    assert Message.objects.count() >= messages


def test_every_action_that_leaves_an_event_can_be_told_in_words() -> None:
    assert set(SENTENCES) >= set(Action) - {Action.EDIT}
    assert set(VERBS) | {Action.REASSIGN} == set(Action)


@pytest.mark.parametrize(("state", "level"), EACH_STATE)
def test_what_the_table_refuses_the_actions_refuse_and_nothing_is_left_behind(
    state: State, level: LevelKey, cast: Cast, now: datetime
) -> None:
    task = task_in(state, level, cast, now)
    facts, before = task.facts(now=now, resume=State.IN_PROGRESS), everything(task)
    for action, person in product(Action, (cast.owner, cast.assistant, cast.outsider)):
        found = decide(state=state, action=action, role=role_of(person, task), level=level, facts=facts)
        if isinstance(found, Refusal):
            with pytest.raises(Refused) as refusal:
                attempt(action, task, person, now, to=cast.guest)
            assert refusal.value.why == found.why
    assert everything(task) == before


@pytest.mark.parametrize(("state", "level"), EACH_STATE)
def test_every_move_makes_older_tabs_stale(state: State, level: LevelKey, cast: Cast, now: datetime) -> None:
    task = task_in(state, level, cast, now)
    if state not in CLOSED:
        assert attempt(Action.STOP, task, cast.owner, now).revision == task.revision + 1


def test_an_action_that_breaks_halfway_leaves_nothing_behind(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS)
    before = everything(task)

    def deliver_and_break() -> None:
        with transaction.atomic():
            attempt(Action.DELIVER, task, cast.assistant, now)
            raise RuntimeError("the worker was killed here")

    with pytest.raises(RuntimeError):
        deliver_and_break()
    assert everything(task) == before


def test_a_refusal_shows_the_task_as_it_stands_and_not_as_it_would_have_been(
    cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.IN_PROGRESS, LevelKey.PROPOSE)
    with pytest.raises(Refused) as refusal:
        handing_over.amend(task_id=task.pk, by=cast.owner, fields={"title": "New", "criteria": []}, now=now)
    assert (refusal.value.task.title, refusal.value.task.criteria) == (task.title, task.criteria)
