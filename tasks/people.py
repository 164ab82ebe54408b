"""What the rules need to know of a person."""

from datetime import date

from accounts.models import User
from delegation.working_time import WorkingTime


def working_time_of(user: User, days_off: tuple[tuple[date, date], ...] | None = None) -> WorkingTime:
    """When this person works. `days_off`: where they are known already; otherwise they are read."""
    reach = user.reach if days_off is None else user.reach_with(days_off)
    return WorkingTime(reach=reach, hours=user.hours)


def hours_of(user: User) -> WorkingTime:
    """The same without their days off: nothing is read, and it tells on which days of the week they work at all."""
    return working_time_of(user, ())
