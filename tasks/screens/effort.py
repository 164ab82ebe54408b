"""The screens for the time that the work takes. Stopping the timer is possible everywhere (views/timer.py)."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from delegation.workflow import Action
from tasks.actions.entries import log_work
from tasks.actions.timing import Stopped, start_timer
from tasks.forms.actions import ActionForm
from tasks.forms.timing import LogWorkForm, StartTimerForm, WorkForm
from tasks.models import Task
from tasks.runs import without_revision
from tasks.screens.base import Screen
from tasks.templatetags.handover import hours


def run_start(form: ActionForm, common: dict[str, Any]) -> Task:
    """Start the timer, and keep what was stopped by it."""
    assert isinstance(form, StartTimerForm)  # noqa: S101
    started = start_timer(**without_revision(common))
    form.stopped = started.stopped
    return started.task


def run_log(form: ActionForm, common: dict[str, Any]) -> Task:
    """Log what the form read."""
    assert isinstance(form, WorkForm)  # noqa: S101
    assert form.worked  # noqa: S101 - the form is valid
    data = form.cleaned_data
    return log_work(**form.worked.__dict__, note=data["note"], entry_id=data["entry"], **without_revision(common))


def said_start(form: ActionForm) -> str:
    """That it runs, and what became of the one that ran before."""
    assert isinstance(form, StartTimerForm)  # noqa: S101
    runs = gettext("The timer runs.")
    return f"{said_stop(form.stopped)} {runs}" if form.stopped else runs


def said_stop(stopped: Stopped) -> str:
    """What became of a timer that was stopped."""
    title = stopped.task.title
    if stopped.entry is None:
        return gettext("The timer of “%(title)s” ran for less than half a minute, so nothing was logged.") % {
            "title": title
        }
    if stopped.waits:
        return gettext("The timer of “%(title)s” was stopped. It counts once you say how long it really was.") % {
            "title": title
        }
    values = {"title": title, "time": hours(stopped.entry.minutes)}
    return gettext("The timer of “%(title)s” was stopped and logged: %(time)s.") % values


def said_log(form: ActionForm) -> str:
    """How the time was read."""
    assert isinstance(form, WorkForm)  # noqa: S101
    return form.how_it_was_read()


TIME: dict[str, Screen] = {
    "start-timer": Screen(
        action=Action.START_TIMER,
        title=_("Start the timer"),
        button=_("Start the timer"),
        done=_("The timer runs."),
        run=run_start,
        said=said_start,
        form=StartTimerForm,
        quiet=True,
    ),
    "log-work": Screen(
        action=Action.LOG_WORK,
        title=_("Log time"),
        button=_("Log it"),
        done=_("Logged."),
        run=run_log,
        said=said_log,
        form=LogWorkForm,
        template="tasks/work_form.html",
        quiet=True,
    ),
}
