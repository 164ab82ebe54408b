"""Gates: proposals, options, steps, and questions about deviating from them."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import MessageKind, User
from delegation.workflow import Action
from tasks.actions.base import CHANGED, Refused, acting
from tasks.models import Task, TurnKind
from tasks.payloads import Option

WRONG_NUMBER = _("Submit two or three options, and recommend exactly one of them.")
STEP_GONE = _("Steps go in order, and this one is not the next. It may have been ticked off already.")


def propose(*, task_id: UUID, by: User, text: str, now: datetime, revision: int | None = None) -> Task:
    """Say how it will be done, and wait for a yes. An earlier yes no longer counts: this is a new proposal."""
    with acting(Action.PROPOSE, task_id=task_id, by=by, now=now, revision=revision) as step:
        step.set(gate_passed_at=None)
        step.put(TurnKind.PROPOSAL, to=step.task.entrepreneur, text=text)
        step.record(text=text)
        step.tell(step.task.entrepreneur, "proposal", kind=MessageKind.YOUR_TURN, must_do=True, text=text)
    return step.task


def approve(*, task_id: UUID, by: User, text: str = "", now: datetime, revision: int | None = None) -> Task:
    """Say yes to the proposal; from now on it may be carried out and delivered."""
    with acting(Action.APPROVE, task_id=task_id, by=by, now=now, revision=revision) as step:
        step.answer(step.open_turn(TurnKind.PROPOSAL), "approved", text=text)
        step.set(gate_passed_at=now)
        step.record(text=text)
        step.tell(step.task.assistant, "approved", kind=MessageKind.YOUR_TURN, text=text)
    return step.task


def ask_for_changes(*, task_id: UUID, by: User, text: str, now: datetime, revision: int | None = None) -> Task:
    """Not like this: say what should be different in the proposal."""
    with acting(Action.ASK_FOR_CHANGES, task_id=task_id, by=by, now=now, revision=revision) as step:
        step.answer(step.open_turn(TurnKind.PROPOSAL), "changes", text=text)
        step.record(text=text)
        step.tell(step.task.assistant, "changes_asked", kind=MessageKind.YOUR_TURN, must_do=True, text=text)
    return step.task


def submit_options(
    *, task_id: UUID, by: User, options: Sequence[Option], text: str = "", now: datetime, revision: int | None = None
) -> Task:
    """Lay two or three options before the entrepreneur, one of them recommended. An earlier choice no longer counts."""
    with acting(Action.SUBMIT_OPTIONS, task_id=task_id, by=by, now=now, revision=revision) as step:
        fewest, most = step.task.level_parts.options
        if not fewest <= len(options) <= most or sum(option.recommended for option in options) != 1:
            raise Refused(step.task, WRONG_NUMBER)
        payload = {"options": [asdict(option) for option in options]}
        step.set(gate_passed_at=None)
        step.put(TurnKind.OPTIONS, to=step.task.entrepreneur, text=text, payload=payload)
        step.record(text=text, options=[option.title for option in options])
        step.tell(step.task.entrepreneur, "options", kind=MessageKind.YOUR_TURN, must_do=True, count=len(options))
    return step.task


def choose(*, task_id: UUID, by: User, option: int, text: str = "", now: datetime, revision: int | None = None) -> Task:
    """Pick an option, counted from 0; the assistant carries it out."""
    with acting(Action.CHOOSE, task_id=task_id, by=by, now=now, revision=revision) as step:
        turn = step.open_turn(TurnKind.OPTIONS)
        if not 0 <= option < len(turn.options):
            raise Refused(step.task, CHANGED)
        chosen = turn.options[option].title
        step.answer(turn, "chosen", text=text, payload={"option": option})
        step.set(gate_passed_at=now)
        step.record(text=text, chosen=chosen)
        step.tell(step.task.assistant, "chosen", kind=MessageKind.YOUR_TURN, chosen=chosen, text=text)
    return step.task


def ask_for_other_options(*, task_id: UUID, by: User, text: str, now: datetime, revision: int | None = None) -> Task:
    """None of these: say what to look for instead."""
    with acting(Action.ASK_FOR_OTHER_OPTIONS, task_id=task_id, by=by, now=now, revision=revision) as step:
        step.answer(step.open_turn(TurnKind.OPTIONS), "others", text=text)
        step.record(text=text)
        step.tell(step.task.assistant, "other_options", kind=MessageKind.YOUR_TURN, must_do=True, text=text)
    return step.task


def tick_step(*, task_id: UUID, by: User, step_number: int, now: datetime) -> Task:
    """Tick off a step, counted from 1. They go in order, so it must be the first open one."""
    with acting(Action.TICK_STEP, task_id=task_id, by=by, now=now) as step:
        if step_number != step.task.steps_done + 1:
            raise Refused(step.task, STEP_GONE)
        text = step.task.steps[step_number - 1]
        step.set(steps_open=step.task.steps_open - 1)
        step.record(step=step_number, text=text)
    return step.task


def ask_to_deviate(*, task_id: UUID, by: User, text: str, now: datetime, revision: int | None = None) -> Task:
    """Ask to do the next step otherwise than it was written. Nothing goes on until there is an answer."""
    with acting(Action.ASK_TO_DEVIATE, task_id=task_id, by=by, now=now, revision=revision) as step:
        number = step.task.steps_done + 1
        payload = {"step": number, "step_text": step.task.steps[number - 1]}
        step.put(TurnKind.DEVIATION, to=step.task.entrepreneur, text=text, payload=payload)
        step.record(text=text, **payload)
        step.tell(step.task.entrepreneur, "deviation", kind=MessageKind.YOUR_TURN, must_do=True, text=text)
    return step.task


def answer_deviation(
    *, task_id: UUID, by: User, allowed: bool, text: str = "", now: datetime, revision: int | None = None
) -> Task:
    """Allow the deviation, or hold to the step as it was written."""
    action = Action.ALLOW_DEVIATION if allowed else Action.REFUSE_DEVIATION
    with acting(action, task_id=task_id, by=by, now=now, revision=revision) as step:
        turn = step.open_turn(TurnKind.DEVIATION)
        step.answer(turn, "allowed" if allowed else "refused", text=text)
        step.record(text=text, step=turn.payload["step"])
        template = "deviation_allowed" if allowed else "deviation_refused"
        step.tell(step.task.assistant, template, kind=MessageKind.YOUR_TURN, text=text)
    return step.task
