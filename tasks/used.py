"""No limit is lowered below what it has taken already: what was spent and billed can't be taken back that way.

Part of a time limit may not be billed: what was given after an own wrong estimate (Task.minutes_unpaid). It lies on top
of what is, so a lower limit takes it away first; and it stays with the task, whoever carries it out next.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from tasks.actions.base import Refused, Step
from tasks.models import Task
from tasks.templatetags.handover import hours, money


def too_low(task: Task, limits: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with new limits, by column of Task; empty when nothing is. Call it before they are written.

    `limits`: may hold anything else besides. A limit that stays, or is raised towards what went beyond it, is fine.
    """
    found = {}
    new_money: Any = limits.get("money_limit")
    new_time: Any = limits.get("time_limit")
    if _lowers(task.money_limit, new_money) and new_money < task.money_spent:
        spent = money(task.money_spent, task.team.currency)
        found["money_limit"] = gettext("%(amount)s has been spent already.") % {"amount": spent}
    # What is still not billed then is part of the limit, and would push out what is.
    unpaid = unpaid_within(task, new_time)
    if _lowers(task.time_limit, new_time) and new_time < task.minutes_billed + unpaid:
        text = gettext("%(time)s has been worked already.") % {"time": hours(task.minutes_billed)}
        if unpaid:
            more = gettext("Another %(time)s of the limit is not billed.") % {"time": hours(unpaid)}
            text = f"{text} {more}"
        found["time_limit"] = text
    if "time_limit" in limits and new_time is None and task.time_limit is not None and task.minutes_unpaid:
        text = gettext("The estimate was off, so %(time)s of this limit is not billed. Keep a limit for that.")
        found["time_limit"] = text % {"time": hours(task.minutes_unpaid)}
    return found


def unpaid_within(task: Task, limit: int | None) -> int:
    """How many minutes are not billed once the task's time limit becomes this; call it before it is written."""
    unpaid: int = task.minutes_unpaid
    if limit is None or task.time_limit is None:
        return unpaid
    return max(0, unpaid - max(0, task.time_limit - limit))


def lower_unpaid(step: Step, limits: Mapping[str, Any]) -> None:
    """Take off what a lower time limit takes away of what is not billed. Before the limits are written."""
    unpaid = unpaid_within(step.task, limits.get("time_limit"))
    if unpaid != step.task.minutes_unpaid:
        step.set(minutes_unpaid=unpaid)


def refuse_too_low(step: Step, limits: Mapping[str, Any]) -> None:
    """Raises Refused when one of them is."""
    for text in too_low(step.task, limits).values():
        raise Refused(step.task, text)


def _lowers(had: Any, new: Any) -> bool:
    return new is not None and (had is None or new < had)
