"""What an administrator does for somebody who can't get in, or for an account that others may be in."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.urls import reverse

from accounts.actions.people import replace_address
from accounts.audit import Happened, note
from accounts.letters import letter, words
from accounts.models import MessageKind, User
from accounts.outbox import Tell, queue_mail, tell
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


@transaction.atomic
def password_given(*, person: User, now: datetime, keep_session: str | None = None) -> None:
    """Another password was saved for somebody, or none at all: end their sessions, and tell them by mail.

    `keep_session`: the key of the session of an administrator who did it to themselves.
    """
    sign_out_everywhere(person, but=keep_session)
    news = Tell(
        to=person,
        kind=MessageKind.ACCOUNT,
        template="password_set",
        params={"usable": person.has_usable_password()},
        path=reverse("profile_login"),
        dedup_key=f"password_set:{person.pk}:{now.isoformat()}",
    )
    tell([news], now=now)


@transaction.atomic
def give_address(*, person: User, was: str, by: User, now: datetime, ip: str | None = None) -> None:
    """Another address was saved for somebody: from now on they log in with it and with no other.

    They are told, and so is whoever reads the mail of the old one (`was`): that is how they hear it when it was wrong.
    """
    replace_address(user=person)
    note(Happened.ADDRESS_CHANGED, now=now, actor=by, about=person, ip=ip)
    key = f"address_replaced:{person.pk}:{now.isoformat()}"
    news = Tell(
        to=person,
        kind=MessageKind.ACCOUNT,
        template="address_replaced",
        params={"address": person.email},
        path=reverse("profile_login"),
        dedup_key=key,
    )
    tell([news], now=now)
    _tell_old_address(person, was, news, now)


def _tell_old_address(person: User, was: str, news: Tell, now: datetime) -> None:
    """The same words as a mail, which goes to where their messages went until a moment ago."""
    language, zone = person.language, ZoneInfo(person.time_zone)
    subject, paragraphs = words(news.template, news.params, language=language, zone=zone)
    ready = letter(subject=subject, paragraphs=paragraphs, language=language)
    queue_mail(
        to_address=was,
        subject=ready.subject,
        text=ready.text,
        html=ready.html,
        language=language,
        dedup_key=f"{news.dedup_key}:was",
        now=now,
        recipient=person,
    )


def _told(person: User, template: str, now: datetime) -> Tell:
    return Tell(
        to=person,
        kind=MessageKind.ACCOUNT,
        template=template,
        params={},
        path=reverse("profile"),
        dedup_key=f"{template}:{person.pk}:{now.isoformat()}",
    )
