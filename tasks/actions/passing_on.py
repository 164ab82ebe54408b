"""Passing a task on to another entrepreneur of the team, who answers for it from then on."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import MessageKind, User
from accounts.outbox import mark_done
from delegation.workflow import Action, State
from tasks.actions.base import FIRST_LOOK, Refused, acting
from tasks.actions.crew import check_entrepreneur
from tasks.models import Task, Turn, TurnState

THEIRS_ALREADY = _("This person is responsible for it already.")


def pass_on(*, task_id: UUID, by: User, to: User, text: str = "", now: datetime, revision: int | None = None) -> Task:
    """Let `to` answer for the task, also for what waits by now. Raises Refused for who hands over nothing here."""
    with acting(Action.PASS_ON, task_id=task_id, by=by, now=now, revision=revision) as step:
        before = step.task.entrepreneur
        if before.pk == to.pk:
            raise Refused(step.task, THEIRS_ALREADY)
        check_entrepreneur(step, to)
        waiting = Turn.objects.filter(
            task=step.task, waits_on=before, state__in=[TurnState.OPEN, TurnState.PARKED]
        ).update(waits_on=to, nudges=0, nudge_at=now + FIRST_LOOK)
        step.set(entrepreneur=to, revision=step.task.revision + 1)
        step.record(person=to.short_name, text=text)
        mark_done(thread=str(task_id), user=before, now=now)
        step.tell(
            to,
            "passed_on",
            kind=MessageKind.YOUR_TURN if waiting else MessageKind.ANSWER,
            must_do=waiting > 0,
            waits=waiting > 0,
            text=text,
        )
        told = [before] if step.before == State.DRAFT else [before, step.task.assistant]
        for person in told:
            step.tell(person, "entrepreneur_changed", person=to.short_name, text=text)
    return step.task
