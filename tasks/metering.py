"""Keeping what a task has taken in step with its entries: the sums on the task, what is billed, who is told.

Every action that logs, corrects, decides on an expense, or moves a limit ends with `recount`, with the task's row
locked, so the sums are always those of the rows. Taking the approval of time back only bills anew (`add_up`). Nothing
else writes these columns.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, Sum

from accounts.models import Membership, MessageKind, User
from accounts.outbox import Tell, tell
from delegation.limits import billed_minutes, reached_threshold
from delegation.workflow import UNDER_WAY
from tasks import checkin_schedule
from tasks.actions.base import Step
from tasks.models import EntryState, Event, Expense, ExpenseState, Task, TimeEntry, Timer


def recount(step: Step) -> None:
    """Add up the task's entries anew, bill what its limits allow, and tell of a limit that is reached."""
    task = step.task
    step.set(**add_up(task))
    tell_of_limits(step)
    # What runs may come to the limit at another moment now: the sweep works it out (tasks/sweeps/timers.py).
    Timer.objects.filter(task=task, look_at__gt=step.now).update(look_at=step.now)
    if step.after in UNDER_WAY:  # an expense may be answered after the work was handed in
        checkin_schedule.logged(task, now=step.now)


def add_up(task: Task) -> dict[str, Any]:
    """Bill of the task's entries what its limits allow; returns its columns that follow from them, to be saved.

    With the task locked. For a change by which nothing more is used of a limit; all else ends with `recount`.
    """
    _bill(task)
    entries = TimeEntry.objects.filter(task=task, state=EntryState.COUNTED)
    # Not called "minutes" and "billed": those would be the names of the sums instead of the columns for what follows.
    time = entries.aggregate(logged=Sum("minutes", default=0), paid=Sum("billed", default=0))
    spent = Expense.objects.filter(task=task, state=ExpenseState.COUNTED).aggregate(
        spent=Sum("amount", default=Decimal(0))
    )
    return {"minutes_logged": time["logged"], "minutes_billed": time["paid"], "money_spent": spent["spent"]}


def paid_limit(task: Task) -> int | None:
    """Up to how many minutes are paid for; None without a limit."""
    return None if task.time_limit is None else max(0, task.time_limit - task.minutes_unpaid)


def _bill(task: Task) -> None:
    counted = TimeEntry.objects.filter(task=task, state=EntryState.COUNTED)
    fresh = counted.filter(approved_at__isnull=True)
    approved = counted.filter(approved_at__isnull=False).aggregate(paid=Sum("billed", default=0))["paid"]
    limit = paid_limit(task)
    total = fresh.aggregate(total=Sum("minutes", default=0))["total"]
    if limit is None or approved + total <= limit:
        fresh.exclude(billed=F("minutes")).update(billed=F("minutes"))
        return
    rows = list(fresh.order_by("created_at", "id").only("minutes", "billed"))
    changed = []
    for row, billed in zip(rows, billed_minutes([row.minutes for row in rows], limit, approved=approved), strict=True):
        if row.billed != billed:
            row.billed = billed
            changed.append(row)
    TimeEntry.objects.bulk_update(changed, ["billed"])


def tell_of_limits(step: Step) -> None:
    """Tell both sides of half, 80 % and all of a limit, each once for the limit as it stands.

    What was told is kept while the limit stays: what is taken out and logged again, or was told while a timer ran, is
    not told anew. Another limit is another matter.
    """
    task = step.task
    # The action saves the task when it ends, so the row still says what counted before.
    before: dict[str, Any] = dict(Task.objects.values("time_limit", "money_limit").get(pk=task.pk))
    spent = f"{task.money_spent:.2f}", f"{task.money_limit or 0:.2f}"
    worked = task.minutes_logged, task.time_limit or 0
    reached: Sequence[tuple[str, int, int, tuple[str | int, str | int]]] = (
        ("time", reached_threshold(task.minutes_logged, task.time_limit), task.time_told, worked),
        ("money", reached_threshold(task.money_spent, task.money_limit), task.money_told, spent),
    )
    for what, percent, told, (used, limit) in reached:
        moved = before[f"{what}_limit"] != getattr(task, f"{what}_limit")
        if percent > told or (moved and percent != told):
            step.set(**{f"{what}_told": percent})
        if percent > told:
            event = step.note("limit-reached", what=what, percent=percent)
            step.tell_both(
                event,
                "limit_reached",
                kind=MessageKind.LIMIT,
                urgent=percent == 100,
                what=what,
                percent=percent,
                used=used,
                limit=limit,
                currency=task.team.currency,
            )


def tell_while_running(task_id: UUID, used: int, *, now: datetime) -> None:
    """Tell both sides of a share of the time limit that a running timer reaches, before anything of it is logged.

    `used`: the minutes that are logged and those that run. Within a transaction that holds the task.
    """
    task = Task.objects.select_related("team", "entrepreneur", "assistant").get(pk=task_id)
    percent = reached_threshold(used, task.time_limit)
    if percent <= task.time_told:
        return
    Task.objects.filter(pk=task_id).update(time_told=percent)
    event = Event.objects.create(task=task, at=now, kind="limit-reached", data={"what": "time", "percent": percent})
    members = Membership.objects.filter(team_id=task.team_id).values_list("user_id", flat=True)
    people = [person for person in (task.entrepreneur, task.assistant) if person and person.pk in set(members)]
    tell([_time_reached(task, event, person, used, percent) for person in people], now=now)


def _time_reached(task: Task, event: Event, to: User, used: int, percent: int) -> Tell:
    return Tell(
        to=to,
        kind=MessageKind.LIMIT,
        template="limit_reached",
        params={
            "title": task.title,
            "what": "time",
            "percent": percent,
            "used": used,
            "limit": task.time_limit or 0,
            "currency": task.team.currency,
        },
        path=task.get_absolute_url(),
        thread=str(task.pk),
        urgent=percent == 100,
        dedup_key=f"event:{event.pk}:limit_reached:{to.pk}",
    )
