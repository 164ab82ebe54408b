"""What allauth tells by a signal about second factors and passwords, written down in what happened."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.utils import timezone

from accounts.audit import Happened, note
from accounts.models import User
from accounts.signing_in import address_of
from accounts.signing_out import sign_out_everywhere


def note_added(request: HttpRequest, user: User, authenticator: Authenticator, **_rest: Any) -> None:
    """A passkey or an app. The recovery codes that come with the first one are no news of their own."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        ip, factor = address_of(request), str(authenticator.type)
        note(Happened.SECOND_FACTOR_ADDED, now=timezone.now(), actor=user, ip=ip, factor=factor)


def note_removed(request: HttpRequest, user: User, authenticator: Authenticator, **_rest: Any) -> None:
    """A passkey or an app; the recovery codes go with the last one."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        ip, factor = address_of(request), str(authenticator.type)
        note(Happened.SECOND_FACTOR_REMOVED, now=timezone.now(), actor=user, ip=ip, factor=factor)


def note_codes_made(request: HttpRequest, user: User, **_rest: Any) -> None:
    """New recovery codes in the place of the ones before."""
    note(Happened.RECOVERY_CODES_MADE, now=timezone.now(), actor=user, ip=address_of(request))


def end_other_sessions(request: HttpRequest, user: User, **_rest: Any) -> None:
    """After a new password no other session goes on. Django refuses those by itself; here they go from the list too."""
    mine = request.session.session_key if request.user.is_authenticated else None
    sign_out_everywhere(user, but=mine)
