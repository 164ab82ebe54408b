"""Two people acting at the same moment: exactly one wins, and the other is told so."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from accounts.models import Message
from delegation.checkins import Rule, Trigger
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions import checkins, delivery, flags, gates, handing_over, milestones
from tasks.actions.base import Refused
from tasks.models import Checkin, CheckinState, Event, Task, Turn, TurnState
from tasks.sweeps import ask_due_checkins
from tests.conftest import Cast
from tests.tasks.factories import PHASES, task_in
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)

Act = Callable[..., Task]
EVERY_HOUR = [Rule(trigger=Trigger.AFTER_START, hours=hours) for hours in range(1, 4)]


def daily(now: datetime) -> list[Rule]:
    """A rule that always has a next time."""
    return [Rule(trigger=Trigger.WEEKDAYS, at_time=now.time())]


def one_wins(task: Task, *acts: Callable[[], object]) -> Task:
    """Run the acts at once: one succeeds, all others are refused, and the timeline has one event more."""
    before = Event.objects.filter(task=task).count()
    found = at_once(*acts)
    assert sorted(type(result).__name__ for result in found) == ["Refused"] * (len(acts) - 1) + ["Task"], found
    assert all(str(result.text) for result in found if isinstance(result, Refused))
    assert Event.objects.filter(task=task).count() == before + 1
    return Task.objects.get(pk=task.pk)


@pytest.mark.parametrize(
    ("state", "level", "first", "second"),
    [
        (State.AWAITING_APPROVAL, LevelKey.PROPOSE, gates.approve, partial(gates.ask_for_changes, text="No")),
        (State.AWAITING_APPROVAL, LevelKey.PROPOSE, gates.approve, gates.approve),
        (State.DELIVERED, LevelKey.WITHIN_LIMITS, delivery.accept_result, partial(delivery.send_back, text="No")),
        (
            State.FLAGGED,
            LevelKey.WITHIN_LIMITS,
            partial(flags.give_more, more={"money_limit": Decimal(240)}),
            flags.stop_flagged,
        ),
        (
            State.AWAITING_DECISION,
            LevelKey.ADVISE,
            partial(gates.choose, option=0),
            partial(gates.choose, option=1),
        ),
    ],
)
def test_two_answers_at_once_count_as_one(
    state: State, level: LevelKey, first: Act, second: Act, cast: Cast, now: datetime
) -> None:
    task = task_in(state, level, cast, now)
    common: dict[str, Any] = {"task_id": task.pk, "now": now}
    after = one_wins(task, partial(first, by=cast.owner, **common), partial(second, by=cast.entrepreneur, **common))
    assert after.revision == task.revision + 1
    assert not Turn.objects.filter(task=task, state=TurnState.PARKED).exists()


def test_accepting_an_offer_while_it_is_stopped_has_one_outcome(cast: Cast, now: datetime) -> None:
    task = task_in(State.OFFERED, LevelKey.JUST_DO_IT, cast, now, rules=EVERY_HOUR)
    accept = partial(handing_over.accept_task, by=cast.assistant, read_back="Yes", estimate=None)
    at_once(
        partial(accept, task_id=task.pk, now=now), partial(handing_over.stop, task_id=task.pk, by=cast.owner, now=now)
    )
    # Stopping is possible before and after, so it always happens; accepting only came first or not at all.
    assert Task.objects.get(pk=task.pk).state == State.STOPPED
    assert not Turn.objects.filter(task=task, state=TurnState.OPEN).exists()
    assert not Checkin.objects.filter(task=task, state=CheckinState.DUE).exists()


def test_whoever_stops_a_task_that_is_just_reassigned_tells_the_new_assistant(cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    common: dict[str, Any] = {"task_id": task.pk, "by": cast.owner, "now": now}
    for result in at_once(
        partial(handing_over.reassign, assistant=cast.guest, **common), partial(handing_over.stop, **common)
    ):
        assert isinstance(result, Task | Refused)
    task = Task.objects.get(pk=task.pk)
    stopped = Message.objects.get(template="stopped")
    assert (task.state, stopped.recipient) == (State.STOPPED, task.assistant)


def test_a_step_is_ticked_once(cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.INSTRUCTIONS, cast, now)
    tick = partial(gates.tick_step, task_id=task.pk, by=cast.assistant, step_number=1, now=now)
    assert one_wins(task, tick, tick, tick).steps_open == 2


def test_a_check_in_is_answered_once(cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, rules=EVERY_HOUR[:1])
    later = now + timedelta(hours=2)
    ask_due_checkins(now=later)
    checkin = Checkin.objects.get(task=task, state=CheckinState.ASKED)
    answer = partial(checkins.answer_checkin, task_id=task.pk, by=cast.assistant, checkin_id=checkin.pk, now=later)
    one_wins(task, partial(answer, mood="on_track"), partial(answer, mood="stuck"))


@pytest.mark.parametrize("round_", range(3))
def test_a_sweep_while_a_task_is_stopped_leaves_nothing_to_answer(round_: int, cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, rules=[*EVERY_HOUR, *daily(now)])
    later = now + timedelta(days=1)
    swept, stopped = at_once(
        partial(ask_due_checkins, now=later), partial(handing_over.stop, task_id=task.pk, by=cast.owner, now=later)
    )
    assert isinstance(stopped, Task)
    assert swept in {0, 1, 2, 3, 4}
    assert {checkin.state for checkin in task.checkins.all()} == {CheckinState.WITHDRAWN}


def test_a_sweep_while_the_brief_changes_keeps_one_check_in_due(cast: Cast, now: datetime) -> None:
    rules = daily(now)
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, rules=rules)
    due = Checkin.objects.get(task=task).due_at
    change = partial(handing_over.amend, task_id=task.pk, by=cast.owner, fields={"title": "Another"}, rules=rules)
    # The page was opened a moment before the check-in was due, and saved while the sweep ran.
    found = at_once(partial(ask_due_checkins, now=due), partial(change, now=due - timedelta(seconds=1)))
    assert not [result for result in found if isinstance(result, Exception)]
    ask_due_checkins(now=due)
    asked = [checkin.due_at for checkin in task.checkins.filter(state=CheckinState.ASKED)]
    assert asked == [due]
    assert task.checkins.filter(state=CheckinState.DUE).count() == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (milestones.accept_milestone, milestones.accept_milestone),
        (milestones.accept_milestone, partial(milestones.send_back_milestone, text="Not yet")),
    ],
)
def test_two_answers_to_one_milestone_count_as_one(first: Act, second: Act, cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, phases=PHASES)
    milestones.deliver_milestone(task_id=task.pk, by=cast.assistant, text="The plan", now=now)
    common: dict[str, Any] = {"task_id": task.pk, "now": now}
    found = at_once(partial(first, by=cast.owner, **common), partial(second, by=cast.entrepreneur, **common))
    assert sorted(type(result).__name__ for result in found) == ["Refused", "Task"]
    states = list(task.milestones.order_by("position").values_list("state", flat=True))
    assert states in (["accepted", "open", "locked", "locked"], ["open", "locked", "locked", "locked"])
    assert Task.objects.get(pk=task.pk).milestones_open == 4 - states.count("accepted")


def test_a_milestone_is_delivered_once(cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, phases=PHASES)
    hand_in = partial(milestones.deliver_milestone, task_id=task.pk, by=cast.assistant, text="The plan", now=now)
    one_wins(task, hand_in, hand_in)
    assert task.turns.filter(state=TurnState.OPEN).count() == 1


def test_accepting_a_milestone_while_the_brief_changes_does_both(cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, phases=PHASES)
    milestones.deliver_milestone(task_id=task.pk, by=cast.assistant, text="The plan", now=now)
    common: dict[str, Any] = {"task_id": task.pk, "now": now, "revision": task.revision}
    longer = [PHASES[0], replace(PHASES[1], working_days=7), *PHASES[2:]]
    found = at_once(
        partial(milestones.accept_milestone, task_id=task.pk, by=cast.entrepreneur, now=now),
        partial(handing_over.amend, by=cast.owner, fields={}, milestones=longer, **common),
    )
    assert all(isinstance(result, Task) for result in found), found
    second = task.milestones.get(position=2)
    # Whichever came first: seven working days from Monday 23 November.
    assert (second.state, second.working_days, second.due_on) == ("open", 7, date(2026, 12, 2))
