"""An expense that waits for nothing but the budget counts when the budget is raised: one yes for one thing."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from accounts.models import Membership, Message, Role
from delegation.levels import LevelKey
from delegation.models import TeamMoney
from delegation.workflow import State
from tasks.actions import expenses, flags, handing_over
from tasks.models import Event, Expense, ExpenseState, Task, Turn, TurnKind, TurnState
from tests.conftest import Cast
from tests.tasks.actions.watching import story
from tests.tasks.factories import flag_content, task_in
from tests.threads import at_once

Raise = Callable[[Task, int], Task]
Spend = Callable[..., Expense]


@pytest.fixture
def task(cast: Cast, now: datetime) -> Task:
    """At most EUR 100, and nothing spent."""
    return task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)


@pytest.fixture
def spend(cast: Cast, now: datetime) -> Spend:
    """Sam spends, each time a minute later."""

    def log(task: Task, amount: int) -> Expense:
        at = now + timedelta(minutes=Expense.objects.count())
        expenses.log_expense(task_id=task.pk, by=cast.assistant, amount=Decimal(amount), what=f"For {amount}", now=at)
        return Expense.objects.get(at=at)

    return log


def by_amendment(task: Task, limit: int, cast: Cast, now: datetime) -> Task:
    fields = {"money_limit": Decimal(limit)}
    return handing_over.amend(task_id=task.pk, by=cast.entrepreneur, fields=fields, now=now)


def by_answer(task: Task, limit: int, cast: Cast, now: datetime) -> Task:
    flags.flag(task_id=task.pk, by=cast.assistant, text="Too little", content=flag_content(), now=now)
    more = {"money_limit": Decimal(limit)}
    return flags.give_more(task_id=task.pk, by=cast.entrepreneur, more=more, now=now)


def by_swap(task: Task, limit: int, cast: Cast, now: datetime) -> Task:
    flags.flag(task_id=task.pk, by=cast.assistant, text="Too little", content=flag_content(), now=now)
    limits = {"money_limit": Decimal(limit)}
    return flags.swap(task_id=task.pk, by=cast.entrepreneur, text="Fewer rolls", limits=limits, now=now)


@pytest.fixture(params=[by_amendment, by_answer, by_swap])
def raises(request: pytest.FixtureRequest, cast: Cast, now: datetime) -> Raise:
    """The limit becomes this, in each of the ways in which it can."""
    return partial(request.param, cast=cast, now=now + timedelta(hours=1))


def states() -> list[str]:
    return list(Expense.objects.order_by("at").values_list("state", flat=True))


def test_what_fits_counts_and_reads_as_approved_by_who_raised_it(
    task: Task, cast: Cast, spend: Spend, raises: Raise
) -> None:
    expense = spend(task, 140)
    assert expense.state == ExpenseState.WAITING
    task = raises(task, 150)
    expense.refresh_from_db()
    turn = Turn.objects.get(task=task, kind=TurnKind.EXPENSE)
    assert (expense.state, task.money_spent, task.money_told) == (ExpenseState.COUNTED, Decimal(140), 80)
    assert (turn.state, turn.answer, turn.answered_by) == (TurnState.ANSWERED, "expense_approved", cast.entrepreneur)
    event = Event.objects.get(task=task, kind="approve-expense")
    assert (event.actor, event.data) == (
        cast.entrepreneur, {"amount": "140.00", "currency": "EUR", "text": "For 140"},
    )  # fmt: skip
    assert story(task)[-2:] == ["approve-expense", "limit-reached"]
    message = Message.objects.get(template="expense_approved")
    assert (message.recipient, message.params["what"], message.params["amount"]) == (
        cast.assistant, "For 140", "140.00",
    )  # fmt: skip
    # What asked Eva is done, though it was another who raised the limit.
    assert not Message.objects.filter(template="expense_asked", read_at__isnull=True).exists()


def test_the_longest_waiting_goes_first_and_what_does_not_fit_waits(task: Task, spend: Spend, raises: Raise) -> None:
    for amount in (110, 150, 105, 120):
        spend(task, amount)
    assert raises(task, 240).money_spent == 215
    assert states() == ["counted", "waiting", "counted", "waiting"]
    assert Message.objects.filter(template="expense_approved").count() == 2  # a message each


def test_what_does_not_fit_goes_on_waiting(task: Task, spend: Spend, raises: Raise) -> None:
    spend(task, 140)
    assert raises(task, 139).money_spent == 0
    assert (states(), Turn.objects.get(kind=TurnKind.EXPENSE).state) == (["waiting"], TurnState.OPEN)
    assert not Message.objects.filter(template="expense_approved").exists()


def test_nobody_says_yes_to_their_own_expense_like_that(task: Task, cast: Cast, now: datetime, spend: Spend) -> None:
    spend(task, 140)
    Membership.objects.filter(user=cast.assistant).update(role=Role.ENTREPRENEUR)
    fields = {"money_limit": Decimal(500)}
    handing_over.amend(task_id=task.pk, by=cast.assistant, fields=fields, now=now)
    assert states() == ["waiting"]


def test_what_would_be_asked_for_all_the_same_goes_on_waiting(
    cast: Cast, now: datetime, spend: Spend, raises: Raise
) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, ask_above=Decimal(50))
    spend(task, 140)
    assert raises(task, 500).money_spent == 0
    assert states() == ["waiting"]


def test_who_says_from_when_to_ask_in_one_go_is_asked(task: Task, cast: Cast, now: datetime, spend: Spend) -> None:
    spend(task, 140)
    fields = {"money_limit": Decimal(500), "ask_above": Decimal(50)}
    handing_over.amend(task_id=task.pk, by=cast.owner, fields=fields, now=now)
    assert states() == ["waiting"]


def test_a_limit_that_stays_or_is_lowered_counts_nothing(task: Task, cast: Cast, now: datetime, spend: Spend) -> None:
    spend(task, 60)
    waiting = spend(task, 60)
    expenses.withdraw_expense(task_id=task.pk, by=cast.assistant, expense_id=Expense.objects.earliest("at").pk, now=now)
    for fields in ({"reach": "Call"}, {"money_limit": Decimal(90)}):
        handing_over.amend(task_id=task.pk, by=cast.owner, fields=fields, now=now)
        waiting.refresh_from_db()
        assert waiting.state == ExpenseState.WAITING


def test_without_a_limit_all_of_it_fits(cast: Cast, now: datetime, spend: Spend) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, money_limit=Decimal(100))
    spend(task, 140)
    spend(task, 160)
    task = handing_over.amend(task_id=task.pk, by=cast.owner, fields={"money_limit": None}, now=now)
    assert (task.money_spent, states()) == (Decimal(300), ["counted", "counted"])


def test_the_tolerance_says_yes_to_nothing_else(task: Task, cast: Cast, now: datetime, spend: Spend) -> None:
    spend(task, 108)
    TeamMoney.objects.create(team=cast.team, tolerance_amount=Decimal(10))
    content = flag_content(money=Decimal(109))
    task = flags.flag(task_id=task.pk, by=cast.assistant, text="A little more", content=content, now=now)
    assert (task.state, task.money_limit, states()) == (State.IN_PROGRESS, Decimal(109), ["waiting"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("other", ["approve", "refuse", "withdraw"])
def test_who_decides_while_the_limit_is_raised_decides_once(
    other: str, task: Task, cast: Cast, now: datetime, spend: Spend
) -> None:
    expense = spend(task, 140)
    common: dict[str, Any] = {"task_id": task.pk, "now": now}
    acts: dict[str, Callable[[], Task]] = {
        "approve": partial(expenses.approve_expense, by=cast.owner, **common),
        "refuse": partial(expenses.refuse_expense, by=cast.owner, text="No", **common),
        "withdraw": partial(expenses.withdraw_expense, by=cast.assistant, expense_id=expense.pk, **common),
    }
    found = at_once(partial(by_amendment, task, 150, cast, now), acts[other])
    assert all(type(result).__name__ in {"Task", "Refused"} for result in found), found
    expense.refresh_from_db()
    assert expense.state != ExpenseState.WAITING
    assert Turn.objects.get(task=task, kind=TurnKind.EXPENSE).state != TurnState.OPEN
    counted = expense.amount if expense.state == ExpenseState.COUNTED else 0
    assert Task.objects.get(pk=task.pk).money_spent == counted
    decided = Event.objects.filter(task=task, kind__in=["approve-expense", "refuse-expense"])
    assert decided.count() <= 1
