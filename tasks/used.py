"""No limit is lowered below what it has taken already: what was spent and billed can't be taken back that way."""

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
    # What is not billed (an own wrong estimate) is part of the limit, and would push out what is.
    if _lowers(task.time_limit, new_time) and new_time < task.minutes_billed + task.minutes_unpaid:
        text = gettext("%(time)s has been worked already.") % {"time": hours(task.minutes_billed)}
        if task.minutes_unpaid:
            unpaid = gettext("Another %(time)s of the limit is not billed.") % {"time": hours(task.minutes_unpaid)}
            text = f"{text} {unpaid}"
        found["time_limit"] = text
    return found


def refuse_too_low(step: Step, limits: Mapping[str, Any]) -> None:
    """Raises Refused when one of them is."""
    for text in too_low(step.task, limits).values():
        raise Refused(step.task, text)


def _lowers(had: Any, new: Any) -> bool:
    return new is not None and (had is None or new < had)
