"""Handing over: the brief, the offer, and who carries it out."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import MessageKind, Team, User
from accounts.outbox import mark_done
from delegation.brief import MISSING, missing_parts
from delegation.checkins import Rule
from delegation.milestones import Phase
from delegation.workflow import Action, State
from tasks import checkin_schedule, milestone_schedule
from tasks.actions.base import Refused, Step, acting
from tasks.actions.crew import check_assistant, membership_held
from tasks.actions.expenses import count_what_fits
from tasks.actions.writing import (
    BriefFields,
    change_brief,
    new_version,
    of_team,
    record_new_version,
    write_brief,
    write_rules,
)
from tasks.brief import Change
from tasks.examples import write_examples
from tasks.metering import recount
from tasks.models import Resource, StoredFile, Task, TurnKind


def create_draft(
    *,
    team: Team,
    by: User,
    fields: BriefFields,
    rules: Sequence[Rule] = (),
    resources: Sequence[Resource] = (),
    now: datetime,
    task_id: UUID | None = None,
    milestones: Sequence[Phase] = (),
    examples: Sequence[StoredFile] = (),
) -> Task:
    """Write a new brief down. Whether `by` may hand over in the team has been checked by who found the team.

    `fields`: values for the brief's columns of Task (see tasks/brief.py) and `assistant`. `task_id`: chosen beforehand,
    so that sending the same brief again can't make a second task; raises IntegrityError when it exists.
    `milestones`: in order; raises Refused when they can't be so, and PermissionDenied to who has just left the team.
    """
    with transaction.atomic():
        membership = membership_held(team.pk, by.pk)
        if membership is None or not membership.hands_over:
            raise PermissionDenied
        task_id = task_id or uuid4()
        task = Task(id=task_id, team=team, entrepreneur=by, state=State.DRAFT, created_at=now, changed_at=now)
        write_brief(task, fields)
        task.save(force_insert=True)
        write_rules(task, rules, now=now)
        task.resources.set(of_team(task, resources))
        if milestones:
            milestone_schedule.write_milestones(task, milestones, now=now)
            task.save(update_fields=milestone_schedule.COLUMNS)
        write_examples(task, examples)
    return task


def edit_draft(
    *,
    task_id: UUID,
    by: User,
    fields: BriefFields,
    rules: Sequence[Rule] = (),
    resources: Sequence[Resource] = (),
    now: datetime,
    revision: int | None = None,
    milestones: Sequence[Phase] | None = None,
    examples: Sequence[StoredFile] | None = None,
) -> Task:
    """Change a brief that is not with anybody. A yes that was given for what it said before no longer counts."""
    with acting(Action.EDIT, task_id=task_id, by=by, now=now, revision=revision) as step:
        changes = change_brief(step, fields, rules, resources, milestones, examples)
        if changes:
            step.set(gate_passed_at=None)
        _recount_if_moved(step, changes)
        step.set(revision=step.task.revision + 1)
    return step.task


def delegate(*, task_id: UUID, by: User, now: datetime, revision: int | None = None) -> Task:
    """Hand the task over: offer it to the assistant, with the brief as it stands as the agreed version."""
    with acting(Action.DELEGATE, task_id=task_id, by=by, now=now, revision=revision) as step:
        step.withdraw_turns(TurnKind.RETURNED)
        new_version(step)
        _offer(step, "offered")
    return step.task


def amend(
    *,
    task_id: UUID,
    by: User,
    fields: BriefFields,
    rules: Sequence[Rule] = (),
    resources: Sequence[Resource] = (),
    now: datetime,
    revision: int | None = None,
    milestones: Sequence[Phase] | None = None,
    examples: Sequence[StoredFile] | None = None,
) -> Task:
    """Change the brief after it was handed over: a new version, which the assistant sees as a difference.

    Level and assistant are not the brief's to change here: the level is what was agreed, and another assistant is
    `reassign`. Nothing changed means nothing happens. Raises Refused when a required part would go missing, or a
    milestone that was delivered would change. `milestones`, `examples`: None leaves them as they are.
    """
    with acting(Action.AMEND, task_id=task_id, by=by, now=now, revision=revision) as step:
        kept = {name: value for name, value in fields.items() if name not in {"level", "assistant"}}
        money = step.task.money_limit
        changes = change_brief(step, kept, rules, resources, milestones, examples)
        if missing := missing_parts(step.task.as_brief()):
            raise Refused(step.task, MISSING[missing[0]])
        if changes:
            step.set(revision=step.task.revision + 1)
            record_new_version(step, changes)
            checkin_schedule.restart(step.task, now=now)
            count_what_fits(step, before=money)
            _recount_if_moved(step, changes)
            step.tell(step.task.assistant, "amended", kind=MessageKind.YOUR_TURN, must_do=True)
        else:
            step.nothing_changed()
    return step.task


def acknowledge(*, task_id: UUID, by: User, turn_id: UUID | None = None, now: datetime) -> Task:
    """The assistant has seen the changed brief and goes on with it."""
    with acting(Action.ACKNOWLEDGE, task_id=task_id, by=by, now=now) as step:
        step.answer(step.open_turn(TurnKind.AMENDMENT, turn_id), "seen")
        step.record(version=step.task.brief_version)
    return step.task


def accept_task(
    *, task_id: UUID, by: User, read_back: str, estimate: int | None, now: datetime, revision: int | None = None
) -> Task:
    """Take the task on. `read_back`: the goal in the assistant's own words; `estimate`: minutes."""
    with acting(Action.ACCEPT_TASK, task_id=task_id, by=by, now=now, revision=revision) as step:
        step.answer(step.open_turn(TurnKind.OFFER), "accepted", text=read_back, payload={"estimate": estimate})
        step.withdraw_turns(TurnKind.AMENDMENT)
        step.set(started_at=now)
        step.record(text=read_back, estimate=estimate)
        step.tell(step.task.entrepreneur, "accepted", text=read_back)
        checkin_schedule.start(step.task, now=now)
        milestone_schedule.start(step.task, now=now)
    return step.task


def decline(
    *, task_id: UUID, by: User, reason: str, text: str = "", now: datetime, revision: int | None = None
) -> Task:
    """Say no to an offer. `reason`: a DeclineReason; `text`: a suggestion for who or how instead."""
    with acting(Action.DECLINE, task_id=task_id, by=by, now=now, revision=revision) as step:
        step.answer(step.open_turn(TurnKind.OFFER), "declined", text=text, payload={"reason": reason})
        _return(step, reason=reason, text=text)
    return step.task


def hand_back(*, task_id: UUID, by: User, text: str, now: datetime, revision: int | None = None) -> Task:
    """Give a task back that was taken on. `text`: why, and what is done already."""
    with acting(Action.HAND_BACK, task_id=task_id, by=by, now=now, revision=revision) as step:
        _return(step, reason="", text=text)
    return step.task


def reassign(
    *, task_id: UUID, by: User, assistant: User, text: str = "", now: datetime, revision: int | None = None
) -> Task:
    """Offer the task to somebody else, with all that has been done and said so far.

    Raises Refused when its level is above their ceiling, or they are just leaving the team.
    """
    with acting(Action.REASSIGN, task_id=task_id, by=by, now=now, revision=revision) as step:
        before = step.task.assistant
        step.withdraw_turns()
        milestone_schedule.take_back(step.task)
        checkin_schedule.withdraw(step.task, now=step.now)
        step.set(assistant=assistant, started_at=None)
        _offer(step, "offered", text=text)
        if before and before.pk != assistant.pk:
            mark_done(thread=str(task_id), user=before, now=now)
            step.tell(before, "reassigned", text=text)
    return step.task


def take_back(*, task_id: UUID, by: User, text: str = "", now: datetime, revision: int | None = None) -> Task:
    """Take the task from the assistant: it is a draft again, with all that has been done and said so far."""
    with acting(Action.TAKE_BACK, task_id=task_id, by=by, now=now, revision=revision) as step:
        before = step.task.assistant
        step.withdraw_turns()
        milestone_schedule.take_back(step.task)
        checkin_schedule.withdraw(step.task, now=step.now)
        step.set(assistant=None, started_at=None)
        step.record(assistant=before.short_name if before else "", text=text)
        if before:
            mark_done(thread=str(task_id), user=before, now=now)
            step.tell(before, "taken_back", text=text)
    return step.task


def stop(*, task_id: UUID, by: User, text: str = "", now: datetime, revision: int | None = None) -> Task:
    """End the task without a result. `text`: why, so that the assistant knows."""
    with acting(Action.STOP, task_id=task_id, by=by, now=now, revision=revision) as step:
        close(step, text=text)
    return step.task


def close(step: Step, *, text: str) -> None:
    """What stopping comes down to, however it came about."""
    step.withdraw_turns()
    checkin_schedule.withdraw(step.task, now=step.now)
    step.record(text=text)
    if step.before != State.DRAFT:
        step.tell(step.task.assistant, "stopped", text=text)


def _offer(step: Step, template: str, text: str = "") -> None:
    assistant = check_assistant(step)
    step.put(TurnKind.OFFER, to=assistant, text=text)
    step.set(handed_over_at=step.now)
    step.record(assistant=assistant.short_name, text=text, level=step.task.level)
    step.tell(assistant, template, kind=MessageKind.YOUR_TURN, must_do=True, level=step.task.level, text=text)


def _recount_if_moved(step: Step, changes: Sequence[Change]) -> None:
    """Also in a draft: a task that was given back has been worked on, and is billed by the limit as it stands."""
    if {"time_limit", "money_limit"} & {change["field"] for change in changes}:
        recount(step)


def _return(step: Step, *, reason: str, text: str) -> None:
    step.withdraw_turns()
    milestone_schedule.take_back(step.task)
    checkin_schedule.withdraw(step.task, now=step.now)
    step.set(assistant=None, started_at=None)
    step.put(TurnKind.RETURNED, to=step.task.entrepreneur, text=text, payload={"reason": reason})
    step.record(reason=reason, text=text)
    template = "declined" if step.action == Action.DECLINE else "handed_back"
    step.tell(step.task.entrepreneur, template, kind=MessageKind.YOUR_TURN, must_do=True, reason=reason, text=text)
