"""The timesheets that there are: whose months have something on them, and what is open to approve.

A page is a stretch of calendar months, so that its price depends on what was logged in them and not on all there is.
"""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from accounts.models import Role, Team, User
from tasks.models import EntryState, Expense, ExpenseState, TimeEntry
from tasks.money_records import names_of
from tasks.months import before, last_day, month_of
from tasks.queries import Person

MONTHS = 6  # of a page

Key = tuple[date, UUID, UUID]  # month, team, assistant


@dataclass
class Sums:
    """What counts on one sheet, how much of that is not approved yet, and how many entries don't count yet."""

    minutes: int = 0
    open_minutes: int = 0
    spent: Decimal = Decimal(0)
    open_spent: Decimal = Decimal(0)
    waiting: int = 0

    @property
    def is_open(self) -> bool:
        return bool(self.open_minutes or self.open_spent)


@dataclass(frozen=True)
class SheetLine:
    """One sheet in the list."""

    month: date
    team: Team
    assistant: User
    sums: Sums


@dataclass(frozen=True)
class SheetPage:
    """Some months, the latest first. `earlier` and `later`: with which month the pages beside it end, if any."""

    months: list[tuple[date, list[SheetLine]]]
    earlier: date | None
    later: date | None


def sheet_page(person: Person, until: date, *, newest: date) -> SheetPage:
    """The sheets of the months up to `until` that this person may see. `newest`: the last month there can be."""
    first = before(until, MONTHS - 1)
    sheets: dict[Key, Sums] = {}
    begun: list[date | None] = []
    for times, expenses in _rows_of(person):
        days = Q(day__range=(first, last_day(until)))
        _add_times(sheets, times.filter(days))
        _add_expenses(sheets, expenses.filter(days))
        begun += [rows.filter(day__lt=first).aggregate(day=Max("day"))["day"] for rows in (times, expenses)]
    return SheetPage(
        months=_by_month(person, sheets),
        earlier=max((month_of(day) for day in begun if day), default=None),
        later=min(newest, before(until, -MONTHS)) if until < newest else None,
    )


def _rows_of(person: Person) -> Iterator[tuple[QuerySet[TimeEntry], QuerySet[Expense]]]:
    """Those of the teams in which one hands over, and one's own in the others."""
    times = TimeEntry.objects.exclude(state=EntryState.STRUCK)
    expenses = Expense.objects.filter(state__in=[ExpenseState.COUNTED, ExpenseState.WAITING])
    if theirs := person.teams_as(*Role.entrepreneurs()):
        yield times.filter(task__team__in=theirs), expenses.filter(task__team__in=theirs)
    if own := person.teams_as(*Role.assistants()):
        yield (
            times.filter(task__team__in=own, user=person.user),
            expenses.filter(task__team__in=own, by=person.user),
        )


def _add_times(sheets: dict[Key, Sums], times: QuerySet[TimeEntry]) -> None:
    counted = Q(state=EntryState.COUNTED)
    rows = times.annotate(month=TruncMonth("day")).values_list("month", "task__team", "user")
    for month, team, person, total, still_open, waiting in rows.annotate(
        total=Sum("minutes", filter=counted, default=0),
        still_open=Sum("minutes", filter=counted & Q(approved_at__isnull=True), default=0),
        waiting=Count("pk", filter=Q(state=EntryState.WAITING)),
    ):
        sums = sheets.setdefault((month, team, person), Sums())
        sums.minutes, sums.open_minutes = total, still_open
        sums.waiting += waiting


def _add_expenses(sheets: dict[Key, Sums], expenses: QuerySet[Expense]) -> None:
    counted, nothing = Q(state=ExpenseState.COUNTED), Decimal(0)
    rows = expenses.annotate(month=TruncMonth("day")).values_list("month", "task__team", "by")
    for month, team, person, total, still_open, waiting in rows.annotate(
        total=Sum("amount", filter=counted, default=nothing),
        still_open=Sum("amount", filter=counted & Q(approved_at__isnull=True), default=nothing),
        waiting=Count("pk", filter=Q(state=ExpenseState.WAITING)),
    ):
        sums = sheets.setdefault((month, team, person), Sums())
        sums.spent, sums.open_spent = total, still_open
        sums.waiting += waiting


def _by_month(person: Person, sheets: dict[Key, Sums]) -> list[tuple[date, list[SheetLine]]]:
    teams = {team.pk: team for team in person.teams}
    people = User.objects.only("name", "email").in_bulk({who for _month, _team, who in sheets}) if sheets else {}
    names = names_of((team, people[who]) for _month, team, who in sheets)
    lines = [
        SheetLine(month, teams[team], _called(people[who], names.get((team, who), "")), sums)
        for (month, team, who), sums in sheets.items()
    ]
    lines.sort(key=lambda line: (line.team.name.casefold(), str(line.assistant).casefold(), line.assistant.pk))
    months = sorted({line.month for line in lines}, reverse=True)
    return [(month, [line for line in lines if line.month == month]) for month in months]


def _called(person: User, name: str) -> User:
    """By the name that the records of the team have kept, where the account was deleted."""
    if not name:
        return person
    known = copy(person)
    known.name = name
    return known
