"""Stopping mail from its own link: by one click of a mail program (RFC 8058), or by a button on a small page."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts import actions
from accounts.models import KIND_NAMES
from accounts.unsubscribing import unsubscription_for


@csrf_exempt  # a mail program posts it, without a page of ours before; the signed link is what vouches for it
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing; pressing stops this kind of mail, and doing so twice is the same."""
    found = unsubscription_for(token)
    if found is None:
        return render(request, "accounts/unsubscribe.html", {"state": "unknown"}, status=404)
    if request.method == "POST":
        actions.unsubscribe(unsubscription=found, now=timezone.now())
    context = {
        "state": "done" if request.method == "POST" else "asking",
        "kind": KIND_NAMES[found.kind],
        "token": token,
    }
    with override(found.person.language):
        return render(request, "accounts/unsubscribe.html", context)
