"""A task: the brief as it stands now, the level it is handed over at, and where it stands."""

import uuid
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from delegation import workflow
from delegation.brief import Brief, missing_parts
from delegation.deadlines import deadline_moment
from delegation.levels import LEVELS, Level, LevelKey
from delegation.workflow import Facts, State

LEVEL_CHOICES = [(level.key.value, level.name) for level in LEVELS.values()]
STATE_CHOICES = [
    (State.DRAFT.value, _("Draft")),
    (State.OFFERED.value, _("Offered")),
    (State.IN_PROGRESS.value, _("In progress")),
    (State.AWAITING_APPROVAL.value, _("Awaiting approval")),
    (State.AWAITING_DECISION.value, _("Awaiting decision")),
    (State.FLAGGED.value, _("Flagged")),
    (State.DELIVERED.value, _("Delivered")),
    (State.DONE.value, _("Done")),
    (State.STOPPED.value, _("Stopped")),
]

_HANDED_IN = Q(state__in=[State.DELIVERED, State.DONE])
_WITH_ASSISTANT = Q(state__in=sorted(workflow.WITH_ASSISTANT))


@cache
def _list_address() -> str:
    return reverse("task_list")


def task_path(task_id: uuid.UUID) -> str:
    """The address of a task's page. Reversing it for each row of a page takes longer than reading the row."""
    return f"{_list_address()}{task_id}/"


class Task(models.Model):
    """One task. `revision` counts the moves in the workflow, so that a press in an old tab is recognised."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="tasks", verbose_name=_("team"))
    entrepreneur = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tasks_handed_over")
    assistant = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="tasks_assigned")

    # The brief
    title = models.CharField(max_length=200)
    level = models.CharField(_("level"), max_length=20, choices=LEVEL_CHOICES)
    purpose = models.TextField(blank=True)
    purpose_open = models.BooleanField(default=False)
    deliverable = models.TextField(blank=True)
    example = models.TextField(blank=True)
    not_like_this = models.TextField(blank=True)
    criteria = models.JSONField(default=list)
    steps = models.JSONField(default=list)
    # The scope: what must be in it, and what could be dropped to keep a limit or the deadline.
    must_items = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    could_items = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    guidelines = models.TextField(blank=True)
    money_limit = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    time_limit = models.PositiveIntegerField(null=True, blank=True, help_text="minutes")
    ask_above = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    deadline_date = models.DateField(null=True, blank=True)
    deadline_time = models.TimeField(null=True, blank=True)
    time_zone = models.CharField(max_length=64, help_text="the zone in which the brief's dates and times were meant")
    reach = models.TextField(blank=True)
    when_stuck = models.TextField(blank=True)
    kept_part = models.TextField(blank=True)
    private = models.BooleanField(default=False)
    tags = models.JSONField(default=list)
    resources = models.ManyToManyField("tasks.Resource", blank=True, related_name="tasks")

    # Where it stands
    state = models.CharField(_("state"), max_length=20, choices=STATE_CHOICES, default=State.DRAFT)
    revision = models.PositiveIntegerField(default=0)
    brief_version = models.PositiveIntegerField(default=0)
    gate_passed_at = models.DateTimeField(null=True, blank=True)
    steps_open = models.PositiveIntegerField(default=0)
    milestone_count = models.PositiveSmallIntegerField(default=0, db_default=0)
    milestones_open = models.PositiveSmallIntegerField(default=0, db_default=0)
    # What it has taken so far, kept in step by tasks/metering.py so that a page need not add up the entries: minutes
    # and money that count, the minutes of those that are billed, and how much of the time limit is the assistant's own
    # wrong estimate. `time_told`, `money_told`: the percentage of the limit that people were told of last.
    minutes_logged = models.PositiveIntegerField(default=0, db_default=0)
    minutes_billed = models.PositiveIntegerField(default=0, db_default=0)
    minutes_unpaid = models.PositiveIntegerField(default=0, db_default=0)
    money_spent = models.DecimalField(max_digits=12, decimal_places=2, default=0, db_default=0)
    time_told = models.PositiveSmallIntegerField(default=0, db_default=0)
    money_told = models.PositiveSmallIntegerField(default=0, db_default=0)
    # Derived from the brief's date, time and zone, or the team's zone; kept so that lists and sweeps can ask for it.
    deadline_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    handed_over_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        indexes = [
            # What an administrator looks through: all teams together.
            models.Index(fields=["-changed_at", "-id"], name="task_changed"),
            models.Index(fields=["team", "-changed_at", "-id"], name="task_team_changed"),
            models.Index(
                fields=["team", "-changed_at", "-id"],
                condition=~Q(state__in=sorted(workflow.CLOSED)),
                name="task_team_open",
            ),
            models.Index(fields=["assistant", "-changed_at", "-id"], name="task_assistant_changed"),
            models.Index(
                fields=["entrepreneur", "-changed_at", "-id"],
                condition=~Q(state__in=sorted(workflow.CLOSED)),
                name="task_entrepreneur_open",
            ),
            models.Index(
                fields=["assistant", "-changed_at", "-id"], condition=_WITH_ASSISTANT, name="task_assistant_running"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(level__in=sorted(LEVELS)), name="task_level_known"),
            models.CheckConstraint(condition=Q(state__in=sorted(State)), name="task_state_known"),
            models.CheckConstraint(
                condition=Q(money_limit__isnull=True) | Q(money_limit__gte=0), name="task_money_limit_not_negative"
            ),
            # The gates, held by the database itself: no code path, shell or import can get around them.
            models.CheckConstraint(
                condition=~(_HANDED_IN & Q(level__in=["propose", "advise"]) & Q(gate_passed_at__isnull=True)),
                name="task_gate_passed_before_delivery",
            ),
            models.CheckConstraint(
                condition=~(_HANDED_IN & Q(level="instructions") & Q(steps_open__gt=0)),
                name="task_steps_ticked_before_delivery",
            ),
            models.CheckConstraint(
                condition=~(_HANDED_IN & Q(milestones_open__gt=0)), name="task_milestones_accepted_before_delivery"
            ),
            models.CheckConstraint(
                condition=~(_WITH_ASSISTANT & Q(assistant__isnull=True)), name="task_with_assistant_when_offered"
            ),
            models.CheckConstraint(
                condition=Q(assistant__isnull=True) | ~Q(assistant=F("entrepreneur")), name="task_not_to_oneself"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return task_path(self.id)

    @property
    def level_parts(self) -> Level:
        """The parts of the level at which this task is handed over."""
        return LEVELS[LevelKey(self.level)]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def deadline_zone(self) -> ZoneInfo:
        """Where the deadline is counted: a date alone ends with the team's day, a time is on the writer's clock."""
        return self.zone if self.deadline_time else self.team.zone

    @property
    def is_open(self) -> bool:
        return self.state not in workflow.CLOSED

    @property
    def steps_done(self) -> int:
        """How many steps are ticked off. They go in order, so these are the first ones."""
        return len(self.steps) - self.steps_open

    def as_brief(self) -> Brief:
        """The brief as the pure rules see it."""
        return Brief(
            level=LevelKey(self.level),
            title=self.title,
            purpose=self.purpose,
            purpose_open=self.purpose_open,
            deliverable=self.deliverable,
            criteria=self.criteria,
            steps=self.steps,
            guidelines=self.guidelines,
            money_limit=self.money_limit,
            time_limit=self.time_limit,
            ask_above=self.ask_above,
            deadline=self.deadline_date,
        )

    def facts(self, *, now: datetime, resume: State | None = None, other_flags: int = 0) -> Facts:
        """What the transition table needs to know of this task. `resume` and `other_flags`: see Facts."""
        return Facts(
            missing=tuple(missing_parts(self.as_brief())) if self.state == State.DRAFT else (),
            has_assistant=self.assistant_id is not None,
            gate_passed=self.gate_passed_at is not None,
            steps_open=self.steps_open,
            milestones_open=self.milestones_open,
            resume=resume,
            other_flags=other_flags,
            days_done=(now - self.done_at).days if self.done_at else 0,
        )

    def set_deadline_moment(self) -> None:
        """Derive `deadline_at`; to be called whenever date, time or zone change."""
        self.deadline_at = deadline_moment(self.deadline_date, self.deadline_time, self.deadline_zone)

    def is_late(self, now: datetime) -> bool:
        """Whether the deadline has passed and that is the assistant's to answer for: not while a flag is open."""
        return self._deadline_passed(now) and self.state != State.FLAGGED

    def is_held_up(self, now: datetime) -> bool:
        """Whether the deadline has passed while a flag waits for the entrepreneur: the work stands still until then."""
        return self._deadline_passed(now) and self.state == State.FLAGGED

    def _deadline_passed(self, now: datetime) -> bool:
        return self.is_open and self.deadline_at is not None and self.deadline_at < now.astimezone(UTC)


class BriefVersion(models.Model):
    """The brief as it was agreed at one moment. Never changed afterwards; two of them make a difference."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField(encoder=DjangoJSONEncoder)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    # Why there is another one: what was answered to a flag, what was dropped. Empty: the brief was changed.
    reason = models.TextField(blank=True, db_default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "number"], name="briefversion_number_once")]

    def __str__(self) -> str:
        return f"{self.task_id} v{self.number}"
