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
from tasks.models.keeping import OPEN_EXPORTS, DataExport, ExportState, MoneyRecord
from tasks.models.resources import (
    Resource,
    ResourceKind,
    Reveal,
    RevealWay,
    Secret,
    SecretPart,
    SecretToRotate,
    StoredFile,
)
from tasks.models.scope import Milestone, MilestoneState, UsualLimits, Wish, WishState
from tasks.models.task import BriefVersion, Task
from tasks.models.timeline import Event
from tasks.models.turns import Turn, TurnKind, TurnState

__all__ = [
    "CHASED_CHECKINS",
    "OPEN_CHECKINS",
    "OPEN_EXPORTS",
    "STANDING_EXPENSES",
    "BriefVersion",
    "Checkin",
    "CheckinRule",
    "CheckinState",
    "DataExport",
    "DefaultCheckinRule",
    "EntryCorrection",
    "EntrySource",
    "EntryState",
    "Event",
    "Expense",
    "ExpenseState",
    "ExportState",
    "Milestone",
    "MilestoneState",
    "MoneyRecord",
    "Mood",
    "Resource",
    "ResourceKind",
    "Reveal",
    "RevealWay",
    "Secret",
    "SecretPart",
    "SecretToRotate",
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
