"""Check-in rules and the check-ins that they bring about."""

import uuid
from datetime import datetime, time
from functools import lru_cache

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from delegation.checkins import MOST_DAYS, MOST_HOURS, Rule, Trigger
from delegation.levels import LEVELS
from tasks.models.task import LEVEL_CHOICES, Task

MONDAY_TO_FRIDAY = "01234"


class RuleColumns(models.Model):
    """What every stored rule says. Which columns belong to which trigger stands in `Rule` and in the constraint."""

    TRIGGERS = [
        (Trigger.AFTER_START.value, _("A number of hours after the start")),
        (Trigger.AFTER_WORK.value, _("After a number of hours of logged work")),
        (Trigger.EVERY_HOURS.value, _("Every so many working hours")),
        (Trigger.EVERY_DAYS.value, _("Every so many days at a time")),
        (Trigger.WEEKDAYS.value, _("On days of the week at a time")),
        (Trigger.AT.value, _("At a date and time")),
        (Trigger.BEFORE_DEADLINE.value, _("A number of hours before the deadline")),
        (Trigger.TIME_USED.value, _("When part of the time is used")),
        (Trigger.MONEY_USED.value, _("When part of the money is used")),
    ]
    COMPLETE = (
        Q(
            trigger__in=["after_start", "after_work", "every_hours", "before_deadline"],
            hours__gte=1,
            hours__lte=MOST_HOURS,
        )
        | Q(trigger="every_days", days__gte=1, days__lte=MOST_DAYS, at_time__isnull=False)
        | (Q(trigger="weekdays", at_time__isnull=False) & ~Q(weekdays=""))
        | Q(trigger="at", at__isnull=False)
        | Q(trigger__in=["time_used", "money_used"], percent__gte=1, percent__lte=100)
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    trigger = models.CharField(max_length=20, choices=TRIGGERS)
    hours = models.PositiveIntegerField(null=True, blank=True)
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    at_time = models.TimeField(null=True, blank=True)
    at = models.DateTimeField(null=True, blank=True)
    weekdays = models.CharField(
        max_length=7, default=MONDAY_TO_FRIDAY, db_default=MONDAY_TO_FRIDAY, help_text="0 is Monday"
    )
    any_time = models.BooleanField(default=False, db_default=False, help_text="asks outside working time too")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.trigger

    def as_rule(self) -> Rule:
        """This rule as the pure functions see it."""
        return rule_of(*(getattr(self, name) for name in RULE_COLUMNS))


RULE_COLUMNS = ("trigger", "hours", "days", "percent", "at_time", "at", "weekdays", "any_time")


@lru_cache(maxsize=4_096)  # most rules are alike, and a sweep reads a thousand at a time
def rule_of(
    trigger: str,
    hours: int | None,
    days: int | None,
    percent: int | None,
    at_time: time | None,
    at: datetime | None,
    weekdays: str,
    any_time: bool,
) -> Rule:
    """The rule in these columns, in the order of RULE_COLUMNS. Raises ValueError for a trigger that there isn't."""
    return Rule(
        trigger=Trigger(trigger),
        hours=hours,
        days=days,
        percent=percent,
        at_time=at_time,
        at=at,
        weekdays=frozenset(map(int, weekdays)),
        any_time=bool(any_time),
    )


def columns_of(rule: Rule) -> dict[str, object]:
    """The same the other way round: the values of the columns."""
    return {
        "trigger": rule.trigger.value,
        "hours": rule.hours,
        "days": rule.days,
        "percent": rule.percent,
        "at_time": rule.at_time,
        "at": rule.at,
        "weekdays": "".join(map(str, sorted(rule.weekdays))),
        "any_time": rule.any_time,
    }


class CheckinRule(RuleColumns):
    """When the assistant is asked how it goes."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="checkin_rules")
    paused_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=RuleColumns.COMPLETE, name="checkinrule_complete")]

    @classmethod
    def from_rule(cls, task: Task, rule: Rule) -> "CheckinRule":
        """The row of a rule, not saved."""
        return cls(task=task, **columns_of(rule))


class DefaultCheckinRule(RuleColumns):
    """A rule that a team puts into each new brief: at one level, or at every one when `level` is empty."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="default_checkin_rules")
    level = models.CharField(max_length=20, choices=LEVEL_CHOICES, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=RuleColumns.COMPLETE, name="defaultcheckinrule_complete"),
            models.CheckConstraint(condition=Q(level__in=["", *sorted(LEVELS)]), name="defaultcheckinrule_level"),
        ]

    @classmethod
    def from_rule(cls, team: Team, level: str, rule: Rule) -> "DefaultCheckinRule":
        """The row of a rule, not saved. `level`: empty for all of them."""
        return cls(team=team, level=level, **columns_of(rule))


class CheckinState(models.TextChoices):
    """REMINDED: asked a second time. ESCALATED: the entrepreneur was told that there is no answer.

    MISSED: the sweep came far too late to ask, or the next one was asked before this one was answered. WITHDRAWN: no
    longer of use; the work is handed in or stopped, or the rule changed. Only the last three are final.
    """

    DUE = "due", _("Due")
    ASKED = "asked", _("Asked")
    REMINDED = "reminded", _("Reminded")
    ESCALATED = "escalated", _("No answer")
    ANSWERED = "answered", _("Answered")
    MISSED = "missed", _("Missed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# Asked and not answered yet: what waits on the assistant.
OPEN_CHECKINS = (CheckinState.ASKED, CheckinState.REMINDED, CheckinState.ESCALATED)
# Those about which a sweep has something left to do.
CHASED_CHECKINS = (CheckinState.ASKED, CheckinState.REMINDED)


class Mood(models.TextChoices):
    """How it goes."""

    ON_TRACK = "on_track", _("On track")
    AT_RISK = "at_risk", _("At risk")
    STUCK = "stuck", _("Stuck")


class Checkin(models.Model):
    """One check-in: due at a moment, asked once, answered once. The row is the queue: Celery only says "sweep"."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Neither has an index of its own: `checkin_task` and `checkin_once_per_moment` begin with them.
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="checkins", db_index=False)
    rule = models.ForeignKey(CheckinRule, null=True, on_delete=models.SET_NULL, related_name="checkins", db_index=False)
    assistant = models.ForeignKey(User, on_delete=models.PROTECT, related_name="checkins")
    state = models.CharField(_("state"), max_length=20, choices=CheckinState.choices, default=CheckinState.DUE)
    due_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    # When a sweep looks at it again, while there is no answer. Never later than the moment to remind or to escalate.
    next_step_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    mood = models.CharField(max_length=20, choices=Mood.choices, blank=True)
    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    minutes_needed = models.PositiveIntegerField(null=True, blank=True)
    finish_at = models.DateField(null=True, blank=True, help_text="when the assistant expects to be ready")
    note = models.TextField(blank=True)

    class Meta:
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        indexes = [
            # What is due at the same moment by person, so that a sweep has to do with few people at a time.
            models.Index(fields=["due_at", "assistant", "id"], condition=Q(state="due"), name="checkin_due"),
            models.Index(
                fields=["assistant", "asked_at"],
                condition=Q(state__in=["asked", "reminded", "escalated"]),
                name="checkin_open",
            ),
            models.Index(
                fields=["next_step_at", "id"], condition=Q(state__in=["asked", "reminded"]), name="checkin_chased"
            ),
            models.Index(fields=["due_at"], condition=Q(state__in=["missed", "withdrawn"]), name="checkin_over"),
            models.Index(fields=["task", "-due_at"], name="checkin_task"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["rule", "due_at"], name="checkin_once_per_moment"),
            models.UniqueConstraint(fields=["rule"], condition=Q(state="due"), name="checkin_one_due_per_rule"),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__lte=100), name="checkin_percent_at_most_100"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.due_at:%Y-%m-%d %H:%M}"
