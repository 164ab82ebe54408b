"""What is on timesheets, as bare rows: entries, expenses, agreements."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User
from delegation.levels import LevelKey
from delegation.models import Agreement, AgreementState
from delegation.workflow import State
from tasks.models import Expense, Task, TimeEntry
from tests.conftest import Cast
from tests.tasks.factories import task_in

NOVEMBER = date(2026, 11, 1)


def lunch(cast: Cast, now: datetime, **fields: Any) -> Task:
    """A task of Sam's that is under way."""
    return task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, **fields)


def worked(task: Task, minutes: int, day: date, *, by: User | None = None, **fields: Any) -> TimeEntry:
    """Time of the task's assistant, all of it billed unless told otherwise."""
    values: dict[str, Any] = {"billed": minutes, "created_at": task.created_at} | fields
    return TimeEntry.objects.create(task=task, user=by or _who(task), minutes=minutes, day=day, **values)


def spent(task: Task, amount: str, day: date, *, by: User | None = None, **fields: Any) -> Expense:
    """An expense of the task's assistant."""
    values: dict[str, Any] = {"what": "Rolls", "at": task.created_at} | fields
    return Expense.objects.create(task=task, by=by or _who(task), amount=Decimal(amount), day=day, **values)


def agreed(cast: Cast, *, version: int = 1, assistant: User | None = None, **fields: Any) -> Agreement:
    """What Eva and Sam have agreed on: EUR 30 an hour from 1 November, evenings and weekends at one and a half."""
    moment = datetime.fromisoformat("2026-10-30T10:00:00+00:00") + timedelta(hours=version)
    values: dict[str, Any] = {
        "valid_from": NOVEMBER,
        "rate": Decimal(30),
        "currency": "EUR",
        "increment": 1,
        "out_of_hours_multiplier": Decimal("1.5"),
        "time_zone": "Europe/Amsterdam",
        "country": "NL",
    }
    return Agreement.objects.create(
        team=cast.team,
        assistant=assistant or cast.assistant,
        version=version,
        state=AgreementState.AGREED,
        proposed_by=cast.owner,
        proposed_at=moment,
        answered_by=assistant or cast.assistant,
        answered_at=moment,
        **values | fields,
    )


def _who(task: Task) -> User:
    assert task.assistant is not None
    return task.assistant
