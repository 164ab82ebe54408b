"""What is told, and how it gets out.

`tell` and `queue_mail` write rows in the caller's transaction, so a message exists if and only if what it tells of
happened. A message says itself when it is to go out by mail; accounts/posting.py makes the mails of those that are due,
accounts/sending.py carries them out, and both say what a crash repeats.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from accounts.bulk_rows import Table, moment
from accounts.letters import message_text, one_line
from accounts.locales import DEFAULT_TIME_ZONE
from accounts.models import Message, MessageKind, OutgoingMail, User, message_id_for
from accounts.posting import post_letters
from accounts.sending import TOO_LATE, SendReport, requeue_stuck, send_queued
from accounts.timing import readers

__all__ = [
    "SendReport",
    "Tell",
    "mark_done",
    "message_text",
    "post_letters",
    "queue_mail",
    "requeue_stuck",
    "send_queued",
    "tell",
    "wake_sender",
]

logger = logging.getLogger("handover.outbox")

MESSAGES = Table(
    name=Message._meta.db_table,
    columns={
        "id": "uuid",
        "recipient_id": "uuid",
        "kind": "text",
        "template": "text",
        "params": "jsonb",
        "path": "text",
        "thread": "text",
        "must_do": "boolean",
        "urgent": "boolean",
        "dedup_key": "text",
        "created_at": "timestamptz",
        "mail_at": "timestamptz",
    },
    on_conflict="ON CONFLICT (dedup_key) DO NOTHING",
)


@dataclass(frozen=True, kw_only=True)
class Tell:
    """One thing to tell one person. The same `dedup_key` is told once, ever.

    Three params mean something to every message: `when_...` is a moment, shown in the reader's zone, `stands_in_for` is
    for whom the reader answers this, and `answer_path` is where the mail's button "Answer" leads. That one is shown
    nowhere else.
    """

    to: User
    kind: MessageKind
    template: str
    params: Mapping[str, str | int | bool]
    path: str
    thread: str = ""
    must_do: bool = False
    urgent: bool = False
    dedup_key: str


def tell(items: Iterable[Tell], *, now: datetime) -> int:
    """Write the messages in the caller's transaction, each with the moment of its mail. Returns how many are new.

    A `dedup_key` that exists is skipped, also when two transactions tell the same at once: the second waits for the
    first and then finds it there. Someone who may no longer log in gets the message but no mail.
    """
    # In one order for everyone, so that two transactions that tell the same can't lock each other out.
    rows, wakes = _rows(sorted(items, key=lambda item: item.dedup_key), now)
    if not rows:
        return 0
    with transaction.atomic(savepoint=False):
        count = MESSAGES.insert(rows)
        if wakes:
            transaction.on_commit(wake_sender, robust=True)
    return count


def mark_done(*, thread: str, user: User | None, but: Collection[str] = (), now: datetime) -> None:
    """Mark what asked something of this person (None: of anybody) in this thread as read: it has been done.

    `but`: the templates of what still asks for an answer.
    """
    asked = Message.objects.filter(thread=thread, must_do=True, read_at__isnull=True).exclude(template__in=but)
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


def _rows(items: list[Tell], now: datetime) -> tuple[list[dict[str, Any]], bool]:
    """The messages as rows, and whether one of them is to go out at once.

    Thousands are told in a second, so each person's times are worked out once.
    """
    people = readers(item.to for item in items)
    times: dict[tuple[UUID, str, bool, bool], datetime | None] = {}
    for item in items:
        key = _time_key(item)
        if key not in times:
            reader = people[item.to.pk]
            times[key] = reader.mail_at(item.kind, urgent=item.urgent, in_thread=bool(item.thread), now=now)
    written, created_at = {key: moment(at) for key, at in times.items()}, moment(now)
    rows = [_row(item, mail_at=written[_time_key(item)], created_at=created_at) for item in items]
    return rows, any(at is not None and at <= now for at in times.values())


def _time_key(item: Tell) -> tuple[UUID, str, bool, bool]:
    return item.to.pk, item.kind, item.urgent, bool(item.thread)


def _row(item: Tell, *, mail_at: str | None, created_at: str | None) -> dict[str, Any]:
    return {
        "id": uuid4().hex,
        "recipient_id": item.to.pk.hex,
        "kind": item.kind,
        "template": item.template,
        "params": dict(item.params),
        "path": item.path,
        "thread": item.thread,
        "must_do": item.must_do,
        "urgent": item.urgent,
        "dedup_key": item.dedup_key,
        "created_at": created_at,
        "mail_at": mail_at,
    }


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
