"""Signing somebody out everywhere, at once: the sessions themselves go, so no page of theirs works any more.

allauth writes down each session at login. What it doesn't know of (a session from before it did) is looked through by
itself: those are few, as nobody's session lasts for ever.
"""

from __future__ import annotations

from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import User


def sign_out_everywhere(user: User, *, but: str | None = None) -> int:
    """End all sessions of this person, in the caller's transaction. Returns how many. `but`: the key of one to keep."""
    known = set(UserSession.objects.filter(user=user).values_list("session_key", flat=True))
    keys = (known | _unknown_of(user)) - {but}
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    for key in keys:
        store.delete(key)
    UserSession.objects.filter(user=user, session_key__in=keys).delete()
    return len(keys)


def _unknown_of(user: User) -> set[str]:
    """Sessions of this person that nobody wrote down."""
    unknown = Session.objects.filter(expire_date__gt=timezone.now()).exclude(
        session_key__in=UserSession.objects.values("session_key")
    )
    store = import_module(settings.SESSION_ENGINE).SessionStore()  # not `row.get_decoded()`: sessions are sealed
    return {row.session_key for row in unknown if store.decode(row.session_data).get(SESSION_KEY) == str(user.pk)}
