"""What is part of the work and what is not: milestones, wishes, and the limits that are usual."""

import uuid
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from delegation.milestones import Phase, Stage
from tasks.models.task import LEVEL_CHOICES, Task


class MilestoneState(models.TextChoices):
    """LOCKED: the one before it has not been accepted yet, so it can't be started."""

    LOCKED = "locked", _("Not yet")
    OPEN = "open", _("Under way")
    DELIVERED = "delivered", _("Delivered")
    ACCEPTED = "accepted", _("Accepted")


class Milestone(models.Model):
    """One step of a larger task, delivered and accepted by itself, in order.

    The first one is due on a day that stands (`due_on` from the start); each next one `working_days` of the assistant
    after the one before it is accepted, and has its `due_on` from then. `planned_on`: the day that was expected when
    the work began, so that what slow acceptance costs can be seen.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="milestones")
    position = models.PositiveSmallIntegerField(help_text="from 1")
    title = models.CharField(max_length=200)
    working_days = models.PositiveSmallIntegerField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    planned_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=MilestoneState.choices, default=MilestoneState.LOCKED)
    delivered_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        constraints = [
            models.UniqueConstraint(fields=["task", "position"], name="milestone_position_once"),
            models.CheckConstraint(condition=Q(state__in=sorted(MilestoneState.values)), name="milestone_state_known"),
            models.CheckConstraint(
                condition=Q(position=1, due_on__isnull=False) | Q(position__gt=1, working_days__gte=1),
                name="milestone_has_its_day",
            ),
            # In order: only one is worked on at a time.
            models.UniqueConstraint(
                fields=["task"], condition=Q(state__in=["open", "delivered"]), name="milestone_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.title}"

    @property
    def is_settled(self) -> bool:
        """Whether it was delivered: then it stays as it is."""
        return self.state in {MilestoneState.DELIVERED, MilestoneState.ACCEPTED}

    def as_phase(self) -> Phase:
        """What the brief says of it."""
        first = self.position == 1
        return Phase(
            title=self.title, due_on=self.due_on if first else None, working_days=None if first else self.working_days
        )

    def as_stage(self, zone: ZoneInfo) -> Stage:
        """How far it is. `zone`: on whose calendar it was accepted."""
        return Stage(
            working_days=self.working_days,
            due_on=self.due_on,
            is_delivered=self.state == MilestoneState.DELIVERED,
            accepted_on=self.accepted_at.astimezone(zone).date() if self.accepted_at else None,
        )


class WishState(models.TextChoices):
    OPEN = "open", _("In the tray")
    TASK = "task", _("Made a task")
    SWAPPED = "swapped", _("Swapped")
    DROPPED = "dropped", _("Dropped")


class Wish(models.Model):
    """What came up along the way and was not agreed: it lies in the team's tray, with a price tag, until it is decided.

    `became`: the task that was made of it. `swapped_for`: the could-item that made room for it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="wishes")
    task = models.ForeignKey(Task, null=True, blank=True, on_delete=models.CASCADE, related_name="wishes")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=300)
    minutes = models.PositiveIntegerField(null=True, blank=True)
    amount = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    state = models.CharField(max_length=10, choices=WishState.choices, default=WishState.OPEN)
    created_at = models.DateTimeField()
    closed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    became = models.ForeignKey(Task, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    swapped_for = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("wish")
        verbose_name_plural = _("wishes")
        indexes = [
            models.Index(fields=["team", "state", "-created_at", "-id"], name="wish_team_state"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=sorted(WishState.values)), name="wish_state_known"),
        ]

    def __str__(self) -> str:
        return self.text


class UsualLimits(models.Model):
    """The limits that a new brief in this team begins with: for one assistant, for one level, or for all.

    Each limit by itself: what is said for the assistant goes before what is said for the level, and that before what is
    said for all.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="usual_limits")
    level = models.CharField(max_length=20, choices=LEVEL_CHOICES, blank=True)
    assistant = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    money_limit = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    time_limit = models.PositiveIntegerField(null=True, blank=True, help_text="minutes")
    ask_above = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    guidelines = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "level"], condition=Q(assistant__isnull=True), name="usual_limits_once_a_level"
            ),
            models.UniqueConstraint(
                fields=["team", "assistant"], condition=Q(level=""), name="usual_limits_once_an_assistant"
            ),
            models.CheckConstraint(
                condition=Q(level="") | Q(assistant__isnull=True), name="usual_limits_for_level_or_assistant"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team_id} {self.level or self.assistant_id or ''}"
