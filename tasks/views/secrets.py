"""Giving a secret away, on one deliberate press; and who pressed.

All of it works without JavaScript: then the answer is a page of its own, which goes away by itself. With it
(static/js/secret.js) the answer is JSON, for the page that it was asked from.
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from accounts.http import PersonRequest, came_from
from accounts.ids import id_in
from accounts.recent_login import is_script, recent_login_required
from accounts.signing_in import address_of
from tasks.access_secrets import login_for_reveal
from tasks.actions.secrets import Revealed, reveal
from tasks.models import Resource, RevealWay, SecretPart
from tasks.queries import person_for
from tasks.secrets import NotGiven, ReasonAsked


@require_POST
@sensitive_post_parameters()
@never_cache
@recent_login_required
def secret_show(request: PersonRequest, resource_id: UUID) -> HttpResponse:
    """Show the password, for half a minute."""
    return _give(request, login_for_reveal(request, resource_id), SecretPart.PASSWORD, RevealWay.SHOWN)


@require_POST
@sensitive_post_parameters()
@never_cache
@recent_login_required
def secret_copy(request: PersonRequest, resource_id: UUID) -> HttpResponse:
    """Give the password to the clipboard. Without a script there is no way to it but to show it."""
    way = RevealWay.COPIED if is_script(request) else RevealWay.SHOWN
    return _give(request, login_for_reveal(request, resource_id), SecretPart.PASSWORD, way)


@require_POST
@sensitive_post_parameters()
@never_cache
@recent_login_required
def secret_code(request: PersonRequest, resource_id: UUID) -> HttpResponse:
    """Show or copy the one-time code of this moment."""
    copied = is_script(request) and request.POST.get("way") == RevealWay.COPIED
    way = RevealWay.COPIED if copied else RevealWay.SHOWN
    return _give(request, login_for_reveal(request, resource_id), SecretPart.ONE_TIME_CODE, way)


@sensitive_variables("revealed")
def _give(request: PersonRequest, resource: Resource, part: SecretPart, way: RevealWay) -> HttpResponse:
    try:
        revealed = reveal(
            resource=resource,
            part=part,
            way=way,
            by=person_for(request).user,
            now=timezone.now(),
            reason=request.POST.get("reason", ""),
            task_id=id_in(request.POST.get("task", "")),
            ip=address_of(request),
        )
    except NotGiven as refused:
        return _refused(request, resource, part, refused)
    if is_script(request):
        return JsonResponse({"value": revealed.text, "seconds": revealed.seconds})
    return _page(request, resource, part, revealed)


def _refused(request: HttpRequest, resource: Resource, part: SecretPart, refused: NotGiven) -> HttpResponse:
    asks = isinstance(refused, ReasonAsked)
    status = 422 if asks else 409
    if is_script(request):
        return JsonResponse({"reason" if asks else "error": str(refused.text)}, status=status)
    context = {
        **_about(request, resource, part),
        "asks": asks,
        "text": refused.text,
        "typed": request.POST.get("reason", ""),
        "task_id": id_in(request.POST.get("task", "")),
    }
    return render(request, "tasks/secret_refused.html", context, status=status)


def _page(request: HttpRequest, resource: Resource, part: SecretPart, revealed: Revealed) -> HttpResponse:
    """The value on a page that nothing keeps, and that leads back when its time is over."""
    about = _about(request, resource, part)
    context = {**about, "value": revealed.text, "seconds": revealed.seconds}
    response = render(request, "tasks/secret_shown.html", context)
    response.headers["Refresh"] = f"{revealed.seconds}; url={about['back']}"
    return response


def _about(request: HttpRequest, resource: Resource, part: SecretPart) -> dict[str, object]:
    return {"resource": resource, "part": part, "back": came_from(request) or reverse("resources")}
