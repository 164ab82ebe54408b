"""Keeping the check-ins of one task in step with its rules. Called inside the actions' transactions."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from accounts.models import Message
from delegation.checkins import BY_EFFORT, Trigger, next_due
from delegation.working_time import WorkingTime, next_working
from tasks.effort import effort_of, is_reached
from tasks.models import OPEN_CHECKINS, Checkin, CheckinRule, CheckinState, Task
from tasks.people import working_time_of


def start(task: Task, *, now: datetime) -> None:
    """Schedule the first check-in of each rule: the work begins."""
    _schedule(task, list(task.checkin_rules.all()), now=now)


def restart(task: Task, *, now: datetime) -> None:
    """Schedule anew after a change of deadline or rules, or when the work goes on."""
    withdraw(task, asked=False, now=now)
    _schedule(task, list(task.checkin_rules.all()), now=now)


def resume(task: Task, rule: CheckinRule, *, now: datetime) -> None:
    """Schedule a rule that was paused."""
    _schedule(task, [rule], now=now)


def logged(task: Task, *, now: datetime) -> None:
    """Time or money was logged: schedule what has been reached by it, each rule once."""
    _schedule(task, list(task.checkin_rules.filter(trigger__in=sorted(BY_EFFORT))), now=now)


def withdraw(task: Task, *, rule: CheckinRule | None = None, asked: bool = True, now: datetime) -> None:
    """Take back what is due, and what was asked and not answered unless `asked` is False."""
    states = [CheckinState.DUE, *OPEN_CHECKINS] if asked else [CheckinState.DUE]
    checkins = Checkin.objects.filter(task=task, state__in=states)
    if rule:
        checkins = checkins.filter(rule=rule)
    stop_asking(list(checkins.exclude(state=CheckinState.DUE).values_list("id", flat=True)) if asked else [], now=now)
    checkins.update(state=CheckinState.WITHDRAWN, next_step_at=None)


def stop_asking(checkins: Collection[UUID], *, now: datetime) -> None:
    """What asked for an answer to these asks no more, and is not mailed if it was not yet."""
    if checkins:
        keys = [f"{told}:{checkin}" for checkin in checkins for told in ("checkin", "checkin-reminder")]
        Message.objects.filter(dedup_key__in=keys, read_at__isnull=True).update(read_at=now)


def _schedule(task: Task, rules: Sequence[CheckinRule], *, now: datetime) -> None:
    rules = [rule for rule in rules if rule.paused_at is None]
    if not rules or task.assistant is None or task.started_at is None:
        return
    # A rule asks once per moment; moments that were taken back can come up again, and then belong to the new row.
    taken_back = Checkin.objects.filter(task=task, rule__in=rules, state=CheckinState.WITHDRAWN)
    taken_back.filter(due_at__gte=now).update(rule=None)
    handled = _handled(rules)
    working = working_time_of(task.assistant)
    rows = []
    by_effort = [rule for rule in rules if rule.trigger in BY_EFFORT]
    if due := _reached(task, by_effort, handled):
        at = next_working(working, now) or now
        rows += [_row(task, rule, now if rule.any_time else at) for rule in due]
    for rule in rules:
        if rule not in by_effort:
            # `now` may be a little before the sweep that this had to wait for; what it asked is not asked again.
            after = max([now, *handled.get(rule.pk, {}).values()])
            rows += _following(task, rule, working, after)
    Checkin.objects.bulk_create(rows)


def _handled(rules: Sequence[CheckinRule]) -> dict[object, dict[object, datetime]]:
    """For each rule the last moment that was due and not taken back, by who was asked. What is due now counts."""
    found: dict[object, dict[object, datetime]] = {}
    rows = Checkin.objects.filter(rule__in=rules).exclude(state=CheckinState.WITHDRAWN)
    for rule_id, assistant_id, last in rows.values_list("rule", "assistant").annotate(last=Max("due_at")):
        found.setdefault(rule_id, {})[assistant_id] = last
    return found


def _reached(
    task: Task, rules: Sequence[CheckinRule], handled: dict[object, dict[object, datetime]]
) -> list[CheckinRule]:
    """Those that ask now. Each asks once; hours of work are counted anew for somebody who takes the task over."""
    fresh = [
        rule
        for rule in rules
        if rule.pk not in handled or (rule.trigger == Trigger.AFTER_WORK and task.assistant_id not in handled[rule.pk])
    ]
    if not fresh:
        return []
    effort = effort_of(task)
    return [rule for rule in fresh if is_reached(rule.as_rule(), task, effort)]


def _following(task: Task, rule: CheckinRule, working: WorkingTime, after: datetime) -> list[Checkin]:
    if task.started_at is None:
        return []
    due_at = next_due(
        rule.as_rule(), started_at=task.started_at, deadline_at=task.deadline_at, working=working, after=after
    )
    return [_row(task, rule, due_at)] if due_at else []


def _row(task: Task, rule: CheckinRule, due_at: datetime) -> Checkin:
    return Checkin(task=task, rule=rule, assistant=task.assistant, due_at=due_at)
