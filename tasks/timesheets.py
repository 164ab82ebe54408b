"""Timesheets: what one assistant worked and spent for one team in one month, and what it costs.

A sheet is not stored: it is read from the entries, and priced by the agreement in force on the day of each. What was
worked on a day without an agreement has minutes but no amount. What waits (a forgotten timer, an expense without a yes)
stands beside the sheet and is in none of its sums.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from uuid import UUID

from accounts.models import Team, User
from delegation.agreements import agreements_of, in_force_on, terms_of
from delegation.models import Agreement
from delegation.pricing import Price, Terms, Work, price
from tasks.models import EntryState, Expense, ExpenseState, TimeEntry
from tasks.months import last_day

NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class TimeLine:
    """One counted entry. `agreement` and `price` are None for a day without an agreement."""

    entry: TimeEntry
    agreement: Agreement | None
    price: Price | None

    @property
    def key(self) -> str:
        """What a press on this line names."""
        return f"time:{self.entry.pk}"

    @property
    def currency(self) -> str:
        return self.agreement.currency if self.agreement else ""

    @property
    def is_approved(self) -> bool:
        return self.entry.approved_at is not None

    @cached_property
    def seen(self) -> str:
        """What was on this line, in short: whoever presses says what they looked at, price and all."""
        entry = self.entry
        amount = (self.currency, self.price.amount) if self.price else ()
        return _short(
            *(entry.pk, entry.minutes, entry.billed, entry.day, entry.started_at, entry.ended_at, entry.is_rush),
            *(entry.note, *amount),
        )


@dataclass(frozen=True)
class ExpenseLine:
    """One counted expense, in the team's currency."""

    expense: Expense

    @property
    def key(self) -> str:
        return f"expense:{self.expense.pk}"

    @property
    def is_approved(self) -> bool:
        return self.expense.approved_at is not None

    @cached_property
    def seen(self) -> str:
        """As for time."""
        expense = self.expense
        return _short(expense.pk, expense.amount, expense.day, expense.what, expense.receipt_id)


@dataclass
class Money:
    """What comes to how much in one currency."""

    currency: str
    time: Decimal = NOTHING
    expenses: Decimal = NOTHING

    @property
    def total(self) -> Decimal:
        return self.time + self.expenses


@dataclass
class Totals:
    """The sums of some lines, in minutes and money.

    `priced`: what is billed, rounded up as the agreement has it. `unpriced`: billed on days without an agreement.
    """

    lines: int = 0
    minutes: int = 0
    billed: int = 0
    priced: int = 0
    unpriced: int = 0
    by_currency: dict[str, Money] = field(default_factory=dict)

    @property
    def money(self) -> list[Money]:
        """Per currency, by its code."""
        return [self.by_currency[code] for code in sorted(self.by_currency)]

    def in_currency(self, currency: str) -> Money:
        return self.by_currency.setdefault(currency, Money(currency))


@dataclass(frozen=True)
class Timesheet:
    """One assistant's month in one team: what counts, in the order of days, and what does not count yet."""

    team: Team
    assistant: User
    month: date
    times: list[TimeLine]
    expenses: list[ExpenseLine]
    waiting_times: list[TimeEntry]
    waiting_expenses: list[Expense]

    @cached_property
    def agreements(self) -> list[Agreement]:
        """The versions by which the time is priced, in order."""
        used = {line.agreement.pk: line.agreement for line in self.times if line.agreement}
        return sorted(used.values(), key=lambda agreement: agreement.valid_from)

    @property
    def lines(self) -> list[TimeLine | ExpenseLine]:
        """All that counts."""
        return [*self.times, *self.expenses]

    @cached_property
    def total(self) -> Totals:
        return totals_of(self.lines, self.team.currency)

    @cached_property
    def approved(self) -> Totals:
        return totals_of((line for line in self.lines if line.is_approved), self.team.currency)

    @cached_property
    def open(self) -> Totals:
        """What is still to be approved."""
        return totals_of(self.open_lines, self.team.currency)

    @cached_property
    def open_lines(self) -> list[TimeLine | ExpenseLine]:
        return [line for line in self.lines if not line.is_approved]

    @cached_property
    def seen(self) -> str:
        """What is to be approved, in short: what was approved is what was looked at."""
        return _short(*sorted(line.seen for line in self.open_lines))

    @property
    def rows(self) -> list[TimeEntry | Expense]:
        """Everything on the page, counted or not."""
        counted: list[TimeEntry | Expense] = [line.entry for line in self.times]
        counted += [line.expense for line in self.expenses]
        return [*counted, *self.waiting_times, *self.waiting_expenses]

    @cached_property
    def last_approval(self) -> tuple[datetime, User] | None:
        """When something on the sheet was approved last, and by whom."""
        approvals = [(row.approved_at, row.approved_by) for row in self.rows if row.approved_at and row.approved_by]
        return max(approvals, key=lambda approval: approval[0], default=None)

    @property
    def is_empty(self) -> bool:
        return not self.rows

    def line(self, key: str) -> TimeLine | ExpenseLine | None:
        """The line that a press names."""
        return next((line for line in self.lines if line.key == key), None)


def totals_of(lines: Iterable[TimeLine | ExpenseLine], currency: str) -> Totals:
    """The sums of these lines; expenses are in the team's `currency`."""
    totals = Totals()
    for line in lines:
        totals.lines += 1
        if isinstance(line, ExpenseLine):
            totals.in_currency(currency).expenses += line.expense.amount
            continue
        totals.minutes += line.entry.minutes
        totals.billed += line.entry.billed
        if line.price is None:
            totals.unpriced += line.entry.billed
        else:
            totals.priced += line.price.minutes
            totals.in_currency(line.currency).time += line.price.amount
    return totals


def timesheet(team: Team, assistant: User, month: date) -> Timesheet:
    """The sheet of this person in this team, for the month that begins on `month`. In four queries at most."""
    days = (month, last_day(month))
    entries = list(
        TimeEntry.objects.filter(user=assistant, task__team=team, day__range=days)
        .exclude(state=EntryState.STRUCK)
        .select_related("task")
        .only(*TIME, *TASK)
        .order_by("day", "started_at", "created_at", "id")
    )
    expenses = list(
        Expense.objects.filter(by=assistant, task__team=team, day__range=days)
        .filter(state__in=[ExpenseState.COUNTED, ExpenseState.WAITING])
        .select_related("task")
        .only(*EXPENSE, *TASK)
        .order_by("day", "at", "id")
    )
    _with_approvers([*entries, *expenses])
    counted = [entry for entry in entries if entry.state == EntryState.COUNTED]
    return Timesheet(
        team=team,
        assistant=assistant,
        month=month,
        times=_priced(counted, agreements_of(team.pk, assistant.pk) if counted else []),
        expenses=[ExpenseLine(expense) for expense in expenses if expense.state == ExpenseState.COUNTED],
        waiting_times=[entry for entry in entries if entry.state == EntryState.WAITING],
        waiting_expenses=[expense for expense in expenses if expense.state == ExpenseState.WAITING],
    )


TIME = (
    *("minutes", "billed", "day", "started_at", "ended_at", "note", "is_rush", "state", "source"),
    *("created_at", "approved_at", "approved_by_id", "user_id", "task_id"),
)
EXPENSE = (
    *("amount", "what", "at", "day", "original_amount", "original_currency", "rate", "receipt_id", "state"),
    *("approved_at", "approved_by_id", "by_id", "task_id"),
)
TASK = ("task__title", "task__private", "task__state", "task__assistant_id", "task__team_id")


def _priced(entries: Iterable[TimeEntry], agreed: list[Agreement]) -> list[TimeLine]:
    terms: dict[UUID, Terms] = {}
    lines = []
    for entry in entries:
        agreement = in_force_on(agreed, entry.day)
        if agreement is None:
            lines.append(TimeLine(entry, None, None))
            continue
        if agreement.pk not in terms:
            terms[agreement.pk] = terms_of(agreement)
        work = Work(
            minutes=entry.minutes,
            day=entry.day,
            started_at=entry.started_at,
            ended_at=entry.ended_at,
            is_rush=entry.is_rush,
        )
        lines.append(TimeLine(entry, agreement, price(work, terms[agreement.pk], billed=entry.billed)))
    return lines


def _with_approvers(rows: list[TimeEntry | Expense]) -> None:
    """Put who approved on the rows, in one query for all of them."""
    ids = {row.approved_by_id for row in rows} - {None}
    people = User.objects.only("name", "email").in_bulk(ids) if ids else {}
    for row in rows:
        if row.approved_by_id:
            row.approved_by = people[row.approved_by_id]


def _short(*values: object) -> str:
    return sha256(repr([str(value) for value in values]).encode()).hexdigest()[:20]
