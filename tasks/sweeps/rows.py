"""Writing the rows of a sweep, a thousand at a time.

As accounts/message_rows.py does for messages, and for the same reason: `bulk_create` takes most of its time preparing
every field on its own. One statement a table; a test holds the columns to those of the models.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from tasks.models import Checkin, CheckinState, Event


@dataclass(frozen=True, kw_only=True)
class Table:
    """Where rows go: `columns` by name with their PostgreSQL type; what is not among them is empty in a new row."""

    name: str
    columns: dict[str, str]
    on_conflict: str = ""

    def insert(self, rows: Sequence[Sequence[Any]]) -> None:
        """Write rows, each with a value for every column. Only our own names are put into these texts."""
        if not rows:
            return
        names = ", ".join(self.columns)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                types = ", ".join(map(" ".join, self.columns.items()))
                values = json.dumps([dict(zip(self.columns, row, strict=True)) for row in rows])
                cursor.execute(
                    f"INSERT INTO {self.name} ({names}) "  # noqa: S608
                    f"SELECT {names} FROM jsonb_to_recordset(%s::jsonb) AS row({types}) {self.on_conflict}",
                    [values],
                )
            else:
                marks = ", ".join(["%s"] * len(self.columns))
                cursor.executemany(
                    f"INSERT INTO {self.name} ({names}) VALUES ({marks}) {self.on_conflict}",  # noqa: S608
                    [[json.dumps(value) if isinstance(value, dict) else value for value in row] for row in rows],
                )


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
    EVENTS.insert([(task_id.hex, at, kind, data) for task_id, kind, data in rows])


def write_due(rows: Iterable[tuple[UUID, UUID, UUID, datetime]]) -> None:
    """Check-ins that are to be asked: task, rule, assistant and moment."""
    due = CheckinState.DUE.value
    CHECKINS.insert(
        [
            (uuid4().hex, task_id.hex, rule_id.hex, assistant_id.hex, due, moment(at), "", "")
            for task_id, rule_id, assistant_id, at in rows
        ]
    )


def moment(value: datetime) -> str:
    """A moment as the database stores it."""
    return str(connection.ops.adapt_datetimefield_value(value))


def in_json(value: datetime) -> str:
    """A moment as it stands in the data of an event."""
    return str(DjangoJSONEncoder().default(value))
