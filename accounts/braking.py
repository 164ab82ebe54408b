"""Whose signing in is slowed down by wrong passwords, and letting them try again: what allauth counts in the cache."""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest

from accounts.models import User
from accounts.too_fast import APP, wait

# What counts for an account or a person is found without the request that allauth asks for.
NOBODYS = HttpRequest()
# The limit that counts for one account, wherever the attempts come from.
OF_ACCOUNT = "login_failed"
OF_PERSON = ("reauthenticate", "change_password", "manage_email")


def seconds_left(person: User) -> int:
    """How long nobody can sign in to this account with a password; 0 when it is not slowed down."""
    return max(wait(NOBODYS, OF_ACCOUNT, key=key, per=("key",)) for key in _keys(person))


def let_try_again(person: User) -> None:
    """Forget what was counted against this account. What counts for a device address stays."""
    for key in _keys(person):
        _forget(OF_ACCOUNT, key=key)
    for action in OF_PERSON:
        _forget(action, user=person)


def _forget(action: str, *, key: str | None = None, user: User | None = None) -> None:
    wanted = "key" if key else "user"
    for rate in ratelimit.get_rates(app=APP, action=action):
        if rate.per == wanted:
            cache.delete(ratelimit.get_cache_key(NOBODYS, app=APP, action=action, rate=rate, key=key, user=user))


def _keys(person: User) -> list[str]:
    """What attempts at this account are counted by: signing in from a device that is not known, asking again,
    and codes of the second step (as allauth names it).

    A device that was logged in before counts by itself (accounts/adapter.py); that limit is nobody else's doing.
    """
    return [f"{person.email}:", person.email, f"mfa-auth-user-{person.pk}"]
