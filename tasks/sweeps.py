"""The check-in sweep: asks what is due.

The guarantee: each check-in is asked EXACTLY ONCE as far as the database goes. The claim (due -> asked), the timeline
event, the message in the inbox and the mail in the outbox are written in one transaction, so a worker killed anywhere
leaves either all of it or nothing, and nothing means that the next sweep does it. The mail itself goes out at least
once; accounts/outbox.py says why. Sweeps may run twice or side by side: rows are claimed with a conditional update,
and on PostgreSQL a second sweep skips what the first one holds.
"""

import logging
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from accounts.models import Membership, MessageKind
from accounts.outbox import Tell, tell
from delegation.workflow import UNDER_WAY
from tasks import checkin_schedule
from tasks.models import Checkin, CheckinState, Event

logger = logging.getLogger("handover.checkins")

BATCH = 500
# Later than this, asking "how does it go?" is no longer the question that was meant.
TOO_LATE = timedelta(hours=24)


def ask_due_checkins(*, now: datetime) -> int:
    """Ask everything that is due, in batches. Returns how many were asked."""
    asked = 0
    while True:
        claimed, asked_now = _sweep_batch(now)
        asked += asked_now
        if claimed < BATCH:
            return asked


def _sweep_batch(now: datetime) -> tuple[int, int]:
    with transaction.atomic():
        checkins = _claim(now)
        asked = [checkin for checkin in checkins if checkin.state == CheckinState.ASKED]
        _schedule_following(checkins, now)
        _record(checkins, now)
        tell([_tell(checkin) for checkin in asked], now=now)
    return len(checkins), len(asked)


def _claim(now: datetime) -> list[Checkin]:
    """Take what is due, and mark each row with what becomes of it."""
    due = (
        Checkin.objects.filter(state=CheckinState.DUE, due_at__lte=now)
        # With the task: who acts on it now changes its check-ins too. What is skipped is asked by the next sweep.
        .select_for_update(
            of=("self", "task"),
            no_key=True,
            skip_locked=connection.features.has_select_for_update_skip_locked,
        )
        .select_related("task", "rule", "assistant")
        .annotate(in_team=Exists(Membership.objects.filter(team=OuterRef("task__team"), user=OuterRef("assistant"))))
        .order_by("due_at", "id")[:BATCH]
    )
    checkins: list[Checkin] = []
    for checkin in due:
        checkin.state = _outcome(checkin, now, in_team=checkin.in_team)
        checkin.asked_at = now if checkin.state == CheckinState.ASKED else None
        checkins.append(checkin)
    for state in (CheckinState.ASKED, CheckinState.MISSED, CheckinState.WITHDRAWN):
        ids = [checkin.pk for checkin in checkins if checkin.state == state]
        asked_at = now if state == CheckinState.ASKED else None
        count = Checkin.objects.filter(pk__in=ids, state=CheckinState.DUE).update(state=state, asked_at=asked_at)
        if count != len(ids):
            # Can't be while the rows are locked. If it ever is, nothing of this batch is written.
            raise RuntimeError(f"claimed {count} of {len(ids)} check-ins")
    return checkins


def _outcome(checkin: Checkin, now: datetime, *, in_team: bool) -> CheckinState:
    theirs = checkin.task.assistant_id == checkin.assistant_id and in_team
    if checkin.task.state not in UNDER_WAY or not theirs:
        return CheckinState.WITHDRAWN
    return CheckinState.MISSED if now - checkin.due_at > TOO_LATE else CheckinState.ASKED


def _schedule_following(checkins: list[Checkin], now: datetime) -> None:
    following: list[Checkin] = []
    for checkin in checkins:
        if checkin.state == CheckinState.WITHDRAWN:
            continue
        try:
            row = checkin_schedule.following(checkin, now=now)
        except Exception:
            # One rule that can't be worked out must not hold up the check-ins of everybody else.
            logger.exception("no next check-in for rule %s", checkin.rule_id)
            continue
        if row:
            following.append(row)
    Checkin.objects.bulk_create(following, ignore_conflicts=True)


def _record(checkins: list[Checkin], now: datetime) -> None:
    Event.objects.bulk_create(
        Event(
            task=checkin.task,
            at=now,
            actor=None,
            kind="checkin-asked" if checkin.state == CheckinState.ASKED else "checkin-missed",
            data={"due_at": checkin.due_at, "assistant": checkin.assistant.short_name},
        )
        for checkin in checkins
        if checkin.state != CheckinState.WITHDRAWN
    )


def _tell(checkin: Checkin) -> Tell:
    return Tell(
        to=checkin.assistant,
        kind=MessageKind.CHECKIN,
        template="checkin",
        params={"title": checkin.task.title},
        path=checkin.task.get_absolute_url(),
        thread=str(checkin.task_id),
        must_do=True,
        dedup_key=f"checkin:{checkin.pk}",
    )
