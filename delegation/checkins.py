"""When a check-in is due, and what follows without an answer (SPEC section 4). Pure: rules and moments in, moments out.

Moments that come in are aware; those that come out are in UTC. Times and days are those on the wall clock of the
person whose working time is given: "weekdays at 15:00" is 15:00 for the assistant, on both sides of a daylight-saving
change.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from accounts.reach import ONE_DAY, wall_moment
from delegation.working_time import (
    HORIZON_DAYS,
    ONE_MINUTE,
    WorkingTime,
    add_working,
    add_working_days,
    days_worked,
    has_working_time,
    last_working,
    next_working,
    works_at_all,
)

MOST_HOURS = 2_000
MOST_DAYS = 366
MONDAY_TO_FRIDAY = frozenset(range(5))
NINE = time(9)

# Working minutes after a check-in was asked: one reminder, and then the entrepreneur is told.
REMIND_AFTER_MINUTES = 120
ESCALATE_AFTER_MINUTES = 240
REMIND_BY_THE_CLOCK = REMIND_AFTER_MINUTES * ONE_MINUTE
# What waits for somebody: reminded of after so many of their working minutes, and again so many working days on.
NUDGE_AFTER_MINUTES = 480
NUDGE_AGAIN_AFTER_DAYS = 3
MOST_NUDGES = 2


# --- rules --------------------------------------------------------------------------------------------------------


class Trigger(StrEnum):
    """What makes a check-in due."""

    AFTER_START = "after_start"
    AFTER_WORK = "after_work"
    EVERY_HOURS = "every_hours"
    EVERY_DAYS = "every_days"
    WEEKDAYS = "weekdays"
    AT = "at"
    BEFORE_DEADLINE = "before_deadline"
    TIME_USED = "time_used"
    MONEY_USED = "money_used"


COUNTED_IN_HOURS = frozenset({Trigger.AFTER_START, Trigger.AFTER_WORK, Trigger.EVERY_HOURS, Trigger.BEFORE_DEADLINE})
COUNTED_IN_PERCENT = frozenset({Trigger.TIME_USED, Trigger.MONEY_USED})
# Due by what was done, not by the clock: `reached` tells, and `next_due` gives no moment.
BY_EFFORT = frozenset({Trigger.AFTER_WORK, Trigger.TIME_USED, Trigger.MONEY_USED})


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule. `any_time`: asks outside working time too. What each trigger takes besides:

    `hours`: AFTER_START and BEFORE_DEADLINE (by the clock), AFTER_WORK (logged), EVERY_HOURS (working hours).
    `days` and `at_time`: EVERY_DAYS. `weekdays` (Monday is 0) and `at_time`: WEEKDAYS. `at`: AT. `percent` of the
    limit: TIME_USED and MONEY_USED.
    """

    trigger: Trigger
    hours: int | None = None
    days: int | None = None
    percent: int | None = None
    at_time: time | None = None
    at: datetime | None = None
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    any_time: bool = False

    @property
    def code(self) -> str:
        """The rule as a short text that stays the same in every language and version.

        "after_start 2", "every_days 3 15:00", "weekdays 15:00" (Monday to Friday), "weekdays 15:00 024",
        "at 2026-11-25T13:00:00+00:00", "time_used 80"; with " any" at the end when it may ask outside working time.
        """
        clock = f"{self.at_time or NINE:%H:%M}"
        match self.trigger:
            case Trigger.WEEKDAYS if self.weekdays == MONDAY_TO_FRIDAY:
                value = clock
            case Trigger.WEEKDAYS:
                value = f"{clock} {''.join(str(day) for day in sorted(self.weekdays))}"
            case Trigger.EVERY_DAYS:
                value = f"{self.days} {clock}"
            case Trigger.AT:
                value = self.at.astimezone(UTC).isoformat() if self.at else ""
            case _:
                value = str(self.percent if self.trigger in COUNTED_IN_PERCENT else self.hours)
        return f"{self.trigger} {value}{' any' if self.any_time else ''}"

    @classmethod
    def from_code(cls, code: str) -> "Rule":
        """The rule that has this code. Raises ValueError for a text that is none."""
        trigger, *words = code.split()
        any_time = words[-1:] == ["any"]
        values = _values(Trigger(trigger), words[:-1] if any_time else words)
        return cls(trigger=Trigger(trigger), any_time=any_time, **values)


def _values(trigger: Trigger, words: list[str]) -> dict[str, Any]:
    match trigger, words:
        case Trigger.WEEKDAYS, [clock]:
            return {"at_time": time.fromisoformat(clock)}
        case Trigger.WEEKDAYS, [clock, days]:
            return {"at_time": time.fromisoformat(clock), "weekdays": frozenset(map(int, days))}
        case Trigger.EVERY_DAYS, [days, clock]:
            return {"days": int(days), "at_time": time.fromisoformat(clock)}
        case Trigger.AT, [at]:
            return {"at": datetime.fromisoformat(at)}
        case _, [count] if trigger in COUNTED_IN_PERCENT:
            return {"percent": int(count)}
        case _, [count] if trigger in COUNTED_IN_HOURS:
            return {"hours": int(count)}
    raise ValueError(words)


class RuleProblem(StrEnum):
    """Why a rule can't work."""

    OUT_OF_RANGE = "out_of_range"
    NO_DAY = "no_day"
    NEEDS_DEADLINE = "needs_deadline"
    NEEDS_TIME_LIMIT = "needs_time_limit"
    NEEDS_MONEY_LIMIT = "needs_money_limit"
    NEVER_WORKS = "never_works"
    DAY_NOT_WORKED = "day_not_worked"


def problem(
    rule: Rule, working: WorkingTime | None, has_deadline: bool, has_time_limit: bool, has_money_limit: bool
) -> RuleProblem | None:
    """Why this rule can't work for this person and task, or None when it can. The form turns it into a sentence.

    `working`: None while nobody is chosen yet. DAY_NOT_WORKED: see `days_not_worked`.
    """
    needed = {
        Trigger.BEFORE_DEADLINE: (has_deadline, RuleProblem.NEEDS_DEADLINE),
        Trigger.TIME_USED: (has_time_limit, RuleProblem.NEEDS_TIME_LIMIT),
        Trigger.MONEY_USED: (has_money_limit, RuleProblem.NEEDS_MONEY_LIMIT),
    }
    is_there, lacking = needed.get(rule.trigger, (True, None))
    if not _in_range(rule):
        return RuleProblem.OUT_OF_RANGE
    if rule.trigger == Trigger.WEEKDAYS and not rule.weekdays:
        return RuleProblem.NO_DAY
    if not is_there:
        return lacking
    if working is None:
        return None
    if not works_at_all(working) and (not rule.any_time or rule.trigger == Trigger.EVERY_HOURS):
        return RuleProblem.NEVER_WORKS
    return RuleProblem.DAY_NOT_WORKED if days_not_worked(rule, working) else None


def comes_too_late(rule: Rule, time_left: timedelta) -> bool:
    """Whether the deadline is nearer than the rule wants to ask before it, so that it never would."""
    return rule.trigger == Trigger.BEFORE_DEADLINE and timedelta(hours=rule.hours or 0) >= time_left


def _in_range(rule: Rule) -> bool:
    if rule.trigger in COUNTED_IN_HOURS:
        return 1 <= (rule.hours or 0) <= MOST_HOURS
    if rule.trigger in COUNTED_IN_PERCENT:
        return 1 <= (rule.percent or 0) <= 100
    if rule.trigger == Trigger.AT:
        return rule.at is not None
    days_fit = rule.trigger == Trigger.WEEKDAYS or 1 <= (rule.days or 0) <= MOST_DAYS
    return days_fit and rule.at_time is not None and rule.weekdays <= frozenset(range(7))


def days_not_worked(rule: Rule, working: WorkingTime) -> list[int]:
    """The days of the week (Monday is 0) that a WEEKDAYS rule names and on which this person never works.

    Monday to Friday is no list of days but "every weekday": for who works on any of them it is fine.
    """
    if rule.trigger != Trigger.WEEKDAYS or rule.any_time:
        return []
    worked = days_worked(working)
    if rule.weekdays == MONDAY_TO_FRIDAY and worked & MONDAY_TO_FRIDAY:
        return []
    return sorted(rule.weekdays - worked)


def reached(
    rule: Rule, *, minutes_worked: int, time_limit: int | None, spent: Decimal, money_limit: Decimal | None
) -> bool:
    """Whether what was done makes an AFTER_WORK, TIME_USED or MONEY_USED rule due; False without the limit it needs.

    `time_limit` in minutes. Of a limit of nothing every part is used as soon as anything is.
    """
    match rule.trigger:
        case Trigger.AFTER_WORK:
            return minutes_worked >= (rule.hours or 0) * 60
        case Trigger.TIME_USED:
            return _is_used(
                rule.percent or 0, Decimal(minutes_worked), None if time_limit is None else Decimal(time_limit)
            )
        case Trigger.MONEY_USED:
            return _is_used(rule.percent or 0, spent, money_limit)
        case _:
            return False


def _is_used(percent: int, used: Decimal, limit: Decimal | None) -> bool:
    return limit is not None and used > 0 and used * 100 >= limit * percent


# --- when it is due -----------------------------------------------------------------------------------------------


def next_due(
    rule: Rule, *, started_at: datetime, deadline_at: datetime | None, working: WorkingTime, after: datetime
) -> datetime | None:
    """The first moment later than `after` at which the rule asks, or None when it asks no more.

    `started_at`: when the assistant accepted. `after`: the previous check-in of this rule, or the moment just before
    the start for a first one. `working`: the assistant's. Unless the rule asks at any time the moment lies in working
    time, and is None for who never works. It is None as well for triggers by effort: those are due when `reached`.

    All but EVERY_HOURS ask at moments that don't depend on `after`, so asking twice gives the same moment twice.
    """
    if rule.trigger in BY_EFFORT:
        return None
    if not rule.any_time and not works_at_all(working):
        return None
    match rule.trigger:
        case Trigger.WEEKDAYS | Trigger.EVERY_DAYS:
            return _next_on_day(rule, started_at, working, after)
        case Trigger.EVERY_HOURS:
            due = add_working(working, max(after, started_at), (rule.hours or 1) * 60)
            return due and _moved(rule, working, due)
        case Trigger.BEFORE_DEADLINE:
            due = _before_deadline(rule, started_at, deadline_at, working)
        case Trigger.AFTER_START:
            # Hours are counted in UTC: a moment in a zone would count hours on its wall clock.
            due = _moved(rule, working, started_at.astimezone(UTC) + timedelta(hours=rule.hours or 0))
        case _:
            due = _moved(rule, working, rule.at.astimezone(UTC)) if rule.at else None
    return due if due and due > after else None


def _moved(rule: Rule, working: WorkingTime, moment: datetime) -> datetime | None:
    """Into working time, forward."""
    return moment if rule.any_time else next_working(working, moment)


def _before_deadline(
    rule: Rule, started_at: datetime, deadline_at: datetime | None, working: WorkingTime
) -> datetime | None:
    """Moved back to the last working moment since the start; when there is none, forward as far as the deadline."""
    if deadline_at is None:
        return None
    moment = deadline_at.astimezone(UTC) - timedelta(hours=rule.hours or 0)
    if moment < started_at:
        return None
    if rule.any_time:
        return moment
    if earlier := last_working(working, moment, not_before=started_at):
        return earlier
    later = next_working(working, moment)
    return later if later and later < deadline_at else None


def _next_on_day(rule: Rule, started_at: datetime, working: WorkingTime, after: datetime) -> datetime | None:
    """For rules that ask on certain days at a time.

    A day without working time passes its turn on to the next day that has some, so that two turns can become one and
    a person comes back from three weeks off to one question. There the time is moved into working time.
    """
    zone = working.reach.zone
    first = started_at.astimezone(zone).date()
    day = max(first, after.astimezone(zone).date())
    # The turns of days gone by may have been moved to a moment that is still to come.
    while day >= first and not _is_over(rule, working, day, after):
        day -= ONE_DAY
    is_turn = False
    for _ in range(HORIZON_DAYS):
        day += ONE_DAY
        is_turn = is_turn or _has_turn(rule, day, first, started_at, working)
        if is_turn and (rule.any_time or has_working_time(working, day)):
            due = _on_day(rule, working, day)
            if due is None or due > after:
                return due
            is_turn = False
    return None


def _is_over(rule: Rule, working: WorkingTime, day: date, after: datetime) -> bool:
    """Whether the day has working time, and a turn on it would have been asked by now."""
    if not rule.any_time and not has_working_time(working, day):
        return False
    due = _on_day(rule, working, day)
    return due is not None and due <= after


def _has_turn(rule: Rule, day: date, first: date, started_at: datetime, working: WorkingTime) -> bool:
    if rule.trigger == Trigger.EVERY_DAYS:
        return day > first and (day - first).days % max(rule.days or 1, 1) == 0
    if day.weekday() not in rule.weekdays:
        return False
    return day > first or wall_moment(day, rule.at_time or NINE, working.reach.zone) >= started_at


def _on_day(rule: Rule, working: WorkingTime, day: date) -> datetime | None:
    return _moved(rule, working, wall_moment(day, rule.at_time or NINE, working.reach.zone))


# --- while there is no answer -------------------------------------------------------------------------------------


def remind_at(working: WorkingTime, asked_at: datetime) -> datetime:
    """When the assistant is reminded of a check-in: in working time, or by the clock when they hardly ever work."""
    return after_working(working, asked_at, REMIND_AFTER_MINUTES) or asked_at.astimezone(UTC) + REMIND_BY_THE_CLOCK


def escalate_at(working: WorkingTime, asked_at: datetime) -> datetime:
    """When the entrepreneur is told that there is no answer; likewise, and never before `remind_at`."""
    moment = after_working(working, asked_at, ESCALATE_AFTER_MINUTES)
    return moment or remind_at(working, asked_at) + REMIND_BY_THE_CLOCK


def nudge_at(
    working: WorkingTime, since: datetime, number: int, after_minutes: int = NUDGE_AFTER_MINUTES
) -> datetime | None:
    """When somebody is reminded, for the first or second time, of what waits for them; None from a third on.

    `working`: theirs, so it is in their working time; by the clock when they hardly ever work. `since`: when it began
    to wait. `after_minutes`: working minutes until the first reminder.
    """
    if not 1 <= number <= MOST_NUDGES:
        return None
    first = after_working(working, since, after_minutes)
    if first is None:
        first = since.astimezone(UTC) + after_minutes * ONE_MINUTE
    if number == 1:
        return first
    local = first.astimezone(working.reach.zone)
    day = add_working_days(working, local.date(), NUDGE_AGAIN_AFTER_DAYS)
    if day is None:
        return first + NUDGE_AGAIN_AFTER_DAYS * ONE_DAY
    moment = wall_moment(day, local.time(), working.reach.zone)
    return next_working(working, moment) or moment


def after_working(working: WorkingTime, start: datetime, minutes: int) -> datetime | None:
    """When so many working minutes have passed, at a working moment; None when that is not within HORIZON_DAYS."""
    moment = add_working(working, start, minutes)
    # What ends with the working day is said when the next begins.
    return moment and next_working(working, moment)
