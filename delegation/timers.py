"""When a running timer is asked about, and how it is counted (SPEC section 5). Pure."""

from datetime import UTC, datetime, timedelta

from delegation.limits import THRESHOLDS
from delegation.working_time import WorkingTime, end_of_work

# Below this nothing was worked: a press by mistake.
SHORTEST = timedelta(seconds=30)
# So long in a row, since the start or since they last said to be still at it, is worth a question.
LONG = timedelta(hours=4)
# And so long after the end of the working day; but nobody is asked sooner after the start than this.
AFTER_WORK = timedelta(hours=1)
SOONEST = timedelta(hours=1)


def counted_minutes(elapsed: timedelta) -> int:
    """Whole minutes, half a minute up; 0 for what is too short to be logged."""
    if elapsed < SHORTEST:
        return 0
    return int((elapsed + timedelta(seconds=30)) // timedelta(minutes=1))


def forgotten_at(working: WorkingTime | None, *, started_at: datetime, confirmed_at: datetime | None) -> datetime:
    """When a timer may have been forgotten, so that its person is asked. `confirmed_at`: said to be still at it.

    Who said so in the evening is believed: the end of the working day counts only until then. None for `working`: it
    can't be worked out.
    """
    if confirmed_at is not None:
        return confirmed_at + LONG
    latest = started_at + LONG
    if working is None:
        return latest
    end = end_of_work(working, started_at.astimezone(working.reach.zone).date())
    if end is None:
        return latest
    return min(latest, max(started_at + SOONEST, end + AFTER_WORK)).astimezone(UTC)


def running_minutes(started_at: datetime, now: datetime) -> int:
    """The whole minutes that a timer has run by now."""
    return max(0, int((now - started_at) // timedelta(minutes=1)))


def next_threshold_at(*, started_at: datetime, logged: int, limit: int | None, told: int) -> datetime | None:
    """When what is logged and what runs come to the next share of the limit that people are told of.

    `told`: the percentage that they were told of last. None when there is nothing left to tell.
    """
    percent = next((percent for percent in THRESHOLDS if percent > told), None)
    if not limit or percent is None:
        return None
    needed = -(-limit * percent // 100) - logged  # rounded up: a share is reached in a whole minute
    return started_at + timedelta(minutes=max(0, needed))
