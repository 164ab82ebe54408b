"""Anybody spends, asks, answers and takes back, in any order: the money adds up, and no limit is passed unasked."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from delegation.levels import LevelKey
from delegation.models import TeamMoney
from delegation.tolerance import cap
from delegation.workflow import State
from tasks.actions import expenses, handing_over
from tasks.actions.base import Refused
from tasks.models import Expense, ExpenseState, Task, ToleranceUse, Turn, TurnKind, TurnState
from tests.conftest import Cast
from tests.tasks.factories import task_in

CENTS = st.integers(min_value=1, max_value=8_000)
DEEDS = st.tuples(
    st.sampled_from(["log", "log", "log", "foreign", "approve", "refuse", "withdraw", "raise", "reassign"]),
    CENTS,
    st.integers(min_value=0, max_value=3),
    st.integers(min_value=0, max_value=12),
)


@dataclass
class Spender:
    """One task on which money is spent."""

    task: Task
    cast: Cast
    now: datetime
    refusals: list[str] = field(default_factory=list)

    def does(self, deed: str, cents: int, which: int) -> None:
        before = self.task.money_spent
        uses = ToleranceUse.objects.filter(task=self.task).count()
        try:
            getattr(self, f"_{deed}")(Decimal(cents) / 100, which)
        except Refused as refused:
            self.refusals.append(str(refused.text))
        self.task = Task.objects.select_related("assistant", "team").get(pk=self.task.pk)
        self.adds_up()
        spent, limit = self.task.money_spent, self.task.money_limit
        assert limit is not None
        if spent > limit and spent > before:
            # A yes, or the tolerance; nothing else goes beyond.
            used = ToleranceUse.objects.filter(task=self.task).count() == uses + 1
            assert deed == "approve" or (deed in {"log", "foreign"} and used and spent - limit <= self._cap())

    def adds_up(self) -> None:
        rows = Expense.objects.filter(task=self.task)
        counted = rows.filter(state=ExpenseState.COUNTED).aggregate(sum=Sum("amount", default=Decimal(0)))["sum"]
        assert self.task.money_spent == counted
        asked = Turn.objects.filter(task=self.task, kind=TurnKind.EXPENSE)
        waiting = {str(pk) for pk in rows.filter(state=ExpenseState.WAITING).values_list("pk", flat=True)}
        assert waiting == {turn.payload["expense"] for turn in asked.filter(state=TurnState.OPEN)}
        said_yes = {turn.payload["expense"] for turn in asked.filter(answer="expense_approved")}
        limit = self.task.ask_above
        for row in rows.filter(state=ExpenseState.COUNTED):
            assert limit is None or row.amount <= limit or str(row.pk) in said_yes
        for use in ToleranceUse.objects.filter(task=self.task):
            assert use.amount <= use.cap

    def _cap(self) -> Decimal:
        assert self.task.money_limit is not None
        most = cap(self.task.money_limit, Decimal(10), 20)
        assert most is not None
        return most

    def _common(self) -> dict[str, Any]:
        return {"task_id": self.task.pk, "now": self.now}

    def _log(self, amount: Decimal, which: int, **more: Any) -> None:
        assert self.task.assistant
        expenses.log_expense(by=self.task.assistant, amount=amount, what="x", **more, **self._common())

    def _foreign(self, amount: Decimal, which: int) -> None:
        self._log(amount, which, currency="USD", rate=Decimal("0.9137"))

    def _approve(self, amount: Decimal, which: int) -> None:
        expenses.approve_expense(by=self.cast.owner, turn_id=self._turn(which), **self._common())

    def _refuse(self, amount: Decimal, which: int) -> None:
        expenses.refuse_expense(by=self.cast.entrepreneur, turn_id=self._turn(which), text="No", **self._common())

    def _withdraw(self, amount: Decimal, which: int) -> None:
        rows = list(Expense.objects.filter(task=self.task).order_by("at", "pk"))
        if rows:
            row = rows[which % len(rows)]
            expenses.withdraw_expense(by=row.by, expense_id=row.pk, **self._common())

    def _raise(self, amount: Decimal, which: int) -> None:
        # Half of the time it would be lowered, which is refused below what was spent.
        new = (self.task.money_limit or 0) + (amount if which % 2 else -amount)
        handing_over.amend(by=self.cast.owner, fields={"money_limit": max(new, Decimal(1))}, **self._common())
        assert max(new, Decimal(1)) >= self.task.money_spent or new > (self.task.money_limit or 0)

    def _reassign(self, amount: Decimal, which: int) -> None:
        other = self.cast.guest if self.task.assistant == self.cast.assistant else self.cast.assistant
        handing_over.reassign(by=self.cast.owner, assistant=other, **self._common())
        handing_over.accept_task(by=other, read_back="Yes", estimate=None, **self._common())

    def _turn(self, which: int) -> Any:
        turns = list(Turn.objects.filter(task=self.task, kind=TurnKind.EXPENSE).order_by("created_at", "pk"))
        return turns[which % len(turns)].pk if turns else None


@given(deeds=st.lists(DEEDS, min_size=5, max_size=25), asks=st.sampled_from([None, Decimal(30)]))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_spent_and_answered_it_adds_up_and_passes_no_limit_unasked(
    cast: Cast, now: datetime, deeds: list[tuple[str, int, int, int]], asks: Decimal | None
) -> None:
    with transaction.atomic():
        TeamMoney.objects.create(team=cast.team, tolerance_amount=Decimal(10), tolerance_percent=20)
        task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, ask_above=asks)
        spender = Spender(task, cast, now)
        for deed, cents, which, hours in deeds:
            spender.now += timedelta(hours=hours)
            spender.does(deed, cents, which)
        transaction.set_rollback(True)
