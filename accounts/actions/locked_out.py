"""What an administrator does for somebody who can't get in, or for an account that others may be in."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.urls import reverse

from accounts.audit import Happened, note
from accounts.models import MessageKind, User
from accounts.outbox import Tell, tell
from accounts.signing_out import sign_out_everywhere


@transaction.atomic
def remove_second_factor(*, person: User, by: User, now: datetime, ip: str | None = None) -> bool:
    """Take away passkeys, app and recovery codes of who has lost them, end their sessions, and tell them by mail.

    False when there were none. Where a team asks for one, they set up another as soon as they sign in.
    """
    if not Authenticator.objects.filter(user=person).delete()[0]:
        return False
    sign_out_everywhere(person)
    note(Happened.SECOND_FACTOR_REMOVED, now=now, actor=by, about=person, ip=ip)
    tell([_told(person, "second_factor_lifted", now)], now=now)
    return True


@transaction.atomic
def sign_out(*, person: User, by: User, now: datetime, ip: str | None = None) -> int:
    """End all sessions of somebody, and tell them. Returns how many there were."""
    ended = sign_out_everywhere(person)
    if ended:
        note(Happened.SESSION_ENDED, now=now, actor=by, about=person, ip=ip, everywhere=True)
        tell([_told(person, "signed_out", now)], now=now)
    return ended


def _told(person: User, template: str, now: datetime) -> Tell:
    return Tell(
        to=person,
        kind=MessageKind.ACCOUNT,
        template=template,
        params={},
        path=reverse("profile"),
        dedup_key=f"{template}:{person.pk}:{now.isoformat()}",
    )
