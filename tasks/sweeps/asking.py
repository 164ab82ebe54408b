"""Asking the check-ins that are due, a batch a transaction. What that guarantees stands in tasks/sweeps/__init__.py.

A check-in that is more than 24 hours late is missed instead; one that comes outside the assistant's working time,
because no worker ran or their hours have changed, moves to when they work next. Rows are read as values and written in
sets: a batch takes the same dozen statements whether it holds one check-in or a thousand.
"""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, FilteredRelation, Q, Value, When

from accounts.models import MessageKind
from accounts.outbox import Tell, tell
from delegation.checkins import REMIND_AFTER_MINUTES, Rule, next_due
from delegation.workflow import UNDER_WAY
from tasks.answer_links import answer_path
from tasks.models import OPEN_CHECKINS, Checkin, CheckinRule, CheckinState
from tasks.models.checkins import RULE_COLUMNS, rule_of
from tasks.models.task import task_path
from tasks.sweeps.crew import Crew
from tasks.sweeps.overtaking import close_overtaken
from tasks.sweeps.rows import in_json, write_due, write_events
from tasks.sweeps.taking import take, write_once

logger = logging.getLogger("handover.sweeps")

BATCH = 1_000
# Later than this, asking "how does it go?" is no longer the question that was meant.
TOO_LATE = timedelta(hours=24)
# When a sweep looks for an answer, for the first time: no reminder is due before (tasks/sweeps/chasing.py).
FIRST_LOOK = timedelta(minutes=REMIND_AFTER_MINUTES)

COLUMNS = (
    *("id", "task_id", "rule_id", "assistant_id", "due_at"),
    *("task__title", "task__state", "task__assistant_id", "task__team_id", "task__started_at", "task__deadline_at"),
)


class Due(NamedTuple):
    """A check-in that is due, with what there is to know of its task."""

    id: UUID
    task_id: UUID
    rule_id: UUID | None
    assistant_id: UUID
    due_at: datetime
    title: str
    task_state: str
    carried_out_by: UUID | None
    team_id: UUID
    started_at: datetime | None
    deadline_at: datetime | None


def ask_due_checkins(*, now: datetime) -> int:
    """Ask everything that is due, in batches. Returns how many were asked."""
    asked, crew = 0, Crew(now=now)
    while True:
        taken, asked_now = _ask_batch(crew, now)
        asked += asked_now
        if taken < BATCH:
            return asked


def _ask_batch(crew: Crew, now: datetime) -> tuple[int, int]:
    with transaction.atomic():
        # All are marked as asked at once, in the statement that takes them; the few that are not are put right below.
        taken = take_due(now)
        rules, older = _rules({row.rule_id for row in taken if row.rule_id}, now)
        crew.meet({row.assistant_id for row in taken}, {row.team_id for row in taken})
        by_state: dict[str, list[Due]] = {state: [] for state in ("asked", "missed", "withdrawn", "due")}
        for row in taken:
            by_state[_outcome(row, crew, rules)].append(row)
        asked, missed = by_state["asked"], by_state["missed"]
        _put_right(missed, CheckinState.MISSED)
        _put_right(by_state["withdrawn"], CheckinState.WITHDRAWN)
        _postpone(by_state["due"], crew)
        _schedule_following([*asked, *missed], crew, rules)
        _record(asked, missed, crew, now)
        tell([_tell(row, crew) for row in asked], now=now)
        by_rule = {row.rule_id for row in asked}
        close_overtaken([older_id for rule_id, older_id in older if rule_id in by_rule], crew)
    return len(taken), len(asked)


def take_due(now: datetime) -> list[Due]:
    """Take a batch of what is due, longest first, and mark it as asked. Within a transaction."""
    due = Checkin.objects.filter(state=CheckinState.DUE, due_at__lte=now).order_by("due_at", "assistant_id", "id")
    marks = {"state": CheckinState.ASKED.value, "asked_at": now, "next_step_at": now + FIRST_LOOK}
    return [Due._make(row) for row in take(due.values_list(*COLUMNS)[:BATCH], **marks)]


def _rules(ids: Collection[UUID], now: datetime) -> tuple[dict[UUID, Rule], list[tuple[UUID, UUID]]]:
    """The rules of a batch, and which older check-ins of theirs are still open: rule and check-in.

    A rule that can't be read is left out: it must not hold up everybody else.
    """
    still_open = Q(checkins__state__in=OPEN_CHECKINS, checkins__asked_at__lt=now)
    rows = CheckinRule.objects.filter(pk__in=ids).annotate(older=FilteredRelation("checkins", condition=still_open))
    rules, older = {}, []
    for rule_id, older_id, *columns in rows.values_list("id", "older__id", *RULE_COLUMNS):
        if older_id:
            older.append((rule_id, older_id))
        try:
            rules[rule_id] = rule_of(*columns)
        except ValueError:
            logger.exception("no next check-in for rule %s", rule_id)
    return rules, older


def _outcome(row: Due, crew: Crew, rules: dict[UUID, Rule]) -> str:
    theirs = row.carried_out_by == row.assistant_id and crew.works_in(row.team_id, row.assistant_id)
    if row.task_state not in UNDER_WAY or not theirs:
        return "withdrawn"
    if crew.now - row.due_at > TOO_LATE:
        return "missed"
    rule = rules.get(row.rule_id) if row.rule_id else None
    at_any_time = rule is not None and rule.any_time
    return "asked" if at_any_time or crew.free_at(row.assistant_id) <= crew.now else "due"


def _put_right(rows: Sequence[Due], state: CheckinState) -> None:
    """These were not asked after all."""
    taken = Checkin.objects.filter(state=CheckinState.ASKED)
    write_once(taken, [row.id for row in rows], state=state, asked_at=None, next_step_at=None)


def _postpone(rows: Sequence[Due], crew: Crew) -> None:
    """These are due when the assistant works next."""
    if not rows:
        return
    # A moment that was taken back before belongs to the row that asks now.
    taken_back = Checkin.objects.filter(rule__in=[row.rule_id for row in rows], state=CheckinState.WITHDRAWN)
    taken_back.filter(due_at__gte=crew.now).update(rule=None)
    moments = [When(assistant=user, then=Value(crew.free_at(user))) for user in {row.assistant_id for row in rows}]
    taken = Checkin.objects.filter(state=CheckinState.ASKED)
    due_at = Case(*moments, default=F("due_at"))
    ids = [row.id for row in rows]
    write_once(taken, ids, state=CheckinState.DUE, due_at=due_at, asked_at=None, next_step_at=None)


def _schedule_following(rows: Sequence[Due], crew: Crew, rules: dict[UUID, Rule]) -> None:
    following = []
    for row in rows:
        try:
            due_at = _next_due(row, crew, rules)
        except Exception:
            # One rule that can't be worked out must not hold up the check-ins of everybody else.
            logger.exception("no next check-in for rule %s", row.rule_id)
            continue
        if due_at and row.rule_id:
            following.append((row.task_id, row.rule_id, row.assistant_id, due_at))
    write_due(following)


def _next_due(row: Due, crew: Crew, rules: dict[UUID, Rule]) -> datetime | None:
    rule = rules.get(row.rule_id) if row.rule_id else None
    working = crew.working(row.assistant_id)
    if rule is None or working is None or row.started_at is None:
        return None
    after = max(crew.now, row.due_at)
    return next_due(rule, started_at=row.started_at, deadline_at=row.deadline_at, working=working, after=after)


def _record(asked: Sequence[Due], missed: Sequence[Due], crew: Crew, now: datetime) -> None:
    write_events(
        now,
        (
            (row.task_id, kind, {"due_at": in_json(row.due_at), "assistant": crew.users[row.assistant_id].short_name})
            for kind, rows in (("checkin-asked", asked), ("checkin-missed", missed))
            for row in rows
        ),
    )


def _tell(row: Due, crew: Crew) -> Tell:
    return Tell(
        to=crew.users[row.assistant_id],
        kind=MessageKind.CHECKIN,
        template="checkin",
        params={"title": row.title, "answer_path": answer_path(row.id, row.assistant_id)},
        path=task_path(row.task_id),
        thread=str(row.task_id),
        must_do=True,
        dedup_key=f"checkin:{row.id}",
    )
