"""When somebody works, and counting in it (SPEC sections 4 and 5). Pure: values and moments in, moments out.

Working time is their working hours without quiet hours, days off and public holidays. It is read off the wall clock of
their zone: 09:00 to 17:30 is that on both sides of a daylight-saving change, and a night shift lasts an hour more or
less. A time that the clocks skip is the moment of the change, one that comes twice the first of the two. Moments that
come in are aware; those that come out are in UTC.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from accounts.reach import ONE_DAY, Reach, Stretch, is_day_off, quiet_stretches, wall_moment

# Nothing looks further ahead or back than this, so that everything ends, also for who is away for years.
HORIZON_DAYS = 1_500
ONE_MINUTE = timedelta(minutes=1)

# Start and end on the wall clock. It belongs to the day that it starts on; an end that is not later than the start is
# on the next day, so two equal times are 24 hours.
Span = tuple[time, time]

_SOME_MONDAY = date(2026, 11, 23)


@dataclass(frozen=True, kw_only=True)
class WorkingTime:
    """How one person can be reached, and their working hours: seven spans, Monday first, None for a free day."""

    reach: Reach
    hours: tuple[Span | None, ...]


# --- what is working time -----------------------------------------------------------------------------------------


@lru_cache(maxsize=1_024)
def days_worked(working: WorkingTime) -> frozenset[int]:
    """The days of the week (Monday is 0) with working time, holidays and days off apart.

    Hours that lie wholly in quiet hours are none. The day on which a night shift ends counts as well.
    """
    quiet = Reach(zone=ZoneInfo("UTC"), quiet_from=working.reach.quiet_from, quiet_until=working.reach.quiet_until)
    plain = WorkingTime(reach=quiet, hours=working.hours)
    return frozenset(number for number in range(7) if _stretches(plain, _SOME_MONDAY + timedelta(days=number)))


def works_at_all(working: WorkingTime) -> bool:
    """Whether there is any working time in their week."""
    return bool(days_worked(working))


def is_working(working: WorkingTime, at: datetime) -> bool:
    """Whether the moment lies in working time. The first moment of a span does, its end does not."""
    at = at.astimezone(UTC)  # in a zone, a time that comes twice is equal to nothing
    return next_working(working, at) == at


def has_working_time(working: WorkingTime, day: date) -> bool:
    """Whether any moment of this calendar day is working time, be it the end of a night shift."""
    return bool(_stretches(working, day))


def starts_work_on(working: WorkingTime, day: date) -> bool:
    """Whether they begin a span of work on this day, and it holds any working time: what people call a working day."""
    span = _span(working, day)
    return span is not None and working_minutes_between(working, *span) > 0


def end_of_work(working: WorkingTime, day: date) -> datetime | None:
    """When the working time of this calendar day has ended, be it in the night after it; None when it has none."""
    stretches = _stretches(working, day)
    if not stretches:
        return None
    end = stretches[-1][1]
    following = _stretches(working, day + ONE_DAY)
    return following[0][1] if following and following[0][0] == end else end


@lru_cache(maxsize=16_384)
def _stretches(working: WorkingTime, day: date) -> tuple[Stretch, ...]:
    """The working time of one calendar day, in order. A night shift is cut at midnight."""
    if is_day_off(working.reach, day):
        return ()
    zone = working.reach.zone
    midnight, next_midnight = wall_moment(day, time(), zone), wall_moment(day + ONE_DAY, time(), zone)
    stretches: list[Stretch] = []
    for span in (_span(working, day - ONE_DAY), _span(working, day)):
        if span:
            # A long night shift may still last when the next span begins: no minute counts twice.
            begin = max(span[0], stretches[-1][1] if stretches else midnight)
            stretches.append((begin, max(begin, min(span[1], next_midnight))))
    for quiet in quiet_stretches(working.reach, day):
        stretches = [piece for stretch in stretches for piece in _without(stretch, quiet)]
    return tuple((start, end) for start, end in stretches if start < end)


def _span(working: WorkingTime, day: date) -> Stretch | None:
    """The span that starts on this day, quiet hours included."""
    hours = working.hours[day.weekday()]
    if hours is None or is_day_off(working.reach, day):
        return None
    start, end = hours
    last_day = day if start < end else day + ONE_DAY
    return wall_moment(day, start, working.reach.zone), wall_moment(last_day, end, working.reach.zone)


def _without(stretch: Stretch, quiet: Stretch) -> tuple[Stretch, ...]:
    (start, end), (quiet_from, quiet_until) = stretch, quiet
    return (start, min(end, quiet_from)), (max(start, quiet_until), end)


# --- looking ahead and back ---------------------------------------------------------------------------------------


def next_working(working: WorkingTime, at: datetime) -> datetime | None:
    """The first working moment from `at` on; `at` itself during work.

    None when nobody ever works, or not within HORIZON_DAYS.
    """
    at = at.astimezone(UTC)
    # By far the most moments are followed by working time on the same day.
    for start, end in _stretches(working, at.astimezone(working.reach.zone).date()):
        if at < end:
            return max(at, start)
    return next((start for start, _ in _ahead(working, at)), None)


def last_working(working: WorkingTime, at: datetime, *, not_before: datetime) -> datetime | None:
    """The latest working moment up to `at` and not before `not_before`; `at` itself during work.

    After work it is the beginning of the last minute, as minutes are what people see. None when there is none, or not
    within HORIZON_DAYS.
    """
    if not works_at_all(working):
        return None
    at, not_before = at.astimezone(UTC), not_before.astimezone(UTC)
    day = at.astimezone(working.reach.zone).date() + ONE_DAY  # where clocks go back past midnight, a date comes again
    earliest = max(not_before, at - timedelta(days=HORIZON_DAYS))
    while True:
        for start, end in reversed(_stretches(working, day)):
            if end <= earliest:
                return None
            if start <= at:
                moment = at if at < end else max(start, earliest, end - ONE_MINUTE)
                return moment if moment >= earliest else None
        if wall_moment(day, time(), working.reach.zone) < earliest:
            return None
        day -= ONE_DAY


def _ahead(working: WorkingTime, at: datetime) -> Iterator[Stretch]:
    """Working time from `at` on, stretch by stretch, until HORIZON_DAYS later."""
    if not works_at_all(working):
        return
    day = at.astimezone(working.reach.zone).date()
    for _ in range(HORIZON_DAYS):
        for start, end in _stretches(working, day):
            if at < end:
                yield max(at, start), end
        day += ONE_DAY


# --- counting -----------------------------------------------------------------------------------------------------


def add_working(working: WorkingTime, start: datetime, minutes: int) -> datetime | None:
    """When so many working minutes have passed since `start`.

    That can be the very end of a working day, which is no working moment any more. None when it isn't within
    HORIZON_DAYS.
    """
    left = minutes * ONE_MINUTE
    for begin, end in _ahead(working, start.astimezone(UTC)):
        if left <= end - begin:
            return begin + left
        left -= end - begin
    return None


def working_minutes_between(working: WorkingTime, start: datetime, end: datetime) -> int:
    """The whole working minutes from one moment to another, as far as HORIZON_DAYS after the first."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    total = timedelta()
    for begin, stop in _ahead(working, start):
        if begin >= end:
            break
        total += min(stop, end) - begin
    return total // ONE_MINUTE


def add_working_days(working: WorkingTime, day: date, days: int) -> date | None:
    """The last of so many working days after `day`; for 0 `day` itself, or the first working day after it.

    A working day is one on which they begin work. None when it isn't within HORIZON_DAYS.
    """
    if not works_at_all(working):
        return None
    if days == 0:
        day, days = day - ONE_DAY, 1
    for _ in range(HORIZON_DAYS):
        day += ONE_DAY
        days -= starts_work_on(working, day)
        if days == 0:
            return day
    return None
