"""Months, as timesheets have them: by their first day."""

from datetime import date, timedelta

A_DAY = timedelta(days=1)


def month_of(day: date) -> date:
    """The first day of the month."""
    return day.replace(day=1)


def last_day(month: date) -> date:
    """The last day of the month."""
    return (month.replace(day=28) + 4 * A_DAY).replace(day=1) - A_DAY


def before(month: date, count: int = 1) -> date:
    """The first day of the month that lies so many months before (or after, when negative)."""
    months = month.year * 12 + month.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def month_in(text: str) -> date | None:
    """The month in an address ("2026-11"); None when it isn't one, or lies beyond what sheets are kept for."""
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return month if len(text) == len("2026-11") and 2000 <= month.year < 9999 else None


class MonthConverter:
    """A month in the path of a page."""

    regex = "[0-9]{4}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        month = month_in(value)
        if month is None:
            raise ValueError(value)
        return month

    def to_url(self, value: date) -> str:
        return f"{value:%Y-%m}"
