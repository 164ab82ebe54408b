"""Files that belong to nothing: rows that nothing points at, and bytes without a row.

The rule, for whoever writes files: bytes first, then the row, in the transaction of what is done with it; rows go
first, then the bytes, once that is committed. So whatever a crash leaves is found here, and never a row without its
bytes. It goes when it is a day old: until then it may be something that is just being done, or wait for its form.

What a removed task or team had goes the same way, as the database removes their rows by itself. Killed half-way it goes
on the next day; done twice it does no harm.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.core.files.storage import Storage
from django.db.models import Q

from accounts.ids import id_in
from tasks.models import StoredFile
from tasks.uploads import remove

logger = logging.getLogger("handover.sweeps")

KEEP = timedelta(days=1)
BATCH = 500


def remove_orphaned_files(*, now: datetime) -> int:
    """Remove what belongs to nothing, and say how many. What keeps the files may be away: then it is tomorrow's."""
    removed = _remove_rows(before=now - KEEP)
    try:
        return removed + _remove_bytes(before=now - KEEP)
    except OSError:
        logger.exception("the files could not be looked through, tomorrow they are")
        return removed


def _remove_rows(*, before: datetime) -> int:
    """Rows of no task, agreement or resource. Of a removed resource the newest goes, then the one before it, and on."""
    loose = Q(task=None, agreement=None, resource=None, replaced_by=None, created_at__lt=before)
    removed = 0
    while rows := list(StoredFile.objects.filter(loose).order_by("created_at", "id")[:BATCH]):
        remove(rows)
        removed += len(rows)
    return removed


def _remove_bytes(*, before: datetime) -> int:
    """Bytes in the folders of teams that no row names. Other folders, like that of exports, are not ours."""
    storage = StoredFile._meta.get_field("file").storage
    removed = 0
    places = _places(storage)
    while batch := list(islice(places, BATCH)):
        known = set(StoredFile.objects.filter(file__in=batch).values_list("file", flat=True))
        for place in batch:
            if place not in known and storage.get_modified_time(place) < before:
                storage.delete(place)
                removed += 1
    return removed


def _places(storage: Storage) -> Iterator[str]:
    try:
        folders, _files = storage.listdir("")
    except FileNotFoundError:  # nothing was ever stored
        return
    for folder in folders:
        if str(id_in(folder)) == folder:
            inner, files = storage.listdir(folder)
            yield from (f"{folder}/{name}" for name in files if name)
            for each in inner:
                yield from (f"{folder}/{each}/{name}" for name in storage.listdir(f"{folder}/{each}")[1] if name)
