"""Storing what people upload. The type is never trusted: files are only ever offered as a download (views/files.py)."""

import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import Team, User
from delegation.models import Agreement
from tasks.models import StoredFile, Task


def clean_name(name: str | None) -> str:
    """A file name without folders and control characters, of at most 200 characters."""
    last = PurePosixPath((name or "").replace("\\", "/")).name
    visible = "".join(char for char in last if unicodedata.category(char)[0] != "C").strip(". ")
    return visible[-200:] or "file"


def store(
    uploads: "Iterable[UploadedFile[Any]]",
    *,
    team: Team,
    task: Task | None,
    by: User,
    now: datetime,
    agreement: Agreement | None = None,
) -> list[StoredFile]:
    """Save uploads, with a row each: of a task, of an agreement, or of the team's resources."""
    stored = []
    for upload in uploads:
        row = StoredFile(
            team=team,
            task=task,
            agreement=agreement,
            name=clean_name(upload.name),
            size=upload.size or 0,
            uploaded_by=by,
            created_at=now,
        )
        row.file.save(row.name, upload, save=False)
        row.save(force_insert=True)
        stored.append(row)
    return stored


@contextmanager
def storing(
    uploads: "Iterable[UploadedFile[Any]]", *, team: Team, task: Task | None, by: User, now: datetime
) -> Iterator[list[StoredFile]]:
    """Store uploads in one transaction with what is done with them; when that is refused, the bytes go again too."""
    stored: list[StoredFile] = []
    try:
        with transaction.atomic():
            stored = store(uploads, team=team, task=task, by=by, now=now)
            yield stored
    except Exception:
        discard(stored)
        raise


def discard(files: Iterable[StoredFile]) -> None:
    """Remove the bytes of files whose rows were rolled back."""
    for stored in files:
        stored.file.delete(save=False)
