"""Closing a check-in that has no answer when the next one of its rule is asked: nobody answers the same thing twice."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from accounts.outbox import tell
from tasks.checkin_schedule import stop_asking
from tasks.models import OPEN_CHECKINS, Checkin, CheckinState
from tasks.sweeps.chasing import no_answer
from tasks.sweeps.crew import Crew
from tasks.sweeps.rows import in_json, write_events
from tasks.sweeps.taking import write_once

COLUMNS = (
    *("id", "task_id", "rule_id", "assistant_id", "state", "due_at", "asked_at"),
    *("task__title", "task__team_id", "task__entrepreneur_id"),
)


class Overtaken(NamedTuple):
    """A check-in that was asked and not answered."""

    id: UUID
    task_id: UUID
    rule_id: UUID
    assistant_id: UUID
    state: str
    due_at: datetime
    asked_at: datetime
    title: str
    team_id: UUID
    entrepreneur_id: UUID


def close_overtaken(ids: Collection[UUID], crew: Crew) -> None:
    """These check-ins are missed: in this transaction, the next one of their rule is asked.

    A rule that asks often overtakes its check-ins before anybody is told that they have no answer. So that is told
    here, at most once a day for a rule.
    """
    if not ids:
        return
    now, still_open = crew.now, Checkin.objects.filter(state__in=OPEN_CHECKINS)
    rows = [Overtaken._make(row) for row in still_open.filter(pk__in=ids).values_list(*COLUMNS)]
    write_once(still_open, [row.id for row in rows], state=CheckinState.MISSED, next_step_at=None)
    people = {person for row in rows for person in (row.assistant_id, row.entrepreneur_id)}
    crew.meet(people, {row.team_id for row in rows})
    names = {row.id: crew.users[row.assistant_id].short_name for row in rows}
    write_events(
        now,
        (
            (row.task_id, "checkin-unanswered", {"due_at": in_json(row.due_at), "assistant": names[row.id]})
            for row in rows
        ),
    )
    stop_asking([row.id for row in rows], now=now)
    tells = []
    for row in rows:
        listener = crew.listener(row.team_id, row.entrepreneur_id)
        if listener and row.state != CheckinState.ESCALATED:
            key = f"checkin-overtaken:{row.rule_id}:{now:%Y-%m-%d}"
            tells.append(no_answer(listener, row.task_id, row.title, names[row.id], row.asked_at, dedup_key=key))
    tell(tells, now=now)
