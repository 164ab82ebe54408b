"""What a flag asks, as its card and the form of its answer show it."""

from decimal import ROUND_HALF_UP, Decimal

from django import template

from tasks.actions import flags
from tasks.models import Task, Turn
from tasks.payloads import FlagCause, FlagContent
from tasks.templatetags.handover import money

register = template.Library()


@register.filter
def asked_of(turn: Turn, task: Task) -> FlagContent:
    """What the flag asks beyond the limits as they are now."""
    return turn.flag.beyond(money=task.money_limit, minutes=task.time_limit, deadline=task.deadline_date)


@register.filter
def is_covered(turn: Turn, task: Task) -> bool:
    """Whether the answer to another flag has given all that this one asks."""
    return flags.is_covered(task, turn.flag)


@register.filter
def not_billed(turn: Turn, task: Task) -> int:
    """How many of the minutes that an open flag asks for would not be billed: an own wrong estimate."""
    flag = turn.flag
    if flag.cause != FlagCause.ESTIMATE or flag.minutes is None or task.time_limit is None:
        return 0
    return max(0, flag.minutes - task.time_limit)


@register.filter
def about(amount: Decimal, currency: str) -> str:
    """An amount that is not meant to the cent."""
    return money(amount.quantize(Decimal(1), ROUND_HALF_UP) if amount >= 1 else amount, currency)
