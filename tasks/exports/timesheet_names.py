"""What the file of a timesheet is called."""

from django.utils.text import slugify
from django.utils.translation import pgettext

from tasks.timesheets import Timesheet

LONGEST = 40  # of each name in it


def file_name(sheet: Timesheet, ending: str) -> str:
    """handover-timesheet-2026-11-evas-events-sam-smit.pdf: plain letters, so that every system keeps it as it is."""
    # Translators: in the name of a file, so only small letters and dashes.
    kind = slugify(pgettext("file name", "timesheet"))
    names = [slugify(str(name))[:LONGEST].strip("-") for name in (sheet.team, sheet.assistant.short_name)]
    parts = ["handover", kind, f"{sheet.month:%Y-%m}", *(name for name in names if name)]
    return f"{'-'.join(parts)}.{ending}"
