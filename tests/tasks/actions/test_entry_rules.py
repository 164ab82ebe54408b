"""What can't be logged, and why not: beside which field, in which words, with which way out."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError

from delegation.levels import LevelKey
from delegation.models import Agreement, AgreementState
from delegation.workflow import State
from tasks.actions import handing_over
from tasks.actions.entries import log_work
from tasks.actions.timing import start_timer
from tasks.entry_rules import STILL_TO_COME, TOO_LONG_AGO, USED_UP, Worked, wrong_with
from tasks.models import Task, TimeEntry
from tests.conftest import Cast
from tests.factories import MembershipFactory
from tests.tasks.actions.watching import refused
from tests.tasks.factories import task_in
from tests.threads import at_once

GivenTask = Callable[..., Task]
MONDAY = date(2026, 11, 23)


@pytest.fixture
def noon(now: datetime) -> datetime:
    """Three hours later, so that there is a morning to log."""
    return now + timedelta(hours=3)


def spell(now: datetime, begin: int, minutes: int) -> dict[str, Any]:
    """From so many minutes after `now` on."""
    start = now + timedelta(minutes=begin)
    return {"minutes": minutes, "day": MONDAY, "started_at": start, "ended_at": start + timedelta(minutes=minutes)}


def said(task: Task, cast: Cast, now: datetime, **worked: Any) -> str:
    wrong = wrong_with(
        Worked(**{"day": MONDAY, **worked}), task=Task.objects.get(pk=task.pk), by=cast.assistant, now=now
    )
    return wrong.text if wrong else ""


def test_clock_times_are_kept(cast: Cast, given_task: GivenTask, now: datetime, noon: datetime) -> None:
    task = given_task(State.IN_PROGRESS)
    log_work(task_id=task.pk, by=cast.assistant, **spell(now, 0, 90), now=noon)
    entry = TimeEntry.objects.get()
    assert (entry.started_at, entry.ended_at, entry.minutes) == (now, now + timedelta(minutes=90), 90)


def test_what_ends_later_than_now_is_refused(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS)
    with refused(task, str(STILL_TO_COME)):
        log_work(task_id=task.pk, by=cast.assistant, **spell(now, -10, 11), now=now)
    log_work(task_id=task.pk, by=cast.assistant, **spell(now, -10, 10), now=now)


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("worked", "begin", "end", "found"),
    [
        ({"minutes": 600}, -HOUR, 0 * HOUR, "From 09:00 until 10:00 is 1\u00a0hour, and no more."),
        ({"minutes": 61}, -HOUR, 0 * HOUR, "From 09:00 until 10:00 is 1\u00a0hour, and no more."),
        ({"minutes": 60}, -HOUR - timedelta(seconds=29), 0 * HOUR, ""),
        ({"minutes": 61}, -HOUR - timedelta(seconds=30), 0 * HOUR, ""),
        ({"minutes": 45}, -HOUR, 0 * HOUR, ""),  # with a break
        ({"minutes": 60}, -HOUR, None, "Say both when it began and when it ended, or neither."),
        ({"minutes": 60}, None, -HOUR, "Say both when it began and when it ended, or neither."),
        ({"minutes": 60}, -HOUR, -2 * HOUR, "That ends before it begins."),
        ({"minutes": 60}, -HOUR, -HOUR, "That ends before it begins."),
        # Ten at night on Sunday where Sam is; in UTC too.
        ({"minutes": 60}, -12 * HOUR, -11 * HOUR, "That began on another day. The day is the one on which it began."),
        # Half past midnight on Monday where Sam is; Sunday in UTC.
        ({"minutes": 60}, -9.5 * HOUR, -8.5 * HOUR, ""),
    ],
)
def test_clock_times_come_both_and_fit_what_is_logged(
    worked: dict[str, Any],
    begin: timedelta | None,
    end: timedelta | None,
    found: str,
    cast: Cast,
    given_task: GivenTask,
    now: datetime,
) -> None:
    says: dict[str, Any] = {"started_at": begin and now + begin, "ended_at": now + end if end is not None else None}
    assert said(given_task(State.IN_PROGRESS), cast, now, **worked, **says) == found


@pytest.mark.parametrize("known", ["started_at", "ended_at"])
def test_the_database_knows_both_clock_times_or_neither(
    known: str, cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.IN_PROGRESS)
    with pytest.raises(IntegrityError, match="timeentry_ends_after_start"):
        TimeEntry.objects.create(task=task, user=cast.assistant, minutes=60, day=MONDAY, created_at=now, **{known: now})


def test_a_day_before_the_task_was_handed_over_is_refused(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS)
    found = said(task, cast, now, minutes=60, day=MONDAY - timedelta(days=1))
    assert found == "The task was handed over on Mon 23 Nov. Was it really before?"


def test_who_gets_a_task_again_may_still_log_what_was_before(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS)
    later = now + timedelta(days=3)
    common: dict[str, Any] = {"task_id": task.pk, "now": later}
    handing_over.reassign(by=cast.owner, assistant=cast.guest, **common)
    handing_over.reassign(by=cast.owner, assistant=cast.assistant, **common)
    handing_over.accept_task(by=cast.assistant, read_back="Yes", estimate=None, **common)
    log_work(task_id=task.pk, by=cast.assistant, minutes=60, day=MONDAY, now=later)


def test_more_than_a_year_ago_is_a_typing_error(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    assert said(given_task(State.IN_PROGRESS), cast, now, minutes=60, day=date(2025, 11, 21)) == str(TOO_LONG_AGO)


@pytest.mark.parametrize(
    ("begin", "minutes", "overlaps"),
    [(0, 60, True), (-30, 31, True), (59, 30, True), (-30, 120, True), (60, 30, False), (-30, 30, False)],
)
def test_nobody_works_on_two_things_at_once_in_whatever_teams(
    begin: int, minutes: int, overlaps: bool, cast: Cast, given_task: GivenTask, now: datetime, noon: datetime
) -> None:
    MembershipFactory.create(team=cast.other_team, user=cast.assistant)
    elsewhere = Cast(**{**cast.__dict__, "team": cast.other_team, "owner": cast.outsider})
    other = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, elsewhere, now, title="For Olga")
    log_work(task_id=other.pk, by=cast.assistant, **spell(now, 0, 60), now=noon)
    found = said(given_task(State.IN_PROGRESS), cast, noon, **spell(now, begin, minutes))
    assert found == ("That overlaps with “For Olga”: 10:00 to 11:00." if overlaps else "")


def test_not_beside_a_running_timer_either(cast: Cast, given_task: GivenTask, now: datetime, noon: datetime) -> None:
    task = given_task(State.IN_PROGRESS, title="Lunch")
    start_timer(task_id=task.pk, by=cast.assistant, now=now)
    assert said(task, cast, noon, **spell(now, -30, 31)) == (
        "That overlaps with the timer of “Lunch”, which runs since 10:00."
    )
    assert said(task, cast, noon, **spell(now, -30, 30)) == ""


def test_a_day_has_twenty_four_hours_in_all(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    first, second = given_task(State.IN_PROGRESS), given_task(State.IN_PROGRESS)
    log_work(task_id=first.pk, by=cast.assistant, minutes=20 * 60, day=MONDAY, now=now)
    assert said(second, cast, now, minutes=241) == (
        "On that day 20\u00a0hours is logged already, and a day has 24 hours."
    )
    log_work(task_id=second.pk, by=cast.assistant, minutes=240, day=MONDAY, now=now)


def test_what_is_left_of_the_limit_is_said_with_the_way_out(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, time_limit=240)
    log_work(task_id=task.pk, by=cast.assistant, minutes=200, day=MONDAY, now=now)
    task.refresh_from_db()
    wrong = wrong_with(Worked(minutes=41, day=MONDAY), task=task, by=cast.assistant, now=now)
    assert wrong is not None
    assert wrong.text == "40\u00a0min of the 4\u00a0hours is left. Log that, or flag that it takes more."
    assert (wrong.field, wrong.way_out) == ("minutes", f"/tasks/{task.pk}/flag/?kind=time")
    log_work(task_id=task.pk, by=cast.assistant, minutes=40, day=MONDAY, now=now)
    assert said(task, cast, now, minutes=1) == str(USED_UP)


@pytest.mark.parametrize(("rush_hours", "is_rush"), [(24, True), (23, False), (None, False)])
def test_what_was_handed_over_shortly_before_the_deadline_is_a_rush(
    rush_hours: int | None, is_rush: bool, cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    Agreement.objects.create(
        team=cast.team, assistant=cast.assistant, version=1, state=AgreementState.AGREED, valid_from=MONDAY,
        proposed_by=cast.owner, proposed_at=now, answered_by=cast.assistant, answered_at=now, rate=Decimal(30),
        currency="EUR", rush_hours=rush_hours, rush_multiplier=Decimal("1.5"), time_zone="Europe/Amsterdam",
    )  # fmt: skip
    deadline = {"deadline_date": MONDAY + timedelta(days=1), "deadline_time": datetime.min.replace(hour=9).time()}
    task = given_task(State.IN_PROGRESS, **deadline)  # 23 hours after it was handed over
    log_work(task_id=task.pk, by=cast.assistant, minutes=60, day=MONDAY, now=now)
    assert TimeEntry.objects.get().is_rush == is_rush


@pytest.mark.django_db(transaction=True)
def test_two_entries_that_overlap_at_once_are_one(cast: Cast, now: datetime, noon: datetime) -> None:
    tasks = [task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now) for _number in range(2)]
    found = at_once(
        *[partial(log_work, task_id=task.pk, by=cast.assistant, **spell(now, 0, 60), now=noon) for task in tasks]
    )
    assert sorted(type(result).__name__ for result in found) == ["Refused", "Task"]
    assert TimeEntry.objects.count() == 1
