"""What every action shares: lock the task, ask the table, write everything in one transaction.

Two people acting at once: the task's row is locked first (on SQLite the transaction itself is the lock), so the second
one sees what the first one did, and is refused by the same table as anybody who comes too late.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, MessageKind, User
from accounts.models import Role as TeamRole
from accounts.outbox import Tell, mark_done, tell
from delegation.checkins import NUDGE_AFTER_MINUTES
from delegation.escalation import SHORTEST
from delegation.levels import LevelKey
from delegation.workflow import CLOSED, Action, Refusal, Role, State, Why, decide
from tasks.models import OPEN_CHECKINS, Checkin, Event, Task, Turn, TurnKind, TurnState
from tasks.models.turns import OUTLASTING
from tasks.standing_in import mark_answered, with_deputies


class Refused(Exception):
    """The action can't be done now. `task` is the task as it stands; `text` says why, for the person who tried.

    `way_out`: the address where the flag can be raised that would make it possible.
    """

    def __init__(self, task: Task, text: str | Promise, why: Why | None = None, *, way_out: str = "") -> None:
        super().__init__(str(text))
        self.task = task
        self.text = text
        self.why = why
        self.way_out = way_out


# What waited behind something else is not reminded of sooner than this after it opens again.
FIRST_NUDGE = timedelta(minutes=NUDGE_AFTER_MINUTES)
# When a sweep looks at what waits, for the first time: no agreement has a step before (tasks/sweeps/nudging.py).
FIRST_LOOK = SHORTEST
CHANGED = _("Something changed since you opened this page. Have a look at how it stands now, then decide again.")
ALREADY_ANSWERED = _("This has been answered already.")
# The messages that ask for an answer to what outlasts the task.
OUTLASTING_NEWS = ("expense_asked",)


@dataclass
class Step:
    """One action under way, inside its transaction."""

    task: Task
    by: User
    role: Role
    action: Action
    before: State
    after: State
    now: datetime
    changed: set[str] = field(default_factory=set)
    tells: list[Tell] = field(default_factory=list)
    event: Event | None = None
    saves: bool = True
    # On whom what this action answered waited: they need not any more.
    relieved: set[UUID] = field(default_factory=set)

    def set(self, **values: Any) -> None:
        """Change fields of the task; they are saved when the action ends."""
        for name, value in values.items():
            setattr(self.task, name, value)
        self.changed.update(values)

    def stay(self) -> None:
        """Leave the task in the state that it is in: what was asked for needs no answer after all."""
        self.after = self.before

    def nothing_changed(self) -> None:
        """What was asked for is there already: the task is left as it is, and nobody is told."""
        self.saves = False

    def record(self, **data: Any) -> None:
        """Write the timeline event of this action, under the action's own name."""
        self.event = Event.objects.create(task=self.task, at=self.now, actor=self.by, kind=self.action, data=data)

    def note(self, kind: str, **data: Any) -> Event:
        """Write a timeline event that follows from this action without being anybody's own deed."""
        return Event.objects.create(task=self.task, at=self.now, actor=None, kind=kind, data=data)

    def tell(
        self,
        to: User | None,
        template: str,
        *,
        kind: MessageKind = MessageKind.ANSWER,
        must_do: bool = False,
        urgent: bool = False,
        about: Event | None = None,
        **params: str | int | bool,
    ) -> None:
        """Send a message about the event just recorded, or `about` another. Nobody is told what they did themselves."""
        if to is not None and to.pk != self.by.pk:
            always: dict[str, str | int | bool] = {"title": self.task.title, "actor": self.by.short_name}
            self.tells.append(
                tell_of(
                    self.task,
                    about or self.event,
                    to,
                    template,
                    kind=kind,
                    must_do=must_do,
                    urgent=urgent,
                    params=always | params,
                )
            )

    def tell_both(
        self,
        event: Event,
        template: str,
        *,
        kind: MessageKind,
        urgent: bool = False,
        **params: str | int | bool,
    ) -> None:
        """Tell both sides of what followed from this action by itself: also who did it should hear the same.

        A draft has one side: whoever it is meant for has not been offered it yet.
        """
        assistant = None if self.after == State.DRAFT else self.task.assistant
        for person in (self.task.entrepreneur, assistant):
            if person is not None:
                always: dict[str, str | int | bool] = {"title": self.task.title}
                self.tells.append(
                    tell_of(
                        self.task,
                        event,
                        person,
                        template,
                        kind=kind,
                        must_do=False,
                        urgent=urgent,
                        params=always | params,
                    )
                )

    def put(self, kind: TurnKind, *, to: User, text: str = "", payload: Mapping[str, Any] | None = None) -> Turn:
        """Put something to somebody: it waits on them until it is answered."""
        return Turn.objects.create(
            task=self.task,
            kind=kind,
            by=self.by,
            waits_on=to,
            text=text,
            payload=payload or {},
            created_at=self.now,
            nudge_at=self.now + FIRST_LOOK,
        )

    def open_turn(self, kind: TurnKind, turn_id: UUID | None = None, *, asked_of: Role | None = None) -> Turn:
        """The open turn of this kind, put to that side if named. Raises Refused when it is answered or withdrawn."""
        turns = Turn.objects.filter(task=self.task, kind=kind, state=TurnState.OPEN)
        if asked_of == Role.ASSISTANT:
            turns = turns.filter(waits_on=self.by)
        elif asked_of == Role.ENTREPRENEUR:  # another entrepreneur of the team may answer instead
            turns = turns.exclude(waits_on=self.task.assistant)
        turn = (turns.filter(pk=turn_id) if turn_id else turns).order_by("created_at").first()
        if turn is None:
            raise Refused(self.task, ALREADY_ANSWERED)
        return turn

    def answer(self, turn: Turn, answer: str, *, text: str = "", payload: Mapping[str, Any] | None = None) -> None:
        """Answer a turn. The row is claimed by a conditional update, so that it is answered once."""
        turn.answer_payload = dict(payload or {})
        count = Turn.objects.filter(pk=turn.pk, state=TurnState.OPEN).update(
            state=TurnState.ANSWERED,
            answer=answer,
            answer_text=text,
            answer_payload=turn.answer_payload,
            answered_by=self.by,
            answered_at=self.now,
        )
        if count != 1:
            raise Refused(self.task, ALREADY_ANSWERED)
        self.relieved.add(turn.waits_on_id)

    def withdraw_turns(self, *kinds: TurnKind) -> None:
        """Withdraw what waits: the task has moved on without it. All kinds unless told otherwise, but OUTLASTING."""
        turns = Turn.objects.filter(task=self.task, state__in=[TurnState.OPEN, TurnState.PARKED])
        turns = turns.filter(kind__in=kinds) if kinds else turns.exclude(kind__in=OUTLASTING)
        turns.update(state=TurnState.WITHDRAWN)


def role_of(user: User, task: Task) -> Role:
    """What this person is to this task, by their membership as it is now."""
    team_role = Membership.objects.filter(team_id=task.team_id, user=user).values_list("role", flat=True).first()
    return role_for(team_role, user_id=user.pk, task=task)


def role_for(team_role: str | None, *, user_id: UUID, task: Task) -> Role:
    """The same for a role in the team that is known already."""
    if team_role in TeamRole.entrepreneurs():
        return Role.ENTREPRENEUR
    if team_role in TeamRole.assistants() and task.assistant_id == user_id:
        return Role.ASSISTANT
    return Role.ONLOOKER


@contextmanager
def acting(action: Action, *, task_id: UUID, by: User, now: datetime, revision: int | None = None) -> Iterator[Step]:
    """Do one action on a task, in one transaction.

    `revision`: the task's revision that the person was looking at; a press in an old tab is refused instead of
    answering something that they have not seen. Raises Refused; nothing is written then.
    """
    step = None
    try:
        with transaction.atomic():
            step = _begin(action, task_id=task_id, by=by, now=now, revision=revision)
            yield step
            _finish(step)
    except Refused as refused:
        if step and step.changed:  # nothing of it was written, so nobody should be shown it either
            refused.task.refresh_from_db()
        raise


def _begin(action: Action, *, task_id: UUID, by: User, now: datetime, revision: int | None) -> Step:
    task = (
        # "no key": rows elsewhere (an upload, a message) may go on pointing at this task while it is locked.
        # The assistant is not joined: after waiting for the lock, PostgreSQL reads this row anew but not the joined
        # ones, so a task that was reassigned meanwhile would come without an assistant.
        Task.objects.select_for_update(of=("self",), no_key=True).select_related("team", "entrepreneur").get(pk=task_id)
    )
    role = role_of(by, task)
    resume, other_flags = _flags(task) if task.state == State.FLAGGED else (None, 0)
    outcome = decide(
        state=State(task.state),
        action=action,
        role=role,
        level=LevelKey(task.level),
        facts=task.facts(now=now, resume=resume, other_flags=other_flags),
    )
    if isinstance(outcome, Refusal):
        raise Refused(task, outcome.text, outcome.why)
    if revision is not None and revision != task.revision:
        raise Refused(task, CHANGED)
    return Step(task=task, by=by, role=role, action=action, before=State(task.state), after=outcome, now=now)


def _flags(task: Task) -> tuple[State | None, int]:
    """The state in which the first of the open flags was raised, and how many there are beside one."""
    flags = list(Turn.objects.filter(task=task, kind=TurnKind.FLAG, state=TurnState.OPEN).order_by("created_at"))
    return (State(flags[0].payload["resume"]), len(flags) - 1) if flags else (None, 0)


def _finish(step: Step) -> None:
    if not step.saves:
        return
    if step.after != step.before:
        step.set(state=step.after, revision=step.task.revision + 1)
    step.set(changed_at=step.now)
    step.task.save(update_fields=sorted(step.changed))
    _mark_done(step)
    tell(with_deputies(_to_members(step), task=step.task, now=step.now), now=step.now)


def _mark_done(step: Step) -> None:
    """What asked something of somebody has been done once nothing here waits on them any more."""
    if step.after in CLOSED:
        outlasts = Turn.objects.filter(task=step.task, kind__in=OUTLASTING, state=TurnState.OPEN).exists()
        mark_done(thread=str(step.task.pk), user=None, but=OUTLASTING_NEWS if outlasts else (), now=step.now)
        return
    waiting = Turn.objects.filter(task=step.task, waits_on=step.by, state=TurnState.OPEN)
    asked = Checkin.objects.filter(task=step.task, assistant=step.by, state__in=OPEN_CHECKINS)
    if not waiting.exists() and not asked.exists():
        mark_done(thread=str(step.task.pk), user=step.by, now=step.now)
    mark_answered(step.task, step.relieved - {step.task.assistant_id}, now=step.now)


def _to_members(step: Step) -> list[Tell]:
    """The messages without those to people who left the team: what is said about its work is not theirs to read."""
    told = {item.to.pk for item in step.tells}
    members = Membership.objects.filter(team_id=step.task.team_id, user__in=told).values_list("user_id", flat=True)
    still_here = set(members) if told else set()
    return [item for item in step.tells if item.to.pk in still_here]


def tell_of(
    task: Task,
    event: Event | None,
    to: User,
    template: str,
    *,
    kind: MessageKind,
    must_do: bool,
    urgent: bool,
    params: dict[str, str | int | bool],
) -> Tell:
    """A message about a task's event. The same event tells the same person the same thing once."""
    if event is None:
        raise ValueError("Record the event before telling of it.")
    return Tell(
        to=to,
        kind=kind,
        template=template,
        params=params,
        path=task.get_absolute_url(),
        thread=str(task.pk),
        must_do=must_do,
        urgent=urgent,
        dedup_key=f"event:{event.pk}:{template}:{to.pk}",
    )
