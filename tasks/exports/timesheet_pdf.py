"""A timesheet as PDF: A4, in the reader's language, with what an accountant asks for."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.text import Truncator
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.models import User
from delegation.models import Agreement
from tasks.exports.paper import SOFT, Cell, Column, Paper, Text
from tasks.templatetags.handover import SYMBOLS
from tasks.templatetags.timesheets import decimal_hours, times, why
from tasks.templatetags.timesheets import month as month_name
from tasks.timesheets import ExpenseLine, TimeLine, Timesheet, Totals

LONGEST_NOTE = 300


def as_pdf(sheet: Timesheet, *, now: datetime) -> bytes:
    """The file."""
    return paper_of(sheet, now=now).as_bytes()


def paper_of(sheet: Timesheet, *, now: datetime) -> Paper:
    """The document, before it is a file."""
    title = _("Timesheet %(month)s") % {"month": month_name(sheet.month)}
    paper = Paper(
        title=f"{title} · {sheet.assistant} · {sheet.team}",
        language=get_language() or "",
        running=f"{title} · {sheet.assistant} · {sheet.team}",
        foot=_("Page %(page)s of %(pages)s · made with Handover on %(day)s")
        % {"page": "{page}", "pages": "{nb}", "day": _long_day(timezone.localdate(now))},
        now=now,
    )
    paper.write_line(title, size=20, style="B")
    paper.set_y(paper.get_y() + 3)
    _write_facts(paper, sheet)
    if sheet.times:
        _write_heading(paper, _("Time"))
        _write_times(paper, sheet)
    if sheet.expenses:
        _write_heading(paper, _("Expenses"))
        _write_expenses(paper, sheet)
    paper.room_for(70)
    _write_heading(paper, _("Total"))
    _write_totals(paper, sheet)
    return paper


# --- who and by what ----------------------------------------------------------------------------------------------


def _write_facts(paper: Paper, sheet: Timesheet) -> None:
    paper.begin_table([Column("", 40), Column("", 134)], with_head=False)
    paper.row([[Text(_("Assistant"), soft=True)], _called(sheet.assistant)])
    paper.row([[Text(_("Team"), soft=True)], sheet.team.name])
    for agreement in sheet.agreements:
        paper.row([[Text(_("Agreement"), soft=True)], _agreement(agreement)])


def _called(person: User) -> str:
    return f"{person.name} ({person.email})" if person.name else person.email


def _agreement(agreement: Agreement) -> str:
    """Which version, since when, and what it says about an hour."""
    text = _("version %(number)s, from %(day)s: %(rate)s per hour") % {
        "number": agreement.version,
        "day": _long_day(agreement.valid_from),
        "rate": _amount(agreement.rate, agreement.currency),
    }
    if agreement.increment > 1:
        text += "; " + _("billed per %(count)d minutes") % {"count": agreement.increment}
    if agreement.signed_on:
        text += "; " + _("signed on %(day)s") % {"day": _long_day(agreement.signed_on)}
    return text


# --- the tables ---------------------------------------------------------------------------------------------------


def _write_times(paper: Paper, sheet: Timesheet) -> None:
    paper.begin_table(
        [
            Column(_("Day"), 25),
            Column(_("Task"), 63),
            Column(_("Hours"), 16, right=True),
            Column(_("Rate"), 22, right=True),
            Column(_("Multiplier"), 24, right=True),
            Column(_("Amount"), 24, right=True),
        ]
    )
    for line in sheet.times:
        for number, cells in enumerate(_time_rows(line)):
            paper.row(cells, rule=number == 0)


def _time_rows(line: TimeLine) -> Iterator[Sequence[Cell]]:
    """A row a part; the first one says what the work was."""
    entry = line.entry
    beside = " · ".join(part for part in (_note(entry.note), _beside(line)) if part)
    what = [Text(entry.task.title), Text(beside, soft=True)]
    start: tuple[Cell, Cell] = (_short_day(entry.day), what)
    if line.price is None or line.agreement is None:
        yield [*start, decimal_hours(entry.billed), "", "", [Text(_("not priced"), soft=True)]]
        return
    if not line.price.parts:
        yield [*start, decimal_hours(0), "", "", _amount(Decimal(0), line.currency)]
    for part in line.price.parts:
        multiplier = [Text(times(part.multiplier)), Text(why(part), soft=True)]
        rate = _amount(line.agreement.rate, line.currency)
        yield [*start, decimal_hours(part.minutes), rate, multiplier, _amount(part.amount, line.currency)]
        start = ("", "")


def _beside(line: TimeLine) -> str:
    """What explains why other hours are priced than were worked."""
    entry = line.entry
    texts = []
    if entry.billed < entry.minutes:
        hours = {"worked": decimal_hours(entry.minutes), "billed": decimal_hours(entry.billed)}
        texts.append(_("worked: %(worked)s, billed: %(billed)s") % hours)
    elif line.price and line.price.minutes != entry.minutes:
        texts.append(_("worked: %(worked)s") % {"worked": decimal_hours(entry.minutes)})
    if entry.task.private:
        texts.append(_("private"))
    return "; ".join(texts)


def _write_expenses(paper: Paper, sheet: Timesheet) -> None:
    paper.begin_table(
        [
            Column(_("Day"), 25),
            Column(_("For what"), 101),
            Column(_("Receipt"), 24),
            Column(_("Amount"), 24, right=True),
        ]
    )
    for line in sheet.expenses:
        paper.row(_expense_row(line, sheet.team.currency))


def _expense_row(line: ExpenseLine, currency: str) -> Sequence[Cell]:
    expense = line.expense
    beside = expense.task.title + (f" ({_('private')})" if expense.task.private else "")
    texts = [Text(expense.what), Text(beside, soft=True)]
    if expense.original_amount is not None and expense.rate is not None:
        paid = _amount(expense.original_amount, expense.original_currency)
        texts.append(Text(f"{paid} × {number_format(f'{expense.rate.normalize():f}', use_l10n=True)}", soft=True))
    receipt = _("yes") if expense.receipt_id else _("no")
    return [_short_day(expense.day), texts, receipt, _amount(expense.amount, currency)]


# --- what it comes to ---------------------------------------------------------------------------------------------


def _write_totals(paper: Paper, sheet: Timesheet) -> None:
    paper.begin_table([Column("", 126), Column("", 48, right=True)], with_head=False)
    for name, value in _sums(sheet.total):
        paper.row([name, value])
    for money in sheet.total.money:
        total = _amount(money.total, money.currency)
        paper.row([[Text(_("Total"), bold=True)], [Text(total, bold=True)]])
    paper.set_y(paper.get_y() + 4)
    for text in (*_approvals(sheet), *_left_out(sheet)):
        paper.room_for(6)
        paper.write_line(text, colour=SOFT)


def _sums(total: Totals) -> Iterator[tuple[str, str]]:
    yield _("Hours worked"), decimal_hours(total.minutes)
    if total.billed != total.minutes:
        yield _("Hours billed"), decimal_hours(total.billed)
    if total.priced and total.priced + total.unpriced != total.billed:
        yield _("Hours priced, rounded up as agreed"), decimal_hours(total.priced)
    if total.unpriced:
        yield _("Hours on days without an agreement: not priced"), decimal_hours(total.unpriced)
    for money in total.money:
        if money.time:
            yield _("Time"), _amount(money.time, money.currency)
        if money.expenses:
            yield _("Expenses"), _amount(money.expenses, money.currency)


def _approvals(sheet: Timesheet) -> Iterator[str]:
    """Who approved it when, and whether that is all of it."""
    if not sheet.approved.lines:
        yield _("Not approved yet.")
        return
    if sheet.open.lines:
        yield ngettext(
            "%(count)d of %(all)d lines is approved.",
            "%(count)d of %(all)d lines are approved.",
            sheet.approved.lines,
        ) % {"count": sheet.approved.lines, "all": sheet.total.lines}
    last: dict[User, datetime] = {}
    for row in sheet.rows:
        if row.approved_by and row.approved_at:
            last[row.approved_by] = max(row.approved_at, last.get(row.approved_by, row.approved_at))
    for person, moment in last.items():
        yield _("Approved by %(name)s on %(day)s at %(time)s.") % {
            "name": str(person),
            "day": _long_day(timezone.localdate(moment)),
            "time": f"{timezone.localtime(moment):%H:%M}",
        }


def _left_out(sheet: Timesheet) -> Iterator[str]:
    count = len(sheet.waiting_times) + len(sheet.waiting_expenses)
    if count:
        text = ngettext(
            "%(count)d entry still waits for an answer. It is not on this timesheet.",
            "%(count)d entries still wait for an answer. They are not on this timesheet.",
            count,
        )
        yield text % {"count": count}


# --- how it is written --------------------------------------------------------------------------------------------


def _write_heading(paper: Paper, text: str) -> None:
    paper.room_for(30)
    paper.set_y(paper.get_y() + 6)
    paper.write_line(text, size=12, style="B")


def _note(text: str) -> str:
    return Truncator(" ".join(text.split())).chars(LONGEST_NOTE)


def _long_day(day: date) -> str:
    # Translators: a pattern of Django's date filter, for a document: 23 November 2026.
    return date_format(day, _("j F Y"))


def _short_day(day: date | None) -> str:
    # Translators: a pattern of Django's date filter, for the rows of one month: Mon 23 Nov.
    return date_format(day, _("D j M")) if day else ""


def _amount(amount: Decimal, currency: str) -> str:
    """Always with cents, so that they stand below each other."""
    return f"{SYMBOLS.get(currency, currency)}\u00a0{number_format(amount, 2, use_l10n=True, force_grouping=True)}"
