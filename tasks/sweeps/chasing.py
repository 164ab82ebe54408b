"""Going after check-ins without an answer: one reminder, and then the entrepreneur is told.

A check-in says in `next_step_at` when it is looked at again, never later than the step is due: when it was asked nobody
worked out yet what two working hours mean for this assistant. Here that is done, and what comes too early waits until
then. No step is taken outside the assistant's working time, unless the rule asks at any time. Old ones take their steps
one by one, also when no worker ran for days. The guarantee stands in tasks/sweeps/__init__.py.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F

from accounts.models import MessageKind, User
from accounts.outbox import Tell, tell
from delegation.checkins import ESCALATE_AFTER_MINUTES, REMIND_AFTER_MINUTES, escalate_at, remind_at
from delegation.workflow import UNDER_WAY
from tasks.answer_links import answer_path
from tasks.checkin_schedule import stop_asking
from tasks.models import CHASED_CHECKINS, Checkin, CheckinState
from tasks.models.task import task_path
from tasks.sweeps.crew import Crew
from tasks.sweeps.rows import in_json, write_events
from tasks.sweeps.taking import take, write_once

logger = logging.getLogger("handover.sweeps")

BATCH = 500
# After a reminder there is at least this time to answer, however late the reminder was.
TIME_TO_ANSWER = timedelta(minutes=ESCALATE_AFTER_MINUTES - REMIND_AFTER_MINUTES)

COLUMNS = (
    *("id", "task_id", "assistant_id", "state", "asked_at", "reminded_at", "rule__any_time"),
    *("task__title", "task__state", "task__assistant_id", "task__team_id", "task__entrepreneur_id"),
)


class Unanswered(NamedTuple):
    """A check-in that was asked and, perhaps, reminded of."""

    id: UUID
    task_id: UUID
    assistant_id: UUID
    state: str
    asked_at: datetime
    reminded_at: datetime | None
    any_time: bool | None
    title: str
    task_state: str
    carried_out_by: UUID | None
    team_id: UUID
    entrepreneur_id: UUID


def chase_checkins(*, now: datetime) -> int:
    """Take the next step for every check-in that waits too long. Returns how many reminders and alarms went out."""
    # Asked by the version before this one, which knew of no next step.
    old = Checkin.objects.filter(state=CheckinState.ASKED, next_step_at__isnull=True)
    old.update(next_step_at=F("asked_at"))
    steps, crew = 0, Crew(now=now)
    while True:
        taken, steps_now = _chase_batch(crew)
        steps += steps_now
        if taken < BATCH:
            return steps


def _chase_batch(crew: Crew) -> tuple[int, int]:
    now = crew.now
    with transaction.atomic():
        waiting = Checkin.objects.filter(state__in=CHASED_CHECKINS, next_step_at__lte=now)
        rows = waiting.order_by("next_step_at", "id").values_list(*COLUMNS)[:BATCH]
        taken = [Unanswered._make(row) for row in take(rows)]
        people = {person for row in taken for person in (row.assistant_id, row.entrepreneur_id)}
        crew.meet(people, {row.team_id for row in taken})
        remind: list[Unanswered] = []
        escalate: list[Unanswered] = []
        withdraw: list[Unanswered] = []
        later: list[Checkin] = []
        for row in taken:
            if row.task_state not in UNDER_WAY or not _is_theirs(row, crew):
                withdraw.append(row)
            elif (at := _step_at(row, crew)) > now:
                later.append(Checkin(pk=row.id, next_step_at=at))
            else:
                (remind if row.state == CheckinState.ASKED else escalate).append(row)
        Checkin.objects.bulk_update(later, ["next_step_at"])
        _move(withdraw, CHASED_CHECKINS, state=CheckinState.WITHDRAWN, next_step_at=None)
        stop_asking([row.id for row in withdraw], now=now)
        _remind(remind, crew)
        _escalate(escalate, crew)
    return len(taken), len(remind) + len(escalate)


def _is_theirs(row: Unanswered, crew: Crew) -> bool:
    return row.carried_out_by == row.assistant_id and crew.works_in(row.team_id, row.assistant_id)


def _step_at(row: Unanswered, crew: Crew) -> datetime:
    """When the next step is to be taken; now at the earliest."""
    free_at = crew.now if row.any_time else crew.free_at(row.assistant_id)
    working = crew.working(row.assistant_id)
    if working is None:
        return free_at
    try:
        if row.reminded_at is None:
            return max(remind_at(working, row.asked_at), free_at)
        return max(escalate_at(working, row.asked_at), row.reminded_at + TIME_TO_ANSWER, free_at)
    except Exception:
        # As with a rule that can't be worked out: it must not hold up the others.
        logger.exception("no moment to go after check-in %s", row.id)
        return free_at


def _move(rows: Sequence[Unanswered], before: Sequence[CheckinState], **changes: object) -> None:
    write_once(Checkin.objects.filter(state__in=before), [row.id for row in rows], **changes)


def _remind(rows: Sequence[Unanswered], crew: Crew) -> None:
    now = crew.now
    next_step_at = now + TIME_TO_ANSWER
    changes = {"state": CheckinState.REMINDED, "reminded_at": now, "next_step_at": next_step_at}
    _move(rows, [CheckinState.ASKED], **changes)
    _record("checkin-reminded", rows, crew)
    tell([_reminder(row, crew) for row in rows], now=now)


def _escalate(rows: Sequence[Unanswered], crew: Crew) -> None:
    now = crew.now
    changes = {"state": CheckinState.ESCALATED, "escalated_at": now, "next_step_at": None}
    _move(rows, [CheckinState.REMINDED], **changes)
    _record("checkin-escalated", rows, crew)
    tells = []
    for row in rows:
        if listener := crew.listener(row.team_id, row.entrepreneur_id):
            actor, key = crew.users[row.assistant_id].short_name, f"checkin-silent:{row.id}"
            tells.append(no_answer(listener, row.task_id, row.title, actor, row.asked_at, dedup_key=key))
    tell(tells, now=now)


def _record(kind: str, rows: Sequence[Unanswered], crew: Crew) -> None:
    names = {row.assistant_id: crew.users[row.assistant_id].short_name for row in rows}
    write_events(
        crew.now,
        (
            (row.task_id, kind, {"asked_at": in_json(row.asked_at), "assistant": names[row.assistant_id]})
            for row in rows
        ),
    )


def _reminder(row: Unanswered, crew: Crew) -> Tell:
    return Tell(
        to=crew.users[row.assistant_id],
        kind=MessageKind.CHECKIN,
        template="checkin_reminder",
        params={
            "title": row.title,
            "when_asked": row.asked_at.isoformat(),
            "answer_path": answer_path(row.id, row.assistant_id),
        },
        path=task_path(row.task_id),
        thread=str(row.task_id),
        must_do=True,
        dedup_key=f"checkin-reminder:{row.id}",
    )


def no_answer(to: User, task_id: UUID, title: str, actor: str, asked_at: datetime, *, dedup_key: str) -> Tell:
    """What the entrepreneur is told of a check-in without an answer."""
    return Tell(
        to=to,
        kind=MessageKind.CHECKIN,
        template="checkin_silent",
        params={"title": title, "actor": actor, "when_asked": asked_at.isoformat()},
        path=task_path(task_id),
        thread=str(task_id),
        dedup_key=dedup_key,
    )
