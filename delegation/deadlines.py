"""Deadlines: a date alone stays a date, and ends when that day ends on the clock of its zone (SPEC section 3)."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def deadline_moment(day: date | None, at: time | None, zone: ZoneInfo) -> datetime | None:
    """The moment (UTC) at which the deadline passes, or None without one.

    `zone`: for a date alone the team's, as it passes at the last second of the team's day; for a time that of whoever
    wrote it.
    """
    if day is None:
        return None
    # Where the clocks go back at midnight the last hour of a day comes twice: the day ends with the second one.
    return datetime.combine(day, at or time(23, 59, 59, fold=1), tzinfo=zone).astimezone(UTC)
