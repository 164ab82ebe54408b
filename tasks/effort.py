"""What a task has taken so far, against its limits."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from delegation.checkins import Rule, Trigger, reached
from tasks.models import EntryState, Task, TimeEntry


@dataclass(frozen=True, kw_only=True)
class Effort:
    """Minutes and money that were logged; `own_minutes` are those of who carries the task out now."""

    minutes: int = 0
    own_minutes: int = 0
    spent: Decimal = Decimal(0)


def effort_of(task: Task) -> Effort:
    """Everything that counts on the task."""
    own = TimeEntry.objects.filter(task=task, user=task.assistant_id, state=EntryState.COUNTED)
    own_minutes = own.aggregate(own=Sum("minutes", default=0))["own"]
    return Effort(minutes=task.minutes_logged, own_minutes=own_minutes, spent=task.money_spent)


def is_reached(rule: Rule, task: Task, effort: Effort) -> bool:
    """Whether the rule asks by now. Hours of work are those of who is asked, a limit is used up by everybody."""
    return reached(
        rule,
        minutes_worked=effort.own_minutes if rule.trigger == Trigger.AFTER_WORK else effort.minutes,
        time_limit=task.time_limit,
        spent=effort.spent,
        money_limit=task.money_limit,
    )
