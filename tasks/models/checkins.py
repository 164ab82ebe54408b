"""Check-in rules and the check-ins that they bring about."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from delegation.checkins import MOST_HOURS, Rule, Trigger
from tasks.models.task import Task


class CheckinRule(models.Model):
    """When the assistant is asked how it goes."""

    TRIGGERS = [
        (Trigger.AFTER_START.value, _("A number of hours after the start")),
        (Trigger.WEEKDAYS.value, _("Every weekday at a time")),
        (Trigger.AT.value, _("At a date and time")),
        (Trigger.BEFORE_DEADLINE.value, _("A number of hours before the deadline")),
    ]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="checkin_rules")
    trigger = models.CharField(max_length=20, choices=TRIGGERS)
    hours = models.PositiveIntegerField(null=True, blank=True)
    at_time = models.TimeField(null=True, blank=True)
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(trigger__in=["after_start", "before_deadline"], hours__gte=1, hours__lte=MOST_HOURS)
                    | Q(trigger="weekdays", at_time__isnull=False)
                    | Q(trigger="at", at__isnull=False)
                ),
                name="checkinrule_complete",
            )
        ]

    def __str__(self) -> str:
        return self.trigger

    def as_rule(self) -> Rule:
        """This rule as the pure functions see it."""
        return Rule(trigger=Trigger(self.trigger), hours=self.hours, at_time=self.at_time, at=self.at)


class CheckinState(models.TextChoices):
    """MISSED: the sweep came far too late to ask. WITHDRAWN: no longer of use, the work is handed in or stopped."""

    DUE = "due", _("Due")
    ASKED = "asked", _("Asked")
    ANSWERED = "answered", _("Answered")
    MISSED = "missed", _("Missed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Mood(models.TextChoices):
    """How it goes."""

    ON_TRACK = "on_track", _("On track")
    AT_RISK = "at_risk", _("At risk")
    STUCK = "stuck", _("Stuck")


class Checkin(models.Model):
    """One check-in: due at a moment, asked once, answered once. The row is the queue: Celery only says "sweep"."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="checkins")
    rule = models.ForeignKey(CheckinRule, null=True, on_delete=models.SET_NULL, related_name="checkins")
    assistant = models.ForeignKey(User, on_delete=models.PROTECT, related_name="checkins")
    state = models.CharField(_("state"), max_length=20, choices=CheckinState.choices, default=CheckinState.DUE)
    due_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    mood = models.CharField(max_length=20, choices=Mood.choices, blank=True)
    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    minutes_needed = models.PositiveIntegerField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="due"), name="checkin_due"),
            models.Index(fields=["assistant", "asked_at"], condition=Q(state="asked"), name="checkin_asked"),
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
