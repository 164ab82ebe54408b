"""What I was told."""

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts import actions
from accounts.access import message_for_reading
from accounts.http import PersonRequest
from accounts.pages import Cursor, moment_in
from accounts.queries import inbox_page

FILES = "django.core.mail.backends.filebased.EmailBackend"


@require_safe
def inbox(request: PersonRequest) -> HttpResponse:
    """One page of it, newest first."""
    before = Cursor.parse(request.GET.get("before", ""))
    page = inbox_page(request.user, before=before)
    context = {"page": page, "before": before, "now": timezone.now(), "mail_in_files": settings.EMAIL_BACKEND == FILES}
    return render(request, "accounts/inbox.html", context)


@require_GET
def message(request: PersonRequest, message_id: UUID) -> HttpResponse:
    """Open one: it counts as read, and what it is about is shown. Opening it again changes nothing."""
    found = message_for_reading(request.user, message_id)
    actions.mark_read(message=found, now=timezone.now())
    return redirect(found.path or "inbox")


@require_POST
def read_all(request: PersonRequest) -> HttpResponse:
    """Mark as read what was on the page or older."""
    now = timezone.now()
    actions.mark_all_read(user=request.user, until=moment_in(request.POST.get("until", "")) or now, now=now)
    return redirect("inbox")
