"""What comes next: the check-in rules of a task, each with what it has due, what it asked, or what is logged so far."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils.dateparse import parse_date, parse_datetime, parse_time

from delegation.checkins import BY_EFFORT, Rule, Trigger
from tasks.models import OPEN_CHECKINS, Checkin, CheckinState, Task
from tasks.models.checkins import rule_of
from tasks.queries import PAGE_SIZE
from tasks.statements import CHECKINS, COMING, stored_id

# What asks one time only.
ONCE = BY_EFFORT | {Trigger.AFTER_START, Trigger.AT, Trigger.BEFORE_DEADLINE}
LAST = datetime.max.replace(tzinfo=UTC)


@dataclass
class RuleLine:
    """One rule as the pages show it. `waits`: was asked and has no answer yet; `is_over`: has asked, and asks once.

    `minutes` and `spent`: what was logged of what the rule counts.
    """

    rule: Rule | None
    rule_id: UUID | None = None
    is_paused: bool = False
    due_at: datetime | None = None
    waits: Checkin | None = None
    is_over: bool = False
    minutes: int = 0
    spent: Decimal = Decimal(0)

    @property
    def asks_no_more(self) -> bool:
        """Whether nothing comes of it any more, though it does not rest."""
        return not (self.due_at or self.waits or self.is_paused or (self.rule and self.rule.trigger in BY_EFFORT))

    @property
    def place(self) -> tuple[int, datetime]:
        """What has no answer comes first, then what is due soonest; then what is counted, what rests, what is over."""
        if self.waits:
            return 0, self.waits.asked_at or self.waits.due_at
        if self.due_at:
            return 1, self.due_at
        return (4 if self.is_over else 3 if self.is_paused else 2), LAST


@dataclass
class TaskCheckins:
    """The check-ins of one task. `asked`: those that wait for an answer, the oldest first."""

    lines: list[RuleLine]
    last_answer: Checkin | None

    @property
    def asked(self) -> list[RuleLine]:
        return [line for line in self.lines if line.waits]


def checkins_of(task: Task) -> TaskCheckins:
    """What the page of a task shows of its check-ins, in one query."""
    key = stored_id(task)
    rows = _rows(CHECKINS, [key, PAGE_SIZE, key])
    answered = next((row for row in rows if row.state == CheckinState.ANSWERED), None)
    return TaskCheckins(lines=_lines(rows), last_answer=answered and answered.checkin())


def next_checkins(tasks: Sequence[Task]) -> dict[UUID, RuleLine]:
    """For each of these tasks that has any: the rule to tell of, in one query for all."""
    if not tasks:
        return {}
    keys = [stored_id(task) for task in tasks]
    by_task: dict[UUID, list[Row]] = {}
    for row in _rows(COMING.format(tasks=", ".join(["%s"] * len(keys))), [*keys, *keys]):
        by_task.setdefault(row.task_id, []).append(row)
    return {task_id: lines[0] for task_id, rows in by_task.items() if (lines := _lines(rows))}


# --- rows ---------------------------------------------------------------------------------------------------------


class Row(NamedTuple):
    """A check-in and its rule, as the statements have them; without a state it is the bare rule."""

    id: UUID | None
    task_id: UUID
    state: str | None
    due_at: datetime
    asked_at: datetime | None
    reminded_at: datetime | None
    escalated_at: datetime | None
    answered_at: datetime | None
    mood: str
    percent: int | None
    finish_at: date | None
    rule_id: UUID | None
    trigger: str
    rule_hours: int | None
    rule_days: int | None
    rule_percent: int | None
    rule_at_time: time | None
    rule_at: datetime | None
    rule_weekdays: str
    rule_any_time: bool
    paused_at: datetime | None
    minutes: int | None
    spent: Decimal | None

    def checkin(self) -> Checkin:
        """The check-in as a model, with what was read of it."""
        return Checkin(**{name: getattr(self, name) for name in OF_CHECKIN})

    def line(self) -> RuleLine:
        """The line of its rule, with nothing on it yet."""
        if self.rule_id is None:
            return RuleLine(None)
        rule = rule_of(
            self.trigger,
            self.rule_hours,
            self.rule_days,
            self.rule_percent,
            self.rule_at_time,
            self.rule_at,
            self.rule_weekdays,
            self.rule_any_time,
        )
        return RuleLine(rule, self.rule_id, is_paused=self.paused_at is not None)


OF_CHECKIN = Row._fields[: Row._fields.index("rule_id")]


def _moment(text: str) -> datetime | None:
    moment = parse_datetime(text)
    return moment and moment.replace(tzinfo=UTC)


# SQLite keeps all of these as text.
READERS: dict[str, Callable[[str], object]] = {
    **dict.fromkeys(("id", "task_id", "rule_id"), UUID),
    **dict.fromkeys(
        ("due_at", "asked_at", "reminded_at", "escalated_at", "answered_at", "rule_at", "paused_at"), _moment
    ),
    "finish_at": parse_date,
    "rule_at_time": parse_time,
}
KEPT_AS_TEXT = [(Row._fields.index(name), read) for name, read in READERS.items()]


def _rows(statement: str, values: Sequence[Any]) -> list[Row]:
    # Out of models this takes four times as long, and Now reads it for 25 tasks.
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found = cursor.fetchall()
    return list(map(Row._make, found if connection.vendor == "postgresql" else map(_read, found)))


def _read(values: Sequence[object]) -> list[object]:
    row = list(values)
    for place, read in KEPT_AS_TEXT:
        value = row[place]
        if isinstance(value, str):
            row[place] = read(value)
    return row


def _lines(rows: Iterable[Row]) -> list[RuleLine]:
    """The rows by their rule, the most urgent first. A rule can have one due and one asked."""
    lines: dict[UUID | None, RuleLine] = {}
    for row in rows:
        key = row.rule_id or row.id
        line = lines.get(key)
        if line is None:
            line = lines[key] = row.line()
        if row.state is None:
            line.minutes, line.spent = row.minutes or 0, Decimal(str(row.spent or 0))
        elif row.state == CheckinState.DUE:
            line.due_at = row.due_at
        elif row.state in OPEN_CHECKINS:
            line.waits = row.checkin()
        elif line.rule and line.rule.trigger in ONCE:
            line.is_over = True
    return sorted(
        (line for line in lines.values() if line.rule or line.due_at or line.waits), key=lambda line: line.place
    )
