"""The milestones of one task as its page shows them: how far each is, when it is to be expected, and what moved it."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from delegation.milestones import counting_in, forecast
from delegation.working_time import works_at_all
from tasks.lending import as_resources, resources_of
from tasks.models import Milestone, MilestoneState, Resource, Task
from tasks.people import working_time_of
from tasks.statements import MILESTONES, stored_id

UNDER_WAY = {MilestoneState.OPEN, MilestoneState.DELIVERED}


@dataclass(frozen=True)
class Line:
    """One milestone. `day`: of its acceptance, when it is due, or when it is to be expected.

    `was`: the day that was planned, when that is another. `because`: the milestone before, when that was accepted
    `later` days after its own planned day, or waits to be accepted since then.
    """

    row: Milestone
    day: date
    was: date | None = None
    because: Milestone | None = None
    later: int = 0
    is_late: bool = False
    after: Milestone | None = None


@dataclass(frozen=True)
class Milestones:
    """All of a task's, and what is lent to it, as that comes along in the same query.

    `in_plain_days`: nobody's working days are known, so all days count. `passes_deadline`: the last one is expected
    after the deadline of the task.
    """

    lines: list[Line] = field(default_factory=list)
    resources: list[Resource] = field(default_factory=list)
    in_plain_days: bool = False
    passes_deadline: bool = False

    @property
    def last(self) -> date | None:
        """When the last one is to be expected."""
        return self.lines[-1].day if self.lines else None

    @property
    def current(self) -> Milestone | None:
        """The one that is worked on, or waits to be accepted."""
        return next((line.row for line in self.lines if line.row.state in UNDER_WAY), None)


def milestones_of(task: Task, *, now: datetime) -> Milestones:
    """One query for a task with milestones as for one without: either reads what is lent."""
    if not task.milestone_count:
        return Milestones(resources=resources_of(task))
    today = now.astimezone(task.team.zone).date()
    rows, days_off, resources = _read(task, today)
    working = working_time_of(task.assistant, days_off) if task.assistant else None
    zone = task.team.zone
    days = forecast([row.as_stage(zone) for row in rows], today=today, count=counting_in(working))
    lines = []
    for number, (row, day) in enumerate(zip(rows, days, strict=True)):
        lines.append(_line(row, day, rows[number - 1] if number else None, task, today))
    deadline = task.deadline_date
    return Milestones(
        lines=lines,
        resources=resources,
        in_plain_days=task.assistant is not None and working is not None and not works_at_all(working),
        passes_deadline=bool(task.milestones_open and deadline and days and days[-1] > deadline),
    )


def _line(row: Milestone, expected: date, before: Milestone | None, task: Task, today: date) -> Line:
    zone = task.team.zone
    if row.state == MilestoneState.ACCEPTED:
        return Line(row, expected)
    if row.state == MilestoneState.DELIVERED and row.delivered_at:
        return Line(row, row.delivered_at.astimezone(zone).date())
    is_open = row.state == MilestoneState.OPEN
    day = row.due_on if is_open and row.due_on else expected
    was = row.planned_on if row.planned_on and row.planned_on != day else None
    because, later = None, 0
    if was and before and before.planned_on:
        settled = before.accepted_at.astimezone(zone).date() if before.accepted_at else today
        if before.is_settled and settled > before.planned_on:
            because, later = before, (settled - before.planned_on).days
    return Line(row, day, was, because, later, is_open and day < today, None if is_open else before)


def _read(task: Task, today: date) -> tuple[list[Milestone], tuple[tuple[date, date], ...], list[Resource]]:
    parameters = {
        "task": stored_id(task),
        "assistant": stored_id(task.assistant) if task.assistant else None,
        "since": today - timedelta(days=1),
    }
    found: list[Any] = list(Milestone.objects.raw(MILESTONES, parameters))
    rows = sorted((row for row in found if row.position), key=lambda row: row.position)
    days_off = tuple((row.due_on, row.planned_on) for row in found if row.due_on and not row.position)
    resources = as_resources(row for row in found if row.resource_id)
    return rows, days_off, sorted(resources, key=lambda resource: (resource.name, str(resource.pk)))


def of_no_use(task: Task, plan: Milestones) -> set[str]:
    """The screens that the table allows and that have nothing to do now."""
    slugs = set()
    if plan.current is None or plan.current.state != MilestoneState.OPEN:
        slugs.add("deliver-milestone")
    limits = (task.deadline_date, task.money_limit, task.time_limit)
    if plan.passes_deadline or not task.could_items or all(limit is None for limit in limits):
        slugs.add("drop-scope")
    return slugs
