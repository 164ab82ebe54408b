"""Putting an entry right: only who worked, not once it is approved, and always to be seen afterwards."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from accounts.models import Membership, User
from delegation.levels import LevelKey
from delegation.workflow import REFUSALS, State, Why
from tasks.actions import handing_over
from tasks.actions.entries import APPROVED, NO_MORE, SAY_WHY, STRUCK, correct_work, log_work, strike_work
from tasks.actions.timing import start_timer, stop_timer
from tasks.models import EntryCorrection, EntryState, Task, TimeEntry, Timer
from tasks.timeline import sentence_of
from tests.conftest import Cast
from tests.tasks.actions.watching import last_event, refused, story
from tests.tasks.factories import task_in
from tests.threads import at_once

GivenTask = Callable[..., Task]
MONDAY = date(2026, 11, 23)


def logged(task: Task, cast: Cast, now: datetime, minutes: int = 90) -> TimeEntry:
    log_work(task_id=task.pk, by=cast.assistant, minutes=minutes, day=MONDAY, note="Calls", now=now)
    return TimeEntry.objects.filter(task=task).latest("created_at", "id")


def correct(entry: TimeEntry, now: datetime, *, by: User | None = None, **values: Any) -> Task:
    said = {"minutes": entry.minutes, "day": entry.day, "note": entry.note, **values}
    return correct_work(entry_id=entry.pk, by=by or entry.user, now=now, **said)


def test_a_correction_moves_the_sums_and_keeps_what_was(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS)
    entry = logged(task, cast, now)
    task = correct(entry, now, minutes=60, note="Mails")
    entry.refresh_from_db()
    assert (entry.minutes, entry.billed, entry.note, task.minutes_logged) == (60, 60, "Mails", 60)
    correction = EntryCorrection.objects.get(entry=entry)
    assert (correction.by, correction.was["minutes"], correction.now["minutes"]) == (cast.assistant, 90, 60)
    assert (correction.was["note"], correction.now["note"]) == ("Calls", "Mails")
    assert sentence_of(last_event(task)) == (
        "Sam corrected an entry: 1\u00a0hour instead of 1\u00a0hour\u00a030\u00a0min"
    )


def test_nothing_changed_means_nothing_happens(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS)
    entry, before = logged(task, cast, now), story(task)
    correct(entry, now)
    assert story(task) == before
    assert not EntryCorrection.objects.exists()


def test_taking_out_keeps_the_entry_and_counts_it_no_more(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS)
    entry = logged(task, cast, now)
    task = strike_work(entry_id=entry.pk, by=cast.assistant, now=now)
    entry.refresh_from_db()
    assert (entry.state, entry.billed, task.minutes_logged, task.minutes_billed) == (EntryState.STRUCK, 0, 0, 0)
    assert sentence_of(last_event(task)) == "Sam took out an entry of 1\u00a0hour\u00a030\u00a0min"
    with refused(task, str(STRUCK)):
        correct(entry, now, minutes=30)


def test_what_is_older_than_today_needs_a_reason(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task, tomorrow = given_task(State.IN_PROGRESS), now + timedelta(days=1)
    entry = logged(task, cast, now)
    with refused(task, str(SAY_WHY)):
        correct(entry, tomorrow, minutes=60, reason="  ")
    with refused(task, str(SAY_WHY)):
        strike_work(entry_id=entry.pk, by=cast.assistant, now=tomorrow)
    correct(entry, tomorrow, minutes=60, reason="Lunch in between")
    assert EntryCorrection.objects.get().reason == "Lunch in between"


def test_only_who_worked(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS)
    entry = logged(task, cast, now)
    for person in (cast.owner, cast.guest, cast.outsider):
        with refused(task, str(REFUSALS[Why.NOT_YOURS])):
            correct(entry, now, by=person, minutes=60)


def test_not_once_it_is_approved(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS)
    entry = logged(task, cast, now)
    TimeEntry.objects.update(approved_by=cast.owner, approved_at=now)
    with refused(task, str(APPROVED)):
        correct(entry, now, minutes=60)
    with refused(task, str(APPROVED)):
        strike_work(entry_id=entry.pk, by=cast.assistant, now=now)


def _stopped(task: Task, cast: Cast, now: datetime) -> None:
    handing_over.stop(task_id=task.pk, by=cast.owner, now=now)


def _reassigned(task: Task, cast: Cast, now: datetime) -> None:
    handing_over.reassign(task_id=task.pk, by=cast.owner, assistant=cast.guest, now=now)


def _left(task: Task, cast: Cast, now: datetime) -> None:
    Membership.objects.filter(user=cast.assistant).delete()


@pytest.mark.parametrize("happens", [_stopped, _reassigned, _left])
def test_also_after_the_task_went_elsewhere(
    happens: Callable[[Task, Cast, datetime], None], cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.IN_PROGRESS)
    entry = logged(task, cast, now)
    happens(task, cast, now)
    assert correct(entry, now, minutes=60).minutes_logged == 60


@pytest.mark.parametrize("happens", [_reassigned, _left])
def test_who_carries_it_out_no_more_makes_no_entry_longer(
    happens: Callable[[Task, Cast, datetime], None], cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.IN_PROGRESS)
    entry = logged(task, cast, now)
    happens(task, cast, now)
    with refused(task, str(NO_MORE)):
        correct(entry, now, minutes=entry.minutes + 1)


def test_more_than_the_limit_leaves_is_refused_and_less_never(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, time_limit=120)
    entry = logged(task, cast, now)
    with refused(task, "2\u00a0hours of the 2\u00a0hours is left. Log that, or flag that it takes more."):
        correct(entry, now, minutes=121)
    assert correct(entry, now, minutes=120).minutes_billed == 120
    entry.refresh_from_db()
    Task.objects.update(time_limit=30)  # it was lowered meanwhile
    assert correct(entry, now, minutes=110).minutes_billed == 30


def test_room_that_a_correction_makes_goes_to_what_was_logged_after_it(
    cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, time_limit=120)
    first = logged(task, cast, now)
    start_timer(task_id=task.pk, by=cast.assistant, now=now)
    stop_timer(by=cast.assistant, now=now + timedelta(hours=1))
    second = TimeEntry.objects.exclude(pk=first.pk).get()
    assert second.billed == 30
    task = correct(first, now + timedelta(hours=2), minutes=60)
    second.refresh_from_db()
    assert (second.billed, task.minutes_logged, task.minutes_billed) == (60, 120, 120)


def test_an_entry_keeps_clear_of_itself_but_not_of_others(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task, noon = given_task(State.IN_PROGRESS), now + timedelta(hours=3)
    for begin in (0, 60):
        start = now + timedelta(minutes=begin)
        end = start + timedelta(minutes=60)
        log_work(task_id=task.pk, by=cast.assistant, minutes=60, day=MONDAY, started_at=start, ended_at=end, now=noon)
    first = TimeEntry.objects.get(started_at=now)
    correct(first, noon, minutes=30, started_at=now, ended_at=now + timedelta(minutes=30))
    with refused(task):
        correct(first, noon, minutes=61, started_at=now, ended_at=now + timedelta(minutes=61))


def test_confirming_a_forgotten_timer_makes_it_count(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS)
    start_timer(task_id=task.pk, by=cast.assistant, now=now)
    Timer.objects.update(asked_at=now)
    stop_timer(by=cast.assistant, now=now + timedelta(hours=8))
    entry = TimeEntry.objects.get()
    task = correct(entry, now + timedelta(days=2), minutes=50)  # the reason is known
    entry.refresh_from_db()
    assert (entry.state, entry.billed, task.minutes_logged) == (EntryState.COUNTED, 50, 50)
    assert sentence_of(last_event(task)) == "Sam logged 50\u00a0min of work"


@pytest.mark.django_db(transaction=True)
def test_corrected_and_taken_out_at_once_adds_up(cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    entry = logged(task, cast, now)
    at_once(
        partial(correct, entry, now, minutes=30),
        partial(strike_work, entry_id=entry.pk, by=cast.assistant, now=now),
    )
    task.refresh_from_db()
    assert (TimeEntry.objects.get().state, task.minutes_logged) == (EntryState.STRUCK, 0)
