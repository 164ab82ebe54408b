"""From messages that are due to mails in the outbox: due -> one mail for each reader and task, one summary a day.

The guarantee: each message gets EXACTLY ONE mail, unless it was read or done before its time, or its reader wants none
or can get none any more. The mail and the mark on its messages (`mail` set, `mail_at` emptied) are one transaction, so
a kill anywhere leaves both or neither, and neither means that the next sweep does it. A mail has the id of the message
it begins with, so that the database itself refuses a second one. Two posters at once never write to the same reader,
so they don't tear apart what belongs in one mail either: on PostgreSQL each locks its readers and skips those of the
other, on SQLite the second waits for the first.
Sending what is queued comes after, in accounts/sending.py, and has its own guarantee.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, QuerySet

from accounts.models import How, Message, MessageKind, OutgoingMail, User, message_id_for
from accounts.sending import TOO_LATE
from accounts.timing import Reader, readers

logger = logging.getLogger("handover.posting")

# Readers are taken by so many due messages at a time, with what else is due for them. This is held in memory, so a mail
# holds no more than MOST messages.
BATCH = 500
MOST = 1500
# What one call does at most; the rest is for the next sweep, so that sending is not kept waiting.
MOST_BATCHES = 100
# A sweep that comes later than this asks again whether the reader can be reached.
LATE = timedelta(minutes=15)

# What is needed of a message to sort it into a mail.
SORTED_BY = ("id", "recipient", "kind", "thread", "urgent", "created_at", "mail_at")
# Which message leads a mail: its kind says how the mail can be stopped, and whether its text is kept.
LEADS = {MessageKind.CHECKIN: 0, MessageKind.YOUR_TURN: 1, MessageKind.MENTION: 2, MessageKind.ANSWER: 3}


def post_letters(*, now: datetime) -> int:
    """Put what is due in the outbox. Returns how many mails that made."""
    made = 0
    for _ in range(MOST_BATCHES):
        with transaction.atomic():
            held = _held_readers(now)
            mails = _post(held, now) if held else None
        if mails is None:
            break
        made += mails
    return made


def _waiting() -> QuerySet[Message]:
    return Message.objects.filter(mail_at__isnull=False, read_at__isnull=True)


def _skips_locked() -> bool:
    return connection.features.has_select_for_update_skip_locked


def _held_readers(now: datetime) -> dict[UUID, Reader]:
    """Whom to write to, held until the end of the transaction; without those that another poster holds."""
    due = _waiting().filter(mail_at__lte=now).order_by("mail_at", "recipient").values_list("recipient", flat=True)
    people = User.objects.filter(id__in=set(due[:BATCH])).select_for_update(no_key=True, skip_locked=_skips_locked())
    return readers(people)


def _taken(messages: QuerySet[Message]) -> list[Message]:
    """These messages; one that its reader is opening at this moment is left to the next sweep."""
    held = messages.select_for_update(no_key=True, skip_locked=_skips_locked())
    return list(held.only(*SORTED_BY).order_by("mail_at", "id")[:MOST])


def _post(held: dict[UUID, Reader], now: datetime) -> int | None:
    """Write to these readers. Returns how many mails, None when nothing of theirs could be taken."""
    theirs = _waiting().filter(recipient__in=held.keys())
    due = _taken(theirs.filter(mail_at__lte=now))
    if not due:
        return None
    pile = _Pile(now=now)
    for message in due:
        pile.add(message, held[message.recipient_id])
    threads = {thread for _reader, thread in pile.threads}
    if threads:
        for message in _taken(theirs.filter(mail_at__gt=now, thread__in=threads)):
            pile.join(message, held[message.recipient_id])
    _put_off(pile.put_off)
    return _write(pile.bundles(), held, now)


@dataclass(kw_only=True)
class _Pile:
    """One batch, sorted into mails."""

    now: datetime
    threads: dict[tuple[UUID, str], list[Message]] = field(default_factory=lambda: defaultdict(list))
    digests: dict[UUID, list[Message]] = field(default_factory=lambda: defaultdict(list))
    alone: list[Message] = field(default_factory=list)
    # When else it goes out; None for never.
    put_off: dict[datetime | None, list[UUID]] = field(default_factory=lambda: defaultdict(list))

    def add(self, message: Message, reader: Reader) -> None:
        """A message that is due."""
        key = message.recipient_id
        if not reader.mailable or reader.how(message.kind) == How.NEVER:
            self.put_off[None].append(message.id)
        elif (later := self._later(message, reader)) is not None:
            self.put_off[later].append(message.id)
        elif reader.is_for_digest(message.kind, urgent=message.urgent):
            self.digests[key].append(message)
        elif message.thread:
            self.threads[key, message.thread].append(message)
        else:
            self.alone.append(message)

    def join(self, message: Message, reader: Reader) -> None:
        """A message that may go along with one about the same task. What waits for the summary goes on waiting."""
        waits = reader.is_for_digest(message.kind, urgent=message.urgent)
        unwanted = reader.how(message.kind) == How.NEVER
        thread = (message.recipient_id, message.thread)
        if not waits and not unwanted and thread in self.threads:
            self.threads[thread].append(message)

    def bundles(self) -> Iterable[tuple[MessageKind | None, list[Message]]]:
        """What becomes one mail each, with the kind of the mail where it is not that of the first message."""
        for messages in self.digests.values():
            yield MessageKind.DIGEST, messages
        for messages in self.threads.values():
            yield None, messages
        for message in self.alone:
            yield None, [message]

    def _later(self, message: Message, reader: Reader) -> datetime | None:
        """When it goes after all, if it comes so late that its reader can't be reached any more."""
        if not message.mail_at or self.now - message.mail_at <= LATE or message.kind == MessageKind.ACCOUNT:
            return None
        if message.urgent and reader.person.urgent_passes:
            return None
        free = reader.free_from(self.now)
        return free if free > self.now else None


def _put_off(moments: dict[datetime | None, list[UUID]]) -> None:
    for moment, ids in moments.items():
        Message.objects.filter(id__in=ids).update(mail_at=moment)


def _write(bundles: Iterable[tuple[MessageKind | None, list[Message]]], held: dict[UUID, Reader], now: datetime) -> int:
    mails: list[OutgoingMail] = []
    leads: list[UUID] = []
    others: dict[UUID, list[UUID]] = {}
    for kind, messages in bundles:
        lead, *rest = sorted(messages, key=_rank)
        mails.append(_mail(lead, kind or MessageKind(lead.kind), held[lead.recipient_id].person, now))
        leads.append(lead.id)
        if rest:
            others[lead.id] = [message.id for message in rest]
    OutgoingMail.objects.bulk_create(mails)
    unsent = Message.objects.filter(mail_at__isnull=False)
    marked = unsent.filter(id__in=leads).update(mail=F("id"), mail_at=None)
    for mail_id, ids in others.items():
        marked += unsent.filter(id__in=ids).update(mail=mail_id, mail_at=None)
    if marked != len(leads) + sum(map(len, others.values())):
        # Can't be while the rows are held. If it ever is, nothing of this batch is written.
        raise RuntimeError("some of these messages had a mail already")
    return len(mails)


def _rank(message: Message) -> tuple[int, float, UUID]:
    """By kind, and of the same kind the newest first: it says how things stand now."""
    return LEADS.get(MessageKind(message.kind), len(LEADS)), -message.created_at.timestamp(), message.id


def _mail(lead: Message, kind: MessageKind, person: User, now: datetime) -> OutgoingMail:
    return OutgoingMail(
        id=lead.id,
        recipient_id=person.pk,
        to_address=person.email,
        kind=kind,
        language=person.language,
        time_zone=person.time_zone,
        dedup_key=f"message:{lead.id}",
        thread="" if kind == MessageKind.DIGEST else lead.thread,
        message_id=message_id_for(lead.id),
        created_at=now,
        next_attempt_at=now,
        give_up_at=now + TOO_LATE,
    )
