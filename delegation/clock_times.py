"""Work that is told by the clock: from when until when, on somebody's own clock. Pure.

What counts is the time that really passed, so that a night in which the clocks change lasts an hour more or less.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.reach import ONE_DAY, wall_moment

ONE_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Spell:
    """A spell of work, in UTC.

    `changed`: the clocks were changed in between. `twice`: a time that came twice that night; the first of them counts.
    """

    start: datetime
    end: datetime
    changed: bool = False
    twice: time | None = None

    @property
    def minutes(self) -> int:
        """How long it really lasted."""
        return round((self.end - self.start).total_seconds() / 60)


class SkippedTime(ValueError):
    """A time that the clocks of this day skip: they go from `before` to `after`."""

    def __init__(self, at: time, before: time, after: time) -> None:
        super().__init__(f"{at} is skipped")
        self.at, self.before, self.after = at, before, after


def spell_of(day: date, begin: time, until: time, zone: ZoneInfo) -> Spell:
    """From one time of this day until another; an end that is not later than the beginning is on the next day.

    A time that comes twice is the first of the two, unless only the second one is later than the beginning. Raises
    SkippedTime for a time that never was.
    """
    same_day = begin < until or wall_moment(day, begin, zone) < wall_moment(day, until, zone, last=True)
    last_day = day if same_day else day + ONE_DAY
    for on, at in ((day, begin), (last_day, until)):
        _check_it_was(on, at, zone)
    start, end = wall_moment(day, begin, zone), wall_moment(last_day, until, zone)
    second = wall_moment(last_day, until, zone, last=True)
    if end <= start < second:
        end = second
    changed = start.astimezone(zone).utcoffset() != end.astimezone(zone).utcoffset()
    twice = begin if _comes_twice(day, begin, zone) else until if end < second else None
    return Spell(start, end, changed, twice)


def _comes_twice(day: date, at: time, zone: ZoneInfo) -> bool:
    return wall_moment(day, at, zone) != wall_moment(day, at, zone, last=True)


def _check_it_was(day: date, at: time, zone: ZoneInfo) -> None:
    local = datetime.combine(day, at, tzinfo=zone)
    if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return
    change = wall_moment(day, at, zone)
    # Taken back and added again, because the clock jumps at the moment itself.
    before = (change - ONE_SECOND).astimezone(zone).replace(tzinfo=None) + ONE_SECOND
    raise SkippedTime(at, before.time(), change.astimezone(zone).time())
