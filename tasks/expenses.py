"""Reads: what was spent on a task, a page at a time, and who said yes to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, Sum

from accounts.models import User
from tasks.models import STANDING_EXPENSES, Expense, ExpenseState, Task, Turn, TurnKind, TurnState
from tasks.queries import PAGE_SIZE


@dataclass(frozen=True)
class ExpenseLine:
    """One expense. `turn`: how it was asked for and answered; None when it counted at once."""

    expense: Expense
    turn: Turn | None
    may_withdraw: bool
    may_add_receipt: bool


@dataclass(frozen=True)
class ExpensePage:
    """One page of them, the newest first. `older`: where the next one begins, the last row's id."""

    lines: list[ExpenseLine]
    older: UUID | None
    waiting: Decimal


def expense_page(task: Task, reader: User, after: UUID | None, *, of: User | None) -> ExpensePage:
    """The expenses of a task by the day on which they were spent, from after this one on. At most four queries.

    `of`: only this person's.
    """
    rows = Expense.objects.filter(task=task).select_related("by", "receipt")
    if of is not None:
        rows = rows.filter(by=of)
    if last := Expense.objects.filter(task=task, pk=after).first() if after else None:
        same_day = Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk)
        rows = rows.filter(Q(day__lt=last.day) | Q(day=last.day) & same_day, day__lte=last.day)
    found = list(rows.order_by("-day", "-at", "-id")[: PAGE_SIZE + 1])
    page = found[:PAGE_SIZE]
    turns = _turns(task, page)
    return ExpensePage(
        lines=[
            ExpenseLine(
                expense=row,
                turn=turns.get(str(row.pk)),
                may_withdraw=row.by_id == reader.pk and row.state in STANDING_EXPENSES and row.approved_at is None,
                may_add_receipt=row.by_id == reader.pk and row.state in STANDING_EXPENSES and row.receipt_id is None,
            )
            for row in page
        ],
        older=page[-1].pk if len(found) > PAGE_SIZE else None,
        waiting=waiting_on(task),
    )


def waiting_on(task: Task) -> Decimal:
    """How much waits for a yes, in the team's currency."""
    waiting = Expense.objects.filter(task=task, state=ExpenseState.WAITING)
    total: Decimal = waiting.aggregate(total=Sum("amount", default=Decimal(0)))["total"]
    return total


def waiting_in(turns: Iterable[Turn]) -> Decimal:
    """The same from the turns of a task that are there already."""
    waiting = [turn for turn in turns if turn.kind == TurnKind.EXPENSE and turn.state == TurnState.OPEN]
    return sum((turn.asked.amount for turn in waiting), Decimal(0))


def _turns(task: Task, expenses: Iterable[Expense]) -> dict[str, Turn]:
    ids = [str(expense.pk) for expense in expenses]
    asked = Turn.objects.filter(task=task, kind=TurnKind.EXPENSE, payload__expense__in=ids)
    return {turn.payload["expense"]: turn for turn in asked.select_related("waits_on", "answered_by")}
