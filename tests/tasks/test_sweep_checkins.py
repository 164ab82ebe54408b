"""The check-in sweep: each check-in is asked once, in one piece, and nothing holds up the others."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db import transaction

from accounts.models import DaysOff, Membership, Message, User
from accounts.outbox import tell
from delegation.checkins import Rule, Trigger
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions import handing_over
from tasks.answer_links import read_token
from tasks.models import Checkin, CheckinRule, CheckinState, Event, Task
from tasks.sweeps import ask_due_checkins, asking
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


def test_a_due_check_in_is_asked_with_event_and_message(cast: Cast, running: Running, now: datetime) -> None:
    task, later = running(IN_TWO_HOURS), now + timedelta(hours=2)
    assert ask_due_checkins(now=later) == 1
    checkin = Checkin.objects.get(task=task)
    assert (checkin.state, checkin.asked_at) == (CheckinState.ASKED, later)
    assert checkin.next_step_at == later + timedelta(hours=2)
    event = Event.objects.get(task=task, kind="checkin-asked")
    assert (event.actor, event.at, event.data["assistant"]) == (None, later, "Sam")
    message = Message.objects.get(template="checkin")
    assert (message.recipient, message.must_do, message.thread) == (cast.assistant, True, str(task.pk))
    assert (message.path, message.mail_at, message.urgent) == (task.get_absolute_url(), later, False)
    token = message.params["answer_path"].removeprefix("/c/").removesuffix("/")
    assert read_token(token) == (checkin.pk, cast.assistant.pk)


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
    assert ask_due_checkins(now=now + timedelta(hours=2) + asking.TOO_LATE) == 1
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


# --- not at night -------------------------------------------------------------------------------------------------

LATE = Rule(trigger=Trigger.AFTER_START, hours=7)  # 17:00, in the last half hour of work
LATE_ANYWAY = Rule(trigger=Trigger.AFTER_START, hours=7, any_time=True)


def test_after_hours_a_check_in_waits_for_the_next_morning(running: Running, now: datetime) -> None:
    task, evening, morning = running(LATE), now + timedelta(hours=11), now + timedelta(hours=23)
    assert ask_due_checkins(now=evening) == 0
    checkin = Checkin.objects.get(task=task)
    assert (checkin.state, checkin.due_at) == (CheckinState.DUE, morning)
    assert (checkin.asked_at, checkin.next_step_at) == (None, None)
    assert not Event.objects.filter(task=task, kind__startswith="checkin").exists()
    assert (ask_due_checkins(now=morning), asked_messages()) == (1, 1)


def test_a_rule_that_may_asks_after_hours(running: Running, now: datetime) -> None:
    running(LATE_ANYWAY)
    assert ask_due_checkins(now=now + timedelta(hours=11)) == 1


def test_on_a_day_off_that_was_taken_since_a_check_in_waits_for_the_day_after(
    cast: Cast, running: Running, now: datetime
) -> None:
    task = running(IN_TWO_HOURS)
    DaysOff.objects.create(user=cast.assistant, first=now.date(), last=now.date() + timedelta(days=1))
    assert ask_due_checkins(now=now + timedelta(hours=3)) == 0
    assert Checkin.objects.get(task=task).due_at == now + timedelta(days=2, hours=-1)


def test_who_stopped_working_altogether_is_asked_nevertheless(cast: Cast, running: Running, now: datetime) -> None:
    task = running(IN_TWO_HOURS)
    User.objects.filter(pk=cast.assistant.pk).update(working_hours=[None] * 7)
    assert ask_due_checkins(now=now + timedelta(hours=3)) == 1
    assert states(task) == [CheckinState.ASKED]


def test_a_check_in_moves_to_a_moment_that_was_taken_back_before(cast: Cast, running: Running, now: datetime) -> None:
    task, morning = running(LATE), now + timedelta(hours=23)
    rule = CheckinRule.objects.get(task=task)
    Checkin.objects.create(task=task, rule=rule, assistant=cast.assistant, due_at=morning, state=CheckinState.WITHDRAWN)
    ask_due_checkins(now=now + timedelta(hours=11))
    assert Checkin.objects.get(task=task, rule=rule).due_at == morning


# --- overtaken ----------------------------------------------------------------------------------------------------

EVERY_HOUR = Rule(trigger=Trigger.EVERY_HOURS, hours=1)


def test_an_open_check_in_is_missed_when_the_next_of_its_rule_is_asked(
    cast: Cast, running: Running, now: datetime
) -> None:
    task = running(AT_THREE)
    for days in (0, 1):
        ask_due_checkins(now=now + timedelta(days=days, hours=5))
    by_rule = Checkin.objects.filter(rule__trigger=Trigger.WEEKDAYS).order_by("due_at")
    assert [checkin.state for checkin in by_rule] == ["missed", "asked", "due"]
    assert Event.objects.filter(task=task, kind="checkin-unanswered", actor=None).count() == 1


def test_what_was_overtaken_asks_for_nothing_any_more(running: Running, now: datetime) -> None:
    running(EVERY_HOUR)
    for hours in (1, 2):
        ask_due_checkins(now=now + timedelta(hours=hours))
    unread = Message.objects.filter(template="checkin", read_at=None)
    assert Message.objects.filter(template="checkin").count() == 2
    assert unread.get().dedup_key == f"checkin:{Checkin.objects.get(state=CheckinState.ASKED).pk}"


def test_a_rule_that_asks_often_still_tells_the_entrepreneur_of_silence_once_a_day(
    cast: Cast, running: Running, now: datetime
) -> None:
    running(EVERY_HOUR)
    for hours in range(1, 6):
        assert ask_due_checkins(now=now + timedelta(hours=hours)) == 1
    message = Message.objects.get(template="checkin_silent")
    assert (message.recipient, message.must_do) == (cast.owner, False)
    assert Event.objects.filter(kind="checkin-unanswered").count() == 4


# --- in one piece -------------------------------------------------------------------------------------------------


def test_a_sweep_that_is_killed_halfway_leaves_nothing_and_the_next_one_does_it_all(
    running: Running, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, later = running(IN_TWO_HOURS), now + timedelta(hours=2)

    def tell_and_die(*args: Any, **kwargs: Any) -> None:
        tell(*args, **kwargs)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(asking, "tell", tell_and_die)
        with pytest.raises(KeyboardInterrupt), transaction.atomic():
            ask_due_checkins(now=later)
    assert states(task) == [CheckinState.DUE]
    assert asked_messages() == 0
    assert not Event.objects.filter(task=task, kind="checkin-asked").exists()
    assert ask_due_checkins(now=later) == 1
    assert asked_messages() == 1


def test_more_than_a_batch_is_asked_in_batches(
    running: Running, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "BATCH", 2)
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
    CheckinRule.objects.filter(task=broken).update(weekdays="!")
    assert ask_due_checkins(now=now + timedelta(hours=6)) == 2
    assert states(broken) == [CheckinState.ASKED]
    assert states(fine) == [CheckinState.ASKED, CheckinState.DUE]
    assert "no next check-in for rule" in caplog.text


@pytest.mark.parametrize("nonsense", [{"time_zone": "Nowhere/Land"}, {"working_hours": [["9", 3]]}])
def test_a_person_who_can_not_be_worked_out_is_asked_and_does_not_hold_up_the_others(
    nonsense: dict[str, Any], cast: Cast, running: Running, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    broken, fine = running(AT_THREE, assistant=cast.guest), running(AT_THREE)
    User.objects.filter(pk=cast.guest.pk).update(**nonsense)
    assert ask_due_checkins(now=now + timedelta(hours=6)) == 2
    assert states(broken) == [CheckinState.ASKED]
    assert states(fine) == [CheckinState.ASKED, CheckinState.DUE]
    assert f"no working time for user {cast.guest.pk}" in caplog.text


# --- at once ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_sweeps_side_by_side_ask_each_check_in_once(
    running: Running, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "BATCH", 3)
    tasks = [running(IN_TWO_HOURS, AT_THREE) for _ in range(4)]
    later = now + timedelta(hours=6)
    found = at_once(*[lambda: ask_due_checkins(now=later)] * 3)
    assert not [result for result in found if isinstance(result, Exception)]
    asked = sum(result for result in found if isinstance(result, int)) + ask_due_checkins(now=later)
    assert asked == asked_messages() == 8
    for task in tasks:
        assert states(task) == [CheckinState.ASKED, CheckinState.ASKED, CheckinState.DUE]
