"""Milestones: each delivered and accepted by itself, in order, while the task goes on."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import MessageKind, User
from delegation.workflow import Action
from tasks import milestone_schedule
from tasks.actions.base import ALREADY_ANSWERED, CHANGED, Refused, Step, acting
from tasks.actions.delivery import file_rows
from tasks.models import Milestone, MilestoneState, StoredFile, Task, Turn, TurnKind, TurnState

FLAG_FIRST = _("There is a flag on this task. Answer that first.")
WAITS = _("“%(title)s” has been delivered. The next milestone starts when it is accepted.")


def deliver_milestone(
    *,
    task_id: UUID,
    by: User,
    milestone_id: UUID | None = None,
    text: str,
    links: Sequence[str] = (),
    files: Sequence[StoredFile] = (),
    now: datetime,
) -> Task:
    """Hand in the milestone that is under way. `milestone_id`: the one that was looked at."""
    with acting(Action.DELIVER_MILESTONE, task_id=task_id, by=by, now=now) as step:
        row = _under_way(step.task)
        if milestone_id and row.pk != milestone_id:
            raise Refused(step.task, CHANGED)
        row.state, row.delivered_at = MilestoneState.DELIVERED, now
        row.save(update_fields=["state", "delivered_at"])
        payload = {
            "milestone": str(row.pk),
            "title": row.title,
            "position": row.position,
            "links": list(links),
            "files": file_rows(step, files),
        }
        step.put(TurnKind.MILESTONE, to=step.task.entrepreneur, text=text, payload=payload)
        step.record(milestone=row.title, position=row.position, text=text)
        step.tell(
            step.task.entrepreneur,
            "milestone_delivered",
            kind=MessageKind.YOUR_TURN,
            must_do=True,
            milestone=row.title,
            text=text,
        )
    return step.task


def accept_milestone(*, task_id: UUID, by: User, turn_id: UUID | None = None, text: str = "", now: datetime) -> Task:
    """Accept the milestone that was delivered. The next one begins, and is due so many working days from today."""
    with acting(Action.ACCEPT_MILESTONE, task_id=task_id, by=by, now=now) as step:
        row = _answer(step, turn_id, "milestone_accepted", text=text)
        following = milestone_schedule.accept(step, row)
        step.record(milestone=row.title, position=row.position, text=text)
        if following and following.due_on:
            when_due = following.due_on.isoformat()
            step.note("milestone-opened", milestone=following.title, position=following.position, when_due=when_due)
        step.tell(
            step.task.assistant,
            "milestone_accepted",
            kind=MessageKind.YOUR_TURN if following else MessageKind.ANSWER,
            milestone=row.title,
            text=text,
            following=following.title if following else "",
            when_due=following.due_on.isoformat() if following and following.due_on else "",
        )
    return step.task


def send_back_milestone(*, task_id: UUID, by: User, turn_id: UUID | None = None, text: str, now: datetime) -> Task:
    """Not there yet: the milestone is open again, due on the same day."""
    with acting(Action.SEND_BACK_MILESTONE, task_id=task_id, by=by, now=now) as step:
        row = _answer(step, turn_id, "sent_back", text=text)
        row.state, row.delivered_at = MilestoneState.OPEN, None
        row.save(update_fields=["state", "delivered_at"])
        step.record(milestone=row.title, position=row.position, text=text)
        step.tell(
            step.task.assistant,
            "milestone_sent_back",
            kind=MessageKind.YOUR_TURN,
            must_do=True,
            milestone=row.title,
            text=text,
        )
    return step.task


def _under_way(task: Task) -> Milestone:
    """The one that can be delivered. Raises Refused while one waits to be accepted."""
    found = task.milestones.filter(state__in=[MilestoneState.OPEN, MilestoneState.DELIVERED]).first()
    if found is None:  # can't be: while any is not accepted, the first of those is under way
        raise Refused(task, CHANGED)
    if found.state == MilestoneState.DELIVERED:
        raise Refused(task, WAITS % {"title": found.title})
    return found


def _answer(step: Step, turn_id: UUID | None, answer: str, *, text: str) -> Milestone:
    """Answer what was delivered; returns its milestone."""
    if Turn.objects.filter(task=step.task, kind=TurnKind.MILESTONE, state=TurnState.PARKED).exists():
        raise Refused(step.task, FLAG_FIRST)
    turn: Turn = step.open_turn(TurnKind.MILESTONE, turn_id, asked_of=step.role)
    step.answer(turn, answer, text=text)
    row = Milestone.objects.filter(task=step.task, pk=turn.payload["milestone"], state=MilestoneState.DELIVERED).first()
    if row is None:  # can't be: what is delivered stays as it is until this answer
        raise Refused(step.task, ALREADY_ANSWERED)
    return row
