"""Answering a check-in."""

from datetime import datetime
from uuid import UUID

from accounts.models import MessageKind, User
from delegation.workflow import Action
from tasks.actions.base import ALREADY_ANSWERED, Refused, acting
from tasks.models import Checkin, CheckinState, Mood, Task


def answer_checkin(
    *,
    task_id: UUID,
    by: User,
    checkin_id: UUID,
    mood: str,
    percent: int | None = None,
    minutes_needed: int | None = None,
    note: str = "",
    now: datetime,
) -> Task:
    """Say how it goes: `mood` (see Mood), percent done, minutes still needed and a note. Answered once."""
    with acting(Action.ANSWER_CHECKIN, task_id=task_id, by=by, now=now) as step:
        claimed = Checkin.objects.filter(pk=checkin_id, task=step.task, assistant=by, state=CheckinState.ASKED).update(
            state=CheckinState.ANSWERED,
            answered_at=now,
            mood=mood,
            percent=percent,
            minutes_needed=minutes_needed,
            note=note,
        )
        if claimed != 1:
            raise Refused(step.task, ALREADY_ANSWERED)
        step.record(mood=mood, percent=percent, minutes_needed=minutes_needed, text=note)
        template = "checkin_on_track" if mood == Mood.ON_TRACK else "checkin_trouble"
        step.tell(step.task.entrepreneur, template, kind=MessageKind.CHECKIN, mood=mood, text=note)
    return step.task
