"""Milestones: the steps of a larger task, which day each is due, and when the last one is to be expected.

Pure: days in, days out. The first milestone has a day that stands; each next one has so many working days of the
assistant after the one before it is accepted (SPEC section 5).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from delegation.working_time import WorkingTime, add_working_days

MOST_MILESTONES = 12
MOST_WORKING_DAYS = 250
# Between the title and the day in a milestone's code. A title may hold it too: the last one counts.
BETWEEN = " · "
# Counted in parts, each of which ends within the horizon of working time for who works one day a week.
_AT_A_TIME = 100

# The day that lies so many working days after a day.
Count = Callable[[date, int], date]


@dataclass(frozen=True, kw_only=True)
class Phase:
    """One milestone as the brief has it: the first with a day, each next one with working days after the one before."""

    title: str
    due_on: date | None = None
    working_days: int | None = None

    @property
    def code(self) -> str:
        """As a brief's versions store it: "Design · 2026-12-01", "Build · 5"."""
        return f"{self.title}{BETWEEN}{self.due_on.isoformat() if self.due_on else self.working_days}"

    @classmethod
    def from_code(cls, code: str) -> Self:
        """The phase that has this code. Raises ValueError."""
        title, _between, when = code.rpartition(BETWEEN)
        if when.isascii() and when.isdigit():
            return cls(title=title, working_days=int(when))
        return cls(title=title, due_on=date.fromisoformat(when))


class PlanProblem(StrEnum):
    """Why milestones can't be these."""

    TOO_MANY = "too_many"
    SETTLED = "settled"
    NO_TITLE = "no_title"
    NO_DAY = "no_day"
    OUT_OF_RANGE = "out_of_range"
    AFTER_DEADLINE = "after_deadline"
    ALONE = "alone"


PROBLEMS: dict[PlanProblem, Promise] = {
    PlanProblem.TOO_MANY: _("There can be at most 12 milestones."),
    PlanProblem.SETTLED: _("This milestone has been delivered, so it stays as it is, and where it is."),
    PlanProblem.NO_TITLE: _("What is this milestone called?"),
    PlanProblem.NO_DAY: _("On which day must the first one be ready?"),
    PlanProblem.OUT_OF_RANGE: _("How many working days? This can be 1 to 250."),
    PlanProblem.AFTER_DEADLINE: _("The first milestone can't be after the deadline of the task."),
    PlanProblem.ALONE: _("One milestone alone is the deadline itself. Add another one, or leave them all empty."),
}


def problems(
    phases: Sequence[Phase], *, settled: Sequence[Phase] = (), deadline: date | None = None
) -> list[tuple[PlanProblem, int]]:
    """What is wrong, and with which of the phases (from 0): at most one thing with each. Nothing: they can be so.

    `settled`: those that have been delivered or accepted; they are the first ones, and stay. `deadline`: of the task.
    """
    found = [
        (PlanProblem.SETTLED, number) for number, phase in enumerate(settled) if phases[number : number + 1] != [phase]
    ]
    if len(phases) > MOST_MILESTONES:
        found.append((PlanProblem.TOO_MANY, MOST_MILESTONES))
    for number, phase in enumerate(phases[len(settled) :], start=len(settled)):
        if wrong := _wrong_with(phase, number, deadline):
            found.append((wrong, number))
    if len(phases) == 1 and not found:
        found.append((PlanProblem.ALONE, 0))
    return found


def _wrong_with(phase: Phase, number: int, deadline: date | None) -> PlanProblem | None:
    if not phase.title.strip():
        return PlanProblem.NO_TITLE
    if number:
        return None if 1 <= (phase.working_days or 0) <= MOST_WORKING_DAYS else PlanProblem.OUT_OF_RANGE
    if phase.due_on is None:
        return PlanProblem.NO_DAY
    return PlanProblem.AFTER_DEADLINE if deadline and phase.due_on > deadline else None


def counting_in(working: WorkingTime | None) -> Count:
    """How to count this person's working days; plain days when nobody is known, or never works."""

    def count(day: date, days: int) -> date:
        found: date | None = day
        left = days if working else 0
        while left and found and working:
            part = min(left, _AT_A_TIME)
            found, left = add_working_days(working, found, part), left - part
        return found if working and found else day + timedelta(days=days)

    return count


def plan(first: date, working_days: Sequence[int], count: Count) -> list[date]:
    """The days of a chain in which each milestone is accepted on the day it is due. `first`: the day of the first."""
    days = [first]
    for number in working_days:
        days.append(count(days[-1], number))
    return days


@dataclass(frozen=True, kw_only=True)
class Stage:
    """How far one milestone is. `due_on`: of the first, and of each that is under way; `accepted_on`: once it is."""

    working_days: int | None = None
    due_on: date | None = None
    is_delivered: bool = False
    accepted_on: date | None = None


def forecast(stages: Sequence[Stage], *, today: date, count: Count) -> list[date]:
    """When each is to be expected, as it stands today.

    Accepted: the day of that. Delivered: as if accepted today, so that each day that passes moves what follows. Under
    way: the day it is due, or today once that has passed. What follows: its working days after the one before.
    """
    days: list[date] = []
    for stage in stages:
        if stage.accepted_on:
            days.append(stage.accepted_on)
        elif stage.is_delivered:
            days.append(today)
        elif stage.due_on:
            days.append(max(stage.due_on, today))
        else:
            days.append(count(max(days[-1], today) if days else today, stage.working_days or 1))
    return days


def shortened(stages: Sequence[Stage], *, by: date, today: date, count: Count) -> list[int | None]:
    """The working days of each, with fewer for those that have not begun, so that the last is expected `by` that day.

    A day at a time is taken from the longest, the last of equals; each keeps at least one. When that is not enough,
    all of them keep one.
    """
    free = [number for number, stage in enumerate(stages) if _has_not_begun(stage)]
    days = [stage.working_days or 1 for stage in stages]

    def without(taken: int) -> list[int | None]:
        found = list(days)
        for _number in range(taken):
            longest = max(free, key=lambda number: (found[number], number))
            found[longest] -= 1
        return [found[number] if number in free else stage.working_days for number, stage in enumerate(stages)]

    def is_late(taken: int) -> bool:
        tried = [replace(stage, working_days=number) for stage, number in zip(stages, without(taken), strict=True)]
        return forecast(tried, today=today, count=count)[-1] > by

    fewest, most = 0, sum(days[number] - 1 for number in free)
    while stages and fewest < most:  # the more is taken, the earlier it ends
        middle = (fewest + most) // 2
        fewest, most = (middle + 1, most) if is_late(middle) else (fewest, middle)
    return without(fewest)


def _has_not_begun(stage: Stage) -> bool:
    return stage.due_on is None and not stage.is_delivered and stage.accepted_on is None
