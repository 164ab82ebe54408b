"""How milestones are written on a page."""

from datetime import date

from django import template
from django.utils.translation import gettext, ngettext

from accounts.templatetags.moments import day
from delegation.milestones import Phase
from tasks.models import Task

register = template.Library()


@register.filter
def milestone_words(code: str) -> str:
    """A milestone of a brief in words: "Design, ready by Tue 1 Dec", "Build, 5 working days after the one before"."""
    try:
        phase = Phase.from_code(code)
    except ValueError:  # of another version of the app
        return code
    if phase.due_on:
        return gettext("%(title)s, ready by %(day)s") % {"title": phase.title, "day": day(phase.due_on)}
    return gettext("%(title)s, %(days)s after the one before") % {
        "title": phase.title,
        "days": working_days(phase.working_days or 0),
    }


@register.filter
def working_days(count: int) -> str:
    """1 working day, 5 working days."""
    return ngettext("%(count)d working day", "%(count)d working days", count) % {"count": count}


@register.filter
def milestone_due(task: Task) -> date | None:
    """The day on which the milestone under way is due, for a task that was read with it (see RUNNING)."""
    due: date | str | None = getattr(task, "milestone_due", None)
    return date.fromisoformat(due) if isinstance(due, str) else due  # SQLite has no days of its own
