"""Pausing a check-in rule, and letting it ask again."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Message
from delegation.checkins import Rule, Trigger
from delegation.workflow import State, Why
from tasks.actions import handing_over
from tasks.actions.checkins import pause_checkin_rule, resume_checkin_rule
from tasks.actions.entries import log_work
from tasks.models import Checkin, CheckinRule, CheckinState, Task
from tasks.sweeps import ask_due_checkins, chase_checkins
from tasks.timeline import sentence_of
from tests.conftest import Cast
from tests.tasks.actions.watching import last_event, refused, told

GivenTask = Callable[..., Task]
AT_THREE = Rule(trigger=Trigger.WEEKDAYS, at_time=time(15))
AT_FOUR = Rule(trigger=Trigger.WEEKDAYS, at_time=time(16))
AFTER_AN_HOUR = Rule(trigger=Trigger.AFTER_WORK, hours=1)


@pytest.fixture
def task(given_task: GivenTask) -> Task:
    """In progress, with a rule that asks each day at three."""
    return given_task(State.IN_PROGRESS, rules=[AT_THREE])


def rule_of(task: Task) -> CheckinRule:
    return task.checkin_rules.get()


def due(task: Task) -> list[datetime]:
    return list(Checkin.objects.filter(task=task, state=CheckinState.DUE).values_list("due_at", flat=True))


def test_a_paused_rule_asks_nothing(cast: Cast, task: Task, now: datetime) -> None:
    pause_checkin_rule(task_id=task.pk, by=cast.owner, rule_id=rule_of(task).pk, now=now)
    assert rule_of(task).paused_at == now
    assert Checkin.objects.get(task=task).state == CheckinState.WITHDRAWN
    assert ask_due_checkins(now=now + timedelta(hours=6)) == 0
    assert sentence_of(last_event(task)) == "Eva paused a check-in: every weekday at 15:00"
    assert told(task) == set()


def test_what_it_asked_is_taken_back_and_not_chased(cast: Cast, task: Task, now: datetime) -> None:
    later = now + timedelta(hours=5)
    ask_due_checkins(now=later)
    pause_checkin_rule(task_id=task.pk, by=cast.owner, rule_id=rule_of(task).pk, now=later)
    assert set(Checkin.objects.values_list("state", flat=True)) == {CheckinState.WITHDRAWN}
    assert chase_checkins(now=later + timedelta(days=2)) == 0
    assert not Message.objects.filter(template="checkin_reminder").exists()
    assert Message.objects.get(template="checkin").read_at == later


def test_a_resumed_rule_asks_from_then_on(cast: Cast, task: Task, now: datetime) -> None:
    common: dict[str, Any] = {"task_id": task.pk, "by": cast.entrepreneur, "rule_id": rule_of(task).pk}
    pause_checkin_rule(now=now, **common)
    resume_checkin_rule(now=now + timedelta(days=2, hours=6), **common)
    assert due(task) == [now + timedelta(days=3, hours=5)]
    assert sentence_of(last_event(task)) == "Finn resumed a check-in: every weekday at 15:00"


def test_pausing_and_resuming_at_once_loses_nothing(cast: Cast, task: Task, now: datetime) -> None:
    common: dict[str, Any] = {"task_id": task.pk, "by": cast.owner, "rule_id": rule_of(task).pk, "now": now}
    before = due(task)
    for _ in range(2):
        pause_checkin_rule(**common)
        resume_checkin_rule(**common)
    assert due(task) == before


def test_a_rule_by_effort_that_was_reached_meanwhile_asks_when_it_is_resumed(
    cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.IN_PROGRESS, rules=[AFTER_AN_HOUR])
    common: dict[str, Any] = {"task_id": task.pk, "by": cast.owner, "rule_id": rule_of(task).pk, "now": now}
    pause_checkin_rule(**common)
    log_work(task_id=task.pk, by=cast.assistant, minutes=60, day=now.date(), now=now)
    assert due(task) == []
    for _ in range(2):
        resume_checkin_rule(**common)
        assert due(task) == [now]
        pause_checkin_rule(**common)


def test_a_rule_stays_paused_when_the_brief_changes(cast: Cast, task: Task, now: datetime) -> None:
    pause_checkin_rule(task_id=task.pk, by=cast.owner, rule_id=rule_of(task).pk, now=now)
    change = {"title": "Another"}
    handing_over.amend(task_id=task.pk, by=cast.owner, fields=change, rules=[AT_THREE, AT_FOUR], now=now)
    assert due(task) == [now + timedelta(hours=6)]


def test_what_was_paused_or_runs_already_is_refused(cast: Cast, task: Task, now: datetime) -> None:
    common: dict[str, Any] = {"task_id": task.pk, "by": cast.owner, "rule_id": rule_of(task).pk, "now": now}
    with refused(task):
        resume_checkin_rule(**common)
    pause_checkin_rule(**common)
    with refused(task):
        pause_checkin_rule(**common)


def test_a_rule_of_another_task_is_not_found_here(cast: Cast, task: Task, given_task: GivenTask, now: datetime) -> None:
    other = given_task(State.IN_PROGRESS, rules=[AT_THREE])
    for rule_id in (rule_of(other).pk, uuid4()):
        with refused(task):
            pause_checkin_rule(task_id=task.pk, by=cast.owner, rule_id=rule_id, now=now)


def test_only_who_hands_over_pauses(cast: Cast, task: Task, now: datetime) -> None:
    for person in (cast.assistant, cast.guest, cast.outsider):
        with refused(task, Why.NOT_YOURS):
            pause_checkin_rule(task_id=task.pk, by=person, rule_id=rule_of(task).pk, now=now)
