"""Which form goes with which action, and what is said when it is done.

One view (views/actions.py) serves them all: find the task, show the form, call the action, say what happened. The order
is that of the buttons.
"""

from tasks.screens.base import Screen
from tasks.screens.effort import TIME
from tasks.screens.expenses import MONEY
from tasks.screens.flags import FLAGS
from tasks.screens.milestones import MILESTONES
from tasks.screens.wishes import TRAY
from tasks.screens.work import AFTER, BEFORE

__all__ = ["SCREENS", "Screen"]

SCREENS: dict[str, Screen] = {**BEFORE, **TIME, **MONEY, **FLAGS, **TRAY, **MILESTONES, **AFTER}
