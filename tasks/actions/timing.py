"""The timer: one for each person, whatever the team. It can always be stopped; what it ran is logged.

Whoever acts here locks the tasks first, in the order of their ids, then the person, then the timer: what somebody logs
in two teams at once is looked at one after the other.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.outbox import mark_done
from delegation.timers import SOONEST, counted_minutes, forgotten_at
from delegation.workflow import CLOSED, Action
from tasks.actions.base import CHANGED, Refused, acting
from tasks.entry_rules import USED_UP, flag_path, is_rush, is_used_up, minutes_on
from tasks.metering import recount
from tasks.models import EntrySource, EntryState, Task, TimeEntry, Timer
from tasks.models.effort import MINUTES_A_DAY
from tasks.people import working_time_of

logger = logging.getLogger("handover.timers")

RUNS_ALREADY = _("The timer of this task runs already.")
NOT_RUNNING = _("This timer was stopped already. It is counted once.")
MOST_TRIES = 3


@dataclass(frozen=True)
class Stopped:
    """A timer that was stopped. `entry`: what was logged of it, None when it ran too shortly."""

    task: Task
    entry: TimeEntry | None

    @property
    def waits(self) -> bool:
        """Whether its person still has to say how long it really was."""
        return self.entry is not None and self.entry.state == EntryState.WAITING


@dataclass(frozen=True)
class Started:
    """A timer that runs. `stopped`: the one that ran before it."""

    task: Task
    stopped: Stopped | None = None


class _Moved(Exception):
    """The timer went to another task before its row was locked."""


def start_timer(*, task_id: UUID, by: User, now: datetime) -> Started:
    """Start the timer on a task. One that runs elsewhere is stopped and logged first, in the same transaction.

    Raises Refused when the time limit is used up: what goes beyond it needs a yes first.
    """
    for _try in range(MOST_TRIES):
        try:
            return _start(task_id, by, now)
        except _Moved:
            continue
    raise Refused(Task.objects.get(pk=task_id), CHANGED)


def _start(task_id: UUID, by: User, now: datetime) -> Started:
    running_on = Timer.objects.filter(user=by).values_list("task_id", flat=True).first()
    held = {task_id, running_on or task_id}
    with transaction.atomic():
        tasks = Task.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=held).order_by("pk")
        list(tasks.values_list("pk"))
        lock_person(by)
        timer = Timer.objects.filter(user=by).first()
        if timer is not None and timer.task_id not in held:
            raise _Moved
        stopped = _stop(timer, by, now) if timer is not None and timer.task_id != task_id else None
        with acting(Action.START_TIMER, task_id=task_id, by=by, now=now) as step:
            if timer is not None and stopped is None:
                raise Refused(step.task, RUNS_ALREADY)
            if is_used_up(step.task):
                raise Refused(step.task, USED_UP, way_out=flag_path(step.task))
            # The sweep works out when it has to look at it again.
            Timer.objects.create(user=by, task=step.task, started_at=now, look_at=now)
            step.record()
    return Started(step.task, stopped)


def stop_timer(*, by: User, now: datetime) -> Stopped | None:
    """Stop one's own timer and log it, whatever became of the task meanwhile. None when none runs.

    Raises Refused when another press stopped it in the same moment.
    """
    timer = Timer.objects.filter(user=by).first()
    return _stop(timer, by, now) if timer else None


def _stop(timer: Timer, by: User, now: datetime) -> Stopped:
    with acting(Action.STOP_TIMER, task_id=timer.task_id, by=by, now=now) as step:
        lock_person(by)
        # Read again, now that the task is held: a sweep may have asked about it, another press may have been first.
        found = Timer.objects.filter(user=by, task=step.task, started_at=timer.started_at).first()
        if found is None:
            raise Refused(step.task, NOT_RUNNING)
        entry = _entry_of(found, step.task, by, now)
        found.delete()
        mark_done(thread=timer_thread(by), user=by, now=now)
        if entry is None:
            step.record(minutes=0)
        else:
            entry.save(force_insert=True)
            step.record(minutes=entry.minutes, day=entry.day, waits=entry.state == EntryState.WAITING)
            recount(step)
    return Stopped(step.task, entry)


def _entry_of(timer: Timer, task: Task, by: User, now: datetime) -> TimeEntry | None:
    """What is logged of a timer. It waits where the clock can't be believed: forgotten, or more than a day has.

    And where nobody expects the work any more: the task is closed, or with somebody else by now.
    """
    minutes = counted_minutes(max(now - timer.started_at, timedelta()))
    if minutes == 0:
        return None
    day = timer.started_at.astimezone(by.zone).date()
    unexpected = task.state in CLOSED or task.assistant_id != by.pk
    too_much = minutes_on(day, by) + minutes > MINUTES_A_DAY
    doubtful = unexpected or too_much or _is_forgotten(timer, by, now)
    return TimeEntry(
        id=uuid4(),
        task=task,
        user=by,
        minutes=min(minutes, MINUTES_A_DAY),
        day=day,
        started_at=timer.started_at,
        ended_at=now,
        source=EntrySource.TIMER,
        state=EntryState.WAITING if doubtful else EntryState.COUNTED,
        is_rush=is_rush(task, by, day),
        created_at=now,
    )


def _is_forgotten(timer: Timer, by: User, now: datetime) -> bool:
    """Whether it ran so long that its person is asked about it, also where no sweep came to ask."""
    if timer.asked_at is not None:
        return True
    # Working it out looks through their calendar, and nobody is asked so soon.
    since = timer.confirmed_at or timer.started_at
    if now - since < SOONEST:
        return False
    try:
        working = working_time_of(by)
        moment = forgotten_at(working, started_at=timer.started_at, confirmed_at=timer.confirmed_at)
    except Exception:
        # A timer can always be stopped, whatever is wrong with the hours of its person.
        logger.exception("no moment at which the timer of %s is forgotten", by.pk)
        moment = forgotten_at(None, started_at=timer.started_at, confirmed_at=timer.confirmed_at)
    return moment <= now


def still_at_it(*, by: User, now: datetime) -> bool:
    """They are asked whether their timer should still run, and say that it should. False when nobody asks any more."""
    asked = Timer.objects.filter(user=by, asked_at__isnull=False)
    with transaction.atomic():
        confirmed = asked.update(confirmed_at=now, asked_at=None, look_at=now)
        if confirmed:
            mark_done(thread=timer_thread(by), user=by, now=now)
    return bool(confirmed)


def timer_thread(by: User) -> str:
    """The thread of what is asked about somebody's timer: doing something else on the task is no answer to it."""
    return f"timer:{by.pk}"


def lock_person(by: User) -> None:
    """One after the other, also where somebody logs on two tasks at once. After the task, within a transaction."""
    list(User.objects.select_for_update(of=("self",), no_key=True).filter(pk=by.pk).values_list("pk"))
