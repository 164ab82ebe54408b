"""The timer: one for each person, always to be stopped, never billed where it was forgotten."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from accounts.models import Membership, User
from delegation.levels import LevelKey
from delegation.workflow import State, Why
from tasks.actions import delivery, entries, handing_over
from tasks.actions.base import Refused
from tasks.actions.timing import NOT_RUNNING, RUNS_ALREADY, Stopped, start_timer, still_at_it, stop_timer
from tasks.entry_rules import USED_UP
from tasks.models import EntrySource, EntryState, Task, TimeEntry, Timer
from tasks.timeline import sentence_of
from tests.conftest import Cast
from tests.tasks.actions.watching import last_event, refused, story
from tests.tasks.factories import task_in
from tests.threads import at_once

GivenTask = Callable[..., Task]


def start(task: Task, by: User, now: datetime) -> Task:
    return start_timer(task_id=task.pk, by=by, now=now).task


def stopped(by: User, now: datetime) -> Stopped:
    found = stop_timer(by=by, now=now)
    assert found is not None
    return found


def entry_of(task: Task) -> TimeEntry:
    return TimeEntry.objects.get(task=task)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def test_what_ran_is_logged_with_its_clock_times(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = start(given_task(State.IN_PROGRESS), cast.assistant, now)
    assert sentence_of(last_event(task)) == "Sam started the timer"
    later = now + minutes(72)
    task = stopped(cast.assistant, later).task
    entry = entry_of(task)
    assert (entry.minutes, entry.billed, entry.day) == (72, 72, date(2026, 11, 23))
    assert (entry.started_at, entry.ended_at) == (now, later)
    assert (entry.source, entry.state) == (EntrySource.TIMER, EntryState.COUNTED)
    assert (task.minutes_logged, task.minutes_billed) == (72, 72)
    assert sentence_of(last_event(task)) == "Sam logged 1\u00a0hour\u00a012\u00a0min of work"
    assert not Timer.objects.exists()


@pytest.mark.parametrize(("seconds", "logged"), [(30, 1), (89, 1), (90, 2)])
def test_minutes_are_whole_half_up_and_at_least_one(
    seconds: int, logged: int, cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    start(given_task(State.IN_PROGRESS), cast.assistant, now)
    entry = stopped(cast.assistant, now + timedelta(seconds=seconds)).entry
    assert entry is not None
    assert entry.minutes == logged


def test_under_half_a_minute_nothing_is_logged_and_that_is_said(
    cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = start(given_task(State.IN_PROGRESS), cast.assistant, now)
    assert stopped(cast.assistant, now + timedelta(seconds=29)).entry is None
    assert not TimeEntry.objects.exists()
    assert sentence_of(last_event(task)) == "Sam stopped the timer; it was too short to log"


def test_starting_elsewhere_stops_and_logs_the_first(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    first, second = given_task(State.IN_PROGRESS, title="First"), given_task(State.IN_PROGRESS, title="Second")
    start(first, cast.assistant, now)
    started = start_timer(task_id=second.pk, by=cast.assistant, now=now + minutes(10))
    assert started.stopped is not None
    assert started.stopped.task.pk == first.pk
    assert entry_of(first).minutes == 10
    assert Timer.objects.get().task_id == second.pk
    assert story(first)[-1] == "stop-timer"


def test_starting_twice_on_one_task_is_refused(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = start(given_task(State.IN_PROGRESS), cast.assistant, now)
    with refused(task, str(RUNS_ALREADY)):
        start(task, cast.assistant, now + minutes(5))
    assert Timer.objects.get().started_at == now


def test_only_the_assistant_starts_and_only_while_it_is_under_way(
    cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.IN_PROGRESS)
    for person in (cast.owner, cast.guest, cast.outsider):
        with refused(task, Why.NOT_YOURS):
            start(task, person, now)
    offered = given_task(State.OFFERED)
    with refused(offered, Why.NOT_NOW):
        start(offered, cast.assistant, now)


def test_beyond_the_limit_starting_is_refused_with_the_way_out(
    cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, time_limit=60)
    entries.log_work(task_id=task.pk, by=cast.assistant, minutes=60, day=now.date(), now=now)
    with refused(task, str(USED_UP)):
        start(task, cast.assistant, now)
    with pytest.raises(Refused) as refusal:
        start(task, cast.assistant, now)
    assert refusal.value.way_out == f"/tasks/{task.pk}/flag/?kind=time"


def test_what_is_refused_leaves_the_other_timer_running(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    first, full = given_task(State.IN_PROGRESS), given_task(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, time_limit=30)
    entries.log_work(task_id=full.pk, by=cast.assistant, minutes=30, day=now.date(), now=now)
    start(first, cast.assistant, now)
    with pytest.raises(Refused):
        start(full, cast.assistant, now + minutes(10))
    assert Timer.objects.get().task_id == first.pk
    assert not TimeEntry.objects.filter(task=first).exists()


def test_a_timer_that_passes_the_limit_is_logged_and_billed_up_to_it(
    cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = start(given_task(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, time_limit=60), cast.assistant, now)
    task = stopped(cast.assistant, now + minutes(90)).task
    assert (task.minutes_logged, task.minutes_billed) == (90, 60)


def _stop_task(task: Task, cast: Cast, now: datetime) -> None:
    handing_over.stop(task_id=task.pk, by=cast.owner, now=now)


def _deliver(task: Task, cast: Cast, now: datetime) -> None:
    delivery.deliver(task_id=task.pk, by=cast.assistant, text="Here", now=now)


def _reassign(task: Task, cast: Cast, now: datetime) -> None:
    handing_over.reassign(task_id=task.pk, by=cast.owner, assistant=cast.guest, now=now)


def _hand_back(task: Task, cast: Cast, now: datetime) -> None:
    handing_over.hand_back(task_id=task.pk, by=cast.assistant, text="Ill", now=now)


def _leave(task: Task, cast: Cast, now: datetime) -> None:
    Membership.objects.filter(user=cast.assistant).delete()


@pytest.mark.parametrize("happens", [_stop_task, _deliver, _reassign, _hand_back, _leave])
def test_it_can_be_stopped_whatever_became_of_the_task(
    happens: Callable[[Task, Cast, datetime], None], cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = start(given_task(State.IN_PROGRESS), cast.assistant, now)
    happens(task, cast, now + minutes(5))
    stopped(cast.assistant, now + minutes(20))
    assert entry_of(task).minutes == 20
    # Where nobody expects the work any more, its person says how long it really was.
    waits = happens in {_stop_task, _reassign, _hand_back, _deliver}
    assert (entry_of(task).state == EntryState.WAITING) == waits
    assert Task.objects.get(pk=task.pk).minutes_logged == (0 if waits else 20)


def test_over_midnight_it_stays_one_entry_on_the_day_of_its_start(
    cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    evening = now + timedelta(hours=13, minutes=30)  # 23:30 in Amsterdam
    task = start(given_task(State.IN_PROGRESS), cast.assistant, evening)
    stopped(cast.assistant, evening + minutes(90))
    assert (entry_of(task).day, entry_of(task).minutes) == (date(2026, 11, 23), 90)


@pytest.mark.parametrize("day", ["2026-03-28", "2026-10-24"])
def test_in_the_night_of_the_change_what_really_passed_counts(
    day: str, cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    began = datetime.fromisoformat(f"{day} 23:00").replace(tzinfo=cast.assistant.zone).astimezone(now.tzinfo)
    task = start(given_task(State.IN_PROGRESS), cast.assistant, began)
    stopped(cast.assistant, began + timedelta(hours=5))
    assert entry_of(task).minutes == 300


@pytest.mark.parametrize("asked", [True, False])
def test_more_than_a_day_can_not_be_and_waits(asked: bool, cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = start(given_task(State.IN_PROGRESS), cast.assistant, now)
    if asked:
        Timer.objects.update(asked_at=now)
        still_at_it(by=cast.assistant, now=now)
    found = stopped(cast.assistant, now + timedelta(hours=30))
    assert found.waits
    assert (entry_of(task).minutes, entry_of(task).billed, found.task.minutes_logged) == (24 * 60, 0, 0)


def test_with_more_than_a_day_in_all_it_waits_and_is_not_refused(
    cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.IN_PROGRESS)
    entries.log_work(task_id=task.pk, by=cast.assistant, minutes=23 * 60, day=now.date(), now=now)
    start(task, cast.assistant, now)
    assert stopped(cast.assistant, now + minutes(90)).waits


def test_stopping_a_forgotten_one_waits_for_its_person_and_is_not_billed(
    cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = start(given_task(State.IN_PROGRESS), cast.assistant, now)
    Timer.objects.update(asked_at=now + timedelta(hours=4))
    found = stopped(cast.assistant, now + timedelta(hours=9))
    assert found.waits
    assert (found.task.minutes_logged, found.task.minutes_billed, entry_of(task).billed) == (0, 0, 0)
    assert sentence_of(last_event(task)) == "Sam stopped the timer; how long it really was is still to be said"


@pytest.mark.parametrize(
    ("begin", "ran", "waits"),
    [(0, 20, True), (0, 4, True), (0, 3.9, False), (6, 2.4, False), (6, 2.5, True), (12, 0.9, False), (12, 1, True)],
)
def test_a_forgotten_one_waits_also_where_nobody_asked(
    begin: float, ran: float, waits: bool, cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    """`begin`: hours after ten in the morning. Their working day ends at half past five; no sweep runs here."""
    began = now + timedelta(hours=begin)
    start(given_task(State.IN_PROGRESS), cast.assistant, began)
    assert stopped(cast.assistant, began + timedelta(hours=ran)).waits == waits


def test_nor_is_one_billed_that_ran_on_long_after_they_said_to_be_still_at_it(
    cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    start(given_task(State.IN_PROGRESS), cast.assistant, now)
    Timer.objects.update(confirmed_at=now + timedelta(hours=4))
    assert stopped(cast.assistant, now + timedelta(hours=8)).waits


def test_who_says_to_be_still_at_it_is_believed(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    start(given_task(State.IN_PROGRESS), cast.assistant, now)
    assert not still_at_it(by=cast.assistant, now=now)  # nobody asked
    Timer.objects.update(asked_at=now + timedelta(hours=4))
    assert still_at_it(by=cast.assistant, now=now + timedelta(hours=4, minutes=5))
    found = stopped(cast.assistant, now + timedelta(hours=5))
    assert not found.waits
    assert found.task.minutes_logged == 300


def test_with_no_timer_there_is_nothing_to_stop(cast: Cast, now: datetime) -> None:
    assert stop_timer(by=cast.assistant, now=now) is None


# --- two at once --------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", range(3))
def test_two_browsers_that_start_at_once_leave_one_timer(round_: int, cast: Cast, now: datetime) -> None:
    tasks = [task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now) for _number in range(2)]
    found = at_once(*[partial(start_timer, task_id=task.pk, by=cast.assistant, now=now) for task in tasks])
    assert not [result for result in found if isinstance(result, Exception)], found
    assert Timer.objects.count() == 1
    assert not TimeEntry.objects.exists()  # the one that was stopped had run for no time at all


@pytest.mark.django_db(transaction=True)
def test_two_that_start_elsewhere_at_once_log_the_first_once(cast: Cast, now: datetime) -> None:
    first, *others = [task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now) for _number in range(3)]
    start(first, cast.assistant, now)
    later = now + minutes(30)
    found = at_once(*[partial(start_timer, task_id=task.pk, by=cast.assistant, now=later) for task in others])
    assert not [result for result in found if isinstance(result, Exception)], found
    assert [entry.minutes for entry in TimeEntry.objects.all()] == [30]
    assert Timer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_that_start_on_one_task_at_once_start_it_once(cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    found = at_once(*[partial(start_timer, task_id=task.pk, by=cast.assistant, now=now)] * 2)
    assert sorted(type(result).__name__ for result in found) == ["Refused", "Started"]


@pytest.mark.django_db(transaction=True)
def test_two_that_stop_at_once_log_it_once(cast: Cast, now: datetime) -> None:
    task = start(task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now), cast.assistant, now)
    found: list[Any] = at_once(*[partial(stop_timer, by=cast.assistant, now=now + minutes(30))] * 3)
    assert [entry.minutes for entry in TimeEntry.objects.filter(task=task)] == [30]
    for result in found:
        assert result is None or isinstance(result, Stopped) or str(result.text) == str(NOT_RUNNING)
    assert story(task).count("stop-timer") == 1
