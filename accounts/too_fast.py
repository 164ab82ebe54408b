"""So many attempts and no more: which address of the house counts for what, and when to try again.

allauth counts in the cache, which all processes share; the numbers stand in ACCOUNT_RATE_LIMITS of the settings, and
RATE_LIMITED says what else of ours is counted. Nobody is kept out for ever: what was refused doesn't count.
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection
from http import HTTPStatus

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext

APP = "allauth.account"
EVERYTHING = ("ip", "user", "key")
# What allauth counts at its own addresses; the last part of its name for it, as `mfa_reauthenticate` has several.
COUNTED = {
    "account_login": ("login",),
    "account_signup": ("signup",),
    "account_reset_password": ("reset_password",),
    "account_reset_password_from_key": ("reset_password_from_key",),
    "account_reauthenticate": ("reauthenticate",),
    "mfa_reauthenticate": ("reauthenticate",),
    "mfa_reauthenticate_webauthn": ("reauthenticate",),
    "account_change_password": ("change_password",),
    "account_email": ("manage_email", "confirm_email"),
    "account_email_verification_sent": ("confirm_email",),
}


def refused(request: HttpRequest, name: str) -> HttpResponse | None:
    """Count this request, if its address is one that is limited; the page that says when to try again, or None."""
    action, looking_counts = settings.RATE_LIMITED.get(name, ("", False))
    if not action or (request.method in {"GET", "HEAD"} and not looking_counts):
        return None
    if _per_user(action) and not request.user.is_authenticated:
        return None  # they are sent to the login, which has its own limit
    if ratelimit.consume(request, app=APP, action=action, limit_get=looking_counts):
        return None
    return page(request, seconds=wait(request, action))


def wait(request: HttpRequest, action: str, *, key: str | None = None, per: Collection[str] = EVERYTHING) -> int:
    """Seconds until one more is allowed; 0 when it is now. `per`: only what counts for these."""
    longest, now = 0.0, time.time()
    for rate in ratelimit.get_rates(app=APP, action=action):
        if (
            rate.per not in per
            or (rate.per == "key" and key is None)
            or (rate.per == "user" and not request.user.is_authenticated)
        ):
            continue
        history = cache.get(ratelimit.get_cache_key(request, app=APP, action=action, rate=rate, key=key), [])
        if len(history) >= rate.amount:
            longest = max(longest, history[-1] + rate.duration - now)
    return math.ceil(longest)


def in_words(seconds: int) -> str:
    """ "2 minutes"; rounded up, so that it is over by then."""
    seconds = max(seconds, 1)
    if seconds <= 90:
        return ngettext("%(count)s second", "%(count)s seconds", seconds) % {"count": seconds}
    minutes = math.ceil(seconds / 60)
    if minutes <= 90:
        return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    hours = math.ceil(minutes / 60)
    return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}


def answer(request: HttpRequest) -> HttpResponse:
    """The 429 page for what allauth refused (`handler429` in config/urls.py)."""
    name = request.resolver_match.url_name if request.resolver_match else ""
    key = request.POST.get("email", "").lower() or _mailed_to(request)
    waits = (wait(request, action, key=key) for action in COUNTED.get(name or "", ()))
    return page(request, seconds=max(waits, default=0) or 60)


def page(request: HttpRequest, *, seconds: int) -> HttpResponse:
    """The page itself, with the time in the header that programs read."""
    context = {"when": in_words(seconds)}
    response = render(request, "429.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(max(seconds, 1))
    return response


def _per_user(action: str) -> bool:
    return any(rate.per == "user" for rate in ratelimit.get_rates(app=APP, action=action))


def _mailed_to(request: HttpRequest) -> str | None:
    """The address that a code was mailed to in this session."""
    pending = request.session.get("account_email_verification_code") or {}
    return str(pending["email"]).lower() if pending.get("email") else None
