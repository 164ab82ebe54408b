"""Delivering, accepting, sending back, opening again."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import MessageKind, User
from delegation.workflow import Action, State
from tasks import checkin_schedule
from tasks.actions.base import Refused, Step, acting
from tasks.actions.crew import check_crew_of_reopened
from tasks.file_versions import earlier_of
from tasks.models import StoredFile, Task, TurnKind
from tasks.payloads import CriterionCheck, Finding

NO_FINDINGS = _("Add at least one finding.")


def deliver(
    *,
    task_id: UUID,
    by: User,
    text: str,
    links: Sequence[str] = (),
    files: Sequence[StoredFile] = (),
    checks: Sequence[CriterionCheck] = (),
    now: datetime,
    revision: int | None = None,
) -> Task:
    """Hand the result in, with a self-check against each success criterion."""
    with acting(Action.DELIVER, task_id=task_id, by=by, now=now, revision=revision) as step:
        payload = {
            "links": list(links),
            "files": file_rows(step, files),
            "checks": [asdict(check) for check in checks],
        }
        _hand_in(step, text, payload)
    return step.task


def submit_findings(
    *,
    task_id: UUID,
    by: User,
    findings: Sequence[Finding],
    text: str = "",
    files: Sequence[StoredFile] = (),
    checks: Sequence[CriterionCheck] = (),
    now: datetime,
    revision: int | None = None,
) -> Task:
    """Hand in what was found: facts with their sources. `text` says how they were searched; advice has no place."""
    with acting(Action.SUBMIT_FINDINGS, task_id=task_id, by=by, now=now, revision=revision) as step:
        if not findings:
            raise Refused(step.task, NO_FINDINGS)
        payload = {
            "findings": [asdict(finding) for finding in findings],
            "files": file_rows(step, files),
            "checks": [asdict(check) for check in checks],
        }
        _hand_in(step, text, payload)
    return step.task


def accept_result(*, task_id: UUID, by: User, text: str = "", now: datetime, revision: int | None = None) -> Task:
    """Accept what was delivered: the task is done."""
    with acting(Action.ACCEPT_RESULT, task_id=task_id, by=by, now=now, revision=revision) as step:
        step.answer(step.open_turn(TurnKind.DELIVERY), "accepted", text=text)
        step.withdraw_turns()
        step.set(done_at=now)
        step.record(text=text)
        step.tell(step.task.assistant, "result_accepted", text=text)
    return step.task


def send_back(
    *,
    task_id: UUID,
    by: User,
    text: str,
    verdicts: Sequence[CriterionCheck] = (),
    now: datetime,
    revision: int | None = None,
) -> Task:
    """Not there yet: say per criterion what is missing."""
    with acting(Action.SEND_BACK, task_id=task_id, by=by, now=now, revision=revision) as step:
        rows = [asdict(verdict) for verdict in verdicts]
        step.answer(step.open_turn(TurnKind.DELIVERY), "sent_back", text=text, payload={"verdicts": rows})
        step.record(text=text, unmet=[row["criterion"] for row in rows if not row["met"]])
        step.tell(step.task.assistant, "sent_back", kind=MessageKind.YOUR_TURN, must_do=True, text=text)
        checkin_schedule.restart(step.task, now=now)
    return step.task


def reopen(*, task_id: UUID, by: User, text: str, now: datetime, revision: int | None = None) -> Task:
    """Open a task again that was done: something is missing after all. Raises Refused when its assistant has left."""
    with acting(Action.REOPEN, task_id=task_id, by=by, now=now, revision=revision) as step:
        check_crew_of_reopened(step)
        step.set(done_at=None)
        step.record(text=text)
        step.tell(step.task.assistant, "reopened", kind=MessageKind.YOUR_TURN, must_do=True, text=text)
        checkin_schedule.restart(step.task, now=now)
    return step.task


def _hand_in(step: Step, text: str, payload: dict[str, Any]) -> None:
    checkin_schedule.withdraw(step.task, now=step.now)
    turn = step.put(TurnKind.DELIVERY, to=step.task.entrepreneur, text=text, payload=payload)
    step.record(text=text)
    if step.after == State.DONE:
        step.answer(turn, "done_on_delivery")
        step.withdraw_turns()
        step.set(done_at=step.now)
        step.tell(step.task.entrepreneur, "done", text=text)
    else:
        step.tell(step.task.entrepreneur, "delivered", kind=MessageKind.YOUR_TURN, must_do=True, text=text)


def file_rows(step: Step, files: Sequence[StoredFile]) -> list[dict[str, Any]]:
    """The files as a turn's payload names them, each with the versions before it. What belongs to another task is left
    out."""
    own = [stored for stored in files if stored.task_id == step.task.pk]
    before = earlier_of(own)
    rows: list[dict[str, Any]] = []
    for stored in own:
        row: dict[str, Any] = {"id": str(stored.pk), "name": stored.name, "size": stored.size}
        if stored.version > 1:
            row |= {"version": stored.version, "earlier": [_earlier_row(each) for each in before[stored.pk]]}
        rows.append(row)
    return rows


def _earlier_row(stored: StoredFile) -> dict[str, Any]:
    return {"id": str(stored.pk), "name": stored.name, "version": stored.version}
