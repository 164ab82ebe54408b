"""Writing messages, a thousand at a time.

Ten thousand people may have to be told something within a second or so. `bulk_create` took 100 to 150 microseconds of
Python for each row, most of it for preparing every field on its own; this takes about ten. So it is SQL, one statement
for each database, and a test holds the columns to those of the model.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from accounts.models import Message

# Name and PostgreSQL type. What is not here is empty in a new message.
COLUMNS = {
    "id": "uuid",
    "recipient_id": "uuid",
    "kind": "text",
    "template": "text",
    "params": "jsonb",
    "path": "text",
    "thread": "text",
    "must_do": "boolean",
    "urgent": "boolean",
    "dedup_key": "text",
    "created_at": "timestamptz",
    "mail_at": "timestamptz",
}
NAMES = ", ".join(COLUMNS)
TABLE = Message._meta.db_table
# Only our own names are put into these texts. The order of the rows is kept, so that two transactions that write the
# same can't lock each other out.
FOR_POSTGRESQL = f"""
    INSERT INTO {TABLE} ({NAMES})
    SELECT {NAMES} FROM jsonb_to_recordset(%s::jsonb) AS row({", ".join(map(" ".join, COLUMNS.items()))})
    ON CONFLICT (dedup_key) DO NOTHING
"""  # noqa: S608
FOR_SQLITE = f"""
    INSERT INTO {TABLE} ({NAMES}) VALUES ({", ".join(["%s"] * len(COLUMNS))})
    ON CONFLICT (dedup_key) DO NOTHING
"""  # noqa: S608


def insert(rows: Sequence[dict[str, Any]]) -> int:
    """Write rows, each with a value for every column, in order; a known `dedup_key` is skipped. Returns how many."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(FOR_POSTGRESQL, [json.dumps(rows)])
        else:
            cursor.executemany(FOR_SQLITE, [[*({**row, "params": json.dumps(row["params"])}).values()] for row in rows])
        return int(cursor.rowcount)


def moment(value: datetime | None) -> str | None:
    """A moment as the database stores it."""
    return str(connection.ops.adapt_datetimefield_value(value)) if value else None
