"""A timesheet as CSV and as PDF: the same sums as on the page, in the reader's language, whatever people typed."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from django.utils.formats import number_format

from tasks.exports.timesheet_csv import as_csv
from tasks.exports.timesheet_names import file_name
from tasks.exports.timesheet_pdf import as_pdf, paper_of
from tasks.models import EntryState, TimeEntry
from tasks.timesheets import Timesheet, timesheet
from tests.conftest import Cast
from tests.tasks.pdf_words import pages_of
from tests.tasks.sheets import NOVEMBER, agreed, lunch, spent, worked

MONDAY = date(2026, 11, 23)
SEPARATORS = {"nl": ";", "en": ","}


@pytest.fixture
def sheet(cast: Cast, now: datetime) -> Timesheet:
    """A month with a bit of everything."""
    agreed(cast, valid_from=date(2026, 11, 9), increment=15)
    agreed(cast, version=2, valid_from=MONDAY, rate=Decimal("32.50"), currency="USD")
    task = lunch(cast, now, title="Lunch; for \"thirty\", with 'rolls'")
    worked(task, 50, date(2026, 11, 2), note="Before we had agreed")
    worked(task, 50, date(2026, 11, 10), note="First\nsecond line", approved_by=cast.owner, approved_at=now)
    worked(task, 20, date(2026, 11, 14))
    worked(task, 120, MONDAY, billed=70)
    worked(task, 60, MONDAY, billed=0)
    evening: dict[str, Any] = {
        "started_at": datetime(2026, 11, 24, 16, tzinfo=UTC),
        "ended_at": datetime(2026, 11, 24, 18, tzinfo=UTC),
    }
    worked(task, 120, date(2026, 11, 24), **evening)
    worked(task, 600, MONDAY, billed=0, state=EntryState.WAITING)
    spent(task, "1234.50", MONDAY, what="A van")
    spent(task, "18.40", MONDAY, original_amount=Decimal(20), original_currency="USD", rate=Decimal("0.92"))
    return timesheet(cast.team, cast.assistant, NOVEMBER)


def rows_of(sheet: Timesheet, language: str = "en") -> list[list[str]]:
    """What a spreadsheet reads."""
    with translation.override(language):
        text = as_csv(sheet).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=SEPARATORS[language]))


def number(text: str, language: str) -> Decimal:
    return Decimal(text.replace(",", ".") if language == "nl" else text)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_columns_add_up_to_what_the_page_says(language: str, sheet: Timesheet) -> None:
    head, *rows = rows_of(sheet, language)
    assert len(head) == 19
    assert {len(row) for row in rows} == {19}
    amount, currency, worked_, billed = 13, 14, 7, 8
    for money in sheet.total.money:
        own = [row for row in rows if row[currency] == money.currency]
        assert sum(number(row[amount], language) for row in own) == money.total
    assert sum(int(row[worked_] or 0) for row in rows) == sheet.total.minutes == 420
    assert sum(int(row[billed] or 0) for row in rows) == sheet.total.billed == 310
    priced = [row for row in rows if row[amount]]
    assert len(rows) - len(priced) == 1  # the day without an agreement


def test_dutch_and_english_spreadsheets_each_read_their_own(sheet: Timesheet) -> None:
    for language, amount in (("nl", "1234,50"), ("en", "1234.50")):
        with translation.override(language):
            content = as_csv(sheet)
        assert content.startswith(b"\xef\xbb\xbf")
        assert any(amount in row for row in rows_of(sheet, language))


def test_a_row_says_how_it_came_to_its_amount(sheet: Timesheet) -> None:
    rows = [row for row in rows_of(sheet) if row[0] == "2026-11-24"]
    assert [row[5:16] for row in rows] == [
        ["17:00", "19:00", "120", "120", "1.00", "32.50", "1", "", "32.50", "USD", ""],
        ["17:00", "19:00", "", "", "1.00", "32.50", "1.5", "outside regular hours", "48.75", "USD", ""],
    ]
    (unpriced,) = [row for row in rows_of(sheet) if row[0] == "2026-11-02"]
    assert unpriced[12:15] == ["No agreement on that day: not priced", "", ""]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", " =", "\r="])
def test_what_looks_like_a_formula_is_text(start: str, cast: Cast, now: datetime) -> None:
    task = lunch(cast, now, title=f"{start}cmd|' /C calc'!A0")
    worked(task, 10, MONDAY, note=f"{start}1+1")
    spent(task, "1", MONDAY, what=f"{start}HYPERLINK()")
    for row in rows_of(timesheet(cast.team, cast.assistant, NOVEMBER))[1:]:
        assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for cell in row)


def test_a_formula_behind_another_separator_is_text_too(cast: Cast, now: datetime) -> None:
    worked(lunch(cast, now), 60, MONDAY, note="Shopping; =1+1, @SUM(A1)\n-2, and 3;4")
    (row,) = [row for row in rows_of(timesheet(cast.team, cast.assistant, NOVEMBER)) if "Shopping" in str(row)]
    assert "Shopping; '=1+1, '@SUM(A1)\n'-2, and 3;4" in row


def test_quotes_semicolons_and_lines_stay_in_their_cell(sheet: Timesheet) -> None:
    for language in SEPARATORS:
        row = next(row for row in rows_of(sheet, language) if row[0] == "2026-11-10")
        assert row[2:4] == ["Lunch; for \"thirty\", with 'rolls'", "First\nsecond line"]


# --- PDF ----------------------------------------------------------------------------------------------------------


def text_of(sheet: Timesheet, now: datetime, language: str = "en") -> str:
    """All words of the document, with single spaces."""
    with translation.override(language):
        pages = pages_of(as_pdf(sheet, now=now))
    return " ".join(" ".join(text for page in pages for text in page).split())


def test_the_file_is_a_pdf_with_the_pages_that_were_made(sheet: Timesheet, now: datetime) -> None:
    paper = paper_of(sheet, now=now)
    content = paper.as_bytes()
    assert content.startswith(b"%PDF-1.")
    assert content.rstrip().endswith(b"%%EOF")
    assert len(pages_of(content)) == paper.pages_count == 2
    assert len(content) < 100_000


def test_it_says_what_an_accountant_asks_for(sheet: Timesheet, now: datetime, cast: Cast) -> None:
    text = text_of(sheet, now)
    for part in (
        "Timesheet November 2026",
        "Sam Smit (sam@example.com)",
        "Eva's Events",
        "version 1, from 9 November 2026: € 30.00 per hour; billed per 15 minutes",
        "version 2, from 23 November 2026: $ 32.50 per hour",
        "Tue 24 Nov",
        "1.00 $ 32.50 1.5 outside regular hours $ 48.75",
        "not priced",
        "A van Lunch",
        "$ 20.00 × 0.92",
        "€ 1,234.50",
        "1 of 8 lines is approved.",
        "Approved by Eva Evers on 23 November 2026 at 10:00.",
        "1 entry still waits for an answer. It is not on this timesheet.",
        "Page 1 of 2",
        "Page 2 of 2",
    ):
        assert part in text


@pytest.mark.parametrize("language", ["nl", "en"])
def test_its_totals_are_those_of_the_page(language: str, sheet: Timesheet, now: datetime) -> None:
    text = text_of(sheet, now, language)
    with translation.override(language):
        totals = [number_format(money.total, 2, use_l10n=True, force_grouping=True) for money in sheet.total.money]
    assert len(totals) == 2
    assert all(f"{symbol} {total}" in text for symbol, total in zip("€$", totals, strict=True))


def test_nothing_that_people_type_breaks_it(cast: Cast, now: datetime) -> None:
    task = lunch(cast, now, title="W" * 200)
    worked(task, 10, MONDAY, note="東京 🥪 Łódź \u202eabc\x07 e\u0301 ﬁ\n" * 500)
    spent(task, "1", MONDAY, what="\U0001f469\u200d\U0001f4bb" * 50)
    text = text_of(timesheet(cast.team, cast.assistant, NOVEMBER), now)
    assert "?? ? Łódź abc é fi" in text
    assert "W" * 200 in text.replace(" ", "")


def test_a_long_month_goes_on_over_pages_with_its_head_on_each(cast: Cast, now: datetime) -> None:
    agreed(cast)
    task = lunch(cast, now)
    TimeEntry.objects.bulk_create(
        TimeEntry(task=task, user=cast.assistant, minutes=1, billed=1, day=MONDAY, created_at=now)
        for _number in range(100)
    )
    pages = pages_of(as_pdf(timesheet(cast.team, cast.assistant, NOVEMBER), now=now))
    assert len(pages) > 2
    for number_, page in enumerate(pages[1:-1], start=2):
        assert page[0] == "Timesheet November 2026 · Sam Smit · Eva's Events"
        assert page[1:4] == ["Day", "Task", "Hours"]
        assert "".join(page).endswith(f"Page {number_} of {len(pages)} · made with Handover on 23 November 2026")


def test_an_empty_month_is_a_page_too(cast: Cast, now: datetime) -> None:
    assert "Not approved yet." in text_of(timesheet(cast.team, cast.assistant, NOVEMBER), now)


# --- its name -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("team", "name", "file"),
    [
        ("Eva's Events", "Sam Smit", "handover-timesheet-2026-11-evas-events-sam.pdf"),
        ("Café/../Zürich", "José", "handover-timesheet-2026-11-cafezurich-jose.pdf"),
        ("東京", '"; rm', "handover-timesheet-2026-11.pdf"),
        ("x" * 120, "y" * 120, f"handover-timesheet-2026-11-{'x' * 40}-{'y' * 40}.pdf"),
    ],
)
def test_the_file_has_a_name_that_every_system_takes(team: str, name: str, file: str, cast: Cast) -> None:
    cast.team.name, cast.assistant.name = team, name
    assert file_name(timesheet(cast.team, cast.assistant, NOVEMBER), "pdf") == file
