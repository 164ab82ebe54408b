"""Time by hand: logging it, putting it right, taking it out. Everything that was corrected can be seen afterwards."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from delegation.workflow import REFUSALS, Action, Role, Why
from tasks.actions.base import Refused, Step, acting
from tasks.actions.once import new_id
from tasks.actions.timing import lock_person
from tasks.entry_rules import Worked, is_rush, wrong_with
from tasks.metering import recount
from tasks.models import EntryCorrection, EntryState, Task, TimeEntry

APPROVED = _("This has been approved. Ask your entrepreneur to take that back.")
STRUCK = _("This entry was taken out. Log it again if it counts after all.")
NO_MORE = _("You don't carry this task out any more, so an entry can only become shorter.")
SAY_WHY = _("This entry is older than today. Say why it changes.")


def log_work(
    *,
    task_id: UUID,
    by: User,
    minutes: int,
    day: date,
    started_at: datetime | None = None,
    ended_at: datetime | None = None,
    note: str = "",
    entry_id: UUID | None = None,
    now: datetime,
) -> Task:
    """Log time that was worked on `day`, on the calendar of who worked.

    `started_at` and `ended_at`: both, where the clock times are known. `entry_id`: chosen beforehand, so that sending
    the same entry again can't log it twice. Raises Refused for time that can't be, and for what is beyond the limit.
    """
    with acting(Action.LOG_WORK, task_id=task_id, by=by, now=now) as step:
        entry_id = new_id(TimeEntry, entry_id, step)
        lock_person(by)
        worked = Worked(minutes=minutes, day=day, started_at=started_at, ended_at=ended_at)
        if wrong := wrong_with(worked, task=step.task, by=by, now=now):
            raise Refused(step.task, wrong.text, way_out=wrong.way_out)
        TimeEntry.objects.create(
            id=entry_id,
            task=step.task,
            user=by,
            minutes=minutes,
            day=day,
            started_at=started_at,
            ended_at=ended_at,
            note=note,
            is_rush=is_rush(step.task, by, day),
            created_at=now,
        )
        step.record(minutes=minutes, day=day, text=note)
        recount(step)
    return step.task


def correct_work(
    *,
    entry_id: UUID,
    by: User,
    minutes: int,
    day: date,
    started_at: datetime | None = None,
    ended_at: datetime | None = None,
    note: str = "",
    reason: str = "",
    now: datetime,
) -> Task:
    """Say what an entry should have said; an entry that waits counts from then on.

    Only who worked can, and not once it is approved; who carries the task out no more can't make it longer. Raises
    Refused. `reason`: needed for an entry older than today.
    """
    worked = Worked(minutes=minutes, day=day, started_at=started_at, ended_at=ended_at)
    with acting(Action.CORRECT_WORK, task_id=_task_of(entry_id), by=by, now=now) as step:
        entry = _own_entry(entry_id, step)
        if step.role != Role.ASSISTANT and minutes > entry.minutes:
            raise Refused(step.task, NO_MORE)  # what is left of the limits is for who carries it out now
        if wrong := wrong_with(worked, task=step.task, by=by, now=now, entry=entry):
            raise Refused(step.task, wrong.text, way_out=wrong.way_out)
        now_says = {**_says(entry), **worked.__dict__, "note": note, "state": EntryState.COUNTED.value}
        if now_says == _says(entry):
            step.nothing_changed()
        else:
            # Another deadline or hand-over since then makes no rush of what was done, nor takes it away.
            rush = entry.is_rush if day == entry.day else is_rush(step.task, by, day)
            _write(entry, now_says, reason, step, is_rush=rush)
    return step.task


def strike_work(*, entry_id: UUID, by: User, reason: str = "", now: datetime) -> Task:
    """Take an entry out: it stays to be seen, and counts no more. The same rules as for correcting."""
    with acting(Action.CORRECT_WORK, task_id=_task_of(entry_id), by=by, now=now) as step:
        entry = _own_entry(entry_id, step)
        _write(entry, {**_says(entry), "state": EntryState.STRUCK.value}, reason, step)
    return step.task


def why_not(entry: TimeEntry) -> Promise | None:
    """Why an entry can't be corrected any more by who worked."""
    if entry.approved_at is not None:
        return APPROVED
    return STRUCK if entry.state == EntryState.STRUCK else None


def needs_reason(entry: TimeEntry, *, now: datetime) -> bool:
    """Whether a correction has to say why: of what is older than today, unless it was never confirmed."""
    return entry.state == EntryState.COUNTED and entry.day < now.astimezone(entry.user.zone).date()


def _task_of(entry_id: UUID) -> UUID:
    return TimeEntry.objects.values_list("task_id", flat=True).get(pk=entry_id)


def _own_entry(entry_id: UUID, step: Step) -> TimeEntry:
    """The entry, as it is while the task is held. Raises Refused for somebody else's, and for one that is settled."""
    lock_person(step.by)
    entry = TimeEntry.objects.select_related("user").get(pk=entry_id)
    if entry.user_id != step.by.pk:
        raise Refused(step.task, REFUSALS[Why.NOT_YOURS], Why.NOT_YOURS)
    if refusal := why_not(entry):
        raise Refused(step.task, refusal)
    return entry


def _says(entry: TimeEntry) -> dict[str, Any]:
    """What an entry says, as its corrections keep it."""
    names = ("minutes", "day", "started_at", "ended_at", "note", "state")
    return {name: getattr(entry, name) for name in names}


def _write(entry: TimeEntry, says: dict[str, Any], reason: str, step: Step, **more: Any) -> None:
    if needs_reason(entry, now=step.now) and not reason.strip():
        raise Refused(step.task, SAY_WHY)
    was = _says(entry)
    # What it is billed for follows from what it says now; until then nothing.
    open_entry = TimeEntry.objects.filter(pk=entry.pk, approved_at__isnull=True)
    if open_entry.update(**says, **more, billed=0) != 1:
        raise Refused(step.task, APPROVED)
    EntryCorrection.objects.create(entry=entry, by=step.by, at=step.now, was=was, now=says, reason=reason)
    step.record(
        was=was["minutes"],
        minutes=0 if says["state"] == EntryState.STRUCK else says["minutes"],
        day=says["day"],
        confirmed=was["state"] == EntryState.WAITING,
        text=reason,
    )
    recount(step)
