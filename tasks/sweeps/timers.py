"""Looking at timers that run: one that may be forgotten is asked about once, a limit that one reaches is told of once.

Nobody is watched: all that is known is when the timer was started, and when its person works. A timer says in `look_at`
when it is looked at again. The guarantee stands in tasks/sweeps/__init__.py.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Case, Value, When
from django.urls import reverse

from accounts.models import MessageKind
from accounts.outbox import Tell, tell
from delegation.limits import reached_threshold
from delegation.timers import forgotten_at, next_threshold_at, running_minutes
from delegation.workflow import CLOSED
from tasks.actions.timing import timer_thread
from tasks.metering import tell_while_running
from tasks.models import Timer
from tasks.sweeps.crew import Crew
from tasks.sweeps.rows import write_events
from tasks.sweeps.taking import take

logger = logging.getLogger("handover.sweeps")

BATCH = 500
# With nothing to wait for it is looked at once a day all the same: working hours may have changed.
LATEST = timedelta(days=1)

COLUMNS = (
    *("user_id", "task_id", "started_at", "confirmed_at", "asked_at"),
    *("task__title", "task__team_id", "task__state", "task__time_limit", "task__minutes_logged", "task__time_told"),
)


class Running(NamedTuple):
    """A timer that runs, with what there is to know of its task."""

    user_id: UUID
    task_id: UUID
    started_at: datetime
    confirmed_at: datetime | None
    asked_at: datetime | None
    title: str
    team_id: UUID
    state: str
    time_limit: int | None
    minutes_logged: int
    time_told: int


def look_at_timers(*, now: datetime) -> int:
    """Look at every timer that is due for it. Returns how many people were asked whether theirs should still run."""
    asked, crew = 0, Crew(now=now)
    while True:
        taken, asked_now = _look_at_batch(crew)
        asked += asked_now
        if taken < BATCH:
            return asked


def _look_at_batch(crew: Crew) -> tuple[int, int]:
    now = crew.now
    with transaction.atomic():
        due = Timer.objects.filter(look_at__lte=now).order_by("look_at", "user_id")
        taken = [Running._make(row) for row in take(due.values_list(*COLUMNS)[:BATCH])]
        if not taken:
            return 0, 0
        crew.meet({row.user_id for row in taken}, {row.team_id for row in taken})
        told = _tell_of_limits(taken, now)
        moments = {row.user_id: _forgotten_at(row, crew) for row in taken}
        ask = [row for row in taken if row.asked_at is None and moments[row.user_id] <= now]
        asked = {row.user_id for row in ask}
        later = [
            When(user=row.user_id, then=Value(_look_again(row, told, moments[row.user_id], row.user_id in asked, now)))
            for row in taken
        ]
        timers = Timer.objects.filter(user__in=[row.user_id for row in taken])
        timers.update(look_at=Case(*later, output_field=Timer._meta.get_field("look_at")))
        timers.filter(user__in=asked, asked_at__isnull=True).update(asked_at=now)
        write_events(now, ((row.task_id, "timer-asked", {"person": crew.users[row.user_id].short_name}) for row in ask))
        tell([_tell(row, crew) for row in ask], now=now)
    return len(taken), len(ask)


def _forgotten_at(row: Running, crew: Crew) -> datetime:
    try:
        working = crew.working(row.user_id)
        return forgotten_at(working, started_at=row.started_at, confirmed_at=row.confirmed_at)
    except Exception:
        # One that can't be worked out must not hold up the others.
        logger.exception("no moment to ask %s about their timer", row.user_id)
        return forgotten_at(None, started_at=row.started_at, confirmed_at=row.confirmed_at)


def _tell_of_limits(rows: Sequence[Running], now: datetime) -> dict[UUID, int]:
    """Tell of the limits that are reached. Returns which percentage each task has been told of by now."""
    told = {row.task_id: row.time_told for row in rows}
    for row in rows:
        used = row.minutes_logged + running_minutes(row.started_at, now)
        percent = reached_threshold(used, row.time_limit)
        if percent > told[row.task_id] and row.state not in CLOSED:
            tell_while_running(row.task_id, used, now=now)
            told[row.task_id] = percent
    return told


def _look_again(row: Running, told: dict[UUID, int], forgotten: datetime, asked: bool, now: datetime) -> datetime:
    moments = [now + LATEST]
    if row.asked_at is None and not asked:
        moments.append(forgotten)
    limit = None if row.state in CLOSED else row.time_limit
    threshold = next_threshold_at(
        started_at=row.started_at, logged=row.minutes_logged, limit=limit, told=told[row.task_id]
    )
    if threshold is not None:
        moments.append(threshold)
    return max(min(moments), now + timedelta(seconds=1))


def _tell(row: Running, crew: Crew) -> Tell:
    since = row.confirmed_at or row.started_at
    return Tell(
        to=crew.users[row.user_id],
        kind=MessageKind.CHECKIN,
        template="timer_forgotten",
        params={"title": row.title, "when_started": row.started_at.isoformat()},
        # The timer stands on every page; the task may have gone to somebody else.
        path=reverse("now"),
        thread=timer_thread(crew.users[row.user_id]),
        must_do=True,
        dedup_key=f"timer:{row.user_id}:{row.started_at.isoformat()}:{since.isoformat()}",
    )
