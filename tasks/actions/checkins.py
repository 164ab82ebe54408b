"""Answering a check-in, and pausing the rules that bring them about."""

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import MessageKind, User
from delegation.workflow import Action
from tasks import checkin_schedule
from tasks.actions.base import ALREADY_ANSWERED, CHANGED, Refused, acting
from tasks.models import OPEN_CHECKINS, Checkin, CheckinRule, CheckinState, Mood, Task

OUTDATED = _("A newer check-in has taken the place of this one. Answer that one instead.")


def answer_checkin(
    *,
    task_id: UUID,
    by: User,
    checkin_id: UUID,
    mood: str,
    percent: int | None = None,
    minutes_needed: int | None = None,
    finish_at: date | None = None,
    note: str = "",
    now: datetime,
) -> Task:
    """Say how it goes: `mood` (see Mood), percent done, minutes still needed, the day it will be ready and a note.

    Answered once, also after a reminder and after the entrepreneur was told.
    """
    with acting(Action.ANSWER_CHECKIN, task_id=task_id, by=by, now=now) as step:
        checkin = Checkin.objects.filter(pk=checkin_id, task=step.task, assistant=by)
        claimed = checkin.filter(state__in=OPEN_CHECKINS).update(
            state=CheckinState.ANSWERED,
            answered_at=now,
            next_step_at=None,
            mood=mood,
            percent=percent,
            minutes_needed=minutes_needed,
            finish_at=finish_at,
            note=note,
        )
        if claimed != 1:
            overtaken = checkin.filter(state=CheckinState.MISSED).exists()
            raise Refused(step.task, OUTDATED if overtaken else ALREADY_ANSWERED)
        step.record(mood=mood, percent=percent, minutes_needed=minutes_needed, finish_at=finish_at, text=note)
        template = "checkin_on_track" if mood == Mood.ON_TRACK else "checkin_trouble"
        urgent = mood == Mood.STUCK
        step.tell(step.task.entrepreneur, template, kind=MessageKind.CHECKIN, urgent=urgent, mood=mood, text=note)
    return step.task


def pause_checkin_rule(*, task_id: UUID, by: User, rule_id: UUID, now: datetime) -> Task:
    """Let a rule rest: what it has due and what it asked is taken back, and it asks nothing until it is resumed."""
    with acting(Action.PAUSE_CHECKIN_RULE, task_id=task_id, by=by, now=now) as step:
        rule = CheckinRule.objects.filter(pk=rule_id, task=step.task).first()
        if rule is None or rule.paused_at is not None:
            raise Refused(step.task, CHANGED)
        rule.paused_at = now
        rule.save(update_fields=["paused_at"])
        checkin_schedule.withdraw(step.task, rule=rule, now=now)
        step.record(rule=rule.as_rule().code)
    return step.task


def resume_checkin_rule(*, task_id: UUID, by: User, rule_id: UUID, now: datetime) -> Task:
    """Let a rule that was paused ask again, from now on."""
    with acting(Action.RESUME_CHECKIN_RULE, task_id=task_id, by=by, now=now) as step:
        rule = CheckinRule.objects.filter(pk=rule_id, task=step.task).first()
        if rule is None or rule.paused_at is None:
            raise Refused(step.task, CHANGED)
        rule.paused_at = None
        rule.save(update_fields=["paused_at"])
        checkin_schedule.resume(step.task, rule, now=now)
        step.record(rule=rule.as_rule().code)
    return step.task
