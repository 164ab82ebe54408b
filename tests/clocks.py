"""Zones, moments and working lives for the tests about time: those of a few people, and any at all for Hypothesis."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import strategies as st

from accounts.reach import Reach
from delegation.working_time import Span, WorkingTime

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MANILA = ZoneInfo("Asia/Manila")
NEW_YORK = ZoneInfo("America/New_York")


def week(start: str, end: str, days: int = 5) -> tuple[Span | None, ...]:
    """The same hours on so many days from Monday on: week("09:00", "17:30")."""
    span = (time.fromisoformat(start), time.fromisoformat(end))
    return tuple(span if number < days else None for number in range(7))


IN_AMSTERDAM = WorkingTime(
    reach=Reach(zone=AMSTERDAM, country="NL", quiet_from=time(22), quiet_until=time(7)), hours=week("09:00", "17:30")
)
# Afternoons and evenings, six days a week, so that Europe is awake.
IN_MANILA = WorkingTime(reach=Reach(zone=MANILA, country="PH"), hours=week("14:00", "22:00", days=6))
# Through the night, so that New York is.
AT_NIGHT_IN_MANILA = WorkingTime(reach=Reach(zone=MANILA), hours=week("21:00", "05:00"))
IN_NEW_YORK = WorkingTime(reach=Reach(zone=NEW_YORK, country="US"), hours=week("09:00", "17:00"))
NEVER = WorkingTime(reach=Reach(zone=AMSTERDAM), hours=(None,) * 7)


def clock(moment: datetime | None, zone: ZoneInfo = AMSTERDAM) -> str:
    """A moment as the clock of the zone shows it, "Fri 27 Nov 15:00"; "never" for none."""
    return f"{moment.astimezone(zone):%a %d %b %H:%M}" if moment else "never"


# --- any at all ---------------------------------------------------------------------------------------------------

ZONES = st.sampled_from(sorted(available_timezones() - {"localtime"})).map(ZoneInfo)
MOMENTS = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2049, 12, 31)).map(
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=UTC)
)
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0, fold=0))
SPANS = st.tuples(TIMES, TIMES)


@cache
def changes_of_the_clock(zone: ZoneInfo, year: int) -> list[datetime]:
    """The days of the year, as moments, within which the clocks of the zone are changed."""
    days = [datetime(year, 1, 2, tzinfo=UTC) + timedelta(days=number) for number in range(364)]
    offsets = [day.astimezone(zone).utcoffset() for day in days]
    return [day for day, before, after in zip(days, offsets, offsets[1:], strict=False) if before != after]


@st.composite
def moments_in(draw: st.DrawFn, zone: ZoneInfo) -> datetime:
    """Any moment, but as often as not one within two days of a change of the clock."""
    moment = draw(MOMENTS)
    changes = changes_of_the_clock(zone, moment.year) if draw(st.booleans()) else []
    if changes:
        moment = draw(st.sampled_from(changes)) + timedelta(minutes=draw(st.integers(-2 * 1440, 2 * 1440)))
    return moment


@st.composite
def reaches(draw: st.DrawFn, around: datetime, zone: ZoneInfo) -> Reach:
    """Somebody's reach, with days off in the weeks around the moment."""
    firsts = st.integers(-20, 20).map(lambda days: around.date() + timedelta(days=days))
    days_off = draw(st.lists(st.tuples(firsts, st.integers(0, 12)), max_size=3))
    quiet = draw(st.none() | SPANS)
    return Reach(
        zone=zone,
        country=draw(st.sampled_from(["", "NL", "PH", "US"])),
        days_off=tuple((first, first + timedelta(days=length)) for first, length in days_off),
        quiet_from=quiet[0] if quiet else None,
        quiet_until=quiet[1] if quiet else None,
    )


@st.composite
def reaches_and_moments(draw: st.DrawFn) -> tuple[Reach, datetime]:
    """Somebody's reach, and a moment."""
    zone = draw(ZONES)
    moment = draw(moments_in(zone))
    return draw(reaches(moment, zone)), moment


@st.composite
def working_lives(draw: st.DrawFn) -> tuple[WorkingTime, datetime]:
    """Somebody's working time, and a moment."""
    reach, moment = draw(reaches_and_moments())
    hours = draw(st.tuples(*[st.none() | SPANS] * 7))
    return WorkingTime(reach=reach, hours=hours), moment


# --- the same once more, read off the clock on the wall -----------------------------------------------------------


def shows(span: Span, local: datetime, began: date) -> bool:
    """Whether the clock is within a span that began on a day: told without any arithmetic in UTC."""
    start, end = span
    naive = local.replace(tzinfo=None)
    last_day = began if start < end else began + timedelta(days=1)
    return datetime.combine(began, start) <= naive < datetime.combine(last_day, end)


def looks_quiet(reach: Reach, at: datetime) -> bool:
    """Whether the clock on their wall is in quiet hours."""
    if reach.quiet_from is None or reach.quiet_until is None or reach.quiet_from == reach.quiet_until:
        return False
    local = at.astimezone(reach.zone)
    quiet = (reach.quiet_from, reach.quiet_until)
    return any(shows(quiet, local, local.date() - timedelta(days=days)) for days in (0, 1))


def looks_off(reach: Reach, day: date) -> bool:
    """Whether the day is among their own days off."""
    return any(first <= day <= last for first, last in reach.days_off)


def looks_at_work(working: WorkingTime, at: datetime) -> bool:
    """Whether the clock on their wall is in working hours, and the day and the hour are theirs to work."""
    local = at.astimezone(working.reach.zone)
    if looks_quiet(working.reach, at) or looks_off(working.reach, local.date()):
        return False
    for began in (local.date(), local.date() - timedelta(days=1)):
        span = working.hours[began.weekday()]
        if span and not looks_off(working.reach, began) and (shows(span, local, began) or local.fold):
            return True  # in an hour that comes twice, the clock goes back to before the span and the work goes on
    return False
