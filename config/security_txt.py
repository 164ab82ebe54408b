"""/.well-known/security.txt (RFC 9116): whom to tell of a hole, for who looks there first."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

RENEWED_EVERY = timedelta(days=180)  # it has to say until when it is right; it is made anew for each who asks


@login_not_required
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """404 where nobody has been named with SECURITY_CONTACT."""
    contact = settings.SECURITY_CONTACT
    if not contact:
        raise Http404
    until = (timezone.now() + RENEWED_EVERY).strftime("%Y-%m-%dT00:00:00Z")
    lines = [f"Contact: {contact if ':' in contact else f'mailto:{contact}'}", f"Expires: {until}"]
    lines += ["Preferred-Languages: nl, en", f"Canonical: {settings.BASE_URL}/.well-known/security.txt"]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
