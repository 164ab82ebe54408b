"""Approving a timesheet, as a whole or a line at a time, and taking an approval back.

What is approved is what was looked at: the press carries what the page showed, in short (`seen`), and the sheet is read
again with its tasks locked. If anything on it was corrected, added or priced otherwise meanwhile, nothing is approved
and the person is told so. What is approved can't be corrected or withdrawn, and what is billed of it stays.

First the agreements are held, so that none begins to count while its price is approved; then the tasks, in the order of
their ids, as every action on a task does before it touches an entry: nobody is billing or correcting one meanwhile.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, MessageKind, Role, Team, User
from accounts.outbox import Tell, tell
from delegation.agreements import lock_agreements
from tasks.actions.base import CHANGED
from tasks.metering import add_up
from tasks.models import EntryState, Event, Expense, ExpenseState, Task, TimeEntry
from tasks.months import last_day
from tasks.timesheets import ExpenseLine, TimeLine, Timesheet, timesheet, totals_of

NOT_YOURS = _("Only who hands over in this team can approve its hours.")
OWN_HOURS = _("Nobody approves their own hours. Ask somebody else in the team.")
NOTHING_OPEN = _("There is nothing left to approve.")
TAKEN_BACK = _("This approval has been taken back already.")

Lines = Sequence[TimeLine | ExpenseLine]


class NotApproved(Exception):
    """It can't be done now; `text` says why, for the person who tried."""

    def __init__(self, text: str | Promise) -> None:
        super().__init__(str(text))
        self.text = text


def approve(
    *, team: Team, assistant: User, month: date, by: User, seen: str, key: str = "", now: datetime
) -> Timesheet:
    """Approve what is open on the sheet: all of it, or the line named by `key`. Gives the sheet as it is then.

    `seen`: of the sheet or the line, as it was shown. Raises NotApproved; nothing is written then.
    """
    with transaction.atomic():
        _may_approve(team, assistant, by)
        lock_agreements(team.pk)
        _lock_tasks(team, assistant, month)
        sheet = timesheet(team, assistant, month)
        lines = _to_approve(sheet, seen, key)
        _write(lines, approved_by=by, approved_at=now)
        _record(lines, by=by, currency=team.currency, now=now)
        _tell(sheet, lines, by=by, now=now)
    return timesheet(team, assistant, month)


def take_back(*, team: Team, assistant: User, month: date, by: User, key: str, now: datetime) -> Timesheet:
    """Take the approval of one line back, so that it can be corrected. Raises NotApproved.

    What is billed of time is worked out anew at once: the limit may have moved since it was approved.
    """
    with transaction.atomic():
        _may_approve(team, assistant, by)
        lock_agreements(team.pk)
        _lock_tasks(team, assistant, month)
        sheet = timesheet(team, assistant, month)
        line = sheet.line(key)
        if line is None:
            raise NotApproved(CHANGED)
        if not line.is_approved:
            raise NotApproved(TAKEN_BACK)
        _write([line], approved_by=None, approved_at=None)
        if isinstance(line, TimeLine):
            task = Task.objects.get(pk=line.entry.task_id)
            Task.objects.filter(pk=task.pk).update(**add_up(task))
        _record([line], by=by, currency=team.currency, now=now, undone=True)
        _tell(sheet, [line], by=by, now=now, undone=True)
    return timesheet(team, assistant, month)


def _may_approve(team: Team, assistant: User, by: User) -> None:
    """By the membership as it is now. Raises NotApproved."""
    if by.pk == assistant.pk:
        raise NotApproved(OWN_HOURS)
    if not Membership.objects.filter(team=team, user=by, role__in=Role.entrepreneurs()).exists():
        raise NotApproved(NOT_YOURS)


def _lock_tasks(team: Team, assistant: User, month: date) -> None:
    """What is logged on another task from now on is not on the sheet that was looked at, and refuses the press."""
    days = (month, last_day(month))
    worked = TimeEntry.objects.filter(user=assistant, task__team=team, day__range=days).values("task")
    spent = Expense.objects.filter(by=assistant, task__team=team, day__range=days).values("task")
    ids = {row["task"] for row in [*worked.distinct(), *spent.distinct()]}
    tasks = Task.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=ids).order_by("pk")
    list(tasks.values_list("pk"))


def _to_approve(sheet: Timesheet, seen: str, key: str) -> Lines:
    """The lines that the press is about. Raises NotApproved."""
    line = sheet.line(key)
    if key and line is None:
        raise NotApproved(CHANGED)
    lines: Lines = [line] if line else sheet.open_lines
    if not lines or (line and line.is_approved):
        raise NotApproved(NOTHING_OPEN)
    if seen != (line.seen if line else sheet.seen):
        raise NotApproved(CHANGED)
    return lines


def _write(lines: Lines, *, approved_by: User | None, approved_at: datetime | None) -> None:
    """All of the rows, as long as they are still as the lines say, or none. Raises NotApproved."""
    fields = {"approved_by": approved_by, "approved_at": approved_at}
    times = {row.pk: row for row in map(_row, lines) if isinstance(row, TimeEntry)}
    expenses = {row.pk: row for row in map(_row, lines) if isinstance(row, Expense)}
    still_open = Q(approved_at__isnull=approved_at is not None)
    count = TimeEntry.objects.filter(still_open, pk__in=times, state=EntryState.COUNTED).update(**fields)
    count += Expense.objects.filter(still_open, pk__in=expenses, state=ExpenseState.COUNTED).update(**fields)
    if count != len(lines):
        raise NotApproved(CHANGED)


def _record(lines: Lines, *, by: User, currency: str, now: datetime, undone: bool = False) -> None:
    """On the timeline of each task one event for its time, and one for its expenses."""
    minutes: dict[UUID, int] = defaultdict(int)
    spent: dict[UUID, Decimal] = defaultdict(Decimal)
    for row in map(_row, lines):
        if isinstance(row, TimeEntry):
            minutes[row.task_id] += row.minutes
        else:
            spent[row.task_id] += row.amount
    time_kind, expenses_kind = (
        ("time-reopened", "expense-reopened") if undone else ("time-approved", "expenses-approved")
    )
    events: list[tuple[UUID, str, dict[str, str | int]]] = [
        (task, time_kind, {"minutes": count}) for task, count in minutes.items()
    ]
    events += [
        (task, expenses_kind, {"amount": f"{amount:.2f}", "currency": currency}) for task, amount in spent.items()
    ]
    Event.objects.bulk_create(
        Event(task_id=task, at=now, actor=by, kind=kind, data=data) for task, kind, data in events
    )


def _tell(sheet: Timesheet, lines: Lines, *, by: User, now: datetime, undone: bool = False) -> None:
    """Tell the assistant once per press, as long as they are in the team."""
    if not Membership.objects.filter(team=sheet.team, user=sheet.assistant).exists():
        return
    template = "timesheet_taken_back" if undone else "timesheet_approved"
    totals = totals_of(lines, sheet.team.currency)
    place = f"{sheet.assistant.pk} {sheet.month}"
    tell(
        [
            Tell(
                to=sheet.assistant,
                kind=MessageKind.ANSWER,
                template=template,
                params={
                    "actor": by.short_name,
                    "month": f"{sheet.month:%Y-%m}",
                    "team": sheet.team.name,
                    "minutes": totals.minutes,
                    "total": " + ".join(f"{money.total:.2f} {money.currency}" for money in totals.money),
                },
                path=reverse("timesheet", args=[sheet.team.pk, sheet.assistant.pk, sheet.month]),
                thread=str(uuid5(sheet.team.pk, place)),
                dedup_key=f"{template}:{uuid5(sheet.team.pk, place)}:{now.isoformat()}:{lines[0].key}",
            )
        ],
        now=now,
    )


def _row(line: TimeLine | ExpenseLine) -> TimeEntry | Expense:
    return line.entry if isinstance(line, TimeLine) else line.expense
