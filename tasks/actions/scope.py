"""Scope: what could be in it is dropped before a limit is passed or the deadline moves."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import MessageKind, User
from delegation.milestones import shortened
from delegation.workflow import Action
from tasks import milestone_schedule
from tasks.actions.base import CHANGED, Refused, Step, acting
from tasks.actions.writing import record_new_version
from tasks.brief import difference, snapshot
from tasks.models import Task

NOTHING_DROPPED = _("Choose at least one thing to drop.")


def drop_scope(
    *,
    task_id: UUID,
    by: User,
    items: Sequence[str],
    shorten: bool = False,
    text: str = "",
    now: datetime,
    revision: int | None = None,
) -> Task:
    """Take these could-items out of the brief: a new version, which the assistant sees as a difference.

    `shorten`: milestones that have not begun get fewer working days, so that the last is ready by the deadline if that
    can be. Raises Refused when nothing is dropped, or something that is not there.
    """
    with acting(Action.DROP_SCOPE, task_id=task_id, by=by, now=now, revision=revision) as step:
        if not items:
            raise Refused(step.task, NOTHING_DROPPED)
        if not set(items) <= set(step.task.could_items):
            raise Refused(step.task, CHANGED)
        before = snapshot(step.task)
        step.set(could_items=[item for item in step.task.could_items if item not in set(items)])
        if shorten:
            _shorten(step)
        step.set(revision=step.task.revision + 1)
        changes = difference(before, snapshot(step.task))
        words = "\n".join(filter(None, ["; ".join(items), text]))
        record_new_version(step, changes, reason=words, text=words)
        step.tell(
            step.task.assistant,
            "scope_dropped",
            kind=MessageKind.YOUR_TURN,
            must_do=True,
            items="; ".join(items),
            text=text,
        )
    return step.task


def _shorten(step: Step) -> None:
    task = step.task
    if not task.milestone_count or task.deadline_date is None:
        return
    rows, zone = milestone_schedule.rows_of(task), task.team.zone
    days = shortened(
        [row.as_stage(zone) for row in rows],
        by=task.deadline_date,
        today=step.now.astimezone(zone).date(),
        count=milestone_schedule.counting(task.assistant),
    )
    phases = [replace(row.as_phase(), working_days=number) for row, number in zip(rows, days, strict=True)]
    milestone_schedule.write_milestones(task, phases, now=step.now)
