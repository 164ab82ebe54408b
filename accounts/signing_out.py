"""Signing somebody out everywhere, at once: the sessions themselves go, so no page of theirs works any more.

Each session in which somebody logs in is written down (accounts/actions/sessions.py), so these are all of theirs.
"""

from __future__ import annotations

from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings

from accounts.models import User


def sign_out_everywhere(user: User, *, but: str | None = None) -> int:
    """End all sessions of this person, in the caller's transaction. Returns how many. `but`: the key of one to keep."""
    keys = set(UserSession.objects.filter(user=user).values_list("session_key", flat=True)) - {but}
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    for key in keys:
        store.delete(key)
    UserSession.objects.filter(user=user, session_key__in=keys).delete()
    return len(keys)
