"""What time can be logged, and why not.

The form says it beside the field, the action asks again with the rows locked.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.templatetags.moments import day as day_words
from delegation.agreements import agreement_in_force
from delegation.models import Agreement
from delegation.timers import counted_minutes
from delegation.workflow import Action, State
from tasks.models import EntryState, Event, Task, TimeEntry, Timer
from tasks.models.effort import MINUTES_A_DAY
from tasks.templatetags.handover import hours

NO_TIME = gettext_lazy("Log at least a minute, and at most 24 hours in one day.")
NOT_YET = gettext_lazy("This day has not come yet.")
STILL_TO_COME = gettext_lazy("That is still to come. Log what has been worked by now.")
TOO_LONG_AGO = gettext_lazy("That is more than a year ago. Is the date right?")
# Longer ago is a typing error, or nothing that anybody still remembers.
MOST_DAYS_BACK = 366
BOTH_TIMES = gettext_lazy("Say both when it began and when it ended, or neither.")
ENDS_BEFORE = gettext_lazy("That ends before it begins.")
OTHER_DAY = gettext_lazy("That began on another day. The day is the one on which it began.")
# What is not struck out takes part in somebody's day, also while they still have to say how long it was.
STANDING = [EntryState.COUNTED, EntryState.WAITING]
# No entry that stands spans more than this; a forgotten timer may run for days.
LONGEST = timedelta(days=31)


@dataclass(frozen=True, kw_only=True)
class Worked:
    """Time as somebody says that they worked it; `started_at` and `ended_at` where they said from when until when."""

    minutes: int
    day: date
    started_at: datetime | None = None
    ended_at: datetime | None = None

    @classmethod
    def of(cls, entry: TimeEntry) -> "Worked":
        """What an entry says."""
        return cls(minutes=entry.minutes, day=entry.day, started_at=entry.started_at, ended_at=entry.ended_at)


@dataclass(frozen=True)
class Wrong:
    """Why it can't be logged, and beside which field that is said. `way_out`: where more can be asked for."""

    field: str
    text: str
    way_out: str = ""


def wrong_with(worked: Worked, *, task: Task, by: User, now: datetime, entry: TimeEntry | None = None) -> Wrong | None:
    """Why this can't be logged on the task, or None. `entry`: the one that it replaces; what it said may be kept."""
    if entry is not None and Worked.of(entry) == worked:
        return None
    return (
        _impossible(worked, by, now)
        or _too_early(worked, task, by)
        or _overlapping(worked, by, now, entry)
        or _too_much_for_a_day(worked, by, entry)
        or _beyond_the_limit(worked, task, entry)
    )


def _impossible(worked: Worked, by: User, now: datetime) -> Wrong | None:
    today = now.astimezone(by.zone).date()
    if worked.day > today:
        return Wrong("day", str(NOT_YET))
    if (today - worked.day).days > MOST_DAYS_BACK:
        return Wrong("day", str(TOO_LONG_AGO))
    if wrong := _impossible_times(worked, by, now):
        return wrong
    if not 1 <= worked.minutes <= MINUTES_A_DAY:
        return Wrong("until" if worked.ended_at else "minutes", str(NO_TIME))
    return None


def _impossible_times(worked: Worked, by: User, now: datetime) -> Wrong | None:
    begin, end = worked.started_at, worked.ended_at
    if begin is None and end is None:
        return None
    if begin is None or end is None:
        return Wrong("from_time" if begin is None else "until", str(BOTH_TIMES))
    if end > now:
        return Wrong("until", str(STILL_TO_COME))
    if end <= begin:
        return Wrong("until", str(ENDS_BEFORE))
    if worked.day != begin.astimezone(by.zone).date():
        return Wrong("day", str(OTHER_DAY))
    # Fewer minutes is a break; that is theirs to say.
    if worked.minutes > (most := counted_minutes(end - begin)):
        values = {"time": hours(most), "from": clock(begin, by), "until": clock(end, by)}
        return Wrong("until", _("From %(from)s until %(until)s is %(time)s, and no more.") % values)
    return None


def _too_early(worked: Worked, task: Task, by: User) -> Wrong | None:
    handed_over = (task.handed_over_at or task.created_at).astimezone(by.zone).date()
    if worked.day >= handed_over:
        return None
    # Handed over more than once, to somebody else or after it was declined: the first time counts.
    first = Event.objects.filter(task=task, kind=Action.DELEGATE).order_by("id").values_list("at", flat=True).first()
    if first is not None:
        handed_over = min(handed_over, first.astimezone(by.zone).date())
    if worked.day >= handed_over:
        return None
    return Wrong(
        "day", _("The task was handed over on %(day)s. Was it really before?") % {"day": day_words(handed_over)}
    )


def _overlapping(worked: Worked, by: User, now: datetime, entry: TimeEntry | None) -> Wrong | None:
    """Nobody works on two things at once, in whatever teams."""
    if worked.started_at is None or worked.ended_at is None:
        return None
    found = TimeEntry.objects.filter(
        user=by,
        state__in=STANDING,
        # The index is by day.
        day__range=((worked.started_at - LONGEST).date(), (worked.ended_at + timedelta(days=1)).date()),
        started_at__lt=worked.ended_at,
        ended_at__gt=worked.started_at,
    )
    found = found.exclude(pk=entry.pk) if entry else found
    other = found.select_related("task").only("started_at", "ended_at", "task__title").order_by("started_at").first()
    if other is not None and other.started_at and other.ended_at:
        values = {"title": other.task.title, "from": clock(other.started_at, by), "until": clock(other.ended_at, by)}
        return Wrong("from_time", _("That overlaps with “%(title)s”: %(from)s to %(until)s.") % values)
    timer = Timer.objects.filter(user=by, started_at__lt=worked.ended_at).select_related("task").first()
    if timer is not None:
        values = {"title": timer.task.title, "from": clock(timer.started_at, by)}
        return Wrong("from_time", _("That overlaps with the timer of “%(title)s”, which runs since %(from)s.") % values)
    return None


def clock(at: datetime, by: User) -> str:
    """The time on somebody's clock."""
    return f"{at.astimezone(by.zone):%H:%M}"


def minutes_on(day: date, by: User, *, but: UUID | None = None) -> int:
    """What somebody has logged on a day, in all teams together."""
    entries = TimeEntry.objects.filter(user=by, day=day, state__in=STANDING)
    entries = entries.exclude(pk=but) if but else entries
    total: int = entries.aggregate(total=Sum("minutes", default=0))["total"]
    return total


def _too_much_for_a_day(worked: Worked, by: User, entry: TimeEntry | None) -> Wrong | None:
    logged = minutes_on(worked.day, by, but=entry.pk if entry else None)
    if logged + worked.minutes <= MINUTES_A_DAY:
        return None
    text = _("On that day %(time)s is logged already, and a day has 24 hours.") % {"time": hours(logged)}
    return Wrong("until" if worked.ended_at else "minutes", text)


def _beyond_the_limit(worked: Worked, task: Task, entry: TimeEntry | None) -> Wrong | None:
    """What goes beyond the time limit needs a yes first. Less than an entry said before never does."""
    if task.time_limit is None or (entry is not None and worked.minutes <= entry.minutes):
        return None
    replaced = entry.minutes if entry is not None and entry.state == EntryState.COUNTED else 0
    left = task.time_limit - (task.minutes_logged - replaced)
    if worked.minutes <= left:
        return None
    field = "until" if worked.ended_at else "minutes"
    if task.state in {State.DELIVERED, State.DONE}:  # too late to flag
        values = {"left": hours(max(0, left)), "limit": hours(task.time_limit)}
        text = _("%(left)s of the %(limit)s is left. For more, ask to have the task sent back or opened again first.")
        return Wrong(field, text % values)
    if left <= 0:
        return Wrong(field, str(USED_UP), flag_path(task))
    values = {"left": hours(left), "limit": hours(task.time_limit)}
    return Wrong(
        field,
        _("%(left)s of the %(limit)s is left. Log that, or flag that it takes more.") % values,
        flag_path(task),
    )


USED_UP = gettext_lazy("The time is used up. Flag it, then you can go on.")


def flag_path(task: Task) -> str:
    """Where an assistant says that it takes more time."""
    return f"{task.get_absolute_url()}flag/?kind=time"


def is_used_up(task: Task) -> bool:
    """Whether nothing is left of the time limit."""
    return task.time_limit is not None and task.minutes_logged >= task.time_limit


def is_rush(task: Task, by: User, day: date) -> bool:
    """Whether the work is a rush as the agreement of that day has it: handed over shortly before the deadline."""
    return is_rush_by(agreement_in_force(task.team_id, by.pk, day), task)


def is_rush_by(agreement: Agreement | None, task: Task) -> bool:
    """The same where the agreement of the day is known already."""
    if task.deadline_at is None or task.handed_over_at is None:
        return False
    if agreement is None or agreement.rush_hours is None:
        return False
    return task.deadline_at - task.handed_over_at < timedelta(hours=agreement.rush_hours)
