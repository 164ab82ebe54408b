"""What a person sends with each action, in a state in which it can be done."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import uuid4

from accounts.models import User
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions import handing_over, milestones, talking
from tasks.actions.expenses import log_expense
from tasks.actions.wishes import add_wish
from tasks.models import Checkin, CheckinRule, CheckinState, Task, TurnKind
from tests.conftest import Cast
from tests.tasks.factories import PHASES, task_in

L = LevelKey
S = State


@dataclass(frozen=True)
class Press:
    """One action: by whom, on a task in which state and level, with what filled in."""

    slug: str
    by: str
    state: State
    level: LevelKey
    sent: dict[str, Any] = field(default_factory=dict)
    needs_revision: bool = True

    def __str__(self) -> str:
        return self.slug


TWO_OPTIONS = {"title_1": "One", "pros_1": "+", "cons_1": "-", "title_2": "Two", "pros_2": "+", "cons_2": "-"}

PRESSES = [
    Press("delegate", "owner", S.DRAFT, L.JUST_DO_IT),
    Press("accept-task", "assistant", S.OFFERED, L.JUST_DO_IT, {"read_back": "A copy of the return", "estimate": "2"}),
    Press("decline", "guest", S.OFFERED, L.JUST_DO_IT, {"reason": "expertise"}),
    Press("acknowledge", "assistant", S.IN_PROGRESS, L.JUST_DO_IT, needs_revision=False),
    Press("ask", "assistant", S.IN_PROGRESS, L.JUST_DO_IT, {"text": "May it be paper?"}, needs_revision=False),
    Press("answer", "owner", S.IN_PROGRESS, L.JUST_DO_IT, {"text": "Yes"}, needs_revision=False),
    Press("propose", "assistant", S.IN_PROGRESS, L.PROPOSE, {"text": "These ten"}),
    Press("approve", "owner", S.AWAITING_APPROVAL, L.PROPOSE),
    Press("ask-for-changes", "owner", S.AWAITING_APPROVAL, L.PROPOSE, {"text": "Only Dutch ones"}),
    Press("submit-options", "assistant", S.IN_PROGRESS, L.ADVISE, {**TWO_OPTIONS, "recommended": "2"}),
    Press("choose", "owner", S.AWAITING_DECISION, L.ADVISE, {"option": "1"}),
    Press("ask-for-other-options", "owner", S.AWAITING_DECISION, L.ADVISE, {"text": "Cheaper"}),
    Press("tick-step", "assistant", S.IN_PROGRESS, L.INSTRUCTIONS, {"step": "1"}, needs_revision=False),
    Press("ask-to-deviate", "assistant", S.IN_PROGRESS, L.INSTRUCTIONS, {"text": "Call instead?"}),
    Press("allow-deviation", "owner", S.AWAITING_DECISION, L.INSTRUCTIONS),
    Press("refuse-deviation", "owner", S.AWAITING_DECISION, L.INSTRUCTIONS),
    Press("answer-checkin", "assistant", S.IN_PROGRESS, L.JUST_DO_IT, {"mood": "stuck"}, needs_revision=False),
    Press("pause-checkin-rule", "owner", S.IN_PROGRESS, L.JUST_DO_IT, needs_revision=False),
    Press("resume-checkin-rule", "owner", S.IN_PROGRESS, L.JUST_DO_IT, needs_revision=False),
    Press("start-timer", "assistant", S.IN_PROGRESS, L.JUST_DO_IT, needs_revision=False),
    Press("log-work", "assistant", S.IN_PROGRESS, L.JUST_DO_IT, {"minutes": "1:30"}, needs_revision=False),
    Press("log-expense", "assistant", S.IN_PROGRESS, L.JUST_DO_IT, {"amount": "9,50", "what": "Ink"},
        needs_revision=False),
    Press("approve-expense", "owner", S.IN_PROGRESS, L.WITHIN_LIMITS, needs_revision=False),
    Press("refuse-expense", "owner", S.IN_PROGRESS, L.WITHIN_LIMITS, {"text": "Too dear"}, needs_revision=False),
    Press("flag", "assistant", S.IN_PROGRESS, L.WITHIN_LIMITS, {
        "kind": "budget", "cause": "grew", "text": "Not for this money", "money": "240",
    }),
    Press("answer-flag", "owner", S.FLAGGED, L.WITHIN_LIMITS, {"way": "more", "money": "240"}),
    Press("swap-wish", "owner", S.IN_PROGRESS, L.JUST_DO_IT, {"drop": "Flowers", "place": "must"}),
    Press("to-tray", "owner", S.IN_PROGRESS, L.JUST_DO_IT, {"text": "Later"}, needs_revision=False),
    Press("deliver-milestone", "assistant", S.IN_PROGRESS, L.JUST_DO_IT, {"text": "The plan"}, needs_revision=False),
    Press("accept-milestone", "owner", S.IN_PROGRESS, L.JUST_DO_IT, needs_revision=False),
    Press("send-back-milestone", "owner", S.IN_PROGRESS, L.JUST_DO_IT, {"text": "Not yet"}, needs_revision=False),
    Press("drop-scope", "owner", S.IN_PROGRESS, L.JUST_DO_IT, {"items": ["Flowers"]}),
    Press("submit-findings", "assistant", S.IN_PROGRESS, L.RESEARCH, {"fact_0": "Fair", "source_0": "example.com"}),
    Press("deliver", "assistant", S.IN_PROGRESS, L.WITHIN_LIMITS, {"text": "Here it is"}),
    Press("accept-result", "owner", S.DELIVERED, L.WITHIN_LIMITS),
    Press("send-back", "owner", S.DELIVERED, L.WITHIN_LIMITS, {"text": "The menu is missing"}),
    Press("reopen", "owner", S.DONE, L.WITHIN_LIMITS, {"text": "The menu is missing after all"}),
    Press("hand-back", "guest", S.IN_PROGRESS, L.JUST_DO_IT, {"text": "Ill, nothing done yet"}),
    Press("reassign", "owner", S.IN_PROGRESS, L.JUST_DO_IT),
    Press("take-back", "owner", S.IN_PROGRESS, L.JUST_DO_IT),
    Press("pass-on", "owner", S.IN_PROGRESS, L.JUST_DO_IT),
    Press("stop", "owner", S.IN_PROGRESS, L.JUST_DO_IT),
]  # fmt: skip


# An expense is answered whatever became of the task, so only the second answer comes too late.
OUTLASTING = {"approve-expense", "refuse-expense"}


@dataclass(frozen=True)
class Ready:
    """A task on which the press can be done, by whom, and all that is sent."""

    task: Task
    by: User
    sent: dict[str, Any]
    path: str


def ready(press: Press, cast: Cast, now: datetime, **fields: Any) -> Ready:
    """The task in the state that the press needs, with whatever it answers. `fields`: of the brief."""
    assistant = cast.guest if press.by == "guest" else cast.assistant
    task = task_in(press.state, press.level, cast, now, assistant=assistant, **fields)
    sent = {**press.sent, **PREPARED.get(press.slug, partial(_answered, press.slug))(task, cast, now)}
    task.refresh_from_db()
    if press.needs_revision:
        sent["revision"] = task.revision
    return Ready(task, getattr(cast, press.by), sent, f"/tasks/{task.pk}/{press.slug}/")


def _answered(slug: str, task: Task, cast: Cast, now: datetime) -> dict[str, Any]:
    """Puts before the person what this action answers; returns what names it."""
    match slug:
        case "acknowledge":
            handing_over.amend(task_id=task.pk, by=cast.owner, fields={"deliverable": "Two copies"}, now=now)
            return {"turn": task.turns.get(kind=TurnKind.AMENDMENT).pk}
        case "answer" | "to-tray":
            talking.ask(task_id=task.pk, by=cast.assistant, text="Which year?", now=now)
            return {"turn": task.turns.get(kind=TurnKind.QUESTION).pk}
        case "answer-checkin":
            return {"checkin": asked_checkin(task, now).pk}
        case "pause-checkin-rule" | "resume-checkin-rule":
            paused_at = now if slug == "resume-checkin-rule" else None
            return {
                "rule": CheckinRule.objects.create(task=task, trigger="after_work", hours=2, paused_at=paused_at).pk
            }
    named: dict[str, dict[str, Any]] = {
        "log-work": {"day": now.date(), "entry": uuid4()},
        "log-expense": {"entry": uuid4()},
        "pass-on": {"to": cast.entrepreneur.pk},
        "reassign": {"assistant": cast.guest.pk},
    }
    return named.get(slug, {})


def _with_a_wish(task: Task, cast: Cast, now: datetime) -> dict[str, Any]:
    """A wish in the tray of the task, and something in the brief that could make room for it."""
    Task.objects.filter(pk=task.pk).update(could_items=["Flowers"])
    return {"wish": add_wish(team=task.team, by=cast.assistant, text="Menus", task=task, now=now).pk}


def _with_could_items(task: Task, cast: Cast, now: datetime) -> dict[str, Any]:
    Task.objects.filter(pk=task.pk).update(could_items=["Flowers", "Music"])
    return {}


def _with_milestones(task: Task, cast: Cast, now: datetime) -> dict[str, Any]:
    handing_over.amend(task_id=task.pk, by=cast.owner, fields={}, milestones=PHASES, now=now)
    return {"milestone": task.milestones.get(position=1).pk}


def _with_a_delivered_milestone(task: Task, cast: Cast, now: datetime) -> dict[str, Any]:
    _with_milestones(task, cast, now)
    milestones.deliver_milestone(task_id=task.pk, by=cast.assistant, text="The plan", now=now)
    return {"turn": task.turns.get(kind=TurnKind.MILESTONE).pk}


def _with_a_waiting_expense(task: Task, cast: Cast, now: datetime) -> dict[str, Any]:
    Task.objects.filter(pk=task.pk).update(ask_above=Decimal(5))
    log_expense(task_id=task.pk, by=cast.assistant, amount=Decimal(9), what="Deposit", now=now)
    return {"turn": task.turns.get(kind=TurnKind.EXPENSE).pk}


def _with_the_last_milestone_delivered(task: Task, cast: Cast, now: datetime) -> dict[str, Any]:
    """With nothing that begins by itself after it."""
    _with_a_delivered_milestone(task, cast, now)
    handing_over.amend(task_id=task.pk, by=cast.owner, fields={}, milestones=PHASES[:2], now=now)
    milestones.accept_milestone(task_id=task.pk, by=cast.owner, now=now)
    milestones.deliver_milestone(task_id=task.pk, by=cast.assistant, text="The design", now=now)
    return {"turn": task.turns.get(kind=TurnKind.MILESTONE, state="open").pk}


# The same for what takes more than a line.
PREPARED: dict[str, Callable[[Task, Cast, datetime], dict[str, Any]]] = {
    "swap-wish": _with_a_wish,
    "deliver-milestone": _with_milestones,
    "accept-milestone": _with_the_last_milestone_delivered,
    "send-back-milestone": _with_a_delivered_milestone,
    "drop-scope": _with_could_items,
    "approve-expense": _with_a_waiting_expense,
    "refuse-expense": _with_a_waiting_expense,
}


def asked_checkin(task: Task, now: datetime) -> Checkin:
    """A check-in that the assistant of the task was asked."""
    assert task.assistant
    return Checkin.objects.create(
        task=task, assistant=task.assistant, due_at=now - timedelta(hours=1), asked_at=now, state=CheckinState.ASKED
    )
