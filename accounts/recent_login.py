"""For what an open laptop must not be enough for: secrets, agreements, who owns a team, exports and deletions.

Who logged in, or was asked again, in the last ACCOUNT_REAUTHENTICATION_TIMEOUT seconds goes on. Anybody else is asked
for their password, a code or a passkey, and comes back to the page. A press that came too late is kept meanwhile, in
the session: sealed, for this person and this address only, and done after the check. Files are not kept, and neither
is a very long text; then the page says so.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.datastructures import MultiValueDict
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from accounts import second_factor
from accounts.http import came_from
from accounts.sealing import SealError, seal, unseal

P = ParamSpec("P")
Request = TypeVar("Request", bound=HttpRequest)
View = Callable[Concatenate[Request, P], HttpResponse]

# Characters of a form, as it is sent.
LONGEST_KEPT = 60_000


def logged_in_recently(request: HttpRequest) -> bool:
    """Whether who is at the keys proved lately who they are: by logging in, or by being asked again."""
    records = get_authentication_records(request, request.user)
    return any(time.time() - record["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT for record in records)


def recent_login_required(view: View[Request, P]) -> View[Request, P]:
    """Ask for the password (or second factor) again when that is too long ago, and come back to the page."""

    @wraps(view)
    def checked(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return view(request, *args, **kwargs) if logged_in_recently(request) else ask(request)

    checked.asks_again = True  # type: ignore[attr-defined] # a walk over all addresses looks for this
    return checked


def ask(request: HttpRequest) -> HttpResponse:
    """Where to prove who one is; a page is led there, a script is told the way (401, `location`)."""
    ways = get_adapter().get_reauthentication_methods(request.user)
    where = ways[0]["url"] if ways else reverse("account_login")
    script = is_script(request)
    if not script and (request.method in {"GET", "HEAD"} or _keep(request)):
        back = request.get_full_path()
    else:
        back = came_from(request) or _page_before(request) or reverse("now")
    where = f"{where}?{urlencode({'next': back})}"
    if script:
        return JsonResponse({"location": where}, status=401)
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(where)
    return redirect(where)


def is_script(request: HttpRequest) -> bool:
    """Whether a script asks, which can't follow a redirect to a page. htmx can."""
    if request.headers.get("HX-Request"):
        return False
    wants_json = request.headers.get("Accept", "").startswith("application/json")
    return wants_json or request.headers.get("Sec-Fetch-Dest") == "empty"


def _page_before(request: HttpRequest) -> str:
    """The page of this site that sent the request."""
    referer = request.headers.get("Referer", "")
    hosts = {request.get_host()}
    if not url_has_allowed_host_and_scheme(referer, allowed_hosts=hosts, require_https=request.is_secure()):
        return ""
    parts = urlsplit(referer)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _keep(request: HttpRequest) -> bool:
    """Keep a press until its person has proved who they are. False when it can't be kept."""
    request.session.pop(STATE_SESSION_KEY, None)
    body = request.POST.urlencode()
    if request.FILES or len(body) > LONGEST_KEPT:
        said = _("Files can't be kept while we ask. Choose them again after this.") if request.FILES else ""
        messages.warning(request, said or _("This was too long to keep while we ask. Go back in your browser for it."))
        return False
    path = request.get_full_path()
    request.session[STATE_SESSION_KEY] = {
        "callback": "accounts.recent_login.go_on",
        "state": {"path": path, "at": time.time(), "press": seal(body, purpose=_purpose(request, path))},
    }
    return True


def keeps_a_press(request: HttpRequest) -> bool:
    """Whether a press waits in this session: for the page that asks, to say so."""
    return "press" in (request.session.get(STATE_SESSION_KEY) or {}).get("state", {})


def go_on(request: HttpRequest, state: dict[str, Any]) -> HttpResponse | None:
    """Do what was kept, now that its person has proved who they are. None: only go back to the page.

    allauth calls this after the check, once: the press has left the session by then.
    """
    path = str(state["path"])
    if path != _wanted(request) or time.time() - state["at"] > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
        return None
    try:
        body = unseal(state["press"], purpose=_purpose(request, path))
        found = resolve(urlsplit(path).path)
    except (SealError, Resolver404):
        return None
    pressed = _request_again(request, path, body)
    pressed.resolver_match = found
    if second_factor.lacks_one(pressed.user):
        return None
    response: HttpResponse = found.func(pressed, *found.args, **found.kwargs)
    return response


def _wanted(request: HttpRequest) -> str:
    return request.POST.get("next") or request.GET.get("next") or ""


def _purpose(request: HttpRequest, path: str) -> str:
    return f"press:{request.user.pk}:{path}"


def _request_again(request: HttpRequest, path: str, body: str) -> Any:
    """The request of then, in the session of now. Its CSRF token was checked then, and this one's just now."""
    parts = urlsplit(path)
    again: Any = copy.copy(request)
    again.method = "POST"
    again.path = again.path_info = parts.path
    again.META = {**request.META, "REQUEST_METHOD": "POST", "PATH_INFO": parts.path, "QUERY_STRING": parts.query}
    again.GET = QueryDict(parts.query)
    again.POST = QueryDict(body)
    again._files = MultiValueDict()
    return again
