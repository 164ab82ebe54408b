"""Approving a timesheet: what was looked at is what is approved, once, by who may."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from accounts.models import Membership, Message, Role, User
from delegation.models import Agreement
from tasks.actions.agreements import accept_agreement
from tasks.actions.approving import NotApproved, approve, take_back
from tasks.actions.base import Refused
from tasks.actions.entries import correct_work
from tasks.actions.expenses import withdraw_expense
from tasks.actions.handing_over import amend
from tasks.models import Event, Expense, TimeEntry
from tasks.timeline import sentence_of
from tasks.timesheets import Timesheet, timesheet
from tests.conftest import Cast
from tests.tasks.sheets import NOVEMBER, agreed, lunch, spent, worked
from tests.threads import at_once

MONDAY = date(2026, 11, 23)
KINDS = ["time-approved", "expenses-approved", "time-reopened", "expense-reopened"]

Press = Callable[..., Timesheet]


def sheet_of(cast: Cast) -> Timesheet:
    return timesheet(cast.team, cast.assistant, NOVEMBER)


def press(cast: Cast, now: datetime, by: User | None = None, **said: Any) -> Timesheet:
    """Eva approves what she sees, unless told otherwise."""
    who: dict[str, Any] = {"team": cast.team, "assistant": cast.assistant, "month": NOVEMBER, "by": by or cast.owner}
    return approve(**who, now=now, **{"seen": sheet_of(cast).seen} | said)


def undo(cast: Cast, now: datetime, key: str, by: User | None = None) -> Timesheet:
    who: dict[str, Any] = {"team": cast.team, "assistant": cast.assistant, "month": NOVEMBER, "by": by or cast.owner}
    return take_back(**who, key=key, now=now)


def test_all_that_is_open_is_approved_in_one_press(cast: Cast, now: datetime) -> None:
    agreed(cast)
    first, second = lunch(cast, now), lunch(cast, now)
    rows: list[TimeEntry | Expense] = [worked(first, 60, MONDAY), worked(first, 30, MONDAY), worked(second, 15, MONDAY)]
    rows.append(spent(first, "12.50", MONDAY))
    before = press(cast, now, by=cast.entrepreneur)
    assert (before.open.lines, before.approved.minutes) == (0, 105)
    for row in rows:
        row.refresh_from_db()
        assert (row.approved_by, row.approved_at) == (cast.entrepreneur, now)
    told = Message.objects.get(template="timesheet_approved")
    assert told.recipient == cast.assistant
    assert told.params == {
        "actor": "Finn",
        "month": "2026-11",
        "team": "Eva's Events",
        "minutes": 105,
        "total": "65.00 EUR",
    }
    events = Event.objects.filter(kind__in=["time-approved", "expenses-approved"]).order_by("kind", "data__minutes")
    assert [(event.task, event.kind, event.data) for event in events] == [
        (first, "expenses-approved", {"amount": "12.50", "currency": "EUR"}),
        (second, "time-approved", {"minutes": 15}),
        (first, "time-approved", {"minutes": 90}),
    ]


def test_what_was_approved_before_keeps_who_approved_it(cast: Cast, now: datetime) -> None:
    task = lunch(cast, now)
    entry = worked(task, 60, MONDAY)
    press(cast, now, by=cast.entrepreneur)
    worked(task, 30, MONDAY)
    press(cast, now + timedelta(days=1))
    entry.refresh_from_db()
    assert (entry.approved_by, entry.approved_at) == (cast.entrepreneur, now)
    assert [message.params["minutes"] for message in Message.objects.filter(template="timesheet_approved")] == [60, 30]


@pytest.mark.parametrize("kind", ["time", "expense"])
def test_one_line_is_approved_by_itself(kind: str, cast: Cast, now: datetime) -> None:
    task = lunch(cast, now)
    worked(task, 60, MONDAY)
    spent(task, "5", MONDAY)
    sheet = sheet_of(cast)
    line = (sheet.times if kind == "time" else sheet.expenses)[0]
    after = press(cast, now, key=line.key, seen=line.seen)
    assert [each.key for each in after.lines if each.is_approved] == [line.key]


def test_what_changed_since_it_was_looked_at_is_not_approved(cast: Cast, now: datetime) -> None:
    task = lunch(cast, now)
    entry = worked(task, 60, MONDAY)
    sheet = sheet_of(cast)
    worked(task, 30, MONDAY)
    with pytest.raises(NotApproved, match="Something changed"):
        press(cast, now, seen=sheet.seen)
    # The line by itself is as it was.
    assert press(cast, now, key=f"time:{entry.pk}", seen=sheet.times[0].seen).approved.minutes == 60
    assert not Message.objects.filter(template="timesheet_approved", params__minutes=90).exists()


@pytest.mark.parametrize("field", ["minutes", "billed"])
def test_a_line_that_was_corrected_is_not_approved_as_it_was(field: str, cast: Cast, now: datetime) -> None:
    entry = worked(lunch(cast, now), 60, MONDAY, billed=50)
    line = sheet_of(cast).times[0]
    TimeEntry.objects.filter(pk=entry.pk).update(**{field: 55})
    with pytest.raises(NotApproved, match="Something changed"):
        press(cast, now, key=line.key, seen=line.seen)


def test_a_line_that_is_not_on_the_sheet_is_refused(cast: Cast, now: datetime) -> None:
    task = lunch(cast, now)
    other = worked(task, 60, MONDAY, by=cast.guest)
    for key in (f"time:{other.pk}", "time:", "nonsense", f"expense:{other.pk}"):
        with pytest.raises(NotApproved, match="Something changed"):
            press(cast, now, key=key, seen="")
        with pytest.raises(NotApproved, match="Something changed"):
            undo(cast, now, key)


def test_approving_twice_says_that_nothing_is_left(cast: Cast, now: datetime) -> None:
    worked(lunch(cast, now), 60, MONDAY)
    line, seen = sheet_of(cast).times[0], sheet_of(cast).seen
    press(cast, now, seen=seen)
    presses: list[dict[str, Any]] = [{"seen": seen}, {"key": line.key, "seen": line.seen}]
    for again in presses:
        with pytest.raises(NotApproved, match="nothing left"):
            press(cast, now, **again)
    assert Message.objects.filter(template="timesheet_approved").count() == 1


def test_nobody_approves_their_own_hours(cast: Cast, now: datetime) -> None:
    worked(lunch(cast, now), 60, MONDAY)
    Membership.objects.filter(user=cast.assistant).update(role=Role.ENTREPRENEUR)
    with pytest.raises(NotApproved, match="their own hours"):
        press(cast, now, by=cast.assistant)


@pytest.mark.parametrize("who", ["guest", "outsider"])
def test_only_who_hands_over_approves(who: str, cast: Cast, now: datetime) -> None:
    worked(lunch(cast, now), 60, MONDAY)
    with pytest.raises(NotApproved, match="hands over"):
        press(cast, now, by=getattr(cast, who))


def test_an_approval_is_taken_back_once_and_can_be_given_again(cast: Cast, now: datetime) -> None:
    entry = worked(lunch(cast, now), 60, MONDAY)
    press(cast, now)
    key, later = f"time:{entry.pk}", now + timedelta(minutes=1)
    assert undo(cast, later, key).open.minutes == 60
    with pytest.raises(NotApproved, match="taken back already"):
        undo(cast, later, key)
    entry.refresh_from_db()
    assert (entry.approved_by, entry.approved_at) == (None, None)
    assert Message.objects.get(template="timesheet_taken_back").recipient == cast.assistant
    assert Event.objects.filter(kind="time-reopened", task=entry.task, actor=cast.owner).count() == 1
    press(cast, later + timedelta(minutes=1))
    assert Message.objects.filter(template="timesheet_approved").count() == 2


def test_what_is_taken_back_is_billed_by_the_limit_as_it_is_now(cast: Cast, now: datetime) -> None:
    task = lunch(cast, now, time_limit=60)
    entry, expense = worked(task, 90, MONDAY, billed=60), spent(task, "5", MONDAY)
    press(cast, now)
    amend(task_id=task.pk, by=cast.owner, fields={"time_limit": 120}, now=now)
    task.refresh_from_db()
    assert (task.minutes_logged, task.minutes_billed) == (90, 60)  # what is approved stays as it is
    undo(cast, now, f"expense:{expense.pk}")
    assert sheet_of(cast).total.billed == 60
    sheet = undo(cast, now, f"time:{entry.pk}")
    task.refresh_from_db()
    assert (sheet.total.billed, task.minutes_logged, task.minutes_billed) == (90, 90, 90)


def test_who_left_the_team_is_not_told(cast: Cast, now: datetime) -> None:
    worked(lunch(cast, now), 60, MONDAY)
    Membership.objects.filter(user=cast.assistant).delete()
    assert press(cast, now).approved.minutes == 60
    assert not Message.objects.filter(template="timesheet_approved").exists()


def test_the_timeline_tells_of_it_in_words(cast: Cast, now: datetime) -> None:
    task = lunch(cast, now)
    entry, expense = worked(task, 90, MONDAY), spent(task, "5.50", MONDAY)
    press(cast, now)
    undo(cast, now, f"time:{entry.pk}")
    undo(cast, now, f"expense:{expense.pk}")
    events = Event.objects.filter(task=task, kind__in=KINDS).order_by("id")
    assert [sentence_of(event).replace("\u00a0", " ") for event in events] == [
        "Eva approved 1 hour 30 min of work",
        "Eva approved expenses on the timesheet: € 5.50",
        "Eva took back the approval of 1 hour 30 min of work",
        "Eva took back the approval of an expense: € 5.50",
    ]


# --- two at once --------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_who_approve_at_once_approve_once(cast: Cast, now: datetime) -> None:
    for task in (lunch(cast, now), lunch(cast, now)):
        worked(task, 60, MONDAY)
        spent(task, "5", MONDAY)
    seen = sheet_of(cast).seen
    found = at_once(*(partial(press, cast, now, by=by, seen=seen) for by in (cast.owner, cast.entrepreneur)))
    assert sorted(type(result).__name__ for result in found) == ["NotApproved", "Timesheet"], found
    rows: list[TimeEntry | Expense] = [*TimeEntry.objects.all(), *Expense.objects.all()]
    assert len({row.approved_by_id for row in rows}) == 1
    assert Message.objects.filter(template="timesheet_approved").count() == 1


@pytest.mark.django_db(transaction=True)
def test_taking_back_at_once_happens_once(cast: Cast, now: datetime) -> None:
    entry = worked(lunch(cast, now), 60, MONDAY)
    press(cast, now)
    act = partial(undo, cast, now, f"time:{entry.pk}")
    found = at_once(act, partial(act, by=cast.entrepreneur))
    assert sorted(type(result).__name__ for result in found) == ["NotApproved", "Timesheet"], found


@pytest.mark.django_db(transaction=True)
def test_correcting_while_it_is_approved_has_one_outcome(cast: Cast, now: datetime) -> None:
    entry = worked(lunch(cast, now), 60, MONDAY)
    correct = partial(correct_work, entry_id=entry.pk, by=cast.assistant, minutes=45, day=MONDAY, now=now)
    approved, corrected = at_once(partial(press, cast, now, seen=sheet_of(cast).seen), correct)
    entry.refresh_from_db()
    if isinstance(corrected, Refused):
        assert (entry.minutes, entry.billed, entry.approved_by) == (60, 60, cast.owner)
    else:
        assert isinstance(approved, NotApproved)
        assert (entry.minutes, entry.billed, entry.approved_by) == (45, 45, None)


@pytest.mark.django_db(transaction=True)
def test_taking_an_expense_back_while_it_is_approved_has_one_outcome(cast: Cast, now: datetime) -> None:
    task = lunch(cast, now)
    expense = spent(task, "5", MONDAY)
    withdraw = partial(withdraw_expense, task_id=task.pk, by=cast.assistant, expense_id=expense.pk, now=now)
    approved, withdrawn = at_once(partial(press, cast, now, seen=sheet_of(cast).seen), withdraw)
    expense.refresh_from_db()
    if isinstance(withdrawn, Refused):
        assert (expense.state, expense.approved_by) == ("counted", cast.owner)
    else:
        assert isinstance(approved, NotApproved)
        assert (expense.state, expense.approved_by) == ("withdrawn", None)


@pytest.mark.django_db(transaction=True)
def test_what_is_approved_keeps_its_price_while_another_agreement_is_accepted(cast: Cast, now: datetime) -> None:
    agreed(cast)
    worked(lunch(cast, now), 60, MONDAY)
    proposed = agreed(cast, version=2, rate=Decimal(90), valid_from=MONDAY)
    Agreement.objects.filter(pk=proposed.pk).update(state="proposed", answered_by=None, answered_at=None)
    accept = partial(accept_agreement, agreement_id=proposed.pk, by=cast.assistant, now=now)
    found = at_once(partial(press, cast, now, seen=sheet_of(cast).seen), accept)
    assert sorted(isinstance(result, Exception) for result in found) == [False, True], found
    (line,) = sheet_of(cast).times
    assert line.price
    assert (line.is_approved, line.price.amount) in {(True, Decimal(30)), (False, Decimal(90))}


def test_what_is_approved_is_neither_corrected_nor_taken_out(cast: Cast, now: datetime) -> None:
    task = lunch(cast, now)
    entry, expense = worked(task, 60, MONDAY), spent(task, "5", MONDAY)
    press(cast, now)
    with pytest.raises(Refused, match="approved"):
        correct_work(entry_id=entry.pk, by=cast.assistant, minutes=45, day=MONDAY, now=now)
    with pytest.raises(Refused, match="approved"):
        withdraw_expense(task_id=task.pk, by=cast.assistant, expense_id=expense.pk, now=now)
    undo(cast, now, f"time:{entry.pk}")
    correct_work(entry_id=entry.pk, by=cast.assistant, minutes=45, day=MONDAY, now=now)
    assert sheet_of(cast).total.minutes == 45
