"""What a limit means for what is counted against it (SPEC section 5). Pure: numbers in, numbers out."""

from collections.abc import Sequence
from decimal import Decimal

# At how much of a limit people are told.
THRESHOLDS = (50, 80, 100)


def reached_threshold(used: Decimal | int, limit: Decimal | int | None) -> int:
    """The highest of the THRESHOLDS that is reached; 0 below all of them, and without a limit."""
    if not limit:
        return 0
    return max((percent for percent in THRESHOLDS if used * 100 >= limit * percent), default=0)


def billed_minutes(entries: Sequence[int], paid_limit: int | None, *, approved: int = 0) -> list[int]:
    """How many minutes of each entry are billed, in the order in which they were logged.

    `entries`: the minutes of those that are not approved yet. `paid_limit`: up to where time is paid for, in minutes
    (None: all of it): the time limit without the assistant's own wrong estimates. `approved`: what is billed already
    and stays. What goes beyond is billed once the limit is raised, not before: nothing passes a limit without a yes.
    """
    if paid_limit is None:
        return list(entries)
    room, billed = max(0, paid_limit - approved), []
    for minutes in entries:
        billed.append(min(minutes, room))
        room -= billed[-1]
    return billed
