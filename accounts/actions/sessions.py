"""Where somebody is logged in: a row for each device, kept up as they go, and ended one by one or all at once."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.audit import Happened, note
from accounts.devices import device_in_words
from accounts.models import User
from accounts.signing_out import sign_out_everywhere

# Seconds between two times that is written down when a device was last seen.
SEEN_EVERY = 300
SEEN = "seen_at"
# The key of the session as it was written down: it changes with the password.
SEEN_AS = "seen_as"
# More than anybody has; the rest can be ended all at once.
MOST_SHOWN = 50


def seen(request: HttpRequest) -> None:
    """Write down that this device is here, at most once in SEEN_EVERY seconds; no query in between."""
    key = request.session.session_key
    lately = time.time() - request.session.get(SEEN, 0.0) < SEEN_EVERY
    if not lately or request.session.get(SEEN_AS) != key:
        _write_down(request, request.user)


def logged_in(request: HttpRequest, user: User, **_rest: Any) -> None:
    """Write down the session in which somebody logs in, by whatever way: what isn't written down can't be ended."""
    _write_down(request, user)


def _write_down(request: HttpRequest, user: Any) -> None:
    if request.session.session_key is None:
        request.session.save()
    key = request.session.session_key
    request.session[SEEN], request.session[SEEN_AS] = time.time(), key
    UserSession.objects.update_or_create(
        session_key=key,
        defaults={
            "user": user,
            "ip": get_adapter().get_client_ip(request),
            "user_agent": request.headers.get("user-agent", "")[:200],
            "last_seen_at": timezone.now(),
        },
    )


def sessions_of(user: User, *, now: datetime) -> QuerySet[UserSession]:
    """The devices on which the person is logged in, the one seen last first. One query."""
    alive = Session.objects.filter(expire_date__gt=now).values("session_key")
    mine: QuerySet[UserSession] = UserSession.objects.filter(user=user, session_key__in=alive)
    return mine.order_by("-last_seen_at", "-pk")


@transaction.atomic
def end_session(*, user: User, session_id: int, ip: str | None, now: datetime) -> str:
    """Log one device out. Its name in words; empty when it was not there any more."""
    row = UserSession.objects.filter(user=user, pk=session_id).first()
    if row is None:
        return ""
    # The session first: a row that stays behind is harmless, a session that does is not.
    import_module(settings.SESSION_ENGINE).SessionStore().delete(row.session_key)
    if not UserSession.objects.filter(pk=row.pk).delete()[0]:
        return ""  # another press was first
    device = device_in_words(row.user_agent)
    note(Happened.SESSION_ENDED, now=now, actor=user, ip=ip, everywhere=False, device=device)
    return device


def end_others(*, user: User, but: str, ip: str | None, now: datetime) -> int:
    """Log every other device out, all but the session with the key `but`. Returns how many."""
    with transaction.atomic():
        ended = sign_out_everywhere(user, but=but)
        if ended:
            note(Happened.SESSION_ENDED, now=now, actor=user, ip=ip, everywhere=True)
    return ended


def remove_gone(*, now: datetime) -> int:
    """Forget sessions that ended by themselves, and what was known of their devices. Returns how many rows went."""
    ended, _rows = Session.objects.filter(expire_date__lt=now).delete()
    known = UserSession.objects.filter(last_seen_at__lt=now - timedelta(days=1))
    gone, _rows = known.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return int(ended + gone)
