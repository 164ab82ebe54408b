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
from tasks.models.effort import Expense, TimeEntry
from tasks.models.resources import Resource, ResourceKind, StoredFile
from tasks.models.task import BriefVersion, Task
from tasks.models.timeline import Event
from tasks.models.turns import Turn, TurnKind, TurnState

__all__ = [
    "CHASED_CHECKINS",
    "OPEN_CHECKINS",
    "BriefVersion",
    "Checkin",
    "CheckinRule",
    "CheckinState",
    "DefaultCheckinRule",
    "Event",
    "Expense",
    "Mood",
    "Resource",
    "ResourceKind",
    "StoredFile",
    "Task",
    "TimeEntry",
    "Turn",
    "TurnKind",
    "TurnState",
]
