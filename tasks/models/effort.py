"""What the work has taken so far: time and money, as the assistant logged it."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User
from tasks.models.task import Task

MINUTES_A_DAY = 24 * 60


class TimeEntry(models.Model):
    """Time that was worked on a task, entered by hand. `day`: on the calendar of who worked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="time_entries")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    minutes = models.PositiveIntegerField()
    day = models.DateField()
    note = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=MINUTES_A_DAY), name="timeentry_fits_in_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.minutes} min, {self.day}"


class Expense(models.Model):
    """Money that was spent on a task, in the team's currency."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="expenses")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    what = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="expense_above_zero")]

    def __str__(self) -> str:
        return f"{self.amount} {self.what}"
