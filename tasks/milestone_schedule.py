"""Keeping the milestones of one task in step with its brief and its work. Called inside the actions' transactions."""

from collections.abc import Sequence
from datetime import date, datetime

from accounts.models import User
from delegation.milestones import PROBLEMS, Count, Phase, counting_in, plan, problems
from tasks.actions.base import Refused, Step
from tasks.models import Milestone, MilestoneState, Task
from tasks.people import working_time_of

COLUMNS = ("milestone_count", "milestones_open")


def write_milestones(task: Task, phases: Sequence[Phase], *, now: datetime) -> None:
    """Make the task's milestones these, keeping the rows that stay; the caller saves COLUMNS of the task.

    What was delivered or accepted can't change; the one under way keeps its row and goes on. Raises Refused.
    """
    rows = rows_of(task)
    settled = [row.as_phase() for row in rows if row.is_settled]
    if found := problems(phases, settled=settled, deadline=task.deadline_date):
        raise Refused(task, PROBLEMS[found[0][0]])
    if [row.as_phase() for row in rows] == list(phases):
        return
    Milestone.objects.filter(task=task, position__gt=len(phases)).delete()
    kept = rows[: len(phases)]
    new = [Milestone(task=task, position=number) for number in range(len(kept) + 1, len(phases) + 1)]
    count = counting(task.assistant)
    for row, phase in zip(kept[len(settled) :] + new, phases[len(settled) :], strict=True):
        has_moved = (row.working_days, row.as_phase().due_on) != (phase.working_days, phase.due_on)
        row.title, row.working_days = phase.title, phase.working_days
        if has_moved:  # another title alone moves no day
            row.planned_on = None
            row.due_on = phase.due_on or (_due_on(row, kept, task, count) if row.due_on else None)
    rows = [*kept, *new]
    if task.started_at is not None:
        opened = _go_on(rows, task, count, now=now)
        _plan(rows, _first_day(rows, task, count) if opened is None else opened.due_on, count)
    _save(kept)
    Milestone.objects.bulk_create(new)
    _count(task, rows)


def start(task: Task, *, now: datetime) -> None:
    """The assistant takes the task on: the first milestone that is not accepted begins, and the days are planned.

    For who takes it over, that is so anew: only the day of the first milestone stands.
    """
    if not task.milestone_count:
        return
    rows, count = rows_of(task), counting(task.assistant)
    opened = _go_on(rows, task, count, now=now)
    if opened:
        _plan(rows, opened.due_on, count)
    _save(rows)


def take_back(task: Task) -> None:
    """Nobody works on the task any more: what was delivered but not accepted, or was open, is begun by who is next."""
    if not task.milestone_count:
        return
    current = Milestone.objects.filter(task=task, state__in=[MilestoneState.OPEN, MilestoneState.DELIVERED])
    current.update(state=MilestoneState.LOCKED, delivered_at=None)
    Milestone.objects.filter(task=task, position__gt=1, state=MilestoneState.LOCKED).update(due_on=None)


def accept(step: Step, row: Milestone) -> Milestone | None:
    """The milestone is accepted: the next one begins. Returns that, or None after the last."""
    task, rows = step.task, rows_of(step.task)
    row = rows[row.position - 1]
    row.state, row.accepted_at = MilestoneState.ACCEPTED, step.now
    row.save(update_fields=["state", "accepted_at"])  # first: only one is under way at a time
    following = _go_on(rows, task, counting(task.assistant), now=step.now)
    if following:
        _save([following])
    _count(task, rows)
    step.changed.update(COLUMNS)
    return following


def rows_of(task: Task) -> list[Milestone]:
    """The task's milestones, in order."""
    return list(task.milestones.order_by("position"))


def counting(assistant: User | None) -> Count:
    """How to count this assistant's working days, days off and public holidays left out."""
    return counting_in(working_time_of(assistant) if assistant else None)


def _go_on(rows: Sequence[Milestone], task: Task, count: Count, *, now: datetime) -> Milestone | None:
    """Open the first milestone that is not accepted, unless it is under way. Its days are counted from now."""
    current = next((row for row in rows if row.state != MilestoneState.ACCEPTED), None)
    if current is None or current.state != MilestoneState.LOCKED:
        return None
    current.state = MilestoneState.OPEN
    if current.position > 1:
        current.due_on = count(now.astimezone(task.team.zone).date(), current.working_days or 1)
    return current


def _due_on(row: Milestone, rows: Sequence[Milestone], task: Task, count: Count) -> date | None:
    """The day of the one under way, whose number of days has changed: counted from when it began."""
    before = rows[row.position - 2].accepted_at if row.position > 1 else None
    if before is None:
        return row.due_on
    return count(max(before, task.started_at or before).astimezone(task.team.zone).date(), row.working_days or 1)


def _first_day(rows: Sequence[Milestone], task: Task, count: Count) -> date | None:
    """The planned day of the first that is not delivered yet.

    As it was, if its number of days is; else after the planned day of the one before. What somebody took over is
    planned on the day that it is due.
    """
    settled = sum(row.is_settled for row in rows)
    if settled == len(rows):
        return None
    current, before = rows[settled], rows[settled - 1] if settled else None
    if current.planned_on or before is None or before.planned_on is None:
        return current.planned_on or current.due_on
    if before.accepted_at and task.started_at and before.accepted_at < task.started_at:
        return current.due_on
    return count(before.planned_on, current.working_days or 1)


def _plan(rows: Sequence[Milestone], first: date | None, count: Count) -> None:
    """Plan those that are not delivered yet, as if each were accepted on its day. What is settled keeps its day."""
    rest = [row for row in rows if not row.is_settled]
    if rest and first:
        days = plan(first, [row.working_days or 1 for row in rest[1:]], count)
        for row, day in zip(rest, days, strict=True):
            row.planned_on = day


def _save(rows: Sequence[Milestone]) -> None:
    for row in rows:
        row.save(update_fields=["title", "working_days", "due_on", "planned_on", "state"])


def _count(task: Task, rows: Sequence[Milestone]) -> None:
    task.milestone_count = len(rows)
    task.milestones_open = sum(row.state != MilestoneState.ACCEPTED for row in rows)
