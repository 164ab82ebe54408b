"""What comes next: the check-in rules of a task, each with what it has due, what it asked, or what is logged so far."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime, parse_time

from delegation.checkins import BY_EFFORT, Trigger
from tasks.models import OPEN_CHECKINS, Checkin, CheckinRule, CheckinState, Task
from tasks.queries import PAGE_SIZE
from tasks.statements import CHECKINS, COMING, put_on, stored_id

RULE_COLUMNS = ("trigger", "hours", "days", "percent", "at_time", "at", "weekdays", "any_time", "paused_at")


def _utc(text: str) -> datetime | None:
    moment = parse_datetime(text)
    return moment and moment.replace(tzinfo=UTC)


# SQLite keeps these as text, and nobody reads them back when they come along with a row of another table.
KEPT_AS_TEXT: dict[str, Callable[[str], object]] = {
    "at_time": parse_time, "at": _utc, "paused_at": _utc,
}  # fmt: skip
# What asks one time only.
ONCE = BY_EFFORT | {Trigger.AFTER_START, Trigger.AT, Trigger.BEFORE_DEADLINE}


@dataclass
class RuleLine:
    """One rule as the pages show it. `waits`: was asked and has no answer yet; `is_over`: has asked, and asks once.

    `minutes` and `spent`: what was logged of what the rule counts.
    """

    rule: CheckinRule | None
    due_at: datetime | None = None
    waits: Checkin | None = None
    is_over: bool = False
    minutes: int = 0
    spent: Decimal = Decimal(0)

    @property
    def is_paused(self) -> bool:
        return self.rule is not None and self.rule.paused_at is not None

    @property
    def asks_no_more(self) -> bool:
        """Whether nothing comes of it any more, though it does not rest."""
        return not (self.due_at or self.waits or self.is_paused or self.by_effort)

    @property
    def by_effort(self) -> bool:
        return self.rule is not None and self.rule.trigger in BY_EFFORT


@dataclass
class TaskCheckins:
    """The check-ins of one task. `asked`: those that wait for an answer, the oldest first."""

    lines: list[RuleLine]
    asked: list[Checkin]
    last_answer: Checkin | None


def checkins_of(task: Task) -> TaskCheckins:
    """What the page of a task shows of its check-ins, in one query."""
    key = stored_id(task)
    rows = _with_rules(Checkin.objects.raw(CHECKINS, [key, PAGE_SIZE, key]))
    lines = _lines(rows)
    return TaskCheckins(
        lines=sorted(lines, key=_order),
        asked=sorted((row for row in rows if row.state in OPEN_CHECKINS), key=lambda row: row.asked_at or row.due_at),
        last_answer=next((row for row in rows if row.state == CheckinState.ANSWERED), None),
    )


def next_checkins(tasks: Sequence[Task]) -> dict[UUID, RuleLine]:
    """For each of these tasks that has any: the rule to tell of, in one query for all."""
    if not tasks:
        return {}
    keys = [stored_id(task) for task in tasks]
    rows = _with_rules(Checkin.objects.raw(COMING.format(tasks=", ".join(["%s"] * len(keys))), [*keys, *keys]))
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.task_id, []).append(row)
    return {task_id: min(_lines(rows), key=_order) for task_id, rows in found.items()}


def _order(line: RuleLine) -> tuple[int, datetime]:
    """What has no answer first, then what comes soonest; then what is counted, what rests and what is over."""
    if line.waits:
        return 0, line.waits.asked_at or line.waits.due_at
    if line.due_at:
        return 1, line.due_at
    return (2 if not (line.is_paused or line.is_over) else 3 if line.is_paused else 4), datetime.max.replace(tzinfo=UTC)


def _lines(rows: Iterable[Any]) -> list[RuleLine]:
    """The rows by their rule. A rule can have one due and one asked; a row without a state is the bare rule."""
    lines: dict[object, RuleLine] = {}
    for row in rows:
        line = lines.setdefault(row.rule_id or row.pk, RuleLine(row.rule))
        if row.state is None:
            line.minutes, line.spent = row.minutes or 0, Decimal(str(row.spent or 0))
        elif row.state == CheckinState.DUE:
            line.due_at = row.due_at
        elif row.state in OPEN_CHECKINS:
            line.waits = row
        elif line.rule is None or line.rule.trigger in ONCE:
            line.is_over = True
    return [line for line in lines.values() if line.rule or line.due_at or line.waits]


def _with_rules(rows: Iterable[Checkin]) -> list[Any]:
    """The rows, each with its rule made of the columns that came along."""
    rules: dict[UUID, CheckinRule] = {}
    found: list[Any] = list(rows)
    for row in found:
        if row.rule_id and row.rule_id not in rules:
            values = {name: getattr(row, f"rule_{name}") for name in RULE_COLUMNS}
            for name, read in KEPT_AS_TEXT.items():
                values[name] = read(values[name]) if isinstance(values[name], str) else values[name]
            rules[row.rule_id] = CheckinRule(id=row.rule_id, task_id=row.task_id, **values)
        put_on(row, "rule", rules.get(row.rule_id))
    return found
