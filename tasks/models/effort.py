"""What the work takes: time and money, what is counted of it, and the timer that runs."""

import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts import locales
from accounts.models import User
from tasks.models.task import Task

MINUTES_A_DAY = 24 * 60


class EntryState(models.TextChoices):
    """WAITING: a forgotten timer, until who worked says how long it really was. STRUCK: taken out again."""

    COUNTED = "counted", _("Counted")
    WAITING = "waiting", _("To be confirmed")
    STRUCK = "struck", _("Struck out")


class EntrySource(models.TextChoices):
    HAND = "hand", _("By hand")
    TIMER = "timer", _("Timer")


class TimeEntry(models.Model):
    """Time that somebody worked on a task.

    `day`: on the calendar of who worked. `started_at` and `ended_at`: where the clock times are known; `minutes` is
    what counts. `billed`: how many of them are billed, as tasks/metering.py works out; the rest is beyond the limit, or
    the assistant's own wrong estimate. What is approved is not changed any more.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="time_entries")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    minutes = models.PositiveIntegerField()
    billed = models.PositiveIntegerField(default=0, db_default=0, help_text="minutes")
    day = models.DateField()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)
    is_rush = models.BooleanField(default=False, db_default=False)
    source = models.CharField(
        max_length=8, choices=EntrySource.choices, default=EntrySource.HAND, db_default=EntrySource.HAND
    )
    state = models.CharField(
        max_length=8, choices=EntryState.choices, default=EntryState.COUNTED, db_default=EntryState.COUNTED
    )
    created_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            # A timesheet; and what somebody worked on a day, to find what overlaps.
            models.Index(fields=["user", "day", "id"], name="timeentry_user_day"),
            # A task's own list, the newest first.
            models.Index(fields=["task", "-day", "-id"], name="timeentry_task_day"),
            # What Now asks for everybody: forgotten timers are few.
            models.Index(fields=["user", "day", "id"], condition=Q(state="waiting"), name="timeentry_waiting"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=MINUTES_A_DAY), name="timeentry_fits_in_a_day"
            ),
            models.CheckConstraint(condition=Q(state__in=sorted(EntryState.values)), name="timeentry_state_known"),
            models.CheckConstraint(condition=Q(billed__lte=F("minutes")), name="timeentry_billed_was_worked"),
            # What is not counted costs nothing.
            models.CheckConstraint(condition=Q(state="counted") | Q(billed=0), name="timeentry_billed_is_counted"),
            models.CheckConstraint(
                condition=Q(started_at__isnull=True, ended_at__isnull=True)
                | Q(started_at__isnull=False, ended_at__isnull=False, ended_at__gt=F("started_at")),
                name="timeentry_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.minutes} min, {self.day}"


class EntryCorrection(models.Model):
    """What an entry said before it was corrected, and why it was. Never changed or removed by itself."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(TimeEntry, on_delete=models.CASCADE, related_name="corrections")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    was = models.JSONField(encoder=DjangoJSONEncoder)
    now = models.JSONField(encoder=DjangoJSONEncoder)
    reason = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.entry_id} {self.at}"


class Timer(models.Model):
    """The timer of one person: there is at most one, whatever the team.

    `look_at`: when a sweep looks at it next (a limit that it reaches, or that it was forgotten). `asked_at`: somebody
    asked whether it should still be running, and has no answer yet; stopping it then asks how long it really was.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="timer")
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="timers")
    started_at = models.DateTimeField()
    look_at = models.DateTimeField(db_index=True)
    confirmed_at = models.DateTimeField(null=True, blank=True, help_text="said to be still at it")
    asked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user_id} since {self.started_at}"


class ExpenseState(models.TextChoices):
    """WAITING: above what may be spent without asking, or beyond the budget; it waits for a yes."""

    COUNTED = "counted", _("Counted")
    WAITING = "waiting", _("Waits for a yes")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# What counts, or may yet; the rest is settled.
STANDING_EXPENSES = [ExpenseState.COUNTED, ExpenseState.WAITING]


class Expense(models.Model):
    """Money that was spent on a task. `amount` is in the team's currency.

    Where it was paid in another one: `original_amount`, `original_currency`, and `rate`, what one of it was in the
    team's. `day`: on the calendar of who spent it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="expenses")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    what = models.CharField(max_length=200)
    at = models.DateTimeField()
    day = models.DateField(null=True, blank=True)
    original_amount = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    original_currency = models.CharField(max_length=3, choices=locales.currencies, blank=True, db_default="")
    rate = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)
    receipt = models.ForeignKey(
        "tasks.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="expenses"
    )
    state = models.CharField(
        max_length=10, choices=ExpenseState.choices, default=ExpenseState.COUNTED, db_default=ExpenseState.COUNTED
    )
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("expense")
        verbose_name_plural = _("expenses")
        indexes = [
            models.Index(fields=["by", "day", "id"], name="expense_by_day"),
            models.Index(fields=["task", "-day", "-id"], name="expense_task_day"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="expense_above_zero"),
            models.CheckConstraint(condition=Q(state__in=sorted(ExpenseState.values)), name="expense_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.what}"


class ToleranceUse(models.Model):
    """A small overrun that was approved at once, within the team's tolerance: for a task at most once a day.

    `day`: on the team's calendar. `amount`: what it came to, in the team's currency; `cap`: up to what it might.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="tolerance_uses")
    day = models.DateField()
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    cap = models.DecimalField(max_digits=10, decimal_places=2)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "day"], name="tolerance_once_a_day"),
            models.CheckConstraint(condition=Q(amount__gt=0, amount__lte=F("cap")), name="tolerance_within_cap"),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.day}: {self.amount}"
