"""Reads: the time that was logged on a task, page by page, and what waits to be confirmed."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from accounts.pages import Cursor
from tasks.models import EntryCorrection, EntryState, Task, TimeEntry
from tasks.queries import PAGE_SIZE

# So many entries that wait are shown at once; who has more sees the next ones after these.
MOST_WAITING = 5


@dataclass(frozen=True)
class EntryLine:
    """An entry as it is shown: with how it was corrected, the newest first."""

    entry: TimeEntry
    corrections: list[EntryCorrection] = field(default_factory=list)


def entry_page(task: Task, before: Cursor | None, *, of: User | None) -> tuple[list[EntryLine], Cursor | None]:
    """One page of a task's entries, newest day first, and where the next one begins (None: there is none).

    `of`: only this person's.

    In two queries, however many there are.
    """
    entries = TimeEntry.objects.filter(task=task).select_related("user").order_by("-day", "-id")
    if of is not None:
        entries = entries.filter(user=of)
    if before is not None:
        day = before.at.date()
        entries = entries.filter(Q(day__lt=day) | Q(day=day, id__lt=before.id), day__lte=day)
    rows = list(entries[: PAGE_SIZE + 1])
    page = rows[:PAGE_SIZE]
    following = None
    if len(rows) > PAGE_SIZE:
        following = Cursor(datetime.combine(page[-1].day, time(), tzinfo=UTC), page[-1].pk)
    corrections = corrections_of([entry.pk for entry in page])
    # Within a day the page is in order of time; the ids, by which it is cut, have none.
    page.sort(key=lambda entry: (entry.day, entry.started_at or entry.created_at), reverse=True)
    return [EntryLine(entry, corrections[entry.pk]) for entry in page], following


def corrections_of(entries: list[UUID]) -> dict[UUID, list[EntryCorrection]]:
    """How these entries were corrected, each the newest first. Only who worked corrects, so nobody is named."""
    found: dict[UUID, list[EntryCorrection]] = defaultdict(list)
    for correction in EntryCorrection.objects.filter(entry__in=entries).order_by("-at", "-id"):
        found[correction.entry_id].append(correction)
    return found


def waiting_entries(user: User) -> list[TimeEntry]:
    """The entries of which somebody still has to say how long it was, oldest first."""
    waiting = TimeEntry.objects.filter(user=user, state=EntryState.WAITING).select_related("task")
    columns = ("minutes", "day", "started_at", "ended_at", "task__title")
    return list(waiting.only(*columns).order_by("day", "id")[:MOST_WAITING])
