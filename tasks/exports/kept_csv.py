"""The money records of a team as CSV, in the reader's language, as tasks/exports/timesheet_csv.py does."""

import csv
import io

from django.utils.formats import get_format, number_format
from django.utils.translation import gettext as _

from accounts.models import Team
from accounts.safe_cells import BYTE_ORDER_MARK, safe
from tasks.models import MoneyRecord
from tasks.money_records import records_of


def as_csv(team: Team) -> bytes:
    """All records, newest day first."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";" if get_format("DECIMAL_SEPARATOR") == "," else ",")
    writer.writerow(
        [
            *(_("Day"), _("Kind"), _("Name"), _("E-mail address"), _("Task"), _("Note")),
            *(_("Minutes worked"), _("Minutes billed"), _("Amount"), _("Currency")),
            *(_("Approved by"), _("Approved on"), _("Kept until")),
        ]
    )
    for record in records_of(team).iterator(chunk_size=1_000):
        writer.writerow(_row(record))
    return (BYTE_ORDER_MARK + file.getvalue()).encode()


def _row(record: MoneyRecord) -> list[str]:
    amount = "" if record.amount is None else number_format(record.amount, 2, use_l10n=True, force_grouping=False)
    return [
        f"{record.day:%Y-%m-%d}",
        str(record.get_kind_display()),
        *(safe(record.person_name), safe(record.person_email)),
        *(safe(str(record.data.get("task", ""))), safe(record.what)),
        *("" if number is None else str(number) for number in (record.minutes, record.billed)),
        *(amount, record.currency),
        safe(str(record.data.get("approved_by", ""))),
        str(record.data.get("approved_at") or "")[:10],
        f"{record.keep_until:%Y-%m-%d}",
    ]
