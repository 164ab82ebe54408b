"""Pressing for what waits on somebody: an offer, a proposal, options, a flag, a delivery, a question.

At most twice for each, in the working time of who must answer, with its age and what it holds up: by the steps of the
agreement that counted when it was put, else two reminders (delegation/escalation.py). As with check-ins, a turn says in
`nudge_at` when it is looked at again, never later than its next step is due; what comes too early waits. The guarantee
stands in tasks/sweeps/__init__.py.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F

from accounts.models import MessageKind, User
from accounts.outbox import Tell, tell
from delegation.checkins import MOST_NUDGES
from delegation.escalation import SHORTEST, Plan, To, next_step
from tasks.models import Turn, TurnKind, TurnState
from tasks.models.task import task_path
from tasks.models.turns import EXCLUSIVE
from tasks.standing_in import copy_for
from tasks.sweeps.crew import Crew
from tasks.sweeps.plans import Plans
from tasks.sweeps.rows import write_events
from tasks.sweeps.taking import take, write_once

logger = logging.getLogger("handover.sweeps")

BATCH = 500
# However late the first reminder was, the second one comes no sooner after it.
BETWEEN_NUDGES = timedelta(days=1)
# While one of these waits, nothing else goes on; a question or a changed brief holds up only what hangs on it.
HOLDS_UP = frozenset({*EXCLUSIVE, TurnKind.FLAG, TurnKind.MILESTONE})

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


@dataclass(frozen=True)
class Press:
    """What is due of one turn: who hears of it, and by which plan."""

    row: Waiting
    to: To
    plan: Plan
    listener: User


def _nudge_batch(crew: Crew) -> tuple[int, int]:
    now = crew.now
    with transaction.atomic():
        waiting = Turn.objects.filter(state=TurnState.OPEN, nudges__lt=MOST_NUDGES, nudge_at__lte=now)
        rows = waiting.order_by("nudge_at", "id").values_list(*COLUMNS)[:BATCH]
        taken = [Waiting._make(row) for row in take(rows)]
        people = {person for row in taken for person in (row.waits_on, row.by, row.entrepreneur_id)}
        crew.meet(people, {row.team_id for row in taken})
        plans = Plans({(row.team_id, _assistant(row)) for row in taken})
        presses: list[Press] = []
        nobody: list[Waiting] = []
        skipped: list[Waiting] = []
        later: list[Turn] = []
        for row in taken:
            plan = plans.of(row.team_id, _assistant(row), waits_on=row.waits_on, since=row.created_at)
            step = _next_step(row, plan, crew)
            if step is None or _listener(row, To.THEM, crew) is None:
                nobody.append(row)
            elif step[0] > now:
                away_from = crew.away_from(row.team_id, row.waits_on)
                later.append(Turn(pk=row.id, nudge_at=min(step[0], away_from) if away_from else step[0]))
            elif listener := _listener(row, step[1], crew):
                presses.append(Press(row, step[1], plan, listener))
            else:
                skipped.append(row)
        Turn.objects.bulk_update(later, ["nudge_at"])
        _move(nobody, nudges=MOST_NUDGES, nudge_at=None)
        _move(skipped, nudges=F("nudges") + 1, nudge_at=now)
        by_steps = [press.row for press in presses if press.plan.steps]
        _move(by_steps, nudges=F("nudges") + 1, nudge_at=now + SHORTEST)
        usual = [press.row for press in presses if not press.plan.steps]
        _move(usual, nudges=F("nudges") + 1, nudge_at=now + BETWEEN_NUDGES)
        _record(presses, now)
        tell([item for press in presses for item in _tells(press, crew)], now=now)
    return len(taken), len(presses)


def _move(rows: Sequence[Waiting], **changes: object) -> None:
    open_turns = Turn.objects.filter(state=TurnState.OPEN, nudges__lt=MOST_NUDGES)
    write_once(open_turns, [row.id for row in rows], **changes)


def _listener(row: Waiting, to: To, crew: Crew) -> User | None:
    """Who hears of it. THEM: who it waits on; for an entrepreneur who has left the owner, for an assistant nobody.

    OTHER: who waits for the answer. Nobody is told of a team that they have left.
    """
    if to == To.OWNER:
        return crew.owner(row.team_id)
    person = row.by if to == To.OTHER else row.waits_on
    if person == row.assistant_id:
        return crew.users[person] if crew.works_in(row.team_id, person) else None
    return crew.listener(row.team_id, person)


def _assistant(row: Waiting) -> UUID:
    """The assistant of the two between whom it waits: who gave a task back is not its assistant any more."""
    return row.waits_on if row.waits_on == row.assistant_id else row.by


def _next_step(row: Waiting, plan: Plan, crew: Crew) -> tuple[datetime, To] | None:
    """When the next step is due, now at the earliest, and who hears of it."""
    answering = _deputy(row, crew)
    who = answering.pk if answering else row.waits_on
    free_at, working = crew.free_at(who), crew.working(who)
    if working is None:
        return free_at, To.THEM
    try:
        step = next_step(plan, working, row.created_at, row.nudges)
    except Exception:
        # One that can't be worked out must not hold up the others.
        logger.exception("no moment to remind of turn %s", row.id)
        return free_at, To.THEM
    return step and (max(step[0], free_at), step[1])


def _deputy(row: Waiting, crew: Crew) -> User | None:
    """Who answers for an entrepreneur who is away; the reminders come in their working time then."""
    return None if row.waits_on == row.assistant_id else crew.deputy(row.team_id, row.waits_on)


def _record(presses: Sequence[Press], now: datetime) -> None:
    write_events(
        now,
        (
            (
                press.row.task_id,
                "turn-nudged" if _is_asked(press) else "turn-escalated",
                {"turn": press.row.kind, "person": press.listener.short_name},
            )
            for press in presses
        ),
    )


def _is_asked(press: Press) -> bool:
    """Whether it is theirs to answer: the owner may be told of what waits on the owner."""
    return press.to == To.THEM or press.listener.pk == press.row.waits_on


def _tells(press: Press, crew: Crew) -> list[Tell]:
    """To whom it is for, and to who answers for them while they are away."""
    item = _reminder(press, crew) if _is_asked(press) else _warning(press, crew)
    deputy = None if press.listener.pk == press.row.assistant_id else crew.deputy(press.row.team_id, press.listener.pk)
    return [item, copy_for(item, deputy)] if deputy and deputy.pk != press.row.by else [item]


def _reminder(press: Press, crew: Crew) -> Tell:
    row, age = press.row, crew.now - press.row.created_at
    return Tell(
        to=press.listener,
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


def _warning(press: Press, crew: Crew) -> Tell:
    """That somebody else has not answered; there is nothing in it to answer for who reads it."""
    row, age = press.row, crew.now - press.row.created_at
    return Tell(
        to=press.listener,
        kind=MessageKind.ANSWER,
        template="unanswered",
        params={
            "title": row.title,
            "actor": crew.users[row.waits_on].short_name,
            "hours": round(age.total_seconds() / 3600),
            "days": age.days,
            "holds_up": row.kind in HOLDS_UP,
            "when_asked": row.created_at.isoformat(),
        },
        path=task_path(row.task_id),
        thread=str(row.task_id),
        dedup_key=f"nudge:{row.id}:{row.nudges + 1}",
    )
