"""Reminding of what waits on somebody: an offer, a proposal, options, a flag, a delivery, a question.

At most twice for each, in the working time of who must answer, with its age and what it holds up. As with check-ins, a
turn says in `nudge_at` when it is looked at again, never later than its reminder is due; what comes too early waits.
The guarantee stands in tasks/sweeps/__init__.py.
"""

import logging
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F

from accounts.models import MessageKind, User
from accounts.outbox import Tell, tell
from delegation.checkins import MOST_NUDGES, nudge_at
from tasks.models import Turn, TurnKind, TurnState
from tasks.models.task import task_path
from tasks.models.turns import EXCLUSIVE
from tasks.sweeps.crew import Crew
from tasks.sweeps.rows import write_events
from tasks.sweeps.taking import take, write_once

logger = logging.getLogger("handover.sweeps")

BATCH = 500
# However late the first reminder was, the second one comes no sooner after it.
BETWEEN_NUDGES = timedelta(days=1)
# While one of these waits, nothing else goes on; a question or a changed brief holds up only what hangs on it.
HOLDS_UP = frozenset({*EXCLUSIVE, TurnKind.FLAG})

COLUMNS = (
    *("id", "task_id", "kind", "waits_on_id", "by_id", "created_at", "nudges"),
    *("task__title", "task__team_id", "task__entrepreneur_id", "task__assistant_id", "task__deadline_at"),
    *("task__deadline_date", "task__deadline_time"),
)


class Waiting(NamedTuple):
    """Something that was put to somebody and has no answer yet."""

    id: UUID
    task_id: UUID
    kind: str
    waits_on: UUID
    by: UUID
    created_at: datetime
    nudges: int
    title: str
    team_id: UUID
    entrepreneur_id: UUID
    assistant_id: UUID | None
    deadline_at: datetime | None
    deadline_date: date | None
    deadline_time: time | None


def nudge_turns(*, now: datetime) -> int:
    """Remind of everything that waits too long. Returns how many reminders went out."""
    # Put by the version before this one, which knew of no reminders.
    Turn.objects.filter(state=TurnState.OPEN, nudges=0, nudge_at__isnull=True).update(nudge_at=F("created_at"))
    nudged, crew = 0, Crew(now=now)
    while True:
        taken, nudged_now = _nudge_batch(crew)
        nudged += nudged_now
        if taken < BATCH:
            return nudged


def _nudge_batch(crew: Crew) -> tuple[int, int]:
    now = crew.now
    with transaction.atomic():
        waiting = Turn.objects.filter(state=TurnState.OPEN, nudges__lt=MOST_NUDGES, nudge_at__lte=now)
        rows = waiting.order_by("nudge_at", "id").values_list(*COLUMNS)[:BATCH]
        taken = [Waiting._make(row) for row in take(rows)]
        people = {person for row in taken for person in (row.waits_on, row.by, row.entrepreneur_id)}
        crew.meet(people, {row.team_id for row in taken})
        nudge: list[tuple[Waiting, User]] = []
        nobody: list[Waiting] = []
        later: list[Turn] = []
        for row in taken:
            listener = _listener(row, crew)
            if listener is None:
                nobody.append(row)
            elif (at := _nudge_at(row, crew)) > now:
                later.append(Turn(pk=row.id, nudge_at=at))
            else:
                nudge.append((row, listener))
        Turn.objects.bulk_update(later, ["nudge_at"])
        _move(nobody, nudges=MOST_NUDGES, nudge_at=None)
        _move([row for row, _listener in nudge], nudges=F("nudges") + 1, nudge_at=now + BETWEEN_NUDGES)
        _record(nudge, now)
        tell([_tell(row, to, crew) for row, to in nudge], now=now)
    return len(taken), len(nudge)


def _move(rows: Sequence[Waiting], **changes: object) -> None:
    open_turns = Turn.objects.filter(state=TurnState.OPEN, nudges__lt=MOST_NUDGES)
    write_once(open_turns, [row.id for row in rows], **changes)


def _listener(row: Waiting, crew: Crew) -> User | None:
    """Who is reminded: who it waits on. For an entrepreneur who has left the owner, for an assistant nobody."""
    if row.waits_on == row.assistant_id:
        return crew.users[row.waits_on] if crew.works_in(row.team_id, row.waits_on) else None
    return crew.listener(row.team_id, row.waits_on)


def _nudge_at(row: Waiting, crew: Crew) -> datetime:
    """When the next reminder is due; now at the earliest."""
    free_at, working = crew.free_at(row.waits_on), crew.working(row.waits_on)
    if working is None:
        return free_at
    try:
        due = nudge_at(working, row.created_at, row.nudges + 1)
    except Exception:
        # One that can't be worked out must not hold up the others.
        logger.exception("no moment to remind of turn %s", row.id)
        due = None
    return max(due, free_at) if due else free_at


def _record(rows: Sequence[tuple[Waiting, User]], now: datetime) -> None:
    write_events(
        now,
        ((row.task_id, "turn-nudged", {"turn": row.kind, "person": listener.short_name}) for row, listener in rows),
    )


def _tell(row: Waiting, to: User, crew: Crew) -> Tell:
    age = crew.now - row.created_at
    return Tell(
        to=to,
        kind=MessageKind.YOUR_TURN,
        template="nudge",
        params={
            "title": row.title,
            "actor": crew.users[row.by].short_name,
            "turn": row.kind,
            "hours": round(age.total_seconds() / 3600),
            "days": age.days,
            "holds_up": row.kind in HOLDS_UP,
            "when_asked": row.created_at.isoformat(),
            "when_deadline": row.deadline_at.isoformat() if row.deadline_at and row.deadline_time else "",
            "when_day": row.deadline_date.isoformat() if row.deadline_date else "",
        },
        path=task_path(row.task_id),
        thread=str(row.task_id),
        must_do=True,
        dedup_key=f"nudge:{row.id}:{row.nudges + 1}",
    )
