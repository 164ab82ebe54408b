"""Check-in rules as rows of fields: what makes a check-in due, and the values that go with it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.forms import BoundField
from django.forms.utils import from_current_timezone
from django.utils import timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from delegation.checkins import (
    COUNTED_IN_HOURS,
    COUNTED_IN_PERCENT,
    MONDAY_TO_FRIDAY,
    MOST_DAYS,
    MOST_HOURS,
    Rule,
    RuleProblem,
    Trigger,
    comes_too_late,
    days_not_worked,
    problem,
)
from delegation.working_time import WorkingTime
from tasks.forms.fields import check_moment
from tasks.models import CheckinRule
from tasks.models.task import LEVEL_CHOICES
from tasks.people import working_time_of
from tasks.usual import MOST_RULES, UsualRules

# Which of its fields a row needs, by what makes the check-in due, and what is asked when one is empty.
COUNTED = COUNTED_IN_HOURS | COUNTED_IN_PERCENT | {Trigger.EVERY_DAYS}
ON_A_DAY = {Trigger.EVERY_DAYS, Trigger.WEEKDAYS, Trigger.AT}


def _words(triggers: Iterable[Trigger]) -> str:
    return " ".join(sorted(triggers))


UNITS = (
    (_words(COUNTED_IN_HOURS), _("Hours")),
    (Trigger.EVERY_DAYS.value, _("Days")),
    (_words(COUNTED_IN_PERCENT), _("Percent")),
)
HOW_MANY_HOURS, HOW_MANY_DAYS, HOW_MANY_PERCENT = _("How many hours?"), _("How many days?"), _("How many percent?")
WHAT_FOR = _("What makes it due? Choose it first.")
WHAT_TIME = _("At what time?")
WHICH_DAY = _("On which day?")


@dataclass(frozen=True)
class Input:
    """One value in a row. `triggers`: those that have use for it; `labels`: its name, by the triggers it fits."""

    field: BoundField
    kind: str
    value: str
    triggers: str
    labels: Sequence[tuple[str, Promise]]


@dataclass(frozen=True)
class Row:
    """One rule on the page. `number` counts from 0 and is part of the names of its fields."""

    number: int
    trigger: BoundField
    count: BoundField
    time: BoundField
    day: BoundField
    weekdays: BoundField
    any_time: BoundField

    @property
    def name(self) -> str:
        """For who can't see where it stands."""
        return gettext("Check-in %(number)d") % {"number": self.number + 1}

    @property
    def inputs(self) -> Iterator[Input]:
        """The values that are typed, in the order in which they are read."""
        count, day, time = (field.value() for field in (self.count, self.day, self.time))
        yield Input(self.count, "text", "" if count is None else str(count), _words(COUNTED), UNITS)
        yield Input(self.day, "date", _text(day, "%Y-%m-%d"), Trigger.AT.value, [(Trigger.AT.value, _("Day"))])
        yield Input(self.time, "time", _text(time, "%H:%M"), _words(ON_A_DAY), [(_words(ON_A_DAY), _("Time"))])

    @property
    def chosen(self) -> list[str]:
        """The weekdays that are ticked."""
        return [str(day) for day in self.weekdays.value() or []]

    @property
    def is_filled(self) -> bool:
        """Whether anything is in it. The days are ticked from the start, and say nothing."""
        return any(field.value() for field in (self.trigger, self.count, self.time, self.day))


def _text(value: Any, pattern: str) -> str:
    """A value as an input of the browser's takes it; what was typed stays as it is."""
    return value if isinstance(value, str) else "" if value is None else format(value, pattern)


@dataclass(frozen=True)
class Complaint:
    """Why a rule can't work. `field`: of its row, to say so beside."""

    field: str
    text: str
    helped_by_any_time: bool = False

    @property
    def advice(self) -> str:
        """The same with what would help, for who has that in front of them."""
        tip = gettext("Tick “Also outside working time” to ask all the same.")
        return f"{self.text} {tip}" if self.helped_by_any_time else self.text


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What a rule has to work with. `assistant`: None while nobody is chosen."""

    assistant: User | None = None
    has_deadline: bool = True
    has_time_limit: bool = True
    has_money_limit: bool = True
    # Until the deadline, when it counts: a draft is handed over at another moment.
    time_left: timedelta | None = None

    @cached_property
    def working(self) -> WorkingTime | None:
        return working_time_of(self.assistant) if self.assistant else None

    def lacks_something(self, rule: Rule) -> bool:
        """Whether the brief has no limit or deadline for it, or one that is too near."""
        return self._problem(rule, None) in NEEDS or self._comes_too_late(rule)

    def complaint(self, rule: Rule) -> Complaint | None:
        """Why the rule can't work, or None when it can."""
        found = self._problem(rule, self.working)
        if found is None and self._comes_too_late(rule):
            return Complaint("count", gettext("The deadline is nearer than that."))
        if found is None:
            return None
        if found in NEEDS:
            return Complaint("trigger", str(NEEDS[found]))
        name = self.assistant.short_name if self.assistant else ""
        if found == RuleProblem.NEVER_WORKS:
            text = gettext(
                "%(name)s has no working hours yet, so this would never ask. Working hours are set under Profile."
            )
            return Complaint("trigger", text % {"name": name}, helped_by_any_time=rule.trigger != Trigger.EVERY_HOURS)
        if found == RuleProblem.DAY_NOT_WORKED and self.working:
            days = [str(WEEKDAYS[day]) for day in days_not_worked(rule, self.working)]
            text = gettext("%(name)s doesn't work on %(days)s.")
            values = {"name": name, "days": get_text_list(days, gettext("or"))}
            return Complaint("weekdays", text % values, helped_by_any_time=True)
        if found == RuleProblem.NO_DAY:
            return Complaint("weekdays", gettext("Choose at least one day."))
        return Complaint("count", _out_of_range(rule))

    def _comes_too_late(self, rule: Rule) -> bool:
        return self.time_left is not None and comes_too_late(rule, self.time_left)

    def _problem(self, rule: Rule, working: WorkingTime | None) -> RuleProblem | None:
        return problem(rule, working, self.has_deadline, self.has_time_limit, self.has_money_limit)


NEEDS = {
    RuleProblem.NEEDS_DEADLINE: _("This needs a deadline."),
    RuleProblem.NEEDS_TIME_LIMIT: _("This needs a limit in hours."),
    RuleProblem.NEEDS_MONEY_LIMIT: _("This needs a limit in money."),
}


def _out_of_range(rule: Rule) -> str:
    if rule.trigger in COUNTED_IN_PERCENT:
        return gettext("This can be 1 to 100 percent.")
    if rule.trigger == Trigger.EVERY_DAYS:
        return gettext("This can be 1 to %(most)d days.") % {"most": MOST_DAYS}
    return gettext("This can be 1 to %(most)d hours.") % {"most": MOST_HOURS}


class RuleRowsForm(forms.Form):
    """A form that holds rows for rules, as fields called checkin_0_trigger, checkin_0_count and so on.

    All values are asked for in each row, as without JavaScript a row can't follow its trigger; what a trigger has no
    use for is ignored.
    """

    row_count = MOST_RULES
    triggers = CheckinRule.TRIGGERS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found: list[Rule] = []
        for number in range(self.row_count):
            self.fields |= {f"checkin_{number}_{name}": field for name, field in self._row_fields()}

    def _row_fields(self) -> Iterator[tuple[str, forms.Field]]:
        choices = [("", _("Choose when")), *self.triggers]
        yield "trigger", forms.ChoiceField(label=_("When"), required=False, choices=choices)
        yield "count", forms.IntegerField(label=_("How many"), required=False)
        yield "time", forms.TimeField(label=_("Time"), required=False)
        yield "day", forms.DateField(label=_("Day"), required=False)
        yield (
            "weekdays",
            forms.TypedMultipleChoiceField(
                label=_("Days"),
                required=False,
                choices=WEEKDAYS_ABBR.items(),
                coerce=int,
                initial=sorted(MONDAY_TO_FRIDAY),
            ),
        )
        yield "any_time", forms.BooleanField(label=_("Also outside working time"), required=False)

    # --- for the page ---------------------------------------------------------------------------------------------

    @cached_property
    def rows(self) -> list[Row]:
        names = ("trigger", "count", "time", "day", "weekdays", "any_time")
        return [Row(number, *(self[f"checkin_{number}_{name}"] for name in names)) for number in range(self.row_count)]

    @property
    def rows_in_sight(self) -> list[Row]:
        """Those that are filled in, and one to fill in."""
        filled = [row for row in self.rows if row.is_filled]
        return sorted([*filled, *self._empty[:1]], key=lambda row: row.number)

    @property
    def rows_folded(self) -> list[Row]:
        return self._empty[1:]

    @property
    def _empty(self) -> list[Row]:
        return [row for row in self.rows if not row.is_filled]

    def all_triggers(self) -> str:
        return " ".join(key for key, _name in self.triggers)

    def weekday_choices(self) -> list[tuple[str, str, str]]:
        """Value, short and long name of each day."""
        return [(str(day), str(WEEKDAYS_ABBR[day]), str(name)) for day, name in WEEKDAYS.items()]

    # --- what was filled in ---------------------------------------------------------------------------------------

    def clean_rules(self, setting: Setting, *, zone: ZoneInfo, now: datetime, kept: Iterable[Rule] = ()) -> None:
        """Read the rows into `found`, and put what is wrong beside its field.

        `zone`: the clock that a date and time is read on. `kept`: rules that were agreed before, which may be about a
        moment that has passed, or about hours that are not worked any more.
        """
        for number in range(self.row_count):
            rule = self._read(number, zone)
            if rule is None:
                continue
            is_kept = rule in kept
            if complaint := (replace(setting, assistant=None, time_left=None) if is_kept else setting).complaint(rule):
                self._blame(number, complaint.field, complaint.advice)
            elif rule.at and not is_kept:
                check_moment(self, f"checkin_{number}_day", rule.at, now=now)
            self.found.append(rule)

    def _blame(self, number: int, field: str, text: Any) -> None:
        if f"checkin_{number}_{field}" not in self.errors:
            self.add_error(f"checkin_{number}_{field}", text)

    def _value(self, number: int, name: str) -> Any:
        return self.cleaned_data.get(f"checkin_{number}_{name}")

    def _read(self, number: int, zone: ZoneInfo) -> Rule | None:
        """The rule in this row; None when it is empty, or when something in it is missing or can't be read."""
        wrong = {name for name in ("trigger", "count", "time", "day") if f"checkin_{number}_{name}" in self.errors}
        if not self._value(number, "trigger"):
            typed = any(self._value(number, name) is not None for name in ("count", "time", "day"))
            if "trigger" not in wrong and (typed or wrong):
                self._blame(number, "trigger", WHAT_FOR)
            return None
        trigger = Trigger(self._value(number, "trigger"))
        needed = dict(_needed(trigger))
        for name, question in needed.items():
            if name not in wrong and self._value(number, name) is None:
                self._blame(number, name, question)
                wrong.add(name)
        return None if wrong & needed.keys() else self._rule(number, trigger, zone)

    def _rule(self, number: int, trigger: Trigger, zone: ZoneInfo) -> Rule | None:
        values: dict[str, Any] = {"any_time": self._value(number, "any_time")}
        if trigger in COUNTED:
            unit = "percent" if trigger in COUNTED_IN_PERCENT else "days" if trigger == Trigger.EVERY_DAYS else "hours"
            values[unit] = self._value(number, "count")
        if trigger in {Trigger.EVERY_DAYS, Trigger.WEEKDAYS}:
            values["at_time"] = self._value(number, "time")
        if trigger == Trigger.WEEKDAYS:
            values["weekdays"] = frozenset(self._value(number, "weekdays") or ())
        if trigger == Trigger.AT:
            values["at"] = self._moment(number, zone)
            if values["at"] is None:
                return None
        return Rule(trigger=trigger, **values)

    def _moment(self, number: int, zone: ZoneInfo) -> datetime | None:
        """A day and a time on this clock; None when the clocks skip it, or pass it twice."""
        try:
            with timezone.override(zone):
                return from_current_timezone(datetime.combine(self._value(number, "day"), self._value(number, "time")))
        except forms.ValidationError as error:
            self.add_error(f"checkin_{number}_day", error)
            return None


def _needed(trigger: Trigger) -> Iterator[tuple[str, Promise]]:
    """The fields that this trigger can't do without, each with what to ask when it is empty."""
    if trigger in COUNTED_IN_HOURS:
        yield "count", HOW_MANY_HOURS
    elif trigger in COUNTED_IN_PERCENT:
        yield "count", HOW_MANY_PERCENT
    elif trigger == Trigger.EVERY_DAYS:
        yield "count", HOW_MANY_DAYS
    if trigger == Trigger.AT:
        yield "day", WHICH_DAY
    if trigger in ON_A_DAY:
        yield "time", WHAT_TIME


def initial_rules(rules: Iterable[Rule], zone: ZoneInfo) -> dict[str, Any]:
    """The rules as initial values of the rows. `zone`: the clock on which a moment is shown."""
    initial: dict[str, Any] = {}
    for number, rule in enumerate(rules):
        at = rule.at.astimezone(zone) if rule.at else None
        values = {
            "trigger": rule.trigger.value,
            "count": rule.hours or rule.days or rule.percent,
            "time": at.time() if at else rule.at_time,
            "day": at.date() if at else None,
            "weekdays": sorted(rule.weekdays),
            "any_time": rule.any_time,
        }
        initial |= {f"checkin_{number}_{name}": value for name, value in values.items()}
    return initial


class UsualRuleForm(RuleRowsForm):
    """One rule that a team puts into each new brief."""

    row_count = 1
    # A moment in the calendar is nothing that comes back in each brief.
    triggers = [choice for choice in CheckinRule.TRIGGERS if choice[0] != Trigger.AT]
    level = forms.ChoiceField(
        label=_("Level"), required=False, choices=[("", _("Every level")), *LEVEL_CHOICES], widget=forms.Select
    )

    def __init__(self, *args: Any, there: UsualRules, **kwargs: Any) -> None:
        """`there`: the rules that the team has by now, by level."""
        super().__init__(*args, **kwargs)
        self.there = there

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.clean_rules(Setting(), zone=ZoneInfo("UTC"), now=timezone.now())
        there = self.there.get(cleaned.get("level", ""), [])
        if not self.found and not self.errors:
            self._blame(0, "trigger", _("Choose when."))
        elif set(self.found) & set(there):
            self._blame(0, "trigger", _("This one is there already."))
        elif len(there) >= MOST_RULES:
            self.refuse_more()
        return cleaned

    def refuse_more(self) -> None:
        """Say that there is no room for it."""
        self._blame(0, "trigger", _("There are %(most)d already; that is the most.") % {"most": MOST_RULES})
