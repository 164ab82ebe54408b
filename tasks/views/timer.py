"""One's own timer: it can be stopped from every page, whatever became of the task."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.http import came_from
from tasks.actions.base import Refused
from tasks.actions.timing import still_at_it, stop_timer
from tasks.queries import person_for
from tasks.screens.effort import said_stop


@require_POST
def timer_stop(request: HttpRequest) -> HttpResponse:
    """Stop it and log what it ran; a forgotten one leads to the page that asks how long it really was."""
    by = person_for(request).user
    try:
        stopped = stop_timer(by=by, now=timezone.now())
    except Refused as refused:
        messages.info(request, str(refused.text))
        return redirect(came_from(request) or "now")
    if stopped is None:
        messages.info(request, _("No timer runs."))
        return redirect(came_from(request) or "now")
    messages.success(request, said_stop(stopped))
    if stopped.entry is not None and stopped.waits:
        return redirect("time_entry", entry_id=stopped.entry.pk)
    return redirect(came_from(request) or "now")


@require_POST
def timer_still(request: HttpRequest) -> HttpResponse:
    """They are still at it: the timer runs on, and is not asked about for a while."""
    if still_at_it(by=person_for(request).user, now=timezone.now()):
        messages.success(request, _("Good. The timer runs on."))
    else:
        messages.info(request, _("Nothing is asked about your timer any more."))
    return redirect(came_from(request) or "now")
