"""What happens to something that waits for an answer too long. Pure: an agreement's steps and moments in, moments out.

The steps of an agreement are counted in working hours of who must answer, from when it was put to them. Without steps,
the response time that was agreed is when they are reminded for the first time; without that, it is the usual rule
(delegation/checkins.py), which also says when the second reminder comes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from delegation.checkins import MOST_NUDGES, NUDGE_AFTER_MINUTES, after_working, nudge_at
from delegation.working_time import ONE_MINUTE, WorkingTime

# Whatever waits is pressed for so often and no more: that is pressing, not nagging.
MOST_STEPS = MOST_NUDGES
MOST_HOURS = 400
# No step comes sooner than an hour after it was put, nor than an hour after the step before it.
SHORTEST = timedelta(hours=1)


class To(StrEnum):
    """Who hears of it: who must answer, the owner of the team, or who waits for the answer."""

    THEM = "them"
    OWNER = "owner"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Step:
    """After so many working hours without an answer, somebody hears of it."""

    hours: int
    to: To = To.THEM


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What happens without an answer. `steps`: as agreed; without any, two reminders, the first after `first` minutes.

    `agreed`: whether an agreement says so.
    """

    steps: tuple[Step, ...] = ()
    first: int = NUDGE_AFTER_MINUTES
    agreed: bool = False


USUAL = Plan()


def plan_of(steps: Iterable[Mapping[str, Any]], response_hours: int | None) -> Plan:
    """The plan of an agreement, from what it holds: its steps, and the response time of who must answer."""
    found = tuple(Step(hours=int(step["hours"]), to=To(step["to"])) for step in steps)[:MOST_STEPS]
    if found:
        return Plan(steps=found, agreed=True)
    return Plan(first=response_hours * 60, agreed=True) if response_hours else USUAL


def next_step(plan: Plan, working: WorkingTime, since: datetime, taken: int) -> tuple[datetime, To] | None:
    """When the next step is due and who hears of it, after `taken` of them; None when there is no next one.

    `working`: that of who must answer, so the moment lies in it; by the clock when they hardly ever work. `since`: when
    it was put to them.
    """
    if not plan.steps:
        due = nudge_at(working, since, taken + 1, plan.first)
        return (due, To.THEM) if due else None
    if taken >= len(plan.steps):
        return None
    step = plan.steps[taken]
    return after_working(working, since, step.hours * 60) or since + step.hours * 60 * ONE_MINUTE, step.to
