"""Questions and answers. A question stays open until it is answered."""

from datetime import datetime
from uuid import UUID

from accounts.models import MessageKind, User
from delegation.workflow import Action, Role
from tasks.actions.base import Refused, acting
from tasks.models import Task, TurnKind


def ask(*, task_id: UUID, by: User, text: str, now: datetime) -> Task:
    """Ask the other side something."""
    with acting(Action.ASK, task_id=task_id, by=by, now=now) as step:
        to = step.task.entrepreneur if step.role == Role.ASSISTANT else step.task.assistant
        if to is None:  # can't be: these states have an assistant, and the database says so too
            raise Refused(step.task, "")
        step.put(TurnKind.QUESTION, to=to, text=text)
        step.record(text=text)
        step.tell(to, "question", kind=MessageKind.YOUR_TURN, must_do=True, text=text)
    return step.task


def answer(*, task_id: UUID, by: User, turn_id: UUID | None = None, text: str, now: datetime) -> Task:
    """Answer a question. Only the side that was asked can: nobody answers their own question."""
    with acting(Action.ANSWER, task_id=task_id, by=by, now=now) as step:
        turn = step.open_turn(TurnKind.QUESTION, turn_id, asked_of=step.role)
        step.answer(turn, "answered", text=text)
        step.record(text=text, question=turn.text)
        step.tell(turn.by, "answered", text=text, question=turn.text)
    return step.task
