"""Devices on which somebody logged in before: what others try elsewhere doesn't keep them out.

Wrong passwords are counted per account, so that ten thousand guesses from ten thousand addresses are slowed down. Who
has logged in on this device before, or has just chosen a new password on it, is counted apart, by a signed cookie:
somebody who goes on guessing can't lock the owner out. The cookie opens nothing; it only says where to count.
"""

from __future__ import annotations

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

COOKIE = "handover_known"
SALT = "accounts.known_devices"
LOGGED_IN = "handover.logged_in"
LASTS = 365 * 24 * 3600
# Accounts on one device.
MOST = 5


def mark_of(request: HttpRequest, email: str) -> str:
    """What stands for this device where attempts on this account are counted; empty for a device not seen before."""
    return _marks(request).get(_short(email), "")


def logged_in_here(request: HttpRequest, email: str) -> None:
    """Somebody came in on this device with this request: its answer takes the cookie along."""
    request.META[LOGGED_IN] = email


def remember(request: HttpRequest, response: HttpResponse) -> None:
    """Know this device again, if somebody has just logged in on it."""
    email = request.META.get(LOGGED_IN, "")
    if not email:
        return
    marks, name = _marks(request), _short(email)
    mark = marks.pop(name, "") or secrets.token_urlsafe(9)
    kept = dict([*marks.items(), (name, mark)][-MOST:])
    response.set_cookie(
        COOKIE,
        signing.dumps(kept, salt=SALT),
        max_age=LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _short(email: str) -> str:
    return salted_hmac(SALT, email.strip().lower()).hexdigest()[:16]


def _marks(request: HttpRequest) -> dict[str, str]:
    try:
        found = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return {}
    return found if isinstance(found, dict) else {}
