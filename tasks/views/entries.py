"""The time that was logged: all of it on a task, and one's own entries, to put them right."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.pages import Cursor
from delegation.levels import LevelKey
from delegation.workflow import Action, Refusal, State, decide
from tasks.access import own_entry, task_for_both_sides, whose
from tasks.actions.base import Refused
from tasks.actions.entries import correct_work, strike_work, why_not
from tasks.entries import corrections_of, entry_page
from tasks.forms.timing import CorrectWorkForm
from tasks.models import EntryState, TimeEntry
from tasks.queries import person_for, visible_to
from tasks.templatetags.handover import hours


@require_GET
def task_time(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """The time on a task, the newest day first, for both sides: who, when, how long, and how it was corrected."""
    task, role = task_for_both_sides(request, task_id)
    before = Cursor.parse(request.GET.get("before", ""))
    lines, following = entry_page(task, before, of=whose(request, role))
    may_log = decide(
        state=State(task.state),
        action=Action.LOG_WORK,
        role=role,
        level=LevelKey(task.level),
        facts=task.facts(now=timezone.now(), resume=State.IN_PROGRESS),
    )
    context = {
        "task": task,
        "lines": lines,
        "following": following,
        "paged": before is not None,
        "may_log": not isinstance(may_log, Refusal),
    }
    return render(request, "tasks/time.html", context)


@require_http_methods(["GET", "POST"])
def time_entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """An entry of one's own, wherever its task has gone: say how long it really was, put it right, or take it out."""
    entry = own_entry(request, entry_id)
    by, now = person_for(request).user, timezone.now()
    if request.method == "GET":
        return _show(request, entry, CorrectWorkForm(entry=entry, by=by, now=now), 200)
    form = CorrectWorkForm(request.POST, entry=entry, by=by, now=now)
    waited = entry.state == EntryState.WAITING
    if request.POST.get("do") == "strike":
        return _strike(request, entry, form)
    if not form.is_valid():
        return _show(request, entry, form, 422)
    assert form.worked  # noqa: S101 - the form is valid
    data = form.cleaned_data
    try:
        correct_work(
            entry_id=entry.pk,
            by=by,
            **form.worked.__dict__,
            note=data["note"],
            reason=data.get("reason", ""),
            now=now,
        )
    except Refused as refused:
        return _refused(request, entry, form, refused)
    said = form.how_it_was_read() if waited else _("Corrected: %(time)s.") % {"time": hours(form.worked.minutes)}
    messages.success(request, said)
    return _onward(request, entry)


def _strike(request: HttpRequest, entry: TimeEntry, form: CorrectWorkForm) -> HttpResponse:
    reason = request.POST.get("reason", "").strip()
    if form.needs_reason and not reason:
        # Only that: what is taken out need not be read.
        form.full_clean()
        form.errors.clear()
        form.add_error("reason", _("This entry is older than today. Say why it changes."))
        return _show(request, entry, form, 422)
    try:
        strike_work(entry_id=entry.pk, by=form.by, reason=reason, now=form.now)
    except Refused as refused:
        return _refused(request, entry, form, refused)
    messages.success(request, _("Taken out. It does not count any more."))
    return _onward(request, entry)


def _refused(request: HttpRequest, entry: TimeEntry, form: CorrectWorkForm, refused: Refused) -> HttpResponse:
    form.add_error(None, str(refused.text))
    entry.refresh_from_db()
    return _show(request, entry, form, 409)


def _show(request: HttpRequest, entry: TimeEntry, form: CorrectWorkForm, status: int) -> HttpResponse:
    context = {
        "entry": entry,
        "task": entry.task,
        "form": form,
        "why_not": why_not(entry),
        "waits": entry.state == EntryState.WAITING,
        "corrections": corrections_of([entry.pk])[entry.pk],
        "in_sight": _in_sight(request, entry),
    }
    return render(request, "tasks/time_entry.html", context, status=status)


def _in_sight(request: HttpRequest, entry: TimeEntry) -> bool:
    return visible_to(person_for(request)).filter(pk=entry.task_id).exists()


def _onward(request: HttpRequest, entry: TimeEntry) -> HttpResponse:
    """To the time of the task, else to Now for a task that has gone out of sight."""
    return redirect("task_time", task_id=entry.task_id) if _in_sight(request, entry) else redirect("now")
