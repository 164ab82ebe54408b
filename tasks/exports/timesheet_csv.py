"""A timesheet as CSV: a row for each priced part of an entry, and one for each expense.

In the reader's language, as their spreadsheet opens it: Dutch with semicolons and decimal commas, English with commas
and points. Hours and amounts stand once, so a column adds up to what the page says.
"""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import get_format, number_format
from django.utils.translation import gettext as _

from accounts.safe_cells import BYTE_ORDER_MARK, safe
from delegation.pricing import Part
from tasks.models import Expense, TimeEntry
from tasks.templatetags.timesheets import decimal_hours, times, why
from tasks.timesheets import TimeLine, Timesheet


def as_csv(sheet: Timesheet) -> bytes:
    """What counts on the sheet, time first."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";" if get_format("DECIMAL_SEPARATOR") == "," else ",")
    writer.writerow(_head())
    for line in sheet.times:
        writer.writerows(_time_rows(line, sheet.assistant.zone))
    for spent in sheet.expenses:
        writer.writerow(_expense_row(spent.expense, sheet.team.currency))
    return (BYTE_ORDER_MARK + file.getvalue()).encode()


def _head() -> list[str]:
    return [
        *(_("Day"), _("Kind"), _("Task"), _("Note"), _("Private")),
        *(_("From"), _("Until"), _("Minutes worked"), _("Minutes billed"), _("Hours priced")),
        *(_("Rate"), _("Multiplier"), _("Why"), _("Amount"), _("Currency")),
        *(_("Receipt"), _("Agreement"), _("Approved by"), _("Approved on")),
    ]


def _time_rows(line: TimeLine, zone: ZoneInfo) -> Iterator[list[str]]:
    """One row a part; one without a price for an entry of which nothing is billed or agreed."""
    entry, agreement = line.entry, line.agreement
    first = [str(entry.minutes), str(entry.billed)]
    parts: list[Part | None] = [*line.price.parts] if line.price and line.price.parts else [None]
    for part in parts:
        yield [
            *_start(entry, _("Time"), entry.note),
            *(_clock(entry.started_at, zone), _clock(entry.ended_at, zone)),
            *first,
            decimal_hours(part.minutes) if part else "",
            _amount(agreement.rate) if agreement else "",
            times(part.multiplier) if part else "",
            _why(line, part),
            _amount(part.amount if part else Decimal(0)) if agreement else "",
            line.currency,
            "",
            str(agreement.version) if agreement else "",
            *_approval(entry),
        ]
        first = ["", ""]


def _why(line: TimeLine, part: Part | None) -> str:
    if line.price is None:
        return _("No agreement on that day: not priced")
    return why(part) if part else _("Not billed")


def _expense_row(expense: Expense, currency: str) -> list[str]:
    return [
        *_start(expense, _("Expense"), expense.what),
        *("",) * 8,
        _amount(expense.amount),
        currency,
        _("yes") if expense.receipt_id else _("no"),
        "",
        *_approval(expense),
    ]


def _start(row: TimeEntry | Expense, kind: str, note: str) -> list[str]:
    private = _("yes") if row.task.private else _("no")
    return [f"{row.day:%Y-%m-%d}", kind, safe(row.task.title), safe(note), private]


def _clock(moment: datetime | None, zone: ZoneInfo) -> str:
    """On the clock of who worked."""
    return f"{moment.astimezone(zone):%H:%M}" if moment else ""


def _approval(row: TimeEntry | Expense) -> list[str]:
    if row.approved_at is None:
        return ["", ""]
    return [safe(str(row.approved_by or "")), f"{timezone.localdate(row.approved_at):%Y-%m-%d}"]


def _amount(amount: Decimal) -> str:
    """No thousands separators: not every spreadsheet reads them."""
    return number_format(amount, 2, use_l10n=True, force_grouping=False)
