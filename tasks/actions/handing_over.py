"""Handing over: the brief, the offer, and who carries it out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, MessageKind, Team, User
from accounts.models import Role as TeamRole
from delegation.brief import MISSING, missing_parts
from delegation.checkins import Rule
from delegation.workflow import Action, State
from tasks import checkin_schedule
from tasks.actions.base import Refused, Step, acting
from tasks.brief import COLUMNS, Change, difference, merge, snapshot
from tasks.models import BriefVersion, CheckinRule, Resource, Task, Turn, TurnKind, TurnState

BriefFields = Mapping[str, Any]
NOT_IN_TEAM = _("This person no longer works in the team. Choose somebody else.")


def create_draft(
    *,
    team: Team,
    by: User,
    fields: BriefFields,
    rules: Sequence[Rule] = (),
    resources: Sequence[Resource] = (),
    now: datetime,
) -> Task:
    """Write a new brief down. Whether `by` may hand over in the team has been checked by who found the team.

    `fields`: values for the brief's columns of Task (see tasks/brief.py) and `assistant`.
    """
    with transaction.atomic():
        task = Task(id=uuid4(), team=team, entrepreneur=by, state=State.DRAFT, created_at=now, changed_at=now)
        _write_brief(task, fields)
        task.save(force_insert=True)
        _write_rules(task, rules)
        task.resources.set(_of_team(task, resources))
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
) -> Task:
    """Change a brief that is not with anybody. A yes that was given for what it said before no longer counts."""
    with acting(Action.EDIT, task_id=task_id, by=by, now=now, revision=revision) as step:
        if _change_brief(step, fields, rules, resources):
            step.set(gate_passed_at=None)
        step.set(revision=step.task.revision + 1)
    return step.task


def delegate(*, task_id: UUID, by: User, now: datetime, revision: int | None = None) -> Task:
    """Hand the task over: offer it to the assistant, with the brief as it stands as the agreed version."""
    with acting(Action.DELEGATE, task_id=task_id, by=by, now=now, revision=revision) as step:
        step.withdraw_turns(TurnKind.RETURNED)
        _new_version(step)
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
) -> Task:
    """Change the brief after it was handed over: a new version, which the assistant sees as a difference.

    Level and assistant are not the brief's to change here: the level is what was agreed, and another assistant is
    `reassign`. Nothing changed means nothing happens. Raises Refused when a required part would go missing.
    """
    with acting(Action.AMEND, task_id=task_id, by=by, now=now, revision=revision) as step:
        kept = {name: value for name, value in fields.items() if name not in {"level", "assistant"}}
        changes = _change_brief(step, kept, rules, resources)
        if missing := missing_parts(step.task.as_brief()):
            raise Refused(step.task, MISSING[missing[0]])
        if changes:
            step.set(revision=step.task.revision + 1)
            record_new_version(step, changes)
            checkin_schedule.restart(step.task, now=now)
            step.tell(step.task.assistant, "amended", kind=MessageKind.YOUR_TURN, must_do=True)
        else:
            step.nothing_changed()
    return step.task


def record_new_version(step: Step, changes: list[Change], **data: Any) -> None:
    """Store the brief as it stands as the next version, and put the difference to the assistant.

    Differences that have not been seen yet are shown together with the new one, each field once, from the version
    that the assistant saw last.
    """
    _new_version(step)
    step.record(version=step.task.brief_version, changes=changes, **data)
    merged = merge(_unseen(step.task), changes)
    step.withdraw_turns(TurnKind.AMENDMENT)
    if step.task.assistant and merged:
        step.put(TurnKind.AMENDMENT, to=step.task.assistant, payload={"changes": merged})


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
    """Offer the task to somebody else, with all that has been done and said so far."""
    with acting(Action.REASSIGN, task_id=task_id, by=by, now=now, revision=revision) as step:
        before = step.task.assistant
        step.withdraw_turns()
        checkin_schedule.withdraw(step.task)
        step.set(assistant=assistant, started_at=None)
        _offer(step, "offered", text=text)
        if before and before.pk != assistant.pk:
            step.tell(before, "reassigned", text=text)
    return step.task


def stop(*, task_id: UUID, by: User, text: str = "", now: datetime, revision: int | None = None) -> Task:
    """End the task without a result. `text`: why, so that the assistant knows."""
    with acting(Action.STOP, task_id=task_id, by=by, now=now, revision=revision) as step:
        close(step, text=text)
    return step.task


def close(step: Step, *, text: str) -> None:
    """What stopping comes down to, however it came about."""
    step.withdraw_turns()
    checkin_schedule.withdraw(step.task)
    step.record(text=text)
    if step.before != State.DRAFT:
        step.tell(step.task.assistant, "stopped", text=text)


def _change_brief(
    step: Step, fields: BriefFields, rules: Sequence[Rule], resources: Sequence[Resource]
) -> list[Change]:
    """Write the brief; returns what is different now."""
    before = snapshot(step.task)
    _write_brief(step.task, fields)
    step.changed.update({*fields, "deadline_at", "steps_open", "gate_passed_at"})
    _write_rules(step.task, rules)
    step.task.resources.set(_of_team(step.task, resources))
    return difference(before, snapshot(step.task))


def _write_brief(task: Task, fields: BriefFields) -> None:
    """Put the fields on the task, with what follows from them. Raises ValueError for what is not the brief's to say."""
    if strangers := set(fields) - COLUMNS:
        raise ValueError(f"not part of a brief: {', '.join(sorted(strangers))}")
    level_before, steps_before, done_before = task.level, list(task.steps), task.steps_done
    for name, value in fields.items():
        setattr(task, name, value)
    if task.level != level_before:
        task.gate_passed_at = None
    # Steps go in order: those that were ticked off stay so as long as they stand unchanged at the front.
    same = 0
    while same < min(done_before, len(task.steps)) and task.steps[same] == steps_before[same]:
        same += 1
    task.steps_open = len(task.steps) - same
    task.set_deadline_moment()


def _write_rules(task: Task, rules: Sequence[Rule]) -> None:
    """Make the task's rules these, keeping the rows of those that stay, so that what was asked is not asked again."""
    wanted = list(dict.fromkeys(rules))
    for row in list(task.checkin_rules.all()):
        if row.as_rule() in wanted:
            wanted.remove(row.as_rule())
        else:
            checkin_schedule.withdraw(task, rule=row)
            row.delete()
    CheckinRule.objects.bulk_create(
        CheckinRule(task=task, trigger=rule.trigger, hours=rule.hours, at_time=rule.at_time, at=rule.at)
        for rule in wanted
    )


def _of_team(task: Task, resources: Sequence[Resource]) -> list[Resource]:
    return [resource for resource in resources if resource.team_id == task.team_id]


def _new_version(step: Step) -> None:
    step.set(brief_version=step.task.brief_version + 1)
    BriefVersion.objects.create(
        task=step.task,
        number=step.task.brief_version,
        content=snapshot(step.task),
        by=step.by,
        created_at=step.now,
    )


def _unseen(task: Task) -> list[Change]:
    turns = Turn.objects.filter(task=task, kind=TurnKind.AMENDMENT, state=TurnState.OPEN)
    return [change for turn in turns for change in turn.payload["changes"]]


def _offer(step: Step, template: str, text: str = "") -> None:
    assistant = step.task.assistant
    if assistant is None or not _may_carry_out(assistant, step.task):
        raise Refused(step.task, NOT_IN_TEAM)
    step.put(TurnKind.OFFER, to=assistant, text=text)
    step.record(assistant=assistant.short_name, text=text, level=step.task.level)
    step.tell(assistant, template, kind=MessageKind.YOUR_TURN, must_do=True, level=step.task.level, text=text)


def _may_carry_out(user: User, task: Task) -> bool:
    if user.pk == task.entrepreneur_id or not user.is_active:
        return False
    return Membership.objects.filter(team_id=task.team_id, user=user, role__in=TeamRole.assistants()).exists()


def _return(step: Step, *, reason: str, text: str) -> None:
    step.withdraw_turns()
    checkin_schedule.withdraw(step.task)
    step.set(assistant=None, started_at=None)
    step.put(TurnKind.RETURNED, to=step.task.entrepreneur, text=text, payload={"reason": reason})
    step.record(reason=reason, text=text)
    template = "declined" if step.action == Action.DECLINE else "handed_back"
    step.tell(step.task.entrepreneur, template, kind=MessageKind.YOUR_TURN, must_do=True, text=text)
