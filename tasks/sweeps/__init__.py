"""The sweeps: each asks the database what has to happen by now, and does it.

`asking` asks the check-ins that are due, `chasing` goes after those without an answer, `nudging` reminds of everything
else that waits on somebody, `timers` asks about a timer that may be forgotten. What all four guarantee: each step is
taken EXACTLY ONCE as far as the database goes. The change of state, the timeline event and the message in the inbox are
written in one transaction, so a worker killed anywhere leaves either all of it or nothing, and nothing means that the
next sweep does it. The mail itself goes out at least once; accounts/sending.py says why. Sweeps may run twice or side
by side: rows are taken together with their task, which is what actions lock first, and what somebody holds is skipped
until the next sweep (tasks/sweeps/taking.py).
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tasks.sweeps.asking import ask_due_checkins
from tasks.sweeps.chasing import chase_checkins
from tasks.sweeps.closing import close_teams
from tasks.sweeps.exporting import make_exports, remove_exports
from tasks.sweeps.nudging import nudge_turns
from tasks.sweeps.orphans import remove_orphaned_files
from tasks.sweeps.removing import remove_old_checkins
from tasks.sweeps.timers import look_at_timers

__all__ = [
    "SweepReport",
    "ask_due_checkins",
    "chase_checkins",
    "close_teams",
    "look_at_timers",
    "make_exports",
    "nudge_turns",
    "remove_exports",
    "remove_old_checkins",
    "remove_orphaned_files",
    "sweep",
]

logger = logging.getLogger("handover.sweeps")


@dataclass(frozen=True, kw_only=True)
class SweepReport:
    """How many check-ins were asked, and how many reminders of all kinds went out."""

    asked: int
    reminders: int


def sweep(*, now: datetime) -> SweepReport:
    """Everything that is to happen by now. A part that fails does not keep the others from theirs; then it raises."""
    # Asking first: a check-in that is overtaken by the next one needs no reminder any more.
    parts: list[Callable[..., int]] = [ask_due_checkins, chase_checkins, nudge_turns, look_at_timers]
    counts, failures = [], []
    for part in parts:
        try:
            counts.append(part(now=now))
        except Exception as error:
            logger.exception("%s failed, the next sweep tries again", part.__name__)
            failures.append(error)
    if failures:
        raise failures[0]
    asked, chased, nudged, timers = counts
    return SweepReport(asked=asked, reminders=chased + nudged + timers)
