"""The check-in sweep: each check-in is asked once, in one piece, and nothing holds up the others."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db import transaction

from accounts.models import MailState, Membership, Message, OutgoingMail
from accounts.outbox import tell
from delegation.checkins import Rule, Trigger
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks import sweeps
from tasks.actions import handing_over
from tasks.models import Checkin, CheckinState, Event, Task
from tasks.sweeps import ask_due_checkins
from tests.conftest import Cast
from tests.tasks.factories import deliver, task_in
from tests.threads import at_once

IN_TWO_HOURS = Rule(trigger=Trigger.AFTER_START, hours=2)
AT_THREE = Rule(trigger=Trigger.WEEKDAYS, at_time=time(15))  # 14:00 UTC in November

Running = Callable[..., Task]


@pytest.fixture
def running(cast: Cast, now: datetime) -> Running:
    """A task in progress with these rules."""

    def make(*rules: Rule, **fields: Any) -> Task:
        return task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, rules=rules, **fields)

    return make


def states(task: Task) -> list[str]:
    return list(Checkin.objects.filter(task=task).order_by("due_at", "pk").values_list("state", flat=True))


def asked_messages() -> int:
    return Message.objects.filter(template="checkin").count()


# --- asking -------------------------------------------------------------------------------------------------------


def test_a_due_check_in_is_asked_with_event_message_and_mail(cast: Cast, running: Running, now: datetime) -> None:
    task, later = running(IN_TWO_HOURS), now + timedelta(hours=2)
    assert ask_due_checkins(now=later) == 1
    checkin = Checkin.objects.get(task=task)
    assert (checkin.state, checkin.asked_at) == (CheckinState.ASKED, later)
    event = Event.objects.get(task=task, kind="checkin-asked")
    assert (event.actor, event.at, event.data["assistant"]) == (None, later, "Sam")
    message = Message.objects.get(template="checkin")
    assert (message.recipient, message.must_do, message.thread) == (cast.assistant, True, str(task.pk))
    assert message.mail is not None
    assert (message.mail.state, message.mail.to_address) == (MailState.QUEUED, cast.assistant.email)


def test_nothing_is_asked_a_moment_too_early(running: Running, now: datetime) -> None:
    task = running(IN_TWO_HOURS)
    assert ask_due_checkins(now=now + timedelta(hours=2, microseconds=-1)) == 0
    assert states(task) == [CheckinState.DUE]


def test_two_sweeps_in_a_row_ask_once(running: Running, now: datetime) -> None:
    running(IN_TWO_HOURS)
    later = now + timedelta(hours=2)
    assert (ask_due_checkins(now=later), ask_due_checkins(now=later)) == (1, 0)
    assert asked_messages() == 1


def test_a_rule_that_asks_again_has_its_next_check_in_due_at_once(running: Running, now: datetime) -> None:
    task = running(AT_THREE)
    for day in range(3):
        assert ask_due_checkins(now=now + timedelta(days=day, hours=5, minutes=1)) == 1
        due = Checkin.objects.get(task=task, state=CheckinState.DUE)
        assert due.due_at == now + timedelta(days=day + 1, hours=5)


def test_a_missed_tick_does_not_mean_a_missed_check_in(running: Running, now: datetime) -> None:
    task = running(IN_TWO_HOURS)
    assert ask_due_checkins(now=now + timedelta(hours=2) + sweeps.TOO_LATE) == 1
    assert states(task) == [CheckinState.ASKED]


def test_what_is_far_too_late_is_missed_visibly_and_the_next_one_is_due(running: Running, now: datetime) -> None:
    task, later = running(IN_TWO_HOURS, AT_THREE), now + timedelta(days=3)
    assert ask_due_checkins(now=later) == 0
    assert states(task) == [CheckinState.MISSED, CheckinState.MISSED, CheckinState.DUE]
    assert Event.objects.filter(task=task, kind="checkin-missed", actor=None).count() == 2
    assert Checkin.objects.get(task=task, state=CheckinState.DUE).due_at > later
    assert asked_messages() == 0


# --- not asking ---------------------------------------------------------------------------------------------------


def test_a_stopped_task_is_not_asked_about(cast: Cast, running: Running, now: datetime) -> None:
    task = running(IN_TWO_HOURS)
    handing_over.stop(task_id=task.pk, by=cast.owner, now=now)
    assert ask_due_checkins(now=now + timedelta(hours=2)) == 0
    assert states(task) == [CheckinState.WITHDRAWN]


def test_a_delivered_task_is_not_asked_about(cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, rules=[IN_TWO_HOURS])
    deliver(task, cast.assistant, now)
    assert ask_due_checkins(now=now + timedelta(hours=2)) == 0


@pytest.mark.parametrize("stray", [{"state": State.STOPPED}, {"state": State.OFFERED}])
def test_a_check_in_that_was_left_behind_is_withdrawn_instead_of_asked(
    stray: dict[str, Any], running: Running, now: datetime
) -> None:
    task = running(IN_TWO_HOURS)
    Task.objects.filter(pk=task.pk).update(**stray)
    assert ask_due_checkins(now=now + timedelta(hours=2)) == 0
    assert states(task) == [CheckinState.WITHDRAWN]
    assert not Event.objects.filter(task=task, kind__startswith="checkin").exists()


def test_a_check_in_of_who_carried_it_out_before_is_withdrawn(cast: Cast, running: Running, now: datetime) -> None:
    task = running(IN_TWO_HOURS)
    Task.objects.filter(pk=task.pk).update(assistant=cast.guest)
    ask_due_checkins(now=now + timedelta(hours=2))
    assert states(task) == [CheckinState.WITHDRAWN]


def test_who_has_left_the_team_is_not_asked(cast: Cast, running: Running, now: datetime) -> None:
    task = running(IN_TWO_HOURS)
    Membership.objects.filter(user=cast.assistant).delete()
    assert ask_due_checkins(now=now + timedelta(hours=2)) == 0
    assert states(task) == [CheckinState.WITHDRAWN]


# --- in one piece -------------------------------------------------------------------------------------------------


def test_a_sweep_that_is_killed_halfway_leaves_nothing_and_the_next_one_does_it_all(
    running: Running, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, later = running(IN_TWO_HOURS), now + timedelta(hours=2)
    mails = OutgoingMail.objects.count()

    def tell_and_die(*args: Any, **kwargs: Any) -> None:
        tell(*args, **kwargs)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sweeps, "tell", tell_and_die)
        with pytest.raises(KeyboardInterrupt), transaction.atomic():
            ask_due_checkins(now=later)
    assert states(task) == [CheckinState.DUE]
    assert (asked_messages(), OutgoingMail.objects.count()) == (0, mails)
    assert not Event.objects.filter(task=task, kind="checkin-asked").exists()
    assert ask_due_checkins(now=later) == 1
    assert (asked_messages(), OutgoingMail.objects.count()) == (1, mails + 1)


def test_more_than_a_batch_is_asked_in_batches(
    running: Running, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeps, "BATCH", 2)
    running(*(Rule(trigger=Trigger.AFTER_START, hours=hours) for hours in range(1, 6)))
    assert ask_due_checkins(now=now + timedelta(hours=6)) == 5
    assert asked_messages() == 5


def test_a_batch_takes_a_fixed_number_of_queries(
    running: Running, now: datetime, django_assert_max_num_queries: Any
) -> None:
    for _ in range(4):
        running(IN_TWO_HOURS, AT_THREE)
    with django_assert_max_num_queries(16):
        assert ask_due_checkins(now=now + timedelta(hours=6)) == 8


def test_a_rule_that_can_not_be_worked_out_does_not_hold_up_the_others(
    running: Running, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    broken, fine = running(AT_THREE), running(AT_THREE)
    Task.objects.filter(pk=broken.pk).update(time_zone="Nowhere/Land")
    assert ask_due_checkins(now=now + timedelta(hours=6)) == 2
    assert states(broken) == [CheckinState.ASKED]
    assert states(fine) == [CheckinState.ASKED, CheckinState.DUE]
    assert "no next check-in for rule" in caplog.text


# --- at once ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_sweeps_side_by_side_ask_each_check_in_once(
    running: Running, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeps, "BATCH", 3)
    tasks = [running(IN_TWO_HOURS, AT_THREE) for _ in range(4)]
    later = now + timedelta(hours=6)
    found = at_once(*[lambda: ask_due_checkins(now=later)] * 3)
    assert not [result for result in found if isinstance(result, Exception)]
    asked = sum(result for result in found if isinstance(result, int)) + ask_due_checkins(now=later)
    assert asked == asked_messages() == 8
    for task in tasks:
        assert states(task) == [CheckinState.ASKED, CheckinState.ASKED, CheckinState.DUE]
