"""When a check-in is due (SPEC section 4). Pure: rules and moments in, a moment out.

All moments are aware; what comes back is in UTC. "Every weekday at 15:00" means 15:00 on the wall clock of the rule's
zone, on both sides of a daylight-saving change.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

MOST_HOURS = 2_000


class Trigger(StrEnum):
    """What makes a check-in due."""

    AFTER_START = "after_start"
    WEEKDAYS = "weekdays"
    AT = "at"
    BEFORE_DEADLINE = "before_deadline"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule. `hours` goes with AFTER_START and BEFORE_DEADLINE, `at_time` with WEEKDAYS, `at` with AT."""

    trigger: Trigger
    hours: int | None = None
    at_time: time | None = None
    at: datetime | None = None

    @property
    def code(self) -> str:
        """The rule as a short text that stays the same in every language: "after_start 2", "weekdays 15:00"."""
        value = self.hours if self.at is None else self.at.astimezone(UTC).isoformat()
        return f"{self.trigger} {self.at_time:%H:%M}" if self.at_time else f"{self.trigger} {value}"

    @classmethod
    def from_code(cls, code: str) -> "Rule":
        """The rule that has this code."""
        trigger, _, value = code.partition(" ")
        match Trigger(trigger):
            case Trigger.WEEKDAYS:
                return cls(trigger=Trigger.WEEKDAYS, at_time=time.fromisoformat(value))
            case Trigger.AT:
                return cls(trigger=Trigger.AT, at=datetime.fromisoformat(value))
            case other:
                return cls(trigger=other, hours=int(value))


def next_due(
    rule: Rule, *, started_at: datetime, deadline_at: datetime | None, zone: ZoneInfo, after: datetime
) -> datetime | None:
    """The first moment later than `after` at which the rule asks, or None when it asks no more.

    `started_at`: when the assistant accepted. `after`: the previous check-in of this rule, or the moment just before
    the start for a first one.
    """
    if rule.trigger == Trigger.WEEKDAYS:
        return _next_weekday(rule.at_time or time(9), zone, after)
    due = _only_moment(rule, started_at, deadline_at)
    return due if due and due > after else None


def _only_moment(rule: Rule, started_at: datetime, deadline_at: datetime | None) -> datetime | None:
    # Hours are counted in UTC: a moment in a zone would count hours on its wall clock.
    hours = timedelta(hours=rule.hours or 0)
    match rule.trigger:
        case Trigger.AFTER_START:
            return started_at.astimezone(UTC) + hours
        case Trigger.BEFORE_DEADLINE:
            return deadline_at.astimezone(UTC) - hours if deadline_at else None
        case _:
            return rule.at.astimezone(UTC) if rule.at else None


def _next_weekday(at_time: time, zone: ZoneInfo, after: datetime) -> datetime:
    day = after.astimezone(zone).date()
    while True:
        # A time that the clocks skip becomes the same distance after the change; one that comes twice is the first.
        moment = datetime.combine(day, at_time, tzinfo=zone).astimezone(UTC)
        if day.weekday() < 5 and moment > after:
            return moment
        day += timedelta(days=1)
