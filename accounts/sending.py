"""Carrying the outbox out: queued -> inflight (committed) -> SMTP outside any transaction -> sent.

The guarantee is AT LEAST ONCE. What repeats a mail: a crash, a kill or a lost connection after the mail server took it
and before `sent` was written; 15 minutes later `requeue_stuck` queues it again, with the same Message-ID. The other
order (write `sent` first) would lose the mail instead, and a lost reminder is worse than a double one.
What ends a mail without sending it: an address that refuses it for good, at once, or six attempts that went wrong
(`failed`), or two days in which it could not go (`missed`); all stay visible in the admin, with a way to try again. An
address that refused too much is not tried any more (accounts/refusals.py): its mail fails without asking the server.
Two senders at once never hold the same mail: each takes rows with a conditional UPDATE that writes its claim, looks at
the claim again before each mail, and writes an outcome only while the claim stands.
"""

from __future__ import annotations

import logging
import smtplib
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connection, transaction
from django.db.models import F, Prefetch

from accounts import refusals
from accounts.letters import Letter
from accounts.mail_letters import holds_a_key, mail_letter
from accounts.models import MailState, Message, MessageKind, OutgoingMail
from accounts.unsubscribing import unsubscribe_url

if TYPE_CHECKING:
    from django.core.mail.backends.base import BaseEmailBackend

logger = logging.getLogger("handover.sending")

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
MAX_ATTEMPTS = len(PAUSES) + 1
STUCK_AFTER = timedelta(minutes=15)
TOO_LATE = timedelta(days=2)
# A slow server must not hold a batch so long that its rows look stuck; what is left goes back to the queue.
BATCH_SECONDS = 240.0
NOT_TRIED = "Not tried: the address refused mail before. Trying again tries the address again, too."


@dataclass(kw_only=True)
class SendReport:
    """What became of the mails that one batch claimed."""

    claimed: int = 0
    sent: int = 0
    again: int = 0
    failed: int = 0
    server_away: bool = False


def send_queued(*, now: datetime, limit: int = 200) -> SendReport:
    """Send what is due, at most `limit` mails over one connection. Raises for no mail, whatever is wrong with it."""
    OutgoingMail.objects.filter(state=MailState.QUEUED, next_attempt_at__lte=now, give_up_at__lte=now).update(
        state=MailState.MISSED
    )
    claim = uuid4()
    mails = _claim(claim, now=now, limit=limit)
    report = SendReport(claimed=len(mails))
    if mails:
        _Batch(claim=claim, now=now, report=report).send(mails)
    return report


def requeue_stuck(*, now: datetime) -> int:
    """Queue again what has been under way too long: its sender died. Returns how many.

    A mail that took its sender with it on every attempt is `failed`, so that it can't do so for ever.
    """
    stuck = OutgoingMail.objects.filter(state=MailState.INFLIGHT, inflight_since__lt=now - STUCK_AFTER)
    stuck.filter(attempts__gte=MAX_ATTEMPTS).update(
        state=MailState.FAILED, claim=None, inflight_since=None, last_error="Its sender stopped halfway, every time."
    )
    return stuck.update(state=MailState.QUEUED, claim=None, inflight_since=None, next_attempt_at=now)


def _claim(claim: UUID, *, now: datetime, limit: int) -> list[OutgoingMail]:
    """Take what is due, and only what nobody else took. Committed on return: durable refuses an outer transaction."""
    due = OutgoingMail.objects.filter(state=MailState.QUEUED, next_attempt_at__lte=now).order_by("next_attempt_at")
    skip_locked = connection.features.has_select_for_update_skip_locked
    with transaction.atomic(durable=True):
        ids = list(due.select_for_update(skip_locked=skip_locked).values_list("id", flat=True)[:limit])
        if ids:
            OutgoingMail.objects.filter(id__in=ids, state=MailState.QUEUED).update(
                state=MailState.INFLIGHT, inflight_since=now, claim=claim
            )
    if not ids:
        return []
    # What was tried before comes last: if it took its sender along, the others are sent by then.
    mine = OutgoingMail.objects.filter(claim=claim).order_by("attempts", "created_at")
    return list(mine.prefetch_related(Prefetch("messages", Message.objects.order_by("created_at", "id"))))


class _Batch:
    """One claim over one connection; a mail that can't be sent never stops the others."""

    def __init__(self, *, claim: UUID, now: datetime, report: SendReport) -> None:
        self.claim = claim
        self.now = now
        self.report = report
        self.server: BaseEmailBackend = get_connection()
        self.stop_at = time.monotonic() + BATCH_SECONDS

    def send(self, mails: list[OutgoingMail]) -> None:
        """Send one by one; what is left when the server goes away or time is up goes back to the queue."""
        self.not_tried = refusals.not_tried({mail.to_address for mail in mails if mail.kind != MessageKind.ACCOUNT})
        try:
            for mail in mails:
                if mail.to_address in self.not_tried and mail.kind != MessageKind.ACCOUNT:
                    self._fail(mail, NOT_TRIED)
                    continue
                if time.monotonic() > self.stop_at or not self._connect():
                    break
                self._attempt(mail)
        finally:
            self._hang_up()
        self._release()

    def _attempt(self, mail: OutgoingMail) -> None:
        # Counted before the attempt, so that a mail that kills its sender is counted too; and a claim that was lost in
        # the meantime (this batch took too long) is seen here.
        if not self._update(mail, attempts=F("attempts") + 1):
            return
        mail.attempts += 1
        try:
            letter = mail_letter(mail, list(mail.messages.all()))
            self.server.send_messages([_envelope(mail, letter, self.server)])
        except Exception as error:  # a template that breaks, a refusal, a lost connection: its own problem
            logger.warning("mail %s could not be sent: %r", mail.id, error)
            if refusal := refusals.refusal_in(error):
                self._refused(mail, refusal)
            else:
                self._put_back(mail, error)
            self._hang_up()  # nobody knows what the connection is worth now; the next mail opens a new one
        else:
            self._finish(mail, letter)

    def _refused(self, mail: OutgoingMail, refusal: refusals.Refusal) -> None:
        with transaction.atomic():
            if self._fail(mail, refusal.reason) and refusals.record(refusal, address=mail.to_address, now=self.now):
                self.not_tried.add(mail.to_address)

    def _fail(self, mail: OutgoingMail, why: str) -> int:
        failed = self._update(mail, state=MailState.FAILED, last_error=why, inflight_since=None, claim=None)
        self.report.failed += failed
        return failed

    def _finish(self, mail: OutgoingMail, letter: Letter) -> None:
        kept = {} if holds_a_key(mail, list(mail.messages.all())) else {"text": letter.text, "html": letter.html}
        self.report.sent += self._update(
            mail,
            state=MailState.SENT,
            sent_at=self.now,
            subject=letter.subject,
            last_error="",
            inflight_since=None,
            claim=None,
            **({"text": "", "html": ""} | kept),
        )

    def _put_back(self, mail: OutgoingMail, error: Exception) -> None:
        last = mail.attempts >= MAX_ATTEMPTS
        changes: dict[str, Any] = {"state": MailState.FAILED if last else MailState.QUEUED}
        if not last:
            changes["next_attempt_at"] = self.now + PAUSES[mail.attempts - 1]
        self._update(mail, last_error=repr(error)[:2000], inflight_since=None, claim=None, **changes)
        self.report.failed += last
        self.report.again += not last

    def _release(self) -> None:
        """Give back what was not tried; that is no attempt, so a server that is away for hours fails no mail."""
        changes: dict[str, Any] = {"state": MailState.QUEUED, "inflight_since": None, "claim": None}
        if self.report.server_away:
            changes |= {"next_attempt_at": self.now + PAUSES[0], "last_error": self.server_error}
        self.report.again += OutgoingMail.objects.filter(claim=self.claim, state=MailState.INFLIGHT).update(**changes)

    def _connect(self) -> bool:
        """Whether there is a connection; opens one when there is none."""
        try:
            self.server.open()
        except (OSError, smtplib.SMTPException) as error:
            logger.warning("the mail server is away: %r", error)
            self.report.server_away = True
            self.server_error = repr(error)[:2000]
            return False
        return True

    def _hang_up(self) -> None:
        with suppress(OSError, smtplib.SMTPException):
            self.server.close()

    def _update(self, mail: OutgoingMail, **changes: Any) -> int:
        """Write to a mail that this batch still holds; 0 when it no longer does."""
        return OutgoingMail.objects.filter(id=mail.id, claim=self.claim).update(**changes)


def _envelope(mail: OutgoingMail, letter: Letter, server: BaseEmailBackend) -> EmailMultiAlternatives:
    headers = {"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"}
    if url := unsubscribe_url(mail):
        headers |= {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    if mail.thread:
        thread = f"<thread.{mail.thread}@handover>"
        headers |= {"In-Reply-To": thread, "References": thread}
    envelope = EmailMultiAlternatives(
        letter.subject, letter.text, to=[mail.to_address], headers=headers, connection=server
    )
    if letter.html:
        envelope.attach_alternative(letter.html, "text/html")
    return envelope
