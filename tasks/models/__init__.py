"""What is stored of the work."""

from tasks.models.checkins import Checkin, CheckinRule, CheckinState, Mood
from tasks.models.resources import Resource, ResourceKind, StoredFile
from tasks.models.task import BriefVersion, Task
from tasks.models.timeline import Event
from tasks.models.turns import Turn, TurnKind, TurnState

__all__ = [
    "BriefVersion",
    "Checkin",
    "CheckinRule",
    "CheckinState",
    "Event",
    "Mood",
    "Resource",
    "ResourceKind",
    "StoredFile",
    "Task",
    "Turn",
    "TurnKind",
    "TurnState",
]
