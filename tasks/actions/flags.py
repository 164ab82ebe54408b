"""Flags: "this can't be done like this", and the ways out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import MessageKind, User
from delegation.workflow import Action
from tasks import checkin_schedule
from tasks.actions.base import FIRST_NUDGE, Refused, Step, acting
from tasks.actions.handing_over import close
from tasks.actions.writing import record_new_version
from tasks.brief import difference, snapshot
from tasks.models import Task, Turn, TurnKind, TurnState
from tasks.payloads import FlagContent

NOTHING_MORE = _("Say what you give: more money, more time or a later date.")
NOTHING_SWAPPED = _("Say what is dropped or changed instead.")
GIVEN = ("money_limit", "time_limit", "deadline_date")


def flag(
    *, task_id: UUID, by: User, text: str, content: FlagContent, now: datetime, revision: int | None = None
) -> Task:
    """Say that it can't be done like this, why, and what it would take. What was waiting is parked meanwhile."""
    with acting(Action.FLAG, task_id=task_id, by=by, now=now, revision=revision) as step:
        Turn.objects.filter(task=step.task, state=TurnState.OPEN).exclude(
            kind__in=[TurnKind.QUESTION, TurnKind.AMENDMENT]
        ).update(state=TurnState.PARKED)
        payload = content.as_json() | {"resume": step.before}
        step.put(TurnKind.FLAG, to=step.task.entrepreneur, text=text, payload=payload)
        step.record(text=text, flag=content.kind)
        step.tell(step.task.entrepreneur, "flag", kind=MessageKind.YOUR_TURN, must_do=True, urgent=True, text=text)
    return step.task


def give_more(
    *, task_id: UUID, by: User, more: Mapping[str, Any], text: str = "", now: datetime, revision: int | None = None
) -> Task:
    """Pay more, give more time or a later date: the limits move and the work goes on.

    `more`: the new values of money_limit, time_limit, deadline_date; None or absent leaves one as it is. Raises Refused
    when nothing is given, or less than there was.
    """
    given = {name: more[name] for name in GIVEN if more.get(name) is not None}
    with acting(Action.GIVE_MORE, task_id=task_id, by=by, now=now, revision=revision) as step:
        had = {name: getattr(step.task, name) for name in given}
        if any(had[name] is not None and value < had[name] for name, value in given.items()):
            raise Refused(step.task, NOTHING_MORE)
        before = snapshot(step.task)
        step.set(**given)
        step.task.set_deadline_moment()
        step.changed.add("deadline_at")
        changes = difference(before, snapshot(step.task))
        if not changes:
            raise Refused(step.task, NOTHING_MORE)
        _resume(step, "more", text=text)
        record_new_version(step, changes, text=text)
        checkin_schedule.restart(step.task, now=now)
        step.tell(step.task.assistant, "flag_more", kind=MessageKind.YOUR_TURN, text=text)
    return step.task


def swap(*, task_id: UUID, by: User, text: str, now: datetime, revision: int | None = None) -> Task:
    """Keep the limits and change what is asked. `text`: what is dropped or changed; it becomes part of the brief."""
    with acting(Action.SWAP, task_id=task_id, by=by, now=now, revision=revision) as step:
        if not text.strip():
            raise Refused(step.task, NOTHING_SWAPPED)
        before = snapshot(step.task)
        step.set(guidelines="\n".join(part for part in (step.task.guidelines, text) if part))
        _resume(step, "swap", text=text)
        record_new_version(step, difference(before, snapshot(step.task)), text=text)
        step.tell(step.task.assistant, "flag_swap", kind=MessageKind.YOUR_TURN, text=text)
    return step.task


def hold(*, task_id: UUID, by: User, text: str, now: datetime, revision: int | None = None) -> Task:
    """Hold to what was agreed, with a reason."""
    with acting(Action.HOLD, task_id=task_id, by=by, now=now, revision=revision) as step:
        _resume(step, "hold", text=text)
        step.record(text=text)
        step.tell(step.task.assistant, "flag_hold", kind=MessageKind.YOUR_TURN, must_do=True, text=text)
    return step.task


def stop_flagged(*, task_id: UUID, by: User, text: str = "", now: datetime, revision: int | None = None) -> Task:
    """Stop the task because of the flag."""
    with acting(Action.STOP_FLAGGED, task_id=task_id, by=by, now=now, revision=revision) as step:
        step.answer(step.open_turn(TurnKind.FLAG), "stop", text=text)
        close(step, text=text)
    return step.task


def _resume(step: Step, answer: str, *, text: str) -> None:
    """Answer the flag and open again what it had parked; nobody is reminded of that at once."""
    step.answer(step.open_turn(TurnKind.FLAG), answer, text=text)
    parked = Turn.objects.filter(task=step.task, state=TurnState.PARKED)
    parked.update(state=TurnState.OPEN, nudge_at=step.now + FIRST_NUDGE)
