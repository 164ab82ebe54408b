"""Turns: what waits on one person, and how they answered."""

import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tasks.models.task import Task
from tasks.payloads import CriterionCheck, ExpenseAsked, Finding, FlagContent, Option


class TurnKind(models.TextChoices):
    """What one person puts to another."""

    OFFER = "offer", _("Offer")
    AMENDMENT = "amendment", _("Changed brief")
    RETURNED = "returned", _("Handed back")
    QUESTION = "question", _("Question")
    PROPOSAL = "proposal", _("Proposal")
    OPTIONS = "options", _("Options")
    DEVIATION = "deviation", _("Question about deviating")
    FLAG = "flag", _("Flag")
    DELIVERY = "delivery", _("Delivery")
    EXPENSE = "expense", _("Expense")
    MILESTONE = "milestone", _("Milestone")


class TurnState(models.TextChoices):
    """PARKED: it waits behind a flag, and opens again when the flag is answered."""

    OPEN = "open", _("Open")
    PARKED = "parked", _("Parked")
    ANSWERED = "answered", _("Answered")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# How a turn can be answered, as it is told afterwards.
ANSWERS: dict[str, Promise] = {
    "accepted": _("Accepted"),
    "declined": _("Declined"),
    "seen": _("Seen"),
    "answered": _("Answered"),
    "approved": _("Approved"),
    "changes": _("Changes asked"),
    "chosen": _("Chosen"),
    "others": _("Other options asked"),
    "allowed": _("Allowed"),
    "refused": _("Not allowed"),
    "more": _("Given more"),
    "swap": _("Swapped"),
    "hold": _("Held to the limit"),
    "tolerated": _("Approved at once"),
    "stop": _("Stopped"),
    "sent_back": _("Sent back"),
    "done_on_delivery": _("Done"),
    "expense_approved": _("Approved"),
    "expense_refused": _("Refused"),
    "milestone_accepted": _("Accepted"),
    "to_tray": _("Moved to the tray"),
}

# A task waits in one way at a time; flags park what they interrupt.
EXCLUSIVE = [
    TurnKind.OFFER,
    TurnKind.RETURNED,
    TurnKind.PROPOSAL,
    TurnKind.OPTIONS,
    TurnKind.DEVIATION,
    TurnKind.DELIVERY,
]
# These run beside the workflow: a flag leaves them as they are, and answering one goes by its id, not by the revision.
BESIDE = [TurnKind.QUESTION, TurnKind.AMENDMENT, TurnKind.EXPENSE]
# And these outlast the task: the money may have been spent, whatever became of the work.
OUTLASTING = [TurnKind.EXPENSE]


class Turn(models.Model):
    """One thing put by `by` to `waits_on`, answered once. The open ones are what Now shows.

    `payload` and `answer_payload` hold what goes with the kind, as the dataclasses of tasks/payloads.py.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="turns")
    kind = models.CharField(max_length=20, choices=TurnKind.choices)
    state = models.CharField(max_length=20, choices=TurnState.choices, default=TurnState.OPEN)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    waits_on = models.ForeignKey(User, on_delete=models.PROTECT, related_name="turns")
    text = models.TextField(blank=True)
    payload = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField()
    answer = models.CharField(max_length=30, blank=True)
    answer_text = models.TextField(blank=True)
    answer_payload = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    answered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    # How often it was reminded of, and when a sweep looks at it again; empty: it has not been worked out yet.
    nudges = models.PositiveSmallIntegerField(default=0, db_default=0)
    nudge_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["nudge_at", "id"], condition=Q(state="open", nudges__lt=2), name="turn_to_nudge"),
            models.Index(fields=["waits_on", "created_at", "id"], condition=Q(state="open"), name="turn_waiting"),
            models.Index(fields=["task", "-created_at"], name="turn_task"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=sorted(TurnKind.values)), name="turn_kind_known"),
            models.CheckConstraint(condition=Q(state__in=sorted(TurnState.values)), name="turn_state_known"),
            models.UniqueConstraint(
                fields=["task"], condition=Q(state="open", kind__in=sorted(EXCLUSIVE)), name="turn_one_open_per_task"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.state})"

    @property
    def answer_label(self) -> str:
        """How it was answered, in a word or two; empty while it waits."""
        return str(ANSWERS.get(self.answer, ""))

    @property
    def options(self) -> list[Option]:
        """The options that were submitted, in order; empty for other kinds."""
        return [Option.from_json(row) for row in self.payload.get("options", [])]

    @property
    def findings(self) -> list[Finding]:
        return [Finding(**row) for row in self.payload.get("findings", [])]

    @property
    def checks(self) -> list[CriterionCheck]:
        """The assistant's self-check against the success criteria."""
        return [CriterionCheck(**row) for row in self.payload.get("checks", [])]

    @property
    def verdicts(self) -> list[CriterionCheck]:
        """The entrepreneur's verdict per criterion, when the result was sent back."""
        return [CriterionCheck(**row) for row in self.answer_payload.get("verdicts", [])]

    @property
    def flag(self) -> FlagContent:
        return FlagContent.from_json(self.payload)

    @property
    def asked(self) -> ExpenseAsked:
        """The expense that waits for a yes."""
        return ExpenseAsked.from_json(self.payload)
