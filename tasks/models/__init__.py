"""What is stored of the work."""

from tasks.models.checkins import (
    CHASED_CHECKINS,
    OPEN_CHECKINS,
    Checkin,
    CheckinRule,
    CheckinState,
    DefaultCheckinRule,
    Mood,
)
from tasks.models.effort import (
    STANDING_EXPENSES,
    EntryCorrection,
    EntrySource,
    EntryState,
    Expense,
    ExpenseState,
    TimeEntry,
    Timer,
    ToleranceUse,
)
from tasks.models.resources import Resource, ResourceKind, StoredFile
from tasks.models.scope import Milestone, MilestoneState, UsualLimits, Wish, WishState
from tasks.models.task import BriefVersion, Task
from tasks.models.timeline import Event
from tasks.models.turns import Turn, TurnKind, TurnState

__all__ = [
    "CHASED_CHECKINS",
    "OPEN_CHECKINS",
    "STANDING_EXPENSES",
    "BriefVersion",
    "Checkin",
    "CheckinRule",
    "CheckinState",
    "DefaultCheckinRule",
    "EntryCorrection",
    "EntrySource",
    "EntryState",
    "Event",
    "Expense",
    "ExpenseState",
    "Milestone",
    "MilestoneState",
    "Mood",
    "Resource",
    "ResourceKind",
    "StoredFile",
    "Task",
    "TimeEntry",
    "Timer",
    "ToleranceUse",
    "Turn",
    "TurnKind",
    "TurnState",
    "UsualLimits",
    "Wish",
    "WishState",
]
