"""What a person does with their own account and messages, and an administrator with the outbox."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts import refusals
from accounts.actions.teams import start_team
from accounts.models import MailState, Message, OutgoingMail, Team, User
from accounts.outbox import wake_sender
from accounts.sending import TOO_LATE


@transaction.atomic
def sign_up(*, user: User, business: str, now: datetime) -> Team:
    """Save the new user together with their own team: nobody ends up with half of it.

    Raises IntegrityError when the address has got an account meanwhile.
    """
    user.save(force_insert=True)
    return start_team(owner=user, name=business, now=now)


def save_profile(*, user: User, name: str, language: str, time_zone: str) -> None:
    """Change what a person is called and how times and words are shown to them."""
    user.name, user.language, user.time_zone = name, language, time_zone
    user.save(update_fields=["name", "language", "time_zone"])


@transaction.atomic
def replace_address(*, user: User) -> None:
    """Make `user.email` the only address that logs in. An administrator vouches for it, so it counts as verified."""
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def mark_read(*, message: Message, now: datetime) -> None:
    """Mark one message as read; the first time counts."""
    Message.objects.filter(id=message.id, read_at__isnull=True).update(read_at=now)


def mark_all_read(*, user: User, until: datetime, now: datetime) -> int:
    """Mark as read what came in up to `until`: nothing that was never on the page. Returns how many."""
    unread = Message.objects.filter(recipient=user, read_at__isnull=True, created_at__lte=until)
    return unread.update(read_at=now)


@transaction.atomic
def try_again(*, mail_ids: Iterable[UUID], now: datetime) -> int:
    """Queue mails again that failed or came too late, with a full round of attempts. Returns how many.

    Their addresses are tried again too, whatever they refused before.
    """
    ended = OutgoingMail.objects.filter(id__in=list(mail_ids), state__in=(MailState.FAILED, MailState.MISSED))
    refusals.forgive(User.objects.filter(email__in=ended.values("to_address")))
    queued = ended.update(state=MailState.QUEUED, attempts=0, next_attempt_at=now, give_up_at=now + TOO_LATE)
    transaction.on_commit(wake_sender, robust=True)
    return queued
