"""Writing down who signed in and how, and who tried to: called by the adapter and wherever somebody is logged in.

What was typed is never written down. Attempts that fail are, for accounts that exist, once a minute for each account
and device address at most: ten thousand attempts must not become ten thousand rows.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from django.core.exceptions import PermissionDenied
from django.core.validators import validate_ipv46_address
from django.forms import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from accounts.audit import Happened, note
from accounts.models import AuditEntry, User, lower_email

# One failed attempt is written down, and then none for so long.
ONCE_IN = timedelta(minutes=1)
# How allauth names the ways to prove who one is, and how we do.
SECOND_STEPS = {"webauthn": "passkey", "totp": "second-factor", "recovery_codes": "recovery-code"}
FIRST_STEPS = {"password": "password", "password_reset": "reset", "code": "mail"}


def address_of(request: HttpRequest | None) -> str | None:
    """The network address of the device; None when it can't be told."""
    if request is None:
        return None
    try:
        address = str(get_adapter().get_client_ip(request))
        validate_ipv46_address(address)
    except (PermissionDenied, ValidationError):
        return None
    return address


def note_sign_in(request: HttpRequest, user: User, *, now: datetime, method: str = "") -> None:
    """Somebody signed in. `method`: a key of audit_words.METHODS, where allauth doesn't know it."""
    note(Happened.SIGNED_IN, now=now, actor=user, ip=address_of(request), method=method or _method(request, user))


def note_failure(request: HttpRequest | None, email: str, *, now: datetime, again: bool = False) -> None:
    """Somebody tried to sign in with a wrong password; nothing is written for an address without an account.

    `again`: they were signed in, and asked to prove who they are once more.
    """
    person = User.objects.filter(email=lower_email(email)).first()
    if person is None:
        return
    address = address_of(request)
    lately = AuditEntry.objects.filter(
        about=person, kind=Happened.SIGN_IN_FAILED.value, ip=address, at__gt=now - ONCE_IN, at__lte=now
    )
    if not lately.exists():
        note(Happened.SIGN_IN_FAILED, now=now, actor=None, about=person, ip=address, again=again)


def note_new_address(request: HttpRequest | None, user: User, **_rest: Any) -> None:
    """Somebody signs in with another address from now on. The addresses themselves are not kept here."""
    note(Happened.ADDRESS_CHANGED, now=timezone.now(), actor=user, ip=address_of(request))


def _method(request: HttpRequest, user: User) -> str:
    """How they proved who they are: the last step counts, as a passkey or a second factor says more than a password."""
    records: list[dict[str, Any]] = get_authentication_records(request, user)
    steps = [_step(record) for record in records]
    found = next((step for step in reversed(steps) if step in SECOND_STEPS.values()), None)
    return found or next((step for step in reversed(steps) if step), "password")


def _step(record: dict[str, Any]) -> str:
    if record.get("method") == "mfa":
        return SECOND_STEPS.get(str(record.get("type")), "")
    return FIRST_STEPS.get(str(record.get("method")), "")
