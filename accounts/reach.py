"""When somebody can be reached: their zone, days off, public holidays and quiet hours. Pure: no model and no clock.

Moments that come in are aware; those that come out are in UTC. A time means what the wall clock of the person's zone
shows. Where the clocks go forward, a time that they skip is the moment of the change; where they go back, a time that
comes twice is the first of the two, and quiet hours last until the second.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

HORIZON_DAYS = 400  # nobody is unreachable for longer: beyond this a message goes all the same
ONE_DAY = timedelta(days=1)

# From a moment up to, and not including, another.
Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, kw_only=True)
class Reach:
    """How one person can be reached.

    `country`: ISO 3166-1 alpha-2 ("NL"), for the public holidays; "" for none. `days_off`: first and last day of each
    stretch, both included. Quiet hours have both ends or neither, may pass midnight, and are none when they are equal:
    the first minute is quiet, the last is not.
    """

    zone: ZoneInfo
    country: str = ""
    days_off: tuple[tuple[date, date], ...] = ()
    quiet_from: time | None = None
    quiet_until: time | None = None


@lru_cache(maxsize=16_384)
def wall_moment(day: date, at: time, zone: ZoneInfo, last: bool = False) -> datetime:
    """The moment (UTC) at which the clocks of `zone` show this; `last`: the second one, if it comes twice.

    Not told by `fold`: to a cache, times that differ in nothing else are equal.
    """
    local = datetime.combine(day, at.replace(fold=last), tzinfo=zone)
    before, after = local.replace(fold=0).utcoffset(), local.replace(fold=1).utcoffset()
    if before is not None and after is not None and before < after:  # skipped
        return _change_between((local - after).replace(tzinfo=UTC), (local - before).replace(tzinfo=UTC), zone)
    return local.astimezone(UTC)


def _change_between(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """The first moment, to the second, that has the offset of `late`."""
    early, late = early.replace(microsecond=0), late.replace(microsecond=0)
    offset = late.astimezone(zone).utcoffset()
    while (apart := (late - early) // timedelta(seconds=1)) > 1:
        middle = early + timedelta(seconds=apart // 2)
        if middle.astimezone(zone).utcoffset() == offset:
            late = middle
        else:
            early = middle
    return late


def is_day_off(reach: Reach, day: date) -> bool:
    """Whether it is a day off of their own or a public holiday of their country."""
    return any(first <= day <= last for first, last in reach.days_off) or (
        bool(reach.country) and day in _public_holidays(reach.country, day.year)
    )


@cache
def _public_holidays(country: str, year: int) -> frozenset[date]:
    import holidays  # takes a tenth of a second, which most processes never need

    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:  # a country that the library doesn't know
        return frozenset()


@lru_cache(maxsize=16_384)
def quiet_stretches(reach: Reach, day: date) -> tuple[Stretch, ...]:
    """The quiet hours that begin on the day before and on this day, in order: no others touch this day."""
    start, end = reach.quiet_from, reach.quiet_until
    if start is None or end is None or start == end:
        return ()
    length = ONE_DAY if end < start else timedelta()
    return tuple(
        (wall_moment(first, start, reach.zone), wall_moment(first + length, end, reach.zone, last=True))
        for first in (day - ONE_DAY, day)
    )


def is_quiet(reach: Reach, at: datetime) -> bool:
    """Whether the moment lies in their quiet hours."""
    return _end_of_quiet(reach, at, at.astimezone(reach.zone).date()) is not None


def _end_of_quiet(reach: Reach, at: datetime, day: date) -> datetime | None:
    return next((end for start, end in quiet_stretches(reach, day) if start <= at < end), None)


def reachable_from(reach: Reach, at: datetime) -> datetime:
    """The first moment from `at` on that is outside quiet hours and days off.

    `at` itself when there is none within HORIZON_DAYS.
    """
    moment = at = at.astimezone(UTC)
    for _ in range(2 * HORIZON_DAYS):
        day = moment.astimezone(reach.zone).date()
        if is_day_off(reach, day):
            moment = wall_moment(day + ONE_DAY, time(), reach.zone)
        elif end := _end_of_quiet(reach, moment, day):
            moment = end
        else:
            return moment
    return at


def next_digest(reach: Reach, digest_at: time, after: datetime) -> datetime:
    """When the next daily digest goes out, strictly later than `after`.

    A digest at a quiet hour waits until that has ended; one on a day off joins the next day's.
    """
    today = after.astimezone(reach.zone).date()
    # Yesterday's may have been moved on to a moment that is still to come.
    for days in range(-1, HORIZON_DAYS):
        day = today + timedelta(days=days)
        if not is_day_off(reach, day):
            moment = reachable_from(reach, wall_moment(day, digest_at, reach.zone))
            if moment > after:
                return moment
    return wall_moment(today + ONE_DAY, digest_at, reach.zone)
