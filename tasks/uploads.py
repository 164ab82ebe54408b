"""Storing what people upload. What a file is has been looked at by then (file_types.py); it is only ever offered as a
download (views/files.py).

The bytes go first, under the id of the row that is to come, outside any transaction: writing to a server takes long,
and nobody is to wait for a lock meanwhile. Then the row, in one transaction with what is done with it. So a crash, or
a refusal, leaves bytes without a row at worst, which a daily sweep removes (sweeps/orphans.py); never a row without
bytes.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeAlias

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Team, User
from delegation.models import Agreement
from tasks.file_names import clean_name
from tasks.file_types import checked_type
from tasks.file_versions import number_versions
from tasks.files_away import NotStored, logger
from tasks.models import StoredFile, Task

# A file as it comes in, or one that was kept when its form came back.
Given: TypeAlias = "UploadedFile[Any] | StoredFile"


def write(uploads: Iterable[Given], *, team: Team, by: User, now: datetime, examples: bool = False) -> list[StoredFile]:
    """Write the bytes; the rows are still to be saved by `keep`. Raises NotStored, with nothing of it left behind.

    `examples`: they go with a brief. What waited for its form (`waiting_files`) is copied, and goes once that is kept.
    """
    written: list[StoredFile] = []
    for upload in uploads:
        waited = isinstance(upload, StoredFile)
        row = StoredFile(
            team=team,
            name=clean_name(upload.name),
            size=upload.size or 0,
            is_example=examples,
            media_type=upload.media_type if isinstance(upload, StoredFile) else checked_type(upload),
            uploaded_by=by,
            created_at=now,
        )
        written.append(row)
        row.waited_as = upload if waited else None  # type: ignore[attr-defined]  # until it is kept
        try:
            content = upload.file.open("rb") if isinstance(upload, StoredFile) else upload
            row.file.name = row.file.storage.save(f"{team.pk}/{row.pk}", content)
        except OSError as error:
            logger.exception("a file could not be stored")
            discard(row for row in written if row.file)
            raise NotStored from error
    return written


def waiting_files(team: Team, by: User) -> QuerySet[StoredFile]:
    """What somebody sent with forms that came back: of nothing yet. The daily sweep removes what stays so."""
    of_nothing = StoredFile.objects.filter(task=None, agreement=None, resource=None, replaced_by=None, replaces=None)
    return of_nothing.filter(team=team, uploaded_by=by)


def keep(
    written: Sequence[StoredFile],
    *,
    task: Task | None = None,
    agreement: Agreement | None = None,
    versions: bool = True,
    instead_of: StoredFile | None = None,
) -> list[StoredFile]:
    """Save the rows of what was written: of a task, of an agreement, or of the team's resources.

    With `versions`, a file under the name of one that is there already becomes its next version; `instead_of` names
    that one where the names differ. Two at once come one after the other.
    """
    for row in written:
        row.task, row.agreement = task, agreement
    if versions and (task or agreement):
        number_versions(written, instead_of=instead_of)
    else:
        for row in written:
            row.save(force_insert=True)
    remove(row.waited_as for row in written if row.waited_as)  # type: ignore[attr-defined]
    return list(written)


def store(
    uploads: Iterable[Given],
    *,
    team: Team,
    task: Task | None,
    by: User,
    now: datetime,
    agreement: Agreement | None = None,
    versions: bool = True,
) -> list[StoredFile]:
    """Save uploads, with a row each: of a task, of an agreement, or of the team's resources. Raises NotStored."""
    written = write(uploads, team=team, by=by, now=now)
    try:
        with transaction.atomic():
            return keep(written, task=task, agreement=agreement, versions=versions)
    except BaseException:
        discard(written)
        raise


@contextmanager
def storing(
    uploads: Iterable[Given],
    *,
    team: Team,
    task: Task | None,
    by: User,
    now: datetime,
    versions: bool = True,
    instead_of: StoredFile | None = None,
) -> Iterator[list[StoredFile]]:
    """Store uploads in one transaction with what is done with them; when that is refused, the bytes go again too.

    Raises NotStored.
    """
    with writing(uploads, team=team, by=by, now=now) as written, transaction.atomic():
        yield keep(written, task=task, versions=versions, instead_of=instead_of)


@contextmanager
def writing(
    uploads: Iterable[Given], *, team: Team, by: User, now: datetime, examples: bool = False
) -> Iterator[list[StoredFile]]:
    """Bytes that are there while something is done with them, and stay if that goes well. Raises NotStored."""
    written = write(uploads, team=team, by=by, now=now, examples=examples)
    try:
        yield written
    except BaseException:
        discard(written)
        raise


def discard(files: Iterable[StoredFile]) -> None:
    """Remove the bytes of files whose rows were rolled back. What can't be reached now goes with the daily sweep."""
    for stored in files:
        try:
            stored.file.storage.delete(stored.file.name or "")
        except OSError:
            logger.warning("bytes of a file that was not kept are left for the sweep: %s", stored.file.name)


def remove(files: Iterable[StoredFile]) -> None:
    """Remove rows now, and their bytes once that is certain: bytes without a row are rubbish, the reverse is a loss.

    Bytes that another row shares (an attachment that stayed with the next agreement) stay with that row.
    """
    gone = list(files)
    if not gone:
        return
    StoredFile.objects.filter(pk__in=[stored.pk for stored in gone]).delete()
    places = {stored.file.name for stored in gone}
    shared = set(StoredFile.objects.filter(file__in=places).values_list("file", flat=True))
    transaction.on_commit(lambda: discard(stored for stored in gone if stored.file.name not in shared))
