"""How I log in: address, password, second step, and where I am logged in."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import DeactivateTOTPView
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import second_factor
from accounts.actions import sessions
from accounts.devices import device_in_words
from accounts.http import PersonRequest
from accounts.models import User
from accounts.queries import login_of
from accounts.signing_in import address_of
from accounts.what_happened import own_entries


@require_safe
@never_cache
def profile_login(request: PersonRequest) -> HttpResponse:
    """One page with the ways in, the devices that are in, and what happened with the account lately."""
    now = timezone.now()
    devices = list(sessions.sessions_of(request.user, now=now)[: sessions.MOST_SHOWN])
    for device in devices:
        device.name = device_in_words(device.user_agent)
        device.here = device.session_key == request.session.session_key
    context = {"devices": devices, "login": login_of(request.user), "entries": own_entries(request.user)}
    return render(request, "accounts/profile_login.html", context)


@require_POST
def end_session(request: PersonRequest, session_id: int) -> HttpResponse:
    """Log one of my devices out."""
    ip, now = address_of(request), timezone.now()
    device = sessions.end_session(user=request.user, session_id=session_id, ip=ip, now=now)
    if device:
        messages.success(request, _("Logged out: %(device)s.") % {"device": device})
    else:
        messages.info(request, _("That device was logged out already."))
    return redirect("profile_login")


@require_POST
def end_others(request: PersonRequest) -> HttpResponse:
    """Log all my other devices out."""
    key = request.session.session_key or ""
    if sessions.end_others(user=request.user, but=key, ip=address_of(request), now=timezone.now()):
        messages.success(request, _("You are logged out everywhere but here."))
    else:
        messages.info(request, _("You were logged in nowhere else."))
    return redirect("profile_login")


class _NotTheLast:
    """Refuses, in words, to take away the last second step while a team asks for one. allauth forgets it for passkeys.

    Whoever removes two at once waits for the person's row, so that the second press sees what the first one left.
    """

    request: PersonRequest

    @transaction.atomic
    def form_valid(self, form: Form) -> HttpResponse:
        """Remove it, or say why not."""
        User.objects.select_for_update(no_key=True).get(pk=self.request.user.pk)
        if not second_factor.may_remove(self.to_be_removed()):
            said = _("A team that you are in asks for a second step. Set up another one first.")
            messages.error(self.request, said)
            return redirect("mfa_index")
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        return response

    def to_be_removed(self) -> Authenticator:
        raise NotImplementedError


class RemovePasskeyView(_NotTheLast, RemoveWebAuthnView):  # type: ignore[misc]  # allauth has no types
    """One of my passkeys."""

    def to_be_removed(self) -> Authenticator:
        return self.get_object()


class RemoveAppView(_NotTheLast, DeactivateTOTPView):  # type: ignore[misc]
    """My authenticator app."""

    def to_be_removed(self) -> Authenticator:
        return self.authenticator


remove_passkey, remove_app = RemovePasskeyView.as_view(), RemoveAppView.as_view()
