"""Writing rows a thousand at a time: messages, and what a sweep brings about.

Ten thousand people may have to be asked or told something within a second or so. `bulk_create` took 100 to 150
microseconds of Python for each row, most of it for preparing every field on its own; this takes about ten. So it is
SQL, one statement a table, and tests hold the columns to those of the models.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection


@dataclass(frozen=True, kw_only=True)
class Table:
    """Where rows go. `columns`: by name with their PostgreSQL type; what is not among them is empty in a new row."""

    name: str
    columns: Mapping[str, str]
    on_conflict: str = ""

    def insert(self, rows: Sequence[dict[str, Any]]) -> int:
        """Write rows, each with a value for every column: ids in hex, moments as `moment` writes them.

        Returns how many. Their order is kept, so that two transactions that write the same can't lock each other out.
        """
        if not rows:
            return 0
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(self._for_postgresql(), [json.dumps(rows)])
            else:
                cursor.executemany(self._for_sqlite(), [[_plain(row[name]) for name in self.columns] for row in rows])
            return int(cursor.rowcount)

    # Only our own names are put into these texts.

    def _for_postgresql(self) -> str:
        names, types = ", ".join(self.columns), ", ".join(map(" ".join, self.columns.items()))
        return (
            f"INSERT INTO {self.name} ({names}) "  # noqa: S608
            f"SELECT {names} FROM jsonb_to_recordset(%s::jsonb) AS row({types}) {self.on_conflict}"
        )

    def _for_sqlite(self) -> str:
        names, marks = ", ".join(self.columns), ", ".join(["%s"] * len(self.columns))
        return f"INSERT INTO {self.name} ({names}) VALUES ({marks}) {self.on_conflict}"  # noqa: S608


def _plain(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict) else value


def moment(value: datetime | None) -> str | None:
    """A moment as the database stores it."""
    return str(connection.ops.adapt_datetimefield_value(value)) if value else None
