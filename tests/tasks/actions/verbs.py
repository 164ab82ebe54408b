"""Every action of the table with something sensible to say, for tests that try them all."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from accounts.models import Membership, Role, User
from delegation.workflow import Action
from tasks.actions import (
    checkins,
    delivery,
    entries,
    expenses,
    flags,
    gates,
    handing_over,
    milestones,
    passing_on,
    scope,
    talking,
    timing,
    wishes,
)
from tasks.actions.base import Refused
from tasks.models import OPEN_CHECKINS, Checkin, Expense, ExpenseState, Task, TimeEntry, Timer, Turn, TurnKind, Wish
from tasks.payloads import ExpenseAsked
from tasks.uploads import store
from tests.tasks.factories import FINDINGS, checks, flag_content, options

Verb = Callable[[Task, dict[str, Any]], Task]


def _amend(task: Task, common: dict[str, Any]) -> Task:
    return handing_over.amend(fields={"reach": f"{task.reach}+"}, rules=_rules(task), **common)


def _edit(task: Task, common: dict[str, Any]) -> Task:
    return handing_over.edit_draft(fields={"reach": f"{task.reach}+"}, rules=_rules(task), **common)


def _rules(task: Task) -> list[Any]:
    return [row.as_rule() for row in task.checkin_rules.all()]


def _answer_checkin(task: Task, common: dict[str, Any]) -> Task:
    asked = Checkin.objects.filter(task=task, state__in=OPEN_CHECKINS).first()
    return checkins.answer_checkin(checkin_id=asked.pk if asked else uuid4(), mood="on_track", **common)


def _pause(task: Task, common: dict[str, Any]) -> Task:
    rule = task.checkin_rules.filter(paused_at=None).first()
    return checkins.pause_checkin_rule(rule_id=rule.pk if rule else uuid4(), **common)


def _resume(task: Task, common: dict[str, Any]) -> Task:
    rule = task.checkin_rules.exclude(paused_at=None).first()
    return checkins.resume_checkin_rule(rule_id=rule.pk if rule else uuid4(), **common)


def _log_work(task: Task, common: dict[str, Any]) -> Task:
    return entries.log_work(minutes=90, day=common["now"].date(), note="Called around", **common)


def _stop_timer(task: Task, common: dict[str, Any]) -> Task:
    by, now = common["by"], common["now"]
    with transaction.atomic():
        if by in {task.assistant, task.entrepreneur} and not Timer.objects.filter(user=by).exists():
            Timer.objects.create(user=by, task=task, started_at=now - timedelta(minutes=5), look_at=now)
        stopped = timing.stop_timer(by=by, now=now)
        if stopped is None:
            raise Refused(task, timing.NOT_RUNNING)
        return stopped.task


def _correct_work(task: Task, common: dict[str, Any]) -> Task:
    by, now = common["by"], common["now"]
    with transaction.atomic():
        if by not in {task.assistant, task.entrepreneur}:
            raise Refused(task, timing.NOT_RUNNING)
        entry = TimeEntry.objects.create(task=task, user=by, minutes=10, day=now.date(), created_at=now)
        return entries.correct_work(entry_id=entry.pk, by=by, minutes=5, day=now.date(), now=now)


def _give_more(task: Task, common: dict[str, Any]) -> Task:
    return flags.give_more(more={"money_limit": (task.money_limit or Decimal(0)) + 1}, **common)


def _log_expense(**common: Any) -> Task:
    return expenses.log_expense(amount=Decimal(12), what="Stamps", **common)


def _withdraw_expense(task: Task, common: dict[str, Any]) -> Task:
    by = common["by"]
    with transaction.atomic():
        expense = _waiting_expense(task, by, common["now"]) if by in {task.assistant, task.entrepreneur} else None
        return expenses.withdraw_expense(expense_id=expense.pk if expense else uuid4(), **common)


def _add_receipt(task: Task, common: dict[str, Any]) -> Task:
    by = common["by"]
    with transaction.atomic():
        expense = _waiting_expense(task, by, common["now"]) if by in {task.assistant, task.entrepreneur} else None
        given = [SimpleUploadedFile("bon.pdf", b"%PDF-1.4 %%EOF")]
        (receipt,) = store(given, team=task.team, task=task, by=by, now=common["now"])
        return expenses.add_receipt(expense_id=expense.pk if expense else uuid4(), receipt=receipt, **common)


def _approve_expense(task: Task, common: dict[str, Any]) -> Task:
    with transaction.atomic():
        _waiting_expense(task, task.assistant or task.entrepreneur, common["now"])
        return expenses.approve_expense(**common)


def _refuse_expense(task: Task, common: dict[str, Any]) -> Task:
    with transaction.atomic():
        _waiting_expense(task, task.assistant or task.entrepreneur, common["now"])
        return expenses.refuse_expense(text="Too dear", **common)


def _waiting_expense(task: Task, by: User, now: datetime) -> Expense:
    """An expense that waits for a yes. It goes again when what follows is refused."""
    expense = Expense.objects.create(
        task=task, by=by, amount=12, what="Stamps", at=now, day=now.date(), state=ExpenseState.WAITING
    )
    asked = ExpenseAsked(expense=str(expense.pk), amount=Decimal(12), currency="EUR", why=["ask_above"])
    Turn.objects.create(
        task=task, kind=TurnKind.EXPENSE, by=by, waits_on=task.entrepreneur, payload=asked.as_json(), created_at=now
    )
    return expense


def _swap_wish(task: Task, common: dict[str, Any]) -> Task:
    with transaction.atomic():  # when it is refused, nothing of the preparation is left either
        Task.objects.filter(pk=task.pk).update(could_items=["Flowers"])
        wish = Wish.objects.create(
            team=task.team, task=task, by=task.entrepreneur, text="Menus", created_at=common["now"]
        )
        return wishes.swap_wish(wish_id=wish.pk, drop="Flowers", **common)


def _drop_scope(task: Task, common: dict[str, Any]) -> Task:
    with transaction.atomic():  # as with a wish
        Task.objects.filter(pk=task.pk).update(could_items=["Flowers"])
        return scope.drop_scope(items=["Flowers"], **common)


def _pass_on(task: Task, common: dict[str, Any]) -> Task:
    others = Membership.objects.filter(team=task.team, role__in=Role.entrepreneurs()).exclude(user=task.entrepreneur)
    return passing_on.pass_on(to=others.order_by("role")[0].user, **common)


VERBS: dict[Action, Verb] = {
    Action.EDIT: _edit,
    Action.DELEGATE: lambda task, common: handing_over.delegate(**common),
    Action.ACCEPT_TASK: lambda task, common: handing_over.accept_task(read_back="So be it", estimate=60, **common),
    Action.DECLINE: lambda task, common: handing_over.decline(reason="time", text="Ask Gus", **common),
    Action.AMEND: _amend,
    Action.ACKNOWLEDGE: lambda task, common: handing_over.acknowledge(**common),
    Action.ASK: lambda task, common: talking.ask(text="With or without rolls?", **common),
    Action.ANSWER: lambda task, common: talking.answer(text="With", **common),
    Action.PROPOSE: lambda task, common: gates.propose(text="These ten", **common),
    Action.APPROVE: lambda task, common: gates.approve(**common),
    Action.ASK_FOR_CHANGES: lambda task, common: gates.ask_for_changes(text="Ten others", **common),
    Action.SUBMIT_OPTIONS: lambda task, common: gates.submit_options(options=options(3), **common),
    Action.CHOOSE: lambda task, common: gates.choose(option=1, **common),
    Action.ASK_FOR_OTHER_OPTIONS: lambda task, common: gates.ask_for_other_options(text="Cheaper", **common),
    Action.TICK_STEP: lambda task, common: gates.tick_step(step_number=task.steps_done + 1, **common),
    Action.ASK_TO_DEVIATE: lambda task, common: gates.ask_to_deviate(text="May I call?", **common),
    Action.ALLOW_DEVIATION: lambda task, common: gates.answer_deviation(allowed=True, **common),
    Action.REFUSE_DEVIATION: lambda task, common: gates.answer_deviation(allowed=False, **common),
    Action.ANSWER_CHECKIN: _answer_checkin,
    Action.PAUSE_CHECKIN_RULE: _pause,
    Action.RESUME_CHECKIN_RULE: _resume,
    Action.START_TIMER: lambda task, common: timing.start_timer(**common).task,
    Action.STOP_TIMER: _stop_timer,
    Action.LOG_WORK: _log_work,
    Action.CORRECT_WORK: _correct_work,
    Action.LOG_EXPENSE: lambda task, common: _log_expense(**common),
    Action.ADD_RECEIPT: _add_receipt,
    Action.WITHDRAW_EXPENSE: _withdraw_expense,
    Action.APPROVE_EXPENSE: _approve_expense,
    Action.REFUSE_EXPENSE: _refuse_expense,
    Action.FLAG: lambda task, common: flags.flag(text="Not for this money", content=flag_content(), **common),
    Action.GIVE_MORE: _give_more,
    Action.SWAP: lambda task, common: flags.swap(text="Without drinks", **common),
    Action.HOLD: lambda task, common: flags.hold(text="It was agreed", **common),
    Action.STOP_FLAGGED: lambda task, common: flags.stop_flagged(text="Then not", **common),
    Action.SWAP_WISH: _swap_wish,
    Action.DROP_SCOPE: _drop_scope,
    Action.DELIVER_MILESTONE: lambda task, common: milestones.deliver_milestone(text="Half of it", **common),
    Action.ACCEPT_MILESTONE: lambda task, common: milestones.accept_milestone(**common),
    Action.SEND_BACK_MILESTONE: lambda task, common: milestones.send_back_milestone(text="Not yet", **common),
    Action.SUBMIT_FINDINGS: lambda task, common: delivery.submit_findings(findings=FINDINGS, **common),
    Action.DELIVER: lambda task, common: delivery.deliver(text="Here it is", checks=checks(task), **common),
    Action.ACCEPT_RESULT: lambda task, common: delivery.accept_result(**common),
    Action.SEND_BACK: lambda task, common: delivery.send_back(text="Not yet", **common),
    Action.REOPEN: lambda task, common: delivery.reopen(text="Page two is missing", **common),
    Action.HAND_BACK: lambda task, common: handing_over.hand_back(text="I am ill", **common),
    Action.TAKE_BACK: lambda task, common: handing_over.take_back(text="I do it myself", **common),
    Action.PASS_ON: _pass_on,
    Action.STOP: lambda task, common: handing_over.stop(**common),
}


def attempt(action: Action, task: Task, by: User, now: datetime, *, to: User | None = None) -> Task:
    """Do the action on the task as it is now; `to`: who gets it when it is reassigned."""
    task = Task.objects.get(pk=task.pk)
    common: dict[str, Any] = {"task_id": task.pk, "by": by, "now": now}
    if action == Action.REASSIGN:
        assert to is not None
        return handing_over.reassign(assistant=to, **common)
    return VERBS[action](task, common)
