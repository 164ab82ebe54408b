"""Money records: hours and expenses of a person or a team that is deleted, kept as long as the law asks.

Dutch law has a business keep its books for seven years (art. 52 AWR): until the end of the seventh year after the one
in which it was. Each record stands by itself, with the names as they were. Writing them is done twice without harm: a
record names the row that it was, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Team, User
from delegation.agreements import agreements_of, in_force_on, terms_of
from delegation.models import Agreement
from delegation.pricing import Terms, Work, price
from tasks.models import Expense, MoneyRecord, TimeEntry

YEARS = 7
BATCH = 500
PAGE = 50

Row = TypeVar("Row", TimeEntry, Expense)


def keep_until(day: date) -> date:
    """The last day on which a record of this day is kept."""
    return date(day.year + YEARS, 12, 31)


def keep_records(*, team: Team | None = None, person: User | None = None, now: datetime) -> int:
    """Write the records of a team, of a person, or of a person in a team. Returns how many rows were looked at.

    In batches, in the caller's transaction if there is one.
    """
    times = TimeEntry.objects.select_related("task__team", "user", "approved_by")
    expenses = Expense.objects.select_related("task__team", "by", "approved_by")
    if team is not None:
        times, expenses = times.filter(task__team=team), expenses.filter(task__team=team)
    if person is not None:
        times, expenses = times.filter(user=person), expenses.filter(by=person)
    prices, count = _Prices(), 0
    for entries in _pages(times):
        count += _keep((_of_time(entry, prices, now) for entry in entries), now)
    for spent in _pages(expenses):
        count += _keep((_of_expense(expense, now) for expense in spent), now)
    return count


def remove_old(*, now: datetime) -> int:
    """Remove the records whose time is over. Returns how many."""
    over = MoneyRecord.objects.filter(keep_until__lt=now.date())
    removed = 0
    while ids := list(over.values_list("pk", flat=True)[:BATCH]):
        removed += MoneyRecord.objects.filter(pk__in=ids).delete()[0]
    return removed


def names_of(pairs: Iterable[tuple[UUID, User]]) -> dict[tuple[UUID, UUID], str]:
    """What people were called whose account was deleted, by team and person, as far as the records still say so.

    One query, and none where everybody is still there.
    """
    gone = {(team, str(person.pk)): person.pk for team, person in pairs if person.is_gone}
    if not gone:
        return {}
    records = MoneyRecord.objects.filter(
        team_key__in={team for team, _key in gone}, data__person__in=list({key for _team, key in gone})
    )
    found = records.order_by().values_list("team_key", "data__person", "person_name").distinct()
    return {(team, gone[team, key]): name for team, key, name in found if name and (team, key) in gone}


def with_kept_name(team: Team, person: User) -> User:
    """The person, by the name that the records of this team have kept, for its timesheets. Not to be saved."""
    person.name = person.name or names_of([(team.pk, person)]).get((team.pk, person.pk), "")
    return person


def teams_with_records(teams: Iterable[Team]) -> list[Team]:
    """Which of these have any."""
    by_id = {team.pk: team for team in teams}
    having = set(
        MoneyRecord.objects.filter(team_key__in=by_id).order_by().values_list("team_key", flat=True).distinct()
    )
    return [team for team in by_id.values() if team.pk in having]


@dataclass(frozen=True)
class KeptPage:
    """Some records, newest day first, and where the next page begins."""

    records: list[MoneyRecord]
    next: str


def kept_page(team: Team, before: tuple[date, UUID] | None) -> KeptPage:
    """The records of one team, a page at a time: one query."""
    records = records_of(team)
    if before:
        day, pk = before
        records = records.filter(day__lte=day).exclude(day=day, pk__gte=pk)
    found = list(records[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return KeptPage(found[:PAGE], f"{last.day:%Y-%m-%d}_{last.pk}" if last else "")


def read_cursor(text: str) -> tuple[date, UUID] | None:
    """Where a page begins, as its address says; None for the first one, or for what can't be read."""
    day, _underscore, pk = text.partition("_")
    try:
        return date.fromisoformat(day), UUID(pk)
    except ValueError:
        return None


def records_of(team: Team) -> QuerySet[MoneyRecord]:
    """All of one team, newest day first."""
    return MoneyRecord.objects.filter(team_key=team.pk).order_by("-day", "-pk")


class _Prices:
    """The agreements between a team and an assistant, read once each."""

    def __init__(self) -> None:
        self._agreed: dict[tuple[UUID, UUID], list[Agreement]] = {}
        self._terms: dict[UUID, Terms] = {}

    def of(self, entry: TimeEntry) -> tuple[Decimal | None, str]:
        """What an entry costs, and in which currency; no amount where nothing was agreed."""
        key = (entry.task.team_id, entry.user_id)
        if key not in self._agreed:
            self._agreed[key] = agreements_of(*key)
        agreement = in_force_on(self._agreed[key], entry.day)
        if agreement is None:
            return None, entry.task.team.currency
        if agreement.pk not in self._terms:
            self._terms[agreement.pk] = terms_of(agreement)
        work = Work(
            minutes=entry.minutes,
            day=entry.day,
            started_at=entry.started_at,
            ended_at=entry.ended_at,
            is_rush=entry.is_rush,
        )
        return price(work, self._terms[agreement.pk], billed=entry.billed).amount, agreement.currency


def _pages(rows: QuerySet[Row]) -> Iterator[list[Row]]:
    ordered = rows.order_by("pk")
    page = list(ordered[:BATCH])
    while page:
        yield page
        page = list(ordered.filter(pk__gt=page[-1].pk)[:BATCH]) if len(page) == BATCH else []


def _keep(records: Iterable[MoneyRecord], now: datetime) -> int:
    due = [record for record in records if record.keep_until >= now.date()]
    MoneyRecord.objects.bulk_create(due, ignore_conflicts=True)
    return len(due)


def _of_time(entry: TimeEntry, prices: _Prices, now: datetime) -> MoneyRecord:
    amount, currency = prices.of(entry)
    return _record(
        "time",
        entry,
        entry.user,
        entry.day,
        what=entry.note,
        now=now,
        minutes=entry.minutes,
        billed=entry.billed,
        amount=amount,
        currency=currency,
    )


def _of_expense(expense: Expense, now: datetime) -> MoneyRecord:
    record = _record(
        "expense",
        expense,
        expense.by,
        expense.day or expense.at.date(),
        what=expense.what,
        now=now,
        amount=expense.amount,
        currency=expense.task.team.currency,
    )
    if expense.original_currency:
        record.data |= {
            "original_amount": expense.original_amount,
            "original_currency": expense.original_currency,
            "rate": expense.rate,
        }
    return record


def _record(
    kind: str, row: TimeEntry | Expense, person: User, day: date, *, now: datetime, **values: Any
) -> MoneyRecord:
    """`person` in the data: so that a timesheet finds the name again. Whose account has gone keeps an older record."""
    team = row.task.team
    return MoneyRecord(
        kind=kind,
        source=row.pk,
        team_key=team.pk,
        team_name=team.name,
        person_name=person.name or ("" if person.is_gone else person.email),
        person_email="" if person.is_gone else person.email,
        day=day,
        recorded_at=now,
        keep_until=keep_until(day),
        data={
            "person": person.pk,
            "task": row.task.title,
            "state": row.state,
            "approved_at": row.approved_at,
            "approved_by": str(row.approved_by) if row.approved_by else "",
        },
        **values,
    )
