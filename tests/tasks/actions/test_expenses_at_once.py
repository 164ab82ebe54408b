"""Two people deciding on one expense at the same moment: exactly one wins, and the other is told so."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from delegation.levels import LevelKey
from delegation.models import TeamMoney
from delegation.workflow import State
from tasks.actions import expenses
from tasks.actions.base import Refused
from tasks.models import Event, Expense, ExpenseState, Task, ToleranceUse, Turn, TurnKind, TurnState
from tests.conftest import Cast
from tests.tasks.factories import task_in
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def task(cast: Cast, now: datetime) -> Task:
    """An expense of EUR 60 waits for a yes."""
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, ask_above=Decimal(50))
    return expenses.log_expense(task_id=task.pk, by=cast.assistant, amount=Decimal(60), what="Deposit", now=now)


@pytest.mark.parametrize("pair", ["approve and withdraw", "approve and refuse", "approve twice", "withdraw twice"])
@pytest.mark.parametrize("round_", range(3))
def test_one_expense_has_one_outcome(round_: int, pair: str, task: Task, cast: Cast, now: datetime) -> None:
    expense, turn = Expense.objects.get(), Turn.objects.get(kind=TurnKind.EXPENSE)
    common: dict[str, Any] = {"task_id": task.pk, "now": now}
    yes = partial(expenses.approve_expense, turn_id=turn.pk, by=cast.owner, **common)
    also_yes = partial(expenses.approve_expense, turn_id=turn.pk, by=cast.entrepreneur, **common)
    no = partial(expenses.refuse_expense, turn_id=turn.pk, by=cast.entrepreneur, text="No", **common)
    back = partial(
        expenses.withdraw_expense, by=cast.assistant, expense_id=expense.pk, seen=ExpenseState.WAITING, **common
    )
    acts: dict[str, tuple[Callable[[], Task], Callable[[], Task]]] = {
        "approve and withdraw": (yes, back),
        "approve and refuse": (yes, no),
        "approve twice": (yes, also_yes),
        "withdraw twice": (back, back),
    }
    deeds = Event.objects.filter(task=task, actor__isnull=False)
    before = deeds.count()
    found = at_once(*acts[pair])
    assert sorted(type(result).__name__ for result in found) == ["Refused", "Task"], found
    assert all(str(result.text) for result in found if isinstance(result, Refused))
    assert deeds.count() == before + 1
    expense.refresh_from_db()
    turn.refresh_from_db()
    assert expense.state != ExpenseState.WAITING
    assert (turn.state == TurnState.WITHDRAWN) == (expense.state == ExpenseState.WITHDRAWN)
    counted = expense.amount if expense.state == ExpenseState.COUNTED else 0
    assert Task.objects.get(pk=task.pk).money_spent == counted


def test_two_that_fit_the_budget_only_one_by_one_do_not_both_count(task: Task, cast: Cast, now: datetime) -> None:
    spend = partial(expenses.log_expense, task_id=task.pk, by=cast.assistant, amount=Decimal(50), what="Rolls", now=now)
    spend()
    found = at_once(spend, spend)
    assert [type(result) for result in found] == [Task, Task]
    assert Task.objects.get(pk=task.pk).money_spent == 100
    assert Expense.objects.filter(state=ExpenseState.WAITING).count() == 2


def test_the_tolerance_is_used_once(task: Task, cast: Cast, now: datetime) -> None:
    TeamMoney.objects.create(team=cast.team, tolerance_amount=Decimal(20))
    spend = partial(expenses.log_expense, task_id=task.pk, by=cast.assistant, what="Rolls", now=now)
    spend(amount=Decimal(50))
    spend(amount=Decimal(50))
    found = at_once(*[partial(spend, amount=Decimal(5))] * 3)
    assert [type(result) for result in found] == [Task] * 3
    assert Task.objects.get(pk=task.pk).money_spent == 105
    assert ToleranceUse.objects.count() == 1


def test_the_same_expense_sent_twice_at_once_counts_once(task: Task, cast: Cast, now: datetime) -> None:
    spend = partial(
        expenses.log_expense,
        task_id=task.pk, by=cast.assistant, amount=Decimal(5), what="Ink", entry_id=uuid4(), now=now,
    )  # fmt: skip
    found = at_once(spend, spend, spend)
    assert sorted(type(result).__name__ for result in found) == ["Refused", "Refused", "Task"]
    assert Task.objects.get(pk=task.pk).money_spent == 5
