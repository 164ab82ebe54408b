"""What a task has taken so far, against its limits."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, Sum

from delegation.checkins import Rule, Trigger, reached
from tasks.models import Expense, Task, TimeEntry


@dataclass(frozen=True, kw_only=True)
class Effort:
    """Minutes and money that were logged; `own_minutes` are those of who carries the task out now."""

    minutes: int = 0
    own_minutes: int = 0
    spent: Decimal = Decimal(0)


def effort_of(task: Task) -> Effort:
    """Everything that was logged on the task."""
    # Not called "minutes": that would be the name of the sum instead of the column for what follows.
    time = TimeEntry.objects.filter(task=task).aggregate(
        all_minutes=Sum("minutes", default=0), own_minutes=Sum("minutes", default=0, filter=Q(user=task.assistant_id))
    )
    spent = Expense.objects.filter(task=task).aggregate(spent=Sum("amount", default=Decimal(0)))
    return Effort(minutes=time["all_minutes"], own_minutes=time["own_minutes"], **spent)


def is_reached(rule: Rule, task: Task, effort: Effort) -> bool:
    """Whether the rule asks by now. Hours of work are those of who is asked, a limit is used up by everybody."""
    return reached(
        rule,
        minutes_worked=effort.own_minutes if rule.trigger == Trigger.AFTER_WORK else effort.minutes,
        time_limit=task.time_limit,
        spent=effort.spent,
        money_limit=task.money_limit,
    )
