"""Keeping the check-ins of one task in step with its rules. Called inside the actions' transactions."""

from datetime import datetime

from django.db.models import Max

from delegation.checkins import next_due
from tasks.models import Checkin, CheckinRule, CheckinState, Task


def start(task: Task, *, now: datetime) -> None:
    """Schedule the first check-in of each rule: the work begins."""
    _schedule(task, list(task.checkin_rules.all()), now=now)


def restart(task: Task, *, now: datetime) -> None:
    """Schedule anew after a change of deadline or rules, or when the work goes on."""
    withdraw(task, asked=False)
    _schedule(task, list(task.checkin_rules.all()), now=now)


def withdraw(task: Task, *, rule: CheckinRule | None = None, asked: bool = True) -> None:
    """Take back what is due, and what was asked and not answered unless `asked` is False."""
    states = [CheckinState.DUE, CheckinState.ASKED] if asked else [CheckinState.DUE]
    checkins = Checkin.objects.filter(task=task, state__in=states)
    if rule:
        checkins = checkins.filter(rule=rule)
    checkins.update(state=CheckinState.WITHDRAWN)


def following(checkin: Checkin, *, now: datetime) -> Checkin | None:
    """The next check-in of the same rule, not saved, or None when the rule asks no more."""
    if checkin.rule is None:
        return None
    return _next(checkin.task, checkin.rule, after=max(now, checkin.due_at))


def _schedule(task: Task, rules: list[CheckinRule], *, now: datetime) -> None:
    if not rules or task.assistant_id is None or task.started_at is None:
        return
    # A rule asks once per moment; moments that were taken back can come up again, and then belong to the new row.
    Checkin.objects.filter(task=task, rule__in=rules, state=CheckinState.WITHDRAWN, due_at__gt=now).update(rule=None)
    # `now` may be a little before the sweep that this had to wait for; what the sweep asked is not asked again.
    handled = (
        Checkin.objects.filter(rule__in=rules)
        .exclude(state__in=[CheckinState.DUE, CheckinState.WITHDRAWN])
        .values_list("rule")
        .annotate(last=Max("due_at"))
    )
    last = dict(handled)
    rows = (_next(task, rule, after=max(now, last.get(rule.pk, now))) for rule in rules)
    Checkin.objects.bulk_create(row for row in rows if row)


def _next(task: Task, rule: CheckinRule, *, after: datetime) -> Checkin | None:
    if task.assistant_id is None or task.started_at is None:
        return None
    due_at = next_due(
        rule.as_rule(), started_at=task.started_at, deadline_at=task.deadline_at, zone=task.zone, after=after
    )
    return Checkin(task=task, rule=rule, assistant_id=task.assistant_id, due_at=due_at) if due_at else None
