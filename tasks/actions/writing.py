"""Writing a brief down: its columns, its rules, its resources, and each agreed version of it.

Used by the actions of handing over and of flags, inside their transactions.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from delegation.checkins import Rule
from delegation.milestones import Phase
from tasks import checkin_schedule
from tasks.actions.base import Step
from tasks.brief import COLUMNS, Change, difference, merge, snapshot
from tasks.examples import write_examples
from tasks.milestone_schedule import COLUMNS as MILESTONE_COLUMNS
from tasks.milestone_schedule import write_milestones
from tasks.models import BriefVersion, CheckinRule, Resource, StoredFile, Task, Turn, TurnKind, TurnState
from tasks.used import lower_unpaid, refuse_too_low

BriefFields = Mapping[str, Any]


def change_brief(
    step: Step,
    fields: BriefFields,
    rules: Sequence[Rule],
    resources: Sequence[Resource],
    milestones: Sequence[Phase] | None = None,
    examples: Sequence[StoredFile] | None = None,
) -> list[Change]:
    """Write the brief; returns what is different now. `milestones`, `examples`: None leaves them as they are.

    Raises Refused for a limit below what it has taken already, or none where part of it is not billed.
    """
    refuse_too_low(step, fields)
    lower_unpaid(step, fields)
    before = snapshot(step.task)
    write_brief(step.task, fields)
    if milestones is not None:
        write_milestones(step.task, milestones, now=step.now)
        step.changed.update(MILESTONE_COLUMNS)
    step.changed.update({*fields, "deadline_at", "steps_open", "gate_passed_at"})
    write_rules(step.task, rules, now=step.now)
    step.task.resources.set(of_team(step.task, resources))
    if examples is not None:
        write_examples(step.task, examples)
    return difference(before, snapshot(step.task))


def write_brief(task: Task, fields: BriefFields) -> None:
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


def write_rules(task: Task, rules: Sequence[Rule], *, now: datetime) -> None:
    """Make the task's rules these, keeping the rows of those that stay, so that what was asked is not asked again."""
    wanted = list(dict.fromkeys(rules))
    for row in list(task.checkin_rules.all()):
        if row.as_rule() in wanted:
            wanted.remove(row.as_rule())
        else:
            checkin_schedule.withdraw(task, rule=row, now=now)
            row.delete()
    CheckinRule.objects.bulk_create(CheckinRule.from_rule(task, rule) for rule in wanted)


def of_team(task: Task, resources: Sequence[Resource]) -> list[Resource]:
    """The resources that are the task's own team's; others are left out."""
    return [resource for resource in resources if resource.team_id == task.team_id]


def record_new_version(step: Step, changes: list[Change], *, reason: str = "", **data: Any) -> None:
    """Store the brief as it stands as the next version, and put the difference to the assistant.

    `reason`: why there is another version. Differences that have not been seen yet are shown together with the new one,
    each field once, from the version that the assistant saw last.
    """
    new_version(step, reason=reason)
    step.record(version=step.task.brief_version, changes=changes, **data)
    merged = merge(_unseen(step.task), changes)
    step.withdraw_turns(TurnKind.AMENDMENT)
    if step.task.assistant and merged:
        step.put(TurnKind.AMENDMENT, to=step.task.assistant, payload={"changes": merged})


def new_version(step: Step, *, reason: str = "") -> None:
    """Store the brief as it stands as the next version."""
    step.set(brief_version=step.task.brief_version + 1)
    BriefVersion.objects.create(
        task=step.task,
        number=step.task.brief_version,
        content=snapshot(step.task),
        by=step.by,
        created_at=step.now,
        reason=reason,
    )


def _unseen(task: Task) -> list[Change]:
    turns = Turn.objects.filter(task=task, kind=TurnKind.AMENDMENT, state=TurnState.OPEN)
    return [change for turn in turns for change in turn.payload["changes"]]
