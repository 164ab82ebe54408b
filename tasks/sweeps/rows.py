"""Writing the rows of a sweep, a thousand at a time; a test holds the columns to those of the models."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.core.serializers.json import DjangoJSONEncoder

from accounts.bulk_rows import Table, moment
from tasks.models import Checkin, CheckinState, Event

EVENTS = Table(
    name=Event._meta.db_table,
    columns={"task_id": "uuid", "at": "timestamptz", "kind": "text", "data": "jsonb"},
)
# A moment that somebody else has taken meanwhile, in an action, stays theirs.
CHECKINS = Table(
    name=Checkin._meta.db_table,
    columns={
        "id": "uuid", "task_id": "uuid", "rule_id": "uuid", "assistant_id": "uuid", "state": "text",
        "due_at": "timestamptz", "mood": "text", "note": "text",
    },
    on_conflict="ON CONFLICT DO NOTHING",
)  # fmt: skip


def write_events(now: datetime, rows: Iterable[tuple[UUID, str, dict[str, Any]]]) -> None:
    """Events that nobody did: of which task, which kind, and their data."""
    at = moment(now)
    EVENTS.insert([{"task_id": task_id.hex, "at": at, "kind": kind, "data": data} for task_id, kind, data in rows])


def write_due(rows: Iterable[tuple[UUID, UUID, UUID, datetime]]) -> None:
    """Check-ins that are to be asked: task, rule, assistant and moment."""
    always = {"state": CheckinState.DUE.value, "mood": "", "note": ""}
    CHECKINS.insert(
        [
            {
                "id": uuid4().hex,
                "task_id": task_id.hex,
                "rule_id": rule_id.hex,
                "assistant_id": assistant_id.hex,
                "due_at": moment(at),
                **always,
            }
            for task_id, rule_id, assistant_id, at in rows
        ]
    )


def in_json(value: datetime) -> str:
    """A moment as it stands in the data of an event."""
    return str(DjangoJSONEncoder().default(value))
