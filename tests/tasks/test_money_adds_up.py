"""Work, expenses, flags, answers and approvals at random: money and minutes add up, on the task and on the timesheets.

To the cent and to the minute: the sum of what counts is what the task's meter says and what the timesheets say. No
limit is passed without a yes that was written down; the tolerance keeps its cap; what is approved stays as it was.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from delegation.levels import LevelKey
from delegation.models import TeamMoney
from delegation.workflow import Action, State
from tasks.actions import approving, entries, expenses, flags, timing
from tasks.actions.approving import NotApproved
from tasks.actions.base import Refused
from tasks.metering import paid_limit
from tasks.models import (
    EntryState,
    Event,
    Expense,
    ExpenseState,
    Task,
    TimeEntry,
    Timer,
    ToleranceUse,
    Turn,
    TurnKind,
    TurnState,
)
from tasks.months import before, month_of
from tasks.payloads import FlagCause, FlagKind
from tasks.timesheets import ExpenseLine, Timesheet, timesheet
from tests.conftest import Cast
from tests.tasks.factories import flag_content, task_in
from tests.tasks.sheets import agreed

TOLERANCE, PERCENT, ASK_ABOVE = Decimal(20), 15, Decimal(60)
DOES = {
    "time": ["log", "log", "log", "correct", "strike", "timer"],
    "money": ["spend", "spend", "spend", "say-yes", "say-no", "withdraw"],
    "limits": ["flag", "more", "swap", "hold"],
    "sheet": ["approve", "approve-line", "take-back"],
}


@dataclass(frozen=True)
class Move:
    """One thing that somebody does. `number`: to which of those that there are."""

    does: str
    minutes: int
    amount: Decimal
    number: int
    hours: int
    clock: bool
    foreign: bool
    cause: str


MOVES = st.builds(
    Move,
    does=st.sampled_from([name for names in DOES.values() for name in names]),
    minutes=st.one_of(st.integers(min_value=1, max_value=90), st.integers(min_value=1, max_value=600)),
    # Often near "ask above" and what is left of the budget of EUR 100.
    amount=st.one_of(
        st.decimals(min_value=Decimal("0.01"), max_value=70, places=2),
        st.decimals(min_value=90, max_value=160, places=2),
    ),
    number=st.integers(min_value=0, max_value=5),
    hours=st.integers(min_value=0, max_value=30),
    clock=st.booleans(),
    foreign=st.booleans(),
    cause=st.sampled_from(FlagCause.values),
)


@dataclass
class Walker:
    """One task with limits, and what was approved of it so far: minutes, billed and amount by line."""

    task: Task
    cast: Cast
    now: datetime
    first: date
    approved: dict[str, tuple[object, ...]] = field(default_factory=dict)

    def makes(self, move: Move) -> None:
        """One move; whatever comes of it, everything adds up."""
        self.now += timedelta(hours=move.hours)
        had = self.task
        try:
            self._does(move)()
        except (Refused, NotApproved):
            pass
        self.task = Task.objects.get(pk=had.pk)
        self.adds_up(had, move)

    # --- what people do -----------------------------------------------------------------------------------------

    def _does(self, move: Move) -> Callable[[], object]:
        by_subject = {"time": self._time, "money": self._money, "limits": self._limits, "sheet": self._sheet}
        subject = next(name for name, names in DOES.items() if move.does in names)
        return by_subject[subject](move)

    def _time(self, move: Move) -> Callable[[], object]:
        sam, today = self.cast.assistant, self.now.astimezone(self.cast.assistant.zone).date()
        if move.does == "timer":
            running = Timer.objects.filter(user=sam).exists()
            start = partial(timing.start_timer, task_id=self.task.pk, by=sam, now=self.now)
            return partial(timing.stop_timer, by=sam, now=self.now) if running else start
        says: dict[str, Any] = {"by": sam, "minutes": move.minutes, "day": today, "now": self.now}
        if move.clock:
            began = self.now - timedelta(minutes=move.minutes)
            says |= {"started_at": began, "ended_at": self.now, "day": began.astimezone(sam.zone).date()}
        if move.does == "log":
            return partial(entries.log_work, task_id=self.task.pk, **says)
        entry = self._one_of(TimeEntry.objects.filter(task=self.task).order_by("created_at", "id"), move)
        if entry is None:
            return _nothing
        if move.does == "strike":
            return partial(entries.strike_work, entry_id=entry, by=sam, reason="A mistake", now=self.now)
        return partial(entries.correct_work, entry_id=entry, reason="A mistake", **says)

    def _money(self, move: Move) -> Callable[[], object]:
        common: dict[str, Any] = {"task_id": self.task.pk, "now": self.now}
        asked = self._turn(TurnKind.EXPENSE, move)
        if move.does == "spend" or (move.does != "withdraw" and asked is None):
            abroad: dict[str, Any] = {"currency": "USD", "rate": Decimal("0.9137")} if move.foreign else {}
            by = self.cast.assistant
            return partial(expenses.log_expense, by=by, amount=move.amount, what="Rolls", **abroad, **common)
        if move.does == "withdraw":
            expense = self._one_of(Expense.objects.filter(task=self.task).order_by("at", "id"), move)
            withdraw = partial(expenses.withdraw_expense, by=self.cast.assistant, **common)
            return partial(withdraw, expense_id=expense) if expense else _nothing
        answer = expenses.approve_expense if move.does == "say-yes" else expenses.refuse_expense
        return partial(answer, by=self.cast.entrepreneur, turn_id=asked, text="So", **common)

    def _limits(self, move: Move) -> Callable[[], object]:
        common: dict[str, Any] = {"task_id": self.task.pk, "now": self.now}
        money, minutes = (move.amount, None) if move.clock else (None, move.minutes)
        turn = self._turn(TurnKind.FLAG, move)
        if move.does == "flag" or turn is None:
            kind = FlagKind.BUDGET if money else FlagKind.TIME
            content = flag_content(kind=kind, cause=move.cause, money=money, minutes=minutes)
            return partial(flags.flag, by=self.cast.assistant, text="Not like this", content=content, **common)
        answers = {**common, "by": self.cast.owner, "turn_id": turn, "text": "So be it"}
        limits = {"money_limit": money, "time_limit": minutes}
        if move.does == "more":
            return partial(flags.give_more, more=limits, **answers)
        return partial(flags.swap, limits=limits, **answers) if move.does == "swap" else partial(flags.hold, **answers)

    def _sheet(self, move: Move) -> Callable[[], object]:
        sheet = self.sheets()[move.number % len(self.sheets())]
        common: dict[str, Any] = {"team": sheet.team, "assistant": sheet.assistant, "month": sheet.month}
        common |= {"by": self.cast.owner, "now": self.now}
        if move.does == "approve":
            return partial(approving.approve, seen=sheet.seen, **common)
        lines = sheet.open_lines if move.does == "approve-line" else [line for line in sheet.lines if line.is_approved]
        if not lines:
            return _nothing
        line = lines[move.number % len(lines)]
        if move.does == "approve-line":
            return partial(approving.approve, key=line.key, seen=line.seen, **common)
        self.approved.pop(line.key)
        return partial(approving.take_back, key=line.key, **common)

    def _one_of(self, rows: Any, move: Move) -> UUID | None:
        ids = list(rows.values_list("pk", flat=True))
        return ids[move.number % len(ids)] if ids else None

    def _turn(self, kind: TurnKind, move: Move) -> UUID | None:
        return self._one_of(self.task.turns.filter(kind=kind, state=TurnState.OPEN).order_by("created_at", "id"), move)

    # --- what always holds --------------------------------------------------------------------------------------

    def sheets(self) -> list[Timesheet]:
        """Those of every month since the task began."""
        month, found = month_of(self.now.date() + timedelta(days=1)), []
        while month >= self.first:
            found.append(timesheet(self.cast.team, self.cast.assistant, month))
            month = before(month)
        return found

    def adds_up(self, had: Task, move: Move) -> None:
        sheets = self.sheets()
        self._sums_are_the_same(sheets)
        self._nothing_passes_a_limit_without_a_yes(had, move)
        self._tolerance_keeps_its_cap()
        self._what_is_approved_stays(sheets)

    def _sums_are_the_same(self, sheets: list[Timesheet]) -> None:
        counted = TimeEntry.objects.filter(task=self.task, state=EntryState.COUNTED)
        time = counted.aggregate(worked=Sum("minutes", default=0), paid=Sum("billed", default=0))
        spent = Expense.objects.filter(task=self.task, state=ExpenseState.COUNTED).aggregate(
            sum=Sum("amount", default=Decimal(0))
        )["sum"]
        totals = [sheet.total for sheet in sheets]
        assert time["worked"] == self.task.minutes_logged == sum(total.minutes for total in totals)
        assert time["paid"] == self.task.minutes_billed == sum(total.billed for total in totals)
        assert spent == self.task.money_spent == sum(money.expenses for total in totals for money in total.money)
        for sheet in sheets:
            for money in sheet.total.money:
                halves = [half.by_currency.get(money.currency) for half in (sheet.approved, sheet.open)]
                assert money.total == sum(half.total for half in halves if half)
                assert money.time == sum(
                    part.amount
                    for line in sheet.times
                    if line.price and line.currency == money.currency
                    for part in line.price.parts
                )

    def _nothing_passes_a_limit_without_a_yes(self, had: Task, move: Move) -> None:
        task = self.task
        yes = Turn.objects.filter(
            task=task, answered_at=self.now, answered_by__in=[self.cast.owner, self.cast.entrepreneur]
        )
        noted = Event.objects.filter(task=task, kind="tolerance-used", at=self.now)
        if task.money_spent > had.money_spent and task.money_spent > (task.money_limit or 0):
            assert yes.filter(kind=TurnKind.EXPENSE, answer="expense_approved").exists() or noted.exists()
        if (task.money_limit, task.time_limit) != (had.money_limit, had.time_limit):
            assert yes.filter(kind=TurnKind.FLAG, answer__in=["more", "swap"]).exists() or noted.exists()
        limit = paid_limit(task)
        assert limit is not None
        assert task.minutes_billed <= limit
        if task.minutes_logged > max(had.minutes_logged, task.time_limit or 0):
            # What ran can always be stopped and logged, or confirmed afterwards; beyond the limit it costs nothing.
            confirmed = Event.objects.filter(task=task, kind=Action.CORRECT_WORK, at=self.now, data__confirmed=True)
            assert move.does == "timer" or confirmed.exists()
        approved = set(
            Turn.objects.filter(task=task, answer="expense_approved").values_list("payload__expense", flat=True)
        )
        large = Expense.objects.filter(task=task, state=ExpenseState.COUNTED, amount__gt=ASK_ABOVE)
        assert {str(pk) for pk in large.values_list("pk", flat=True)} <= approved

    def _tolerance_keeps_its_cap(self) -> None:
        uses = list(ToleranceUse.objects.filter(task=self.task))
        assert len({use.day for use in uses}) == len(uses)
        assert all(0 < use.amount <= use.cap <= TOLERANCE for use in uses)

    def _what_is_approved_stays(self, sheets: list[Timesheet]) -> None:
        now: dict[str, tuple[object, ...]] = {}
        for line in (line for sheet in sheets for line in sheet.lines if line.is_approved):
            if isinstance(line, ExpenseLine):
                now[line.key] = (line.expense.amount,)
            else:
                now[line.key] = (line.entry.minutes, line.entry.billed, line.price and line.price.amount)
        assert {key: now.get(key) for key in self.approved} == self.approved
        self.approved = now


def _nothing() -> None:
    """There is nothing that this could be done to."""


@given(moves=st.lists(MOVES, min_size=4, max_size=12))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_money_and_minutes_always_add_up(cast: Cast, now: datetime, moves: list[Move]) -> None:
    with transaction.atomic():
        TeamMoney.objects.create(team=cast.team, tolerance_amount=TOLERANCE, tolerance_percent=PERCENT)
        agreed(cast, increment=15, rate=Decimal("31.75"))
        agreed(cast, version=2, rate=Decimal("33.33"), valid_from=date(2026, 11, 25), rush_multiplier=Decimal("1.2"))
        limits: dict[str, Any] = {"time_limit": 240, "ask_above": ASK_ABOVE}
        task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, **limits)
        walker = Walker(Task.objects.get(pk=task.pk), cast, now, month_of(now.date()))
        for move in moves:
            walker.makes(move)
        transaction.set_rollback(True)
