"""Flags: "this can't be done like this", and the ways out.

Several can be open at once. Each is answered by itself; the task stays flagged, and what was waiting stays parked,
until the last one is. Each answer but stopping makes a new version of the brief that says why there is one.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import MessageKind, User
from delegation.workflow import Action, State
from tasks import checkin_schedule
from tasks.actions.base import CHANGED, FIRST_NUDGE, Refused, Step, acting
from tasks.actions.expenses import count_what_fits
from tasks.actions.handing_over import close
from tasks.actions.writing import new_version, record_new_version
from tasks.brief import Change, difference, snapshot
from tasks.metering import recount
from tasks.models import Task, Turn, TurnKind, TurnState
from tasks.models.turns import EXCLUSIVE
from tasks.payloads import FlagCause, FlagContent, FlagKind
from tasks.tolerance import in_money, rate_of, use_tolerance
from tasks.used import lower_unpaid, refuse_too_low

NOTHING_MORE = _("Say what you give: more money, more time or a later date.")
NOTHING_SWAPPED = _("Say what is dropped or changed instead.")
NO_REASON = _("Say why; your assistant has to make do with it.")
GIVEN = ("money_limit", "time_limit", "deadline_date")
# How a flag is answered that needed nobody's answer.
TOLERATED = "tolerated"


def flag(
    *, task_id: UUID, by: User, text: str, content: FlagContent, now: datetime, revision: int | None = None
) -> Task:
    """Say that it can't be done like this, why, and what it would take. What was waiting is parked meanwhile.

    What lies within the team's tolerance is approved at once instead: the limit moves, and nothing waits.
    """
    with acting(Action.FLAG, task_id=task_id, by=by, now=now, revision=revision) as step:
        step.record(text=text, flag=content.kind)
        if raised := _tolerated(step, content):
            _approve_at_once(step, text, content, raised)
        else:
            _put_to_entrepreneur(step, text, content)
        _count_move(step)
    return step.task


def give_more(
    *,
    task_id: UUID,
    by: User,
    more: Mapping[str, Any],
    text: str = "",
    turn_id: UUID | None = None,
    now: datetime,
    revision: int | None = None,
) -> Task:
    """Pay more, give more time or a later date: the limits move and the work goes on.

    `more`: the new values of money_limit, time_limit, deadline_date; None or absent leaves one as it is. `turn_id`: the
    flag that is answered; else the first one. What the flag asks may be there already, by the answer to another flag:
    then it is answered by that alone, without a new version of the brief. Raises Refused when nothing is given
    otherwise, or less than there was.
    """
    given = {name: more[name] for name in GIVEN if more.get(name) is not None}
    with acting(Action.GIVE_MORE, task_id=task_id, by=by, now=now, revision=revision) as step:
        turn = step.open_turn(TurnKind.FLAG, turn_id)
        given = {name: value for name, value in given.items() if not is_there(step.task, turn.flag, name, value)}
        had = {name: getattr(step.task, name) for name in given}
        if any(had[name] is not None and value < had[name] for name, value in given.items()):
            raise Refused(step.task, NOTHING_MORE)
        if given == had and is_covered(step.task, turn.flag):
            _answer(step, turn, "more", text=text)
            step.record(text=text, covered=True)
            _tell(step, "flag_covered", text=text)
            return step.task
        before, money = snapshot(step.task), step.task.money_limit
        unpaid = _move_limits(step, turn, given)
        changes = difference(before, snapshot(step.task))
        if not changes:
            raise Refused(step.task, NOTHING_MORE)
        _answer(step, turn, "more", text=text, unpaid=unpaid)
        _record(step, changes, text=text, money=money)
        _tell(step, "flag_more", text=text, unpaid=unpaid)
    return step.task


def swap(
    *,
    task_id: UUID,
    by: User,
    text: str = "",
    drop: Sequence[str] = (),
    limits: Mapping[str, Any] | None = None,
    turn_id: UUID | None = None,
    now: datetime,
    revision: int | None = None,
) -> Task:
    """Change what is asked. `text`: what is dropped or changed instead; it becomes part of the brief.

    `drop`: could-items of the brief that go. `limits`: new ones that come with it, by column as in `give_more`, higher
    or lower. Raises Refused when nothing is swapped, or what should go is not in the brief any more.
    """
    given = {name: value for name, value in (limits or {}).items() if name in GIVEN and value is not None}
    with acting(Action.SWAP, task_id=task_id, by=by, now=now, revision=revision) as step:
        turn = step.open_turn(TurnKind.FLAG, turn_id)
        if not text.strip() and not drop:
            raise Refused(step.task, NOTHING_SWAPPED)
        if not set(drop) <= set(step.task.could_items):
            raise Refused(step.task, CHANGED)
        before, money = snapshot(step.task), step.task.money_limit
        step.set(
            guidelines="\n".join(part for part in (step.task.guidelines, text.strip()) if part),
            could_items=[item for item in step.task.could_items if item not in drop],
        )
        unpaid = _move_limits(step, turn, given)
        changes = difference(before, snapshot(step.task))
        _answer(step, turn, "swap", text=text, unpaid=unpaid, dropped=list(drop))
        _record(step, changes, text=text or "\n".join(drop), money=money)
        _tell(step, "flag_swap", text=text or ", ".join(drop))
    return step.task


def hold(
    *, task_id: UUID, by: User, text: str, turn_id: UUID | None = None, now: datetime, revision: int | None = None
) -> Task:
    """Hold to what was agreed, with a reason: a version of the brief that differs in nothing but that."""
    with acting(Action.HOLD, task_id=task_id, by=by, now=now, revision=revision) as step:
        turn = step.open_turn(TurnKind.FLAG, turn_id)
        if not text.strip():
            raise Refused(step.task, NO_REASON)
        _answer(step, turn, "hold", text=text)
        # Nothing has changed, so there is no difference to put to the assistant; the message says what was chosen.
        new_version(step, reason=text)
        step.record(text=text, version=step.task.brief_version)
        _tell(step, "flag_hold", must_do=True, text=text)
    return step.task


def stop_flagged(
    *, task_id: UUID, by: User, text: str = "", turn_id: UUID | None = None, now: datetime, revision: int | None = None
) -> Task:
    """Stop the task because of the flag. Others that are open are withdrawn with all else that waits."""
    with acting(Action.STOP_FLAGGED, task_id=task_id, by=by, now=now, revision=revision) as step:
        step.answer(step.open_turn(TurnKind.FLAG, turn_id), "stop", text=text)
        close(step, text=text)
    return step.task


def is_covered(task: Task, flag: FlagContent) -> bool:
    """Whether all that a flag asks for is in the brief as it stands: another answer has given it."""
    return flag.is_covered(money=task.money_limit, minutes=task.time_limit, deadline=task.deadline_date)


def is_there(task: Task, flag: FlagContent, name: str, value: Any) -> bool:
    """Whether this new limit is just what the flag asks, and not more than there is by now. `name`: as in GIVEN."""
    asked = {"money_limit": flag.money, "time_limit": flag.minutes, "deadline_date": flag.deadline}
    limit = getattr(task, name)
    return limit is not None and value == asked[name] and value <= limit


# --- raising ------------------------------------------------------------------------------------------------------


def _put_to_entrepreneur(step: Step, text: str, content: FlagContent) -> None:
    resume: str = step.before
    if step.before == State.FLAGGED:  # to where the first open one leads back, never to a flag
        first = step.open_turn(TurnKind.FLAG)
        resume = first.payload["resume"]
    interrupted = Turn.objects.filter(task=step.task, state=TurnState.OPEN, kind__in=[*EXCLUSIVE, TurnKind.MILESTONE])
    interrupted.update(state=TurnState.PARKED)
    step.put(TurnKind.FLAG, to=step.task.entrepreneur, text=text, payload=content.as_json() | {"resume": resume})
    step.tell(step.task.entrepreneur, "flag", kind=MessageKind.YOUR_TURN, must_do=True, urgent=True, text=text)


def _tolerated(step: Step, content: FlagContent) -> dict[str, Any]:
    """The limit as it becomes at once, when that is all that is asked for and it lies within the tolerance."""
    asked = {name for name in ("money", "minutes", "deadline") if getattr(content, name) is not None}
    if content.kind == FlagKind.BUDGET and asked == {"money"}:
        return {"money_limit": content.money} if _money_is_tolerated(step, content.money) else {}
    # Time of which nothing is billed costs nothing, so there is no small amount to wave through.
    if content.kind == FlagKind.TIME and asked == {"minutes"} and content.cause != FlagCause.ESTIMATE:
        return {"time_limit": content.minutes} if _time_is_tolerated(step, content.minutes) else {}
    return {}


def _money_is_tolerated(step: Step, money: Decimal | None) -> bool:
    limit = step.task.money_limit
    if limit is None or money is None:
        return False
    return use_tolerance(step, money - limit, limit, version=step.task.brief_version + 1)


def _time_is_tolerated(step: Step, minutes: int | None) -> bool:
    limit, rate = step.task.time_limit, rate_of(step.task, step)
    if limit is None or minutes is None or rate is None:
        return False
    over, whole = in_money(minutes - limit, limit, rate)
    return use_tolerance(step, over, whole, minutes=minutes - limit, version=step.task.brief_version + 1)


def _approve_at_once(step: Step, text: str, content: FlagContent, raised: Mapping[str, Any]) -> None:
    step.stay()
    step.set(**raised)
    new_version(step, reason=text)
    # Answered by nobody: that is how it reads among what was answered.
    Turn.objects.create(
        task=step.task,
        kind=TurnKind.FLAG,
        state=TurnState.ANSWERED,
        by=step.by,
        waits_on=step.task.entrepreneur,
        text=text,
        payload=content.as_json() | {"resume": step.before},
        created_at=step.now,
        answer=TOLERATED,
        answered_at=step.now,
    )
    recount(step)


# --- answering ----------------------------------------------------------------------------------------------------


def _move_limits(step: Step, turn: Turn, given: Mapping[str, Any]) -> int:
    """Write the new limits. Returns how many minutes of them are not billed: an own wrong estimate."""
    refuse_too_low(step, given)
    lower_unpaid(step, given)
    had: int | None = step.task.time_limit
    step.set(**given)
    step.task.set_deadline_moment()
    step.changed.add("deadline_at")
    if turn.flag.cause != FlagCause.ESTIMATE or had is None or "time_limit" not in given:
        return 0
    unpaid: int = max(0, given["time_limit"] - had)
    step.set(minutes_unpaid=step.task.minutes_unpaid + unpaid)
    return unpaid


def _answer(step: Step, turn: Turn, answer: str, *, text: str, **payload: Any) -> None:
    """Answer one flag. With the last one what was parked opens again, and nobody is reminded of that at once."""
    step.answer(turn, answer, text=text, payload={name: value for name, value in payload.items() if value})
    _count_move(step)
    if step.after != State.FLAGGED:
        parked = Turn.objects.filter(task=step.task, state=TurnState.PARKED)
        parked.update(state=TurnState.OPEN, nudge_at=step.now + FIRST_NUDGE)


def _record(step: Step, changes: list[Change], *, text: str, money: Decimal | None) -> None:
    """`money`: the limit as it was."""
    record_new_version(step, changes, reason=text, text=text)
    checkin_schedule.restart(step.task, now=step.now)
    count_what_fits(step, before=money)
    recount(step)


def _count_move(step: Step) -> None:
    """A task that stays flagged has moved all the same: an older page has not seen this flag, or these limits."""
    if step.after == step.before:
        step.set(revision=step.task.revision + 1)


def _tell(step: Step, template: str, *, must_do: bool = False, text: str, unpaid: int = 0) -> None:
    step.tell(
        step.task.assistant,
        template,
        kind=MessageKind.YOUR_TURN,
        must_do=must_do,
        text=text,
        unpaid=unpaid,
        waits=step.after == State.FLAGGED,
    )
