"""Taking rows for a sweep: what nobody else holds, together with its task.

Who acts on a task locks the task's row first and changes its check-ins and turns then. A sweep takes both at once and
waits for neither, so the two can't lock each other out. On SQLite a transaction is IMMEDIATE, and is itself the lock.
"""

from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet
from psycopg.types.datetime import TimestamptzLoader

from tasks.models import Task


def take(rows: QuerySet[Any, Any], **marks: Any) -> list[Any]:
    """The rows of a `values_list` that begins with the id and reaches the task, locked until the transaction ends.

    `marks`: columns to set on all of them, in the same statement. What somebody else holds is left out.
    """
    if connection.vendor == "postgresql":
        return _take_locked(rows, marks)
    found = list(rows)
    if marks and found:
        count = rows.model._base_manager.filter(pk__in=[row[0] for row in found]).update(**marks)
        if count != len(found):
            raise RuntimeError(f"took {count} of {len(found)} rows")  # can't be: this transaction is the lock
    return found


def _take_locked(rows: QuerySet[Any, Any], marks: dict[str, Any]) -> list[Any]:
    """In one statement, as Django can't lock rows that are read as values, nor hand back what an update changed.

    Nothing in it comes from outside: tables and columns are the models' own, values are parameters.
    """
    table = rows.model._meta.db_table
    sql, params = rows.query.sql_with_params()
    sql = f'{sql} FOR NO KEY UPDATE OF "{table}", "{Task._meta.db_table}" SKIP LOCKED'
    if marks:
        columns = ", ".join(f"c{number}" for number in range(len(rows.query.values_select)))
        changes = ", ".join(f'"{name}" = %s' for name in marks)
        sql = (
            f"WITH taken ({columns}) AS ({sql}) "  # noqa: S608 - see above
            f'UPDATE "{table}" SET {changes} FROM taken WHERE "{table}".id = taken.c0 RETURNING {columns}'
        )
    with connection.cursor() as cursor:
        # Django's own reader of moments is in Python, and took a third of the time. The session is in UTC either way.
        cursor.cursor.adapters.register_loader("timestamptz", TimestamptzLoader)
        cursor.execute(sql, [*params, *marks.values()])
        return list(cursor.fetchall())


def write_once(rows: QuerySet[Model], ids: list[Any], **changes: Any) -> None:
    """A conditional update of rows that were taken: `rows` says in which state they must be. All of them or an error.

    Raises RuntimeError, so that nothing of the batch is written; it can't be while the rows are held.
    """
    if ids and (count := rows.filter(pk__in=ids).update(**changes)) != len(ids):
        raise RuntimeError(f"changed {count} of {len(ids)} rows")
