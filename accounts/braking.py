"""Whose signing in is slowed down by wrong passwords, and letting them try again: what allauth counts in the cache."""

from __future__ import annotations

import math
import time

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest

from accounts.models import User

APP = "allauth.account"
# Limits that count for one account, wherever the attempts come from.
OF_ACCOUNT = ("login_failed", "reset_password")
OF_PERSON = ("reauthenticate", "change_password", "manage_email")


def seconds_left(request: HttpRequest, person: User) -> int:
    """How long nobody can sign in to this account with a password; 0 when it is not slowed down."""
    longest, now = 0.0, time.time()
    for key in _keys(request, person):
        for rate in ratelimit.get_rates(app=APP, action="login_failed"):
            if rate.per == "key":
                history = cache.get(
                    ratelimit.get_cache_key(request, app=APP, action="login_failed", rate=rate, key=key)
                )
                if history and len(history) >= rate.amount:
                    longest = max(longest, history[-1] + rate.duration - now)
    return max(math.ceil(longest), 0)


def let_try_again(request: HttpRequest, person: User) -> None:
    """Forget what was counted against this account. What counts for a device address stays."""
    for key in _keys(request, person):
        for action in OF_ACCOUNT:
            _forget(request, action, key=key)
    for action in OF_PERSON:
        _forget(request, action, user=person)


def _forget(request: HttpRequest, action: str, *, key: str | None = None, user: User | None = None) -> None:
    wanted = "key" if key else "user"
    for rate in ratelimit.get_rates(app=APP, action=action):
        if rate.per == wanted:
            cache.delete(ratelimit.get_cache_key(request, app=APP, action=action, rate=rate, key=key, user=user))


def _keys(request: HttpRequest, person: User) -> list[str]:
    """What attempts at this account are counted by: signing in from a device that is not known, and the other pages.

    A device that was logged in before counts by itself (accounts/adapter.py); that limit is nobody else's doing.
    """
    return [f"{person.email}:", person.email]
