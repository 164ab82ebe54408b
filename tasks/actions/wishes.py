"""The tray: what comes up along the way and was not agreed, until it becomes a task, is swapped or is dropped."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, MessageKind, Role, Team, User
from accounts.outbox import Tell, tell
from delegation.levels import LevelKey
from delegation.workflow import Action
from tasks.actions.base import CHANGED, Refused, acting
from tasks.actions.handing_over import create_draft
from tasks.actions.writing import record_new_version
from tasks.brief import difference, snapshot
from tasks.models import Event, Task, TurnKind, Wish, WishState
from tasks.usual import usual_rules
from tasks.usual_limits import limits_for, usual_limits

LEVEL = LevelKey.PROPOSE  # where the form for a new brief begins, too
MOST_TITLE = 200
MOST_TEXT = 300
MOST_ITEM = 500

DECIDED = _("Somebody decided about this wish already.")


class WishDecided(Exception):
    """The wish has left the tray already. `wish`: as it stands now."""

    def __init__(self, wish: Wish) -> None:
        super().__init__(str(DECIDED))
        self.wish = wish


def add_wish(
    *,
    team: Team,
    by: User,
    text: str,
    minutes: int | None = None,
    amount: Decimal | None = None,
    task: Task | None = None,
    wish_id: UUID | None = None,
    now: datetime,
) -> Wish:
    """Drop something in the tray, with what it would take: `minutes`, and `amount` in the team's currency.

    Whether `by` may do so in `team`, and sees `task`, has been checked by who found them. `wish_id`: chosen beforehand,
    so that sending the same wish again can't make a second one; raises IntegrityError when it exists.
    """
    with transaction.atomic():
        wish = Wish(
            id=wish_id or uuid4(),
            team=team,
            task=task,
            by=by,
            text=text,
            minutes=minutes,
            amount=amount,
            created_at=now,
        )
        wish.save(force_insert=True)
        if task:
            _event("wish-added", task, by=by, now=now, text=text)
        tell(_told_of_new(wish), now=now)
    return wish


def wish_to_task(*, wish: Wish, by: User, now: datetime) -> Task:
    """Make a draft of it, with the usual limits, and its own estimate before them. Raises WishDecided.

    Whether `by` hands over in the wish's team has been checked by who found the wish.
    """
    with transaction.atomic():
        _close(wish, WishState.TASK, by=by, now=now)
        task = create_draft(
            team=wish.team,
            by=by,
            fields=_brief_of(wish, by),
            rules=usual_rules(wish.team_id)[LEVEL],
            now=now,
        )
        Wish.objects.filter(pk=wish.pk).update(became=task)
        if wish.task:
            _event("wish-task", wish.task, by=by, now=now, text=wish.text)
        tell(_told_of_task(wish, by), now=now)
    return task


def swap_wish(
    *,
    task_id: UUID,
    by: User,
    wish_id: UUID,
    drop: str,
    must: bool = False,
    text: str = "",
    now: datetime,
    revision: int | None = None,
) -> Task:
    """Take a wish into the brief in the place of one of its could-items, within the limits that there are.

    `drop`: the could-item that makes room. `must`: the wish becomes a must, else a could. Raises Refused when the wish
    is not in the tray of this task any more, or the item is not in the brief.
    """
    with acting(Action.SWAP_WISH, task_id=task_id, by=by, now=now, revision=revision) as step:
        task = step.task
        wish = Wish.objects.filter(pk=wish_id, task=task).first()
        if wish is None or not _closed(wish, WishState.SWAPPED, by=by, now=now, swapped_for=drop[:MOST_ITEM]):
            raise Refused(task, DECIDED)
        if drop not in task.could_items:
            raise Refused(task, CHANGED)
        before = snapshot(task)
        kept = list(task.could_items)
        kept.remove(drop)
        if must:
            step.set(must_items=[*task.must_items, wish.text], could_items=kept)
        else:
            step.set(could_items=[*kept, wish.text])
        step.set(revision=task.revision + 1)
        record_new_version(
            step,
            difference(before, snapshot(task)),
            reason=text or f"{drop} → {wish.text}",
            text=text,
            wish=wish.text,
            dropped=drop,
        )
        step.tell(
            task.assistant,
            "wish_swapped",
            kind=MessageKind.YOUR_TURN,
            must_do=True,
            wish=wish.text,
            dropped=drop,
            text=text,
        )
    return step.task


def drop_wish(*, wish: Wish, by: User, text: str = "", now: datetime) -> Wish:
    """Decide that it won't be done. `text`: a few words, for whoever wished it. Raises WishDecided.

    Whether the wish is `by`'s own, or they hand over in its team, has been checked by who found it.
    """
    with transaction.atomic():
        _close(wish, WishState.DROPPED, by=by, now=now)
        if wish.task:
            _event("wish-dropped", wish.task, by=by, now=now, wish=wish.text, text=text)
        tell(_told_of_drop(wish, by, text), now=now)
    return wish


def to_tray(*, task_id: UUID, by: User, turn_id: UUID | None = None, text: str = "", now: datetime) -> Task:
    """Answer a question that asks for what was not agreed: it goes in the tray, as a wish of who asked.

    `text`: a few words with it, if one likes.
    """
    with acting(Action.ANSWER, task_id=task_id, by=by, now=now) as step:
        turn = step.open_turn(TurnKind.QUESTION, turn_id, asked_of=step.role)
        step.answer(turn, "to_tray", text=text)
        asked = _shortened(" ".join(turn.text.split()), MOST_TEXT)
        Wish.objects.create(team=step.task.team, task=step.task, by=turn.by, text=asked, created_at=now)
        step.event = _event("to-tray", step.task, by=by, now=now, text=asked)
        step.tell(turn.by, "to_tray", question=turn.text, text=text)
    return step.task


def _close(wish: Wish, state: WishState, *, by: User, now: datetime) -> None:
    if not _closed(wish, state, by=by, now=now):
        raise WishDecided(Wish.objects.select_related("team", "task", "closed_by", "became").get(pk=wish.pk))


def _closed(wish: Wish, state: WishState, *, by: User, now: datetime, **values: Any) -> bool:
    """Claim the wish by a conditional update, so that of two people who decide at once exactly one does."""
    values |= {"state": state, "closed_by": by, "closed_at": now}
    return Wish.objects.filter(pk=wish.pk, state=WishState.OPEN).update(**values) == 1


def _brief_of(wish: Wish, by: User) -> dict[str, Any]:
    """What the wish says of a brief. A wish that is too long for a title stands in the deliverable as a whole."""
    own = {"time_limit": wish.minutes, "money_limit": wish.amount}
    return {
        "title": _shortened(wish.text, MOST_TITLE),
        "deliverable": "" if len(wish.text) <= MOST_TITLE else wish.text,
        "level": LEVEL,
        "time_zone": by.time_zone,
        **limits_for(usual_limits(wish.team_id), level=LEVEL, assistant=None).given(),
        **{name: value for name, value in own.items() if value is not None},
    }


def _shortened(text: str, most: int) -> str:
    """At most so many characters; what is cut off is not passed over in silence."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _event(kind: str, task: Task, *, by: User, now: datetime, **data: Any) -> Event:
    return Event.objects.create(task=task, at=now, actor=by, kind=kind, data=data)


def _told_of_new(wish: Wish) -> list[Tell]:
    """What an assistant wishes, the entrepreneur hears of: who hands over the task it hangs on, else the owner."""
    members = Membership.objects.filter(team=wish.team).select_related("user")
    if members.filter(user=wish.by, role__in=Role.entrepreneurs()).exists():
        return []
    theirs = members.filter(role__in=Role.entrepreneurs())
    found = theirs.filter(user=wish.task.entrepreneur_id).first() if wish.task else None
    return [
        Tell(
            to=member.user,
            kind=MessageKind.ANSWER,
            template="wish_added",
            params={
                "actor": wish.by.short_name,
                "wish": wish.text,
                "title": wish.task.title if wish.task else "",
                "minutes": wish.minutes or 0,
                "amount": f"{wish.amount or 0:.2f}",
                "currency": wish.team.currency,
            },
            path=reverse("wishes"),
            thread=_thread(wish),
            dedup_key=f"wish:{wish.pk}:wish_added:{member.user_id}",
        )
        for member in ([found] if found else theirs.filter(role=Role.OWNER))
    ]


def _told_of_task(wish: Wish, by: User) -> list[Tell]:
    if not _should_hear(wish, by):
        return []
    return [
        Tell(
            to=wish.by,
            kind=MessageKind.ANSWER,
            template="wish_task",
            params={"actor": by.short_name, "wish": wish.text},
            path=_closed_ones(),
            thread=_thread(wish),
            dedup_key=f"wish:{wish.pk}:wish_task:{wish.by_id}",
        )
    ]


def _told_of_drop(wish: Wish, by: User, text: str) -> list[Tell]:
    if not _should_hear(wish, by):
        return []
    return [
        Tell(
            to=wish.by,
            kind=MessageKind.ANSWER,
            template="wish_dropped",
            params={"actor": by.short_name, "wish": wish.text, "text": text},
            path=_closed_ones(),
            thread=_thread(wish),
            dedup_key=f"wish:{wish.pk}:wish_dropped:{wish.by_id}",
        )
    ]


def _should_hear(wish: Wish, by: User) -> bool:
    """Whether whoever wished it is still in the team, and did not decide themselves."""
    return Membership.objects.filter(team=wish.team_id, user=wish.by_id).exclude(user=by).exists()


def _thread(wish: Wish) -> str:
    """News of a wish goes with that of its task."""
    return str(wish.task_id or wish.pk)


def _closed_ones() -> str:
    return f"{reverse('wishes')}?show=closed"
