"""Logging what the work takes: time and money. Some check-ins are due by it."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from delegation.amounts import MOST_MONEY
from delegation.workflow import Action
from tasks import checkin_schedule
from tasks.actions.base import Refused, Step, acting
from tasks.models import Expense, Task, TimeEntry
from tasks.models.effort import MINUTES_A_DAY

NO_TIME = _("Log at least a minute, and at most 24 hours in one day.")
NOT_YET = _("This day has not come yet.")
NO_MONEY = _("Log an amount above zero.")
LOGGED = _("This has been logged already. It is counted once.")


def log_work(
    *, task_id: UUID, by: User, minutes: int, day: date, note: str = "", entry_id: UUID | None = None, now: datetime
) -> Task:
    """Log time that was worked on `day`, on the calendar of who worked.

    `entry_id`: chosen beforehand, so that sending the same entry again can't log it twice.
    """
    with acting(Action.LOG_WORK, task_id=task_id, by=by, now=now) as step:
        if not 1 <= minutes <= MINUTES_A_DAY:
            raise Refused(step.task, NO_TIME)
        if day > now.astimezone(by.zone).date():
            raise Refused(step.task, NOT_YET)
        entry_id = _new(TimeEntry, entry_id, step)
        TimeEntry.objects.create(
            id=entry_id, task=step.task, user=by, minutes=minutes, day=day, note=note, created_at=now
        )
        step.record(minutes=minutes, day=day, text=note)
        checkin_schedule.logged(step.task, now=now)
    return step.task


def log_expense(
    *, task_id: UUID, by: User, amount: Decimal, what: str, entry_id: UUID | None = None, now: datetime
) -> Task:
    """Log money that was spent, in the team's currency. `entry_id`: as for time."""
    with acting(Action.LOG_EXPENSE, task_id=task_id, by=by, now=now) as step:
        if not 0 < amount <= MOST_MONEY:
            raise Refused(step.task, NO_MONEY)
        entry_id = _new(Expense, entry_id, step)
        Expense.objects.create(id=entry_id, task=step.task, by=by, amount=amount, what=what, at=now)
        step.record(amount=f"{amount:.2f}", currency=step.task.team.currency, text=what)
        checkin_schedule.logged(step.task, now=now)
    return step.task


def _new(model: type[TimeEntry] | type[Expense], entry_id: UUID | None, step: Step) -> UUID:
    """The id of the entry to make. Raises Refused when it has been made already."""
    if entry_id and model.objects.filter(pk=entry_id).exists():
        raise Refused(step.task, LOGGED)
    return entry_id or uuid4()
