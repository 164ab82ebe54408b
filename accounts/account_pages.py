"""What holds around logging in: limits, asking again, the second step that a team asks, and no copies of pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from accounts import known_devices, recent_login, second_factor, too_fast
from accounts.actions import sessions

# Pages that show codes and addresses: no browser or proxy keeps them.
NEVER_KEPT = ("/accounts/", "/profile/login/")
# What somebody may still do while a team waits for their second step.
OPEN = {
    "account_logout",
    "account_reauthenticate",
    "account_change_password",
    "account_email",
    "account_email_verification_sent",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "profile",
    "profile_login",
    "session_end",
    "sessions_end_others",
}


class AccountPagesMiddleware:
    """After allauth's own middleware, so that its refusals pass here first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            sessions.seen(request)
        response = self.get_response(request)
        known_devices.remember(request, response)
        if request.path.startswith(NEVER_KEPT):
            add_never_cache_headers(response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """A refusal instead of the view: too many of these, or a second step is asked first."""
        name = (request.resolver_match.url_name if request.resolver_match else "") or ""
        if response := too_fast.refused(request, name):
            return response
        needs_login = getattr(view, "login_required", True)
        if not needs_login or name in OPEN or not request.user.is_authenticated:
            return None
        if second_factor.lacks_one(request.user):
            return _set_up_first(request)
        stale = _changes_in_the_admin(request, name) and not recent_login.logged_in_recently(request)
        return recent_login.ask(request) if stale else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """allauth asks for a recent login. Answered here, because its own answer keeps what was typed in the clear."""
        return recent_login.ask(request) if isinstance(exception, ReauthenticationRequired) else None


def _changes_in_the_admin(request: HttpRequest, name: str) -> bool:
    """Whether this is a press of an administrator. One rule for all of them: each reaches into what others trust in.

    Who is no administrator is not asked: the admin refuses them.
    """
    in_the_admin = bool(request.resolver_match and "admin" in request.resolver_match.app_names)
    return in_the_admin and request.method == "POST" and request.user.is_staff and name not in {"login", "logout"}


def _set_up_first(request: HttpRequest) -> HttpResponse:
    where = reverse("mfa_index")
    if recent_login.is_script(request):
        return JsonResponse({"location": where}, status=403)
    if request.method == "POST":
        messages.warning(request, _("That was not done yet: set up a second step first."))
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(where)
    return redirect(where)
