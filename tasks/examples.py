"""The example files that go with a brief: what the result is to look like, or not.

They are files of the task, marked as examples, so that no delivery is taken for one.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import QuerySet, TextField
from django.db.models.expressions import RawSQL

from tasks.file_versions import earlier_of
from tasks.models import StoredFile, Task
from tasks.statements import as_id
from tasks.uploads import keep, remove

# All of a task's in one column, so that its page needs no query for them.
_ROWS = """(
    SELECT {rows}({row}('id', file.id, 'name', file.name, 'size', file.size, 'version', file.version,
                        'before', file.replaces_id))
    FROM tasks_storedfile file WHERE file.task_id = tasks_task.id AND file.is_example
)"""
_SPOKEN = {"postgresql": ("json_agg", "json_build_object"), "sqlite": ("json_group_array", "json_object")}


@dataclass
class Example:
    """One example as a page shows it, with the versions before it, the newest first."""

    id: Any
    name: str
    size: int
    version: int
    earlier: list["Example"] = field(default_factory=list)


def example_column() -> RawSQL:
    """An annotation for tasks, to be read with `shown_examples`."""
    rows, row = _SPOKEN[connection.vendor]
    return RawSQL(  # noqa: S611 - put together of fixed texts
        _ROWS.format(rows=rows, row=row), [], output_field=TextField(null=True)
    )


def shown_examples(task: Task) -> list[Example]:
    """The examples of a task that was read with `example_rows`, by name."""
    column = getattr(task, "example_rows", None) or []
    rows: list[dict[str, Any]] = json.loads(column) if isinstance(column, str) else column
    by_id = {str(as_id(row["id"])): row for row in rows}
    replaced = {str(as_id(row["before"])) for row in rows if row["before"]}
    newest = [_example(row, by_id) for key, row in by_id.items() if key not in replaced]
    return sorted(newest, key=lambda example: (example.name.casefold(), str(example.id)))


def _example(row: dict[str, Any], by_id: dict[str, dict[str, Any]]) -> Example:
    found = Example(as_id(row["id"]), row["name"], row["size"], row["version"])
    while row["before"] and (before := by_id.get(str(as_id(row["before"])))):
        found.earlier.append(Example(as_id(before["id"]), before["name"], before["size"], before["version"]))
        row = before
    return found


def examples_of(task: Task) -> QuerySet[StoredFile]:
    """The newest version of each."""
    found = StoredFile.objects.filter(task=task, is_example=True, replaced_by__isnull=True)
    return found.order_by("name", "id")


def write_examples(task: Task, examples: Sequence[StoredFile]) -> None:
    """Make these the examples of the task: new ones, not saved yet, and those that stay. In a transaction.

    What is neither goes, with its earlier versions; under the name of one that was there, a new one is its next.
    """
    new = [row for row in examples if row._state.adding]
    stay = {row.pk for row in examples if not row._state.adding}
    keep(new, task=task)
    over = [stored for stored in examples_of(task) if stored.pk not in stay | {row.pk for row in new}]
    before = earlier_of(over)
    remove([stored for row in over for stored in (row, *before[row.pk])])


def example_names(task: Task) -> list[str]:
    """As a version of the brief remembers them."""
    return [f"{row.name} ({row.version})" if row.version > 1 else row.name for row in examples_of(task)]
