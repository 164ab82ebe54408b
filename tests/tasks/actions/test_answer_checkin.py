"""Answering a check-in: once, by who was asked, for the entrepreneur to read."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from accounts.models import Message
from delegation.checkins import Rule, Trigger
from delegation.levels import LevelKey
from delegation.workflow import State, Why
from tasks.actions import checkins, flags, handing_over
from tasks.actions.base import ALREADY_ANSWERED
from tasks.models import Checkin, CheckinState, Task
from tasks.sweeps import ask_due_checkins
from tests.conftest import Cast
from tests.tasks.actions.watching import last_event, refused, told
from tests.tasks.factories import flag_content

GivenTask = Callable[..., Task]


@pytest.fixture
def later(now: datetime) -> datetime:
    """When the check-in has been asked."""
    return now + timedelta(hours=3)


@pytest.fixture
def asked(given_task: GivenTask, later: datetime) -> Checkin:
    """A check-in that Sam was asked two hours after the start."""
    task = given_task(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, rules=[Rule(trigger=Trigger.AFTER_START, hours=2)])
    ask_due_checkins(now=later)
    return Checkin.objects.get(task=task, state=CheckinState.ASKED)


@pytest.mark.parametrize(
    ("mood", "template"),
    [("on_track", "checkin_on_track"), ("at_risk", "checkin_trouble"), ("stuck", "checkin_trouble")],
)
def test_an_answer_is_kept_and_told_to_the_entrepreneur(
    mood: str, template: str, cast: Cast, asked: Checkin, later: datetime
) -> None:
    answer: dict[str, Any] = {"mood": mood, "percent": 60, "minutes_needed": 90, "note": "Waiting for a quote"}
    answer["finish_at"] = date(2026, 11, 27)
    task = checkins.answer_checkin(task_id=asked.task_id, by=cast.assistant, checkin_id=asked.pk, now=later, **answer)
    kept = Checkin.objects.filter(pk=asked.pk).values("state", "answered_at", *answer).get()
    assert kept == {"state": CheckinState.ANSWERED, "answered_at": later, **answer}
    said = {"mood": mood, "percent": 60, "minutes_needed": 90, "finish_at": "2026-11-27", "text": "Waiting for a quote"}
    assert last_event(task).data == said
    assert told(task) == {("Eva", template, False)}


def test_one_press_is_enough(cast: Cast, asked: Checkin, later: datetime) -> None:
    checkins.answer_checkin(task_id=asked.task_id, by=cast.assistant, checkin_id=asked.pk, mood="on_track", now=later)
    asked.refresh_from_db()
    assert (asked.state, asked.percent, asked.minutes_needed, asked.note) == ("answered", None, None, "")


def test_it_is_answered_once(cast: Cast, asked: Checkin, later: datetime) -> None:
    common: dict[str, Any] = {"task_id": asked.task_id, "by": cast.assistant, "checkin_id": asked.pk, "now": later}
    checkins.answer_checkin(mood="on_track", **common)
    with refused(asked.task, str(ALREADY_ANSWERED)):
        checkins.answer_checkin(mood="stuck", **common)


def test_it_is_answered_by_the_assistant_of_the_task_only(cast: Cast, asked: Checkin, later: datetime) -> None:
    for person in (cast.owner, cast.guest, cast.outsider):
        with refused(asked.task, Why.NOT_YOURS):
            checkins.answer_checkin(task_id=asked.task_id, by=person, checkin_id=asked.pk, mood="on_track", now=later)


@pytest.mark.parametrize("state", [CheckinState.REMINDED, CheckinState.ESCALATED])
def test_it_can_be_answered_after_a_reminder_and_after_an_alarm(
    state: CheckinState, cast: Cast, asked: Checkin, later: datetime
) -> None:
    Checkin.objects.filter(pk=asked.pk).update(state=state, next_step_at=later)
    checkins.answer_checkin(task_id=asked.task_id, by=cast.assistant, checkin_id=asked.pk, mood="on_track", now=later)
    asked.refresh_from_db()
    assert (asked.state, asked.next_step_at) == (CheckinState.ANSWERED, None)


def test_one_that_was_overtaken_by_the_next_says_so(cast: Cast, asked: Checkin, later: datetime) -> None:
    Checkin.objects.filter(pk=asked.pk).update(state=CheckinState.MISSED)
    with refused(asked.task, str(checkins.OUTDATED)):
        checkins.answer_checkin(
            task_id=asked.task_id, by=cast.assistant, checkin_id=asked.pk, mood="on_track", now=later
        )


@pytest.mark.parametrize(("mood", "urgent"), [("on_track", False), ("at_risk", False), ("stuck", True)])
def test_only_who_is_stuck_may_pass_quiet_hours(
    mood: str, urgent: bool, cast: Cast, asked: Checkin, later: datetime
) -> None:
    checkins.answer_checkin(task_id=asked.task_id, by=cast.assistant, checkin_id=asked.pk, mood=mood, now=later)
    assert Message.objects.get(recipient=cast.owner, kind="checkin").urgent == urgent


def test_it_can_be_answered_under_a_flag(cast: Cast, asked: Checkin, later: datetime) -> None:
    flags.flag(task_id=asked.task_id, by=cast.assistant, text="No", content=flag_content(), now=later)
    task = checkins.answer_checkin(
        task_id=asked.task_id, by=cast.assistant, checkin_id=asked.pk, mood="stuck", now=later
    )
    assert task.state == State.FLAGGED


def test_a_check_in_of_another_task_is_not_answered_here(
    cast: Cast, asked: Checkin, given_task: GivenTask, later: datetime
) -> None:
    task = given_task(State.IN_PROGRESS)
    with refused(task, str(ALREADY_ANSWERED)):
        checkins.answer_checkin(task_id=task.pk, by=cast.assistant, checkin_id=asked.pk, mood="on_track", now=later)


def test_after_the_task_was_stopped_there_is_nothing_to_answer(cast: Cast, asked: Checkin, later: datetime) -> None:
    handing_over.stop(task_id=asked.task_id, by=cast.owner, now=later)
    asked.refresh_from_db()
    assert asked.state == CheckinState.WITHDRAWN
    with refused(asked.task, Why.NOT_NOW):
        checkins.answer_checkin(
            task_id=asked.task_id, by=cast.assistant, checkin_id=asked.pk, mood="on_track", now=later
        )
