"""Mail that is queued goes out through a real mail server, whatever is wrong with one of them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import getaddresses
from uuid import uuid4

import pytest
from pytest_django import Settings

from accounts.models import MailState, OutgoingMail
from accounts.outbox import Tell, post_letters, queue_mail, requeue_stuck, send_queued, tell
from accounts.sending import MAX_ATTEMPTS, PAUSES
from accounts.timing import BUNDLE_FOR
from scripts.ports import HOST, free_port
from tests.conftest import Cast, Mailbox

pytestmark = [pytest.mark.mail, pytest.mark.django_db]

Queue = Callable[..., OutgoingMail]


def test_a_queued_mail_reaches_the_mail_server(mailbox: Mailbox, queue: Queue, now: datetime) -> None:
    mail = queue(subject="Réservation ☕")
    report = send_queued(now=now)
    assert (report.claimed, report.sent) == (1, 1)
    (arrived,) = mailbox.messages
    assert arrived["Subject"] == "Réservation ☕"
    assert arrived["Message-ID"] == f"<{mail.id}@handover>"
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert getaddresses([arrived["To"]]) == [("", "to1@example.com")]


def test_a_sent_account_mail_keeps_no_body(mailbox: Mailbox, queue: Queue, now: datetime) -> None:
    mail = queue(text="https://example.com/secret-link")
    send_queued(now=now)
    mail.refresh_from_db()
    assert (mail.state, mail.sent_at, mail.text, mail.html, mail.claim) == (MailState.SENT, now, "", "", None)
    assert mail.subject == "Mail 1"


def test_a_message_is_written_in_the_language_and_zone_of_the_reader(
    mailbox: Mailbox, telling: Callable[..., Tell], now: datetime
) -> None:
    thread = str(uuid4())
    tell([telling(thread=thread, path="/tasks/1/")], now=now)
    post_letters(now=now + BUNDLE_FOR)
    send_queued(now=now + BUNDLE_FOR)
    (arrived,) = mailbox.messages
    assert arrived["Subject"] == "Sam has joined Eva's Events"
    assert arrived["References"] == arrived["In-Reply-To"] == f"<thread.{thread}@handover>"
    text, html = (part.get_content() for part in arrived.iter_parts())
    assert "http://127.0.0.1:8000/tasks/1/" in text
    assert "hand tasks over to Sam." in text
    assert "Eva&#x27;s Events" in html
    assert OutgoingMail.objects.get().text.splitlines()[0].startswith("Your invitation was accepted")


def test_nothing_is_sent_before_its_time(mailbox: Mailbox, queue: Queue, now: datetime) -> None:
    queue()
    assert send_queued(now=now - timedelta(seconds=1)).claimed == 0
    assert mailbox.messages == []


def test_a_server_that_is_away_fails_no_mail(queue: Queue, now: datetime, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = HOST, free_port()
    mails = [queue(number) for number in range(3)]
    for round_ in range(MAX_ATTEMPTS + 2):
        report = send_queued(now=now + timedelta(minutes=round_))
        assert (report.claimed, report.sent, report.server_away) == (3, 0, True)
    for mail in mails:
        mail.refresh_from_db()
        assert (mail.state, mail.attempts, mail.claim) == (MailState.QUEUED, 0, None)
        assert mail.next_attempt_at > now
        assert "Refused" in mail.last_error


def test_mail_goes_out_once_the_server_is_back(
    mailbox: Mailbox, queue: Queue, now: datetime, settings: Settings
) -> None:
    queue()
    there, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    assert send_queued(now=now).server_away
    settings.EMAIL_PORT = there
    assert send_queued(now=now + PAUSES[0]).sent == 1
    assert len(mailbox.messages) == 1


def test_a_mail_that_cannot_be_written_does_not_block_the_others(
    mailbox: Mailbox, queue: Queue, telling: Callable[..., Tell], now: datetime
) -> None:
    tell([telling(template="not-there")], now=now - timedelta(seconds=1))
    post_letters(now=now - timedelta(seconds=1))
    queue(1)
    queue(2)
    report = send_queued(now=now)
    assert (report.sent, report.again) == (2, 1)
    mail = OutgoingMail.objects.get(messages__template="not-there")
    assert (mail.state, mail.attempts, mail.next_attempt_at) == (MailState.QUEUED, 1, now + PAUSES[0])
    assert "not-there" in mail.last_error


def test_the_pauses_grow_and_the_sixth_failure_is_the_last(
    mailbox: Mailbox, telling: Callable[..., Tell], now: datetime
) -> None:
    tell([telling(template="not-there")], now=now)
    post_letters(now=now)
    for pause in PAUSES:
        send_queued(now=now)
        mail = OutgoingMail.objects.get()
        assert mail.next_attempt_at == now + pause
        now = mail.next_attempt_at
    assert send_queued(now=now).failed == 1
    assert OutgoingMail.objects.get().state == MailState.FAILED
    assert send_queued(now=now + timedelta(days=1)).claimed == 0


def test_what_could_not_go_for_two_days_is_missed(mailbox: Mailbox, queue: Queue, now: datetime) -> None:
    mail = queue()
    assert send_queued(now=now + timedelta(days=2, minutes=1)).claimed == 0
    mail.refresh_from_db()
    assert mail.state == MailState.MISSED
    assert mailbox.messages == []


def test_a_line_break_in_a_subject_adds_no_header(mailbox: Mailbox, cast: Cast, now: datetime) -> None:
    queue_mail(
        to_address="a@example.com",
        subject="Hello\r\nBcc: b@example.com",
        text="Hi",
        html="",
        language="en",
        dedup_key="x",
        now=now,
    )
    assert send_queued(now=now).sent == 1
    assert mailbox.messages[0]["Bcc"] is None
    assert mailbox.messages[0]["Subject"] == "Hello Bcc: b@example.com"


def test_a_batch_takes_no_more_than_its_limit(mailbox: Mailbox, queue: Queue, now: datetime) -> None:
    for number in range(3):
        queue(number)
    assert [send_queued(now=now, limit=2).sent for _ in range(3)] == [2, 1, 0]


def test_a_sender_that_died_is_made_good_with_the_same_message_id(
    mailbox: Mailbox, queue: Queue, now: datetime
) -> None:
    mail = queue()
    died = now - timedelta(minutes=16)
    OutgoingMail.objects.update(state=MailState.INFLIGHT, inflight_since=died, claim=uuid4(), attempts=1)
    assert requeue_stuck(now=now) == 1
    assert send_queued(now=now).sent == 1
    assert mailbox.messages[0]["Message-ID"] == mail.message_id


def test_what_is_under_way_is_left_alone(queue: Queue, now: datetime) -> None:
    queue()
    OutgoingMail.objects.update(state=MailState.INFLIGHT, inflight_since=now - timedelta(minutes=14), claim=uuid4())
    assert requeue_stuck(now=now) == 0
    assert send_queued(now=now).claimed == 0


def test_a_mail_that_takes_its_sender_along_every_time_ends(queue: Queue, now: datetime) -> None:
    queue()
    OutgoingMail.objects.update(
        state=MailState.INFLIGHT, inflight_since=now - timedelta(hours=1), claim=uuid4(), attempts=MAX_ATTEMPTS
    )
    assert requeue_stuck(now=now) == 0
    assert OutgoingMail.objects.get().state == MailState.FAILED
