"""Versions of a file: the next one points at the one that it takes the place of; the first is version 1.

By name a file only takes the place of one of the same kind: a delivery of a delivery, an example of an example. A
receipt never does: telephones call every photo the same.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from delegation.models import Agreement
from tasks.file_names import same_name
from tasks.models import Resource, StoredFile, Task
from tasks.statements import as_id, stored_id

TRIES = 5
MOST_EARLIER = 500

# Which rows a row takes the place of, the nearest first; and the other way round, which took its place.
EARLIER = """
    WITH RECURSIVE chain (top, id, depth) AS (
        SELECT id, replaces_id, 1 FROM tasks_storedfile WHERE id IN ({files}) AND replaces_id IS NOT NULL
        UNION ALL
        SELECT chain.top, before.replaces_id, chain.depth + 1
        FROM chain JOIN tasks_storedfile before ON before.id = chain.id
        WHERE before.replaces_id IS NOT NULL AND chain.depth < {most}
    )
    SELECT file.*, chain.top FROM chain JOIN tasks_storedfile file ON file.id = chain.id ORDER BY chain.depth
"""
LATER = """
    WITH RECURSIVE chain (id, depth) AS (
        SELECT id, 0 FROM tasks_storedfile WHERE id = %s
        UNION ALL
        SELECT later.id, chain.depth + 1 FROM chain JOIN tasks_storedfile later ON later.replaces_id = chain.id
        WHERE chain.depth < {most}
    )
    SELECT id FROM chain ORDER BY depth DESC
"""


def number_versions(rows: Sequence[StoredFile], *, instead_of: StoredFile | None = None) -> None:
    """Save new rows of one task or agreement, each as the next version of the one that it takes the place of.

    Inside a transaction. The task is held, so that of two who hand in the same name at once one comes second.
    """
    if not rows:
        return
    if rows[0].task_id:
        list(Task.objects.select_for_update(of=("self",), no_key=True).filter(pk=rows[0].task_id).values_list("pk"))
    for row in rows:
        before = instead_of if instead_of and len(rows) == 1 else _of_the_same_name(row)
        if before:
            put_in_place(row, before)
        else:
            row.save(force_insert=True)


def put_in_place(row: StoredFile, before: StoredFile) -> None:
    """Save a row as the version after `before`, or after what took the place of that meanwhile. In a transaction.

    That a version is replaced once is held by the database: whoever is second looks again, and is the one after.
    """
    for _try in range(TRIES):
        newest = newest_of(before)
        row.replaces_id, row.version = newest.pk, newest.version + 1
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:
            if not StoredFile.objects.filter(replaces=newest).exists():
                raise
        else:
            return
    raise RuntimeError("a file is replaced faster than it can be counted")


def newest_of(stored: StoredFile) -> StoredFile:
    """The last version of a file: itself, when nothing took its place."""
    last = _later(stored)[0]
    return stored if last == stored.pk else StoredFile.objects.get(pk=last)


def resource_of(stored: StoredFile) -> Resource | None:
    """The resource that this is the file of, or was."""
    return Resource.objects.filter(stored_file__in=_later(stored)).first()


def _later(stored: StoredFile) -> list[UUID]:
    """The ids of the versions from the last one back to this one."""
    with connection.cursor() as cursor:
        cursor.execute(LATER.format(most=MOST_EARLIER), [stored_id(stored)])
        return [as_id(row[0]) for row in cursor.fetchall()] or [stored.pk]


def earlier_of(files: Iterable[StoredFile]) -> dict[UUID, list[StoredFile]]:
    """The versions before each of these files, the newest first. One query, and none when all are first versions."""
    found: dict[UUID, list[StoredFile]] = {stored.pk: [] for stored in files}
    wanted = [stored for stored in files if stored.version > 1]
    if wanted:
        marks = ", ".join(["%s"] * len(wanted))
        statement = EARLIER.format(files=marks, most=MOST_EARLIER)
        rows = StoredFile.objects.raw(statement, [stored_id(stored) for stored in wanted])
        for row in rows:
            found[as_id(row.top)].append(row)  # type: ignore[attr-defined]  # a column of the statement
    return found


def with_earlier(files: Iterable[StoredFile]) -> list[StoredFile]:
    """The files, each with `earlier`: the versions before it."""
    found = list(files)
    before = earlier_of(found)
    for stored in found:
        stored.earlier = before[stored.pk]  # type: ignore[attr-defined]
    return found


def deliveries_of(task: Task) -> QuerySet[StoredFile]:
    """The newest version of each file that was delivered on a task."""
    found = StoredFile.objects.filter(task=task, is_example=False, replaced_by__isnull=True, expenses__isnull=True)
    return found.order_by("-created_at", "name")


def _of_the_same_name(row: StoredFile) -> StoredFile | None:
    """The newest file of the same kind, under the same name, in the same task or with the same two people."""
    if row.agreement_id:
        agreement = Agreement.objects.only("team_id", "assistant_id").get(pk=row.agreement_id)
        candidates = StoredFile.objects.filter(
            agreement__team=agreement.team_id, agreement__assistant=agreement.assistant_id, replaced_by__isnull=True
        ).order_by("-agreement__version", "-version")
    else:
        candidates = StoredFile.objects.filter(task=row.task_id, replaced_by__isnull=True, expenses__isnull=True)
        candidates = candidates.order_by("-created_at", "-version")
    alike = (stored for stored in candidates if same_name(stored.name, row.name))
    return next((stored for stored in alike if stored.is_example == row.is_example), None)
