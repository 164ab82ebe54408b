"""Check-ins without an answer: one reminder, then the entrepreneur is told; in working time, once, whatever happens."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import Membership, Message, User
from delegation.checkins import Rule, Trigger
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions import checkins, handing_over
from tasks.models import Checkin, CheckinState, Event, Task
from tasks.sweeps import ask_due_checkins, chase_checkins, chasing, sweep
from tests.conftest import Cast
from tests.tasks.factories import task_in
from tests.threads import at_once

IN_AN_HOUR = Rule(trigger=Trigger.AFTER_START, hours=1)  # asked at 11:00
IN_SIX_HOURS = Rule(trigger=Trigger.AFTER_START, hours=6)  # asked at 16:00

Asked = Callable[..., Checkin]


@pytest.fixture
def asked(cast: Cast, now: datetime) -> Asked:
    """A check-in that was asked at the moment that the rule names."""

    def make(rule: Rule = IN_AN_HOUR, **fields: Any) -> Checkin:
        task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, rules=[rule], **fields)
        checkin = Checkin.objects.get(task=task)
        assert ask_due_checkins(now=checkin.due_at) == 1
        checkin.refresh_from_db()
        return checkin

    return make


def told(template: str) -> list[User]:
    return [message.recipient for message in Message.objects.filter(template=template)]


def state_of(checkin: Checkin) -> str:
    checkin.refresh_from_db()
    return checkin.state


# --- reminding ----------------------------------------------------------------------------------------------------


def test_after_two_working_hours_there_is_one_reminder(cast: Cast, asked: Asked, now: datetime) -> None:
    checkin, later = asked(), now + timedelta(hours=3)
    assert chase_checkins(now=later - timedelta(seconds=1)) == 0
    assert chase_checkins(now=later) == 1
    assert (state_of(checkin), checkin.reminded_at) == (CheckinState.REMINDED, later)
    message = Message.objects.get(template="checkin_reminder")
    assert (message.recipient, message.must_do, message.urgent) == (cast.assistant, True, False)
    first = Message.objects.get(template="checkin")
    assert message.params["answer_path"] == first.params["answer_path"]
    event = Event.objects.get(task=checkin.task_id, kind="checkin-reminded")
    assert (event.actor, event.at, event.data["assistant"]) == (None, later, "Sam")


def test_two_sweeps_in_a_row_remind_once(asked: Asked, now: datetime) -> None:
    asked()
    later = now + timedelta(hours=3)
    assert (chase_checkins(now=later), chase_checkins(now=later)) == (1, 0)


def test_the_night_does_not_count(asked: Asked, now: datetime) -> None:
    checkin = asked(IN_SIX_HOURS)  # an hour and a half before the end of work
    assert chase_checkins(now=now + timedelta(hours=8)) == 0
    assert (state_of(checkin), checkin.next_step_at) == (CheckinState.ASKED, now + timedelta(hours=23, minutes=30))
    assert chase_checkins(now=now + timedelta(hours=23, minutes=30)) == 1


def test_a_reminder_that_comes_late_waits_for_the_morning(asked: Asked, now: datetime) -> None:
    checkin = asked()
    assert chase_checkins(now=now + timedelta(hours=12)) == 0
    assert checkin.next_step_at != now + timedelta(hours=23)
    assert chase_checkins(now=now + timedelta(hours=23)) == 1


def test_a_rule_that_asks_at_any_time_reminds_at_any_time(asked: Asked, now: datetime) -> None:
    asked(Rule(trigger=Trigger.AFTER_START, hours=1, any_time=True))
    assert chase_checkins(now=now + timedelta(hours=12)) == 1


def test_what_was_answered_is_left_alone(cast: Cast, asked: Asked, now: datetime) -> None:
    checkin, later = asked(), now + timedelta(hours=3)
    checkins.answer_checkin(
        task_id=checkin.task_id, by=cast.assistant, checkin_id=checkin.pk, mood="on_track", now=later
    )
    assert chase_checkins(now=later) == 0
    assert state_of(checkin) == CheckinState.ANSWERED


# --- telling the entrepreneur -------------------------------------------------------------------------------------


def test_after_two_more_working_hours_the_entrepreneur_is_told_once(cast: Cast, asked: Asked, now: datetime) -> None:
    checkin, later = asked(), now + timedelta(hours=5)
    chase_checkins(now=now + timedelta(hours=3))
    assert chase_checkins(now=later - timedelta(seconds=1)) == 0
    assert (chase_checkins(now=later), chase_checkins(now=later + timedelta(days=1))) == (1, 0)
    assert (state_of(checkin), checkin.escalated_at, checkin.next_step_at) == (CheckinState.ESCALATED, later, None)
    message = Message.objects.get(template="checkin_silent")
    assert (message.recipient, message.must_do) == (cast.owner, False)
    assert Event.objects.filter(task=checkin.task_id, kind="checkin-escalated", actor=None).count() == 1


def test_after_a_late_reminder_there_is_time_to_answer(asked: Asked, now: datetime) -> None:
    asked()
    tomorrow = now + timedelta(days=1)
    assert (chase_checkins(now=tomorrow), chase_checkins(now=tomorrow)) == (1, 0)
    assert chase_checkins(now=tomorrow + timedelta(hours=2)) == 1
    assert len(told("checkin_silent")) == 1


def test_when_the_entrepreneur_has_left_the_owner_is_told(cast: Cast, asked: Asked, now: datetime) -> None:
    asked(entrepreneur=cast.entrepreneur)
    Membership.objects.filter(user=cast.entrepreneur).delete()
    for hours in (3, 5):
        chase_checkins(now=now + timedelta(hours=hours))
    assert told("checkin_silent") == [cast.owner]


def test_it_can_still_be_answered(cast: Cast, asked: Asked, now: datetime) -> None:
    checkin = asked()
    for hours in (3, 5):
        chase_checkins(now=now + timedelta(hours=hours))
    checkins.answer_checkin(task_id=checkin.task_id, by=cast.assistant, checkin_id=checkin.pk, mood="stuck", now=now)
    assert state_of(checkin) == CheckinState.ANSWERED
    asking = Message.objects.filter(recipient=cast.assistant, thread=str(checkin.task_id), must_do=True, read_at=None)
    assert not asking.exists()


# --- withdrawn ----------------------------------------------------------------------------------------------------


def test_a_stopped_task_is_not_chased(cast: Cast, asked: Asked, now: datetime) -> None:
    checkin = asked()
    handing_over.stop(task_id=checkin.task_id, by=cast.owner, now=now)
    assert chase_checkins(now=now + timedelta(hours=3)) == 0
    assert (state_of(checkin), checkin.next_step_at) == (CheckinState.WITHDRAWN, None)


def test_what_was_left_behind_is_withdrawn_instead(cast: Cast, asked: Asked, now: datetime) -> None:
    stopped, left = asked(), asked(assistant=cast.guest)
    Task.objects.filter(pk=stopped.task_id).update(state=State.STOPPED)
    Membership.objects.filter(user=cast.guest).delete()
    assert chase_checkins(now=now + timedelta(hours=3)) == 0
    assert {state_of(stopped), state_of(left)} == {CheckinState.WITHDRAWN}
    assert told("checkin_reminder") == []


# --- whatever happens ---------------------------------------------------------------------------------------------


def test_what_the_version_before_asked_is_chased_too(asked: Asked, now: datetime) -> None:
    checkin = asked()
    Checkin.objects.filter(pk=checkin.pk).update(next_step_at=None)
    assert chase_checkins(now=now + timedelta(hours=3)) == 1


def test_a_person_who_can_not_be_worked_out_does_not_hold_up_the_others(
    cast: Cast, asked: Asked, now: datetime
) -> None:
    broken, fine = asked(assistant=cast.guest), asked()
    User.objects.filter(pk=cast.guest.pk).update(time_zone="Nowhere/Land")
    assert chase_checkins(now=now + timedelta(hours=3)) == 2
    assert {state_of(broken), state_of(fine)} == {CheckinState.REMINDED}


def test_more_than_a_batch_is_chased_in_batches(
    asked: Asked, now: datetime, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(chasing, "BATCH", 2)
    for _ in range(5):
        asked()
    with django_assert_max_num_queries(45):
        assert chase_checkins(now=now + timedelta(hours=3)) == 5


def test_a_sweep_that_is_killed_halfway_leaves_nothing(
    asked: Asked, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkin = asked()

    def die(*args: Any, **kwargs: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(chasing, "tell", die)
        with pytest.raises(KeyboardInterrupt):
            chase_checkins(now=now + timedelta(hours=3))
    assert state_of(checkin) == CheckinState.ASKED
    assert not Event.objects.filter(kind="checkin-reminded").exists()
    assert chase_checkins(now=now + timedelta(hours=3)) == 1


@pytest.mark.django_db(transaction=True)
def test_sweeps_side_by_side_take_each_step_once(asked: Asked, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chasing, "BATCH", 2)
    for _ in range(5):
        asked()
    later = now + timedelta(hours=3)
    found = at_once(*[lambda: chase_checkins(now=later)] * 3)
    assert not [result for result in found if isinstance(result, Exception)]
    chase_checkins(now=later)
    assert len(told("checkin_reminder")) == Event.objects.filter(kind="checkin-reminded").count() == 5


@pytest.mark.django_db(transaction=True)
def test_an_answer_while_a_sweep_reminds_has_one_outcome(cast: Cast, asked: Asked, now: datetime) -> None:
    checkin, later = asked(), now + timedelta(hours=3)
    answer: dict[str, Any] = {"task_id": checkin.task_id, "by": cast.assistant, "checkin_id": checkin.pk, "now": later}
    swept, answered = at_once(
        lambda: chase_checkins(now=later), lambda: checkins.answer_checkin(mood="on_track", **answer)
    )
    assert swept in {0, 1}
    assert isinstance(answered, Task)
    assert state_of(checkin) == CheckinState.ANSWERED


def test_one_part_of_a_sweep_that_fails_does_not_keep_the_others_from_theirs(
    asked: Asked, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkin = asked()

    def fail(*, now: datetime) -> int:
        raise RuntimeError("the first part broke")

    monkeypatch.setattr("tasks.sweeps.ask_due_checkins", fail)
    with pytest.raises(RuntimeError, match="the first part broke"):
        sweep(now=now + timedelta(hours=3))
    assert state_of(checkin) == CheckinState.REMINDED
