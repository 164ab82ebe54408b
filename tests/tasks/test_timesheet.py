"""Reading a timesheet: what is on it, what it costs, and what it takes to read."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tasks.models import EntryState, ExpenseState
from tasks.timesheets import Timesheet, timesheet
from tests.accounts.conftest import queries_of
from tests.conftest import Cast
from tests.tasks.sheets import NOVEMBER, agreed, lunch, spent, worked

MONDAY, SATURDAY = date(2026, 11, 23), date(2026, 11, 28)


def read(cast: Cast, month: date = NOVEMBER) -> Timesheet:
    return timesheet(cast.team, cast.assistant, month)


def test_a_sheet_prices_each_entry_and_adds_up_to_the_cent(cast: Cast, now: datetime) -> None:
    agreed(cast)
    task = lunch(cast, now)
    worked(task, 100, MONDAY)  # 50.00
    worked(task, 20, SATURDAY)  # 15.00
    worked(task, 7, SATURDAY)  # 5.25
    spent(task, "19.99", MONDAY)
    total = read(cast).total
    (money,) = total.money
    assert (total.lines, total.minutes, total.billed, total.unpriced) == (4, 127, 127, 0)
    assert (money.currency, money.time, money.expenses) == ("EUR", Decimal("70.25"), Decimal("19.99"))
    assert money.total == Decimal("90.24")


def test_only_this_person_in_this_team_in_this_month_is_on_it(cast: Cast, now: datetime) -> None:
    task = lunch(cast, now)
    for day in (date(2026, 10, 31), NOVEMBER, date(2026, 11, 30), date(2026, 12, 1)):
        worked(task, 10, day)
        spent(task, "1", day)
    worked(task, 60, MONDAY, by=cast.guest)
    spent(task, "60", MONDAY, by=cast.guest)
    elsewhere = lunch(cast, now)
    type(elsewhere).objects.filter(pk=elsewhere.pk).update(team=cast.other_team)
    worked(elsewhere, 60, MONDAY)
    spent(elsewhere, "60", MONDAY)
    sheet = read(cast)
    assert [line.entry.day.day for line in sheet.times] == [1, 30]
    assert [line.expense.day.day for line in sheet.expenses if line.expense.day] == [1, 30]


def test_what_waits_stands_apart_and_what_was_taken_out_is_gone(cast: Cast, now: datetime) -> None:
    agreed(cast)
    task = lunch(cast, now)
    waiting = worked(task, 600, MONDAY, billed=0, state=EntryState.WAITING)
    worked(task, 30, MONDAY, billed=0, state=EntryState.STRUCK)
    asked = spent(task, "80", MONDAY, state=ExpenseState.WAITING)
    spent(task, "81", MONDAY, state=ExpenseState.REFUSED)
    spent(task, "82", MONDAY, state=ExpenseState.WITHDRAWN)
    sheet = read(cast)
    assert (sheet.waiting_times, sheet.waiting_expenses) == ([waiting], [asked])
    assert (sheet.times, sheet.expenses, sheet.total.lines, sheet.total.money) == ([], [], 0, [])
    assert not sheet.is_empty


def test_a_change_of_rate_in_mid_month_counts_from_its_day(cast: Cast, now: datetime) -> None:
    agreed(cast)
    agreed(cast, version=2, valid_from=date(2026, 11, 16), rate=Decimal(36))
    task = lunch(cast, now)
    worked(task, 60, date(2026, 11, 13))
    worked(task, 60, date(2026, 11, 16))
    sheet = read(cast)
    assert [line.price.amount for line in sheet.times if line.price] == [Decimal(30), Decimal(36)]
    assert [agreement.version for agreement in sheet.agreements] == [1, 2]


def test_a_day_without_an_agreement_has_minutes_and_no_amount(cast: Cast, now: datetime) -> None:
    agreed(cast, valid_from=MONDAY)
    task = lunch(cast, now)
    worked(task, 90, date(2026, 11, 20))
    worked(task, 60, MONDAY)
    sheet = read(cast)
    assert [line.price and line.price.amount for line in sheet.times] == [None, Decimal(30)]
    assert (sheet.total.minutes, sheet.total.unpriced) == (150, 90)
    assert [money.total for money in sheet.total.money] == [Decimal(30)]


def test_each_currency_has_its_own_total(cast: Cast, now: datetime) -> None:
    agreed(cast, currency="USD")
    agreed(cast, version=2, valid_from=MONDAY, currency="GBP")
    task = lunch(cast, now)
    worked(task, 60, date(2026, 11, 20))
    worked(task, 60, MONDAY)
    spent(task, "12.50", MONDAY)
    money = {each.currency: (each.time, each.expenses) for each in read(cast).total.money}
    nothing, hour = Decimal(0), Decimal(30)
    assert money == {"EUR": (nothing, Decimal("12.50")), "GBP": (hour, nothing), "USD": (hour, nothing)}


def test_only_what_is_billed_is_priced(cast: Cast, now: datetime) -> None:
    agreed(cast)
    task = lunch(cast, now)
    worked(task, 120, MONDAY, billed=90)
    worked(task, 60, MONDAY, billed=0)
    sheet = read(cast)
    assert (sheet.total.minutes, sheet.total.billed) == (180, 90)
    assert sorted(line.price.amount for line in sheet.times if line.price) == [Decimal(0), Decimal(45)]


def test_clock_times_are_priced_in_parts(cast: Cast, now: datetime) -> None:
    agreed(cast)
    task = lunch(cast, now)
    # 17:00 to 19:00 in Amsterdam: an hour before and an hour after the end of the regular hours.
    times: dict[str, Any] = {
        "started_at": datetime(2026, 11, 23, 16, tzinfo=UTC),
        "ended_at": datetime(2026, 11, 23, 18, tzinfo=UTC),
    }
    worked(task, 120, MONDAY, **times)
    (line,) = read(cast).times
    assert line.price
    assert [(part.minutes, part.multiplier, part.amount) for part in line.price.parts] == [
        (60, 1, Decimal(30)),
        (60, Decimal("1.5"), Decimal(45)),
    ]


def test_approved_and_open_are_the_two_halves_of_the_total(cast: Cast, now: datetime) -> None:
    agreed(cast)
    task = lunch(cast, now)
    worked(task, 60, MONDAY, approved_by=cast.owner, approved_at=now)
    worked(task, 30, MONDAY)
    spent(task, "5", MONDAY, approved_by=cast.owner, approved_at=now)
    sheet = read(cast)
    assert (sheet.approved.minutes, sheet.open.minutes) == (60, 30)
    assert [money.total for money in sheet.approved.money] == [Decimal(35)]
    assert [money.total for money in sheet.open.money] == [Decimal(15)]
    assert sheet.last_approval == (now, cast.owner)


@pytest.mark.parametrize(
    "change",
    [
        {"minutes": 61},
        {"billed": 59},
        {"day": date(2026, 11, 24)},
        {"note": "More"},
        {"is_rush": True},
        {"approved_at": datetime(2026, 11, 23, tzinfo=UTC)},
        {"state": EntryState.STRUCK, "billed": 0},
    ],
)
def test_whatever_changes_on_a_line_shows(change: dict[str, object], cast: Cast, now: datetime) -> None:
    agreed(cast)
    entry = worked(lunch(cast, now), 60, MONDAY)
    seen = read(cast).seen
    assert read(cast).seen == seen
    type(entry).objects.filter(pk=entry.pk).update(**change)
    assert read(cast).seen != seen


def test_another_price_shows_too(cast: Cast, now: datetime) -> None:
    agreed(cast)
    worked(lunch(cast, now), 60, MONDAY)
    seen = read(cast).seen
    agreed(cast, version=2, valid_from=MONDAY, rate=Decimal(31))
    assert read(cast).seen != seen


def test_a_thousand_entries_take_no_more_queries_than_one(cast: Cast, now: datetime) -> None:
    agreed(cast)
    task = lunch(cast, now)
    worked(task, 1, MONDAY, approved_by=cast.owner, approved_at=now)
    spent(task, "1", MONDAY)
    few = queries_of(lambda: read(cast).total)
    entry = worked(task, 1, MONDAY)
    type(entry).objects.bulk_create(
        type(entry)(task=task, user=cast.assistant, minutes=1, billed=1, day=MONDAY, created_at=now)
        for _number in range(1000)
    )
    assert queries_of(lambda: read(cast).total) == few <= 4
