"""Timers that run: who may have forgotten one is asked once, a limit that one reaches is told of once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from accounts.models import Message, MessageKind, User
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions import flags, handing_over
from tasks.actions.entries import log_work, strike_work
from tasks.actions.timing import start_timer, still_at_it, stop_timer
from tasks.models import Event, Task, TimeEntry, Timer
from tasks.sweeps import look_at_timers, sweep
from tasks.timeline import sentence_of
from tests.conftest import Cast
from tests.tasks.factories import flag_content, task_in
from tests.threads import at_once

Running = Callable[..., Task]


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


@pytest.fixture
def running(cast: Cast, now: datetime) -> Running:
    """A task on which Sam's timer runs since `now`, Monday at 10:00."""

    def make(**fields: Any) -> Task:
        task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, **{"money_limit": 100, **fields})
        return start_timer(task_id=task.pk, by=cast.assistant, now=now).task

    return make


def told(percent: int | None = None) -> list[tuple[str, int]]:
    """Who was told of which share of the time."""
    messages = Message.objects.filter(template="limit_reached").select_related("recipient").order_by("recipient__name")
    found = [(message.recipient.short_name, int(message.params["percent"])) for message in messages]
    return [(name, share) for name, share in found if percent in {None, share}]


def of_limits(task: Task) -> list[int]:
    return [event.data["percent"] for event in Event.objects.filter(task=task, kind="limit-reached").order_by("id")]


def test_after_four_hours_they_are_asked_once(cast: Cast, running: Running, now: datetime) -> None:
    task = running()
    assert look_at_timers(now=now) == 0
    assert Timer.objects.get().look_at == now + hours(4)
    assert look_at_timers(now=now + hours(4) - timedelta(seconds=1)) == 0
    assert look_at_timers(now=now + hours(4)) == 1
    assert look_at_timers(now=now + hours(30)) == 0
    message = Message.objects.get(template="timer_forgotten")
    assert (message.recipient, message.kind, message.must_do) == (cast.assistant, MessageKind.CHECKIN, True)
    assert Timer.objects.get().asked_at == now + hours(4)
    assert sentence_of(Event.objects.get(kind="timer-asked")) == "Sam was asked whether the timer should still run"
    assert not TimeEntry.objects.filter(task=task).exists()


def test_an_hour_after_work_they_are_asked_too(cast: Cast, running: Running, now: datetime) -> None:
    User.objects.filter(pk=cast.assistant.pk).update(working_hours=[["09:00", "12:00"]] * 7)
    running()
    look_at_timers(now=now)
    assert Timer.objects.get().look_at == now + hours(3)
    assert look_at_timers(now=now + hours(3)) == 1


def test_who_is_still_at_it_is_asked_again_four_hours_later(cast: Cast, running: Running, now: datetime) -> None:
    running()
    look_at_timers(now=now + hours(4))
    assert still_at_it(by=cast.assistant, now=now + hours(4.5))
    assert Message.objects.get(template="timer_forgotten").read_at == now + hours(4.5)
    assert look_at_timers(now=now + hours(8)) == 0
    assert look_at_timers(now=now + hours(8.5)) == 1
    assert Message.objects.filter(template="timer_forgotten").count() == 2


def test_stopping_answers_the_question(cast: Cast, running: Running, now: datetime) -> None:
    running()
    look_at_timers(now=now + hours(4))
    stop_timer(by=cast.assistant, now=now + hours(5))
    assert Message.objects.get(template="timer_forgotten").read_at == now + hours(5)


def test_something_else_on_the_task_does_not_answer_it(cast: Cast, running: Running, now: datetime) -> None:
    task = running()
    look_at_timers(now=now + hours(4))
    content = flag_content()
    flags.flag(task_id=task.pk, by=cast.assistant, text="Too little", content=content, now=now + hours(4))
    assert Message.objects.get(template="timer_forgotten").read_at is None


def test_each_share_of_the_limit_that_runs_is_told_to_both_once(cast: Cast, running: Running, now: datetime) -> None:
    task = running(time_limit=120)
    for minutes in range(0, 150, 10):
        look_at_timers(now=now + timedelta(minutes=minutes))
    assert of_limits(task) == [50, 80, 100]
    assert told(50) == [("Eva", 50), ("Sam", 50)]
    task.refresh_from_db()
    assert (task.time_told, task.minutes_logged) == (100, 0)
    stop_timer(by=cast.assistant, now=now + timedelta(minutes=150))
    assert of_limits(task) == [50, 80, 100]
    assert len(told()) == 6


def test_it_looks_again_just_when_the_next_share_is_reached(cast: Cast, running: Running, now: datetime) -> None:
    running(time_limit=120)
    look_at_timers(now=now)
    assert Timer.objects.get().look_at == now + hours(1)
    look_at_timers(now=now + hours(1))
    assert Timer.objects.get().look_at == now + timedelta(minutes=96)


def test_what_is_logged_by_hand_meanwhile_counts_with_what_runs(cast: Cast, running: Running, now: datetime) -> None:
    task = running(time_limit=120)
    look_at_timers(now=now)
    log_work(task_id=task.pk, by=cast.assistant, minutes=50, day=now.date(), now=now + timedelta(minutes=5))
    look_at_timers(now=now + timedelta(minutes=5))
    look_at_timers(now=now + timedelta(minutes=10))
    assert of_limits(task) == [50]


def test_another_limit_is_told_anew(cast: Cast, running: Running, now: datetime) -> None:
    task = running(time_limit=120)
    look_at_timers(now=now + hours(1))
    handing_over.amend(task_id=task.pk, by=cast.owner, fields={"time_limit": 200}, now=now + hours(1))
    look_at_timers(now=now + hours(1))
    assert of_limits(task) == [50]
    look_at_timers(now=now + timedelta(minutes=100))
    assert of_limits(task) == [50, 50]


def test_what_is_taken_out_and_logged_again_is_not_told_again(cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, time_limit=120)
    log = partial(log_work, task_id=task.pk, by=cast.assistant, minutes=60, day=now.date(), now=now)
    log()
    strike_work(entry_id=TimeEntry.objects.get().pk, by=cast.assistant, now=now)
    log()
    assert of_limits(task) == [50]


def test_of_a_closed_task_nothing_is_told_but_its_timer_is_asked_about(
    cast: Cast, running: Running, now: datetime
) -> None:
    task = running(time_limit=60)
    handing_over.stop(task_id=task.pk, by=cast.owner, now=now)
    assert look_at_timers(now=now + hours(5)) == 1
    assert of_limits(task) == []


def test_the_sweep_does_it_and_says_so(running: Running, now: datetime) -> None:
    running()
    assert sweep(now=now + hours(4)).reminders == 1


def test_many_take_no_more_statements_than_a_few(
    cast: Cast, now: datetime, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    from tests.factories import MembershipFactory

    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    people = [MembershipFactory.create(team=cast.team).user for _number in range(30)]
    Timer.objects.bulk_create(Timer(user=person, task=task, started_at=now, look_at=now) for person in people)
    with django_assert_max_num_queries(14):  # type: ignore[attr-defined]
        assert look_at_timers(now=now + hours(4)) == 30


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", range(3))
def test_two_workers_ask_and_tell_once(round_: int, cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, time_limit=480)
    start_timer(task_id=task.pk, by=cast.assistant, now=now)
    found = at_once(*[partial(look_at_timers, now=now + hours(4))] * 3)
    assert sorted(found) == [0, 0, 1]  # type: ignore[type-var]
    assert Message.objects.filter(template="timer_forgotten").count() == 1
    assert of_limits(task) == [50]


@pytest.mark.django_db(transaction=True)
def test_a_sweep_while_it_is_stopped_leaves_one_entry(cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, time_limit=400)
    start_timer(task_id=task.pk, by=cast.assistant, now=now)
    later = now + hours(3.5)
    found = at_once(partial(look_at_timers, now=later), partial(stop_timer, by=cast.assistant, now=later))
    assert not [result for result in found if isinstance(result, Exception)], found
    assert TimeEntry.objects.count() == 1
    assert of_limits(task) == [50]
    assert not Timer.objects.exists()
