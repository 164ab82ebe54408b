"""What is told, and how it gets out.

`tell` and `queue_mail` write rows in the caller's transaction, so a message exists if and only if what it tells of
happened. accounts/sending.py carries the rows out, and says what a crash repeats.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from accounts.letters import message_text, one_line
from accounts.locales import DEFAULT_TIME_ZONE
from accounts.models import Message, MessageKind, OutgoingMail, User, message_id_for
from accounts.sending import TOO_LATE, SendReport, requeue_stuck, send_queued

__all__ = [
    "SendReport",
    "Tell",
    "mark_done",
    "message_text",
    "queue_mail",
    "requeue_stuck",
    "send_queued",
    "tell",
    "wake_sender",
]

logger = logging.getLogger("handover.outbox")


@dataclass(frozen=True, kw_only=True)
class Tell:
    """One thing to tell one person. The same `dedup_key` is told once, ever."""

    to: User
    kind: MessageKind
    template: str
    params: Mapping[str, str | int | bool]
    path: str
    thread: str = ""
    must_do: bool = False
    dedup_key: str


def tell(items: Iterable[Tell], *, now: datetime) -> list[Message]:
    """Write the messages, each with its mail, in the caller's transaction; returns those that are new.

    A `dedup_key` that exists is skipped, also when two transactions tell the same at once: the second waits for the
    first and then finds it there. Someone who may no longer log in gets the message but no mail.
    """
    messages = [_message(item, now) for item in items]
    if not messages:
        return []
    with transaction.atomic():
        # In one order for everyone, so that two transactions that tell the same can't lock each other out. The foreign
        # key to the mail is checked at commit; so the mails of messages that were skipped are never written.
        Message.objects.bulk_create(sorted(messages, key=lambda message: message.dedup_key), ignore_conflicts=True)
        new = set(Message.objects.filter(id__in=[message.id for message in messages]).values_list("id", flat=True))
        OutgoingMail.objects.bulk_create(
            message.mail for message in messages if message.id in new and message.mail is not None
        )
        transaction.on_commit(wake_sender, robust=True)
    return [message for message in messages if message.id in new]


def mark_done(*, thread: str, user: User | None, now: datetime) -> None:
    """Mark what asked something of this person (None: of anybody) in this thread as read: it has been done."""
    asked = Message.objects.filter(thread=thread, must_do=True, read_at__isnull=True)
    (asked.filter(recipient=user) if user else asked).update(read_at=now)


def queue_mail(
    *,
    to_address: str,
    subject: str,
    text: str,
    html: str,
    language: str,
    dedup_key: str,
    now: datetime,
    recipient: User | None = None,
) -> OutgoingMail:
    """Queue a mail that is already written (an invitation, a password reset); the body is blanked once it is sent.

    Returns the mail that is there when `dedup_key` exists.
    """
    mail = _mail(
        now,
        recipient=recipient,
        to_address=to_address,
        kind=MessageKind.ACCOUNT,
        subject=one_line(subject),
        text=text,
        html=html,
        language=language,
        time_zone=recipient.time_zone if recipient else DEFAULT_TIME_ZONE,
        dedup_key=dedup_key,
    )
    with transaction.atomic():
        OutgoingMail.objects.bulk_create([mail], ignore_conflicts=True)
        transaction.on_commit(wake_sender, robust=True)
    return OutgoingMail.objects.get(dedup_key=dedup_key)


def wake_sender() -> None:
    """Ask for the send job at once. Without a broker nothing is lost: the next sweep finds the rows."""
    try:
        current_app.send_task("accounts.send_queued_mail", expires=60, retry=False, ignore_result=True)
    except (OperationalError, OSError) as error:
        logger.warning("the broker is away, mail goes out with the next sweep: %s", error)


def _message(item: Tell, now: datetime) -> Message:
    """The unsaved message, with its unsaved mail when the person may be mailed."""
    mail = None
    if item.to.is_active:
        mail = _mail(
            now,
            recipient=item.to,
            to_address=item.to.email,
            kind=item.kind,
            language=item.to.language,
            time_zone=item.to.time_zone,
            dedup_key=item.dedup_key,
            thread=item.thread,
        )
    return Message(
        recipient=item.to,
        kind=item.kind,
        template=item.template,
        params=dict(item.params),
        path=item.path,
        thread=item.thread,
        must_do=item.must_do,
        dedup_key=item.dedup_key,
        created_at=now,
        mail=mail,
    )


def _mail(now: datetime, **fields: Any) -> OutgoingMail:
    mail_id = uuid4()
    return OutgoingMail(
        id=mail_id,
        message_id=message_id_for(mail_id),
        created_at=now,
        next_attempt_at=now,
        give_up_at=now + TOO_LATE,
        **fields,
    )
