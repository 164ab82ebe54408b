"""The jobs: send everything, forget old bodies."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.jobs import remove_old_mail, send_queued_mail
from accounts.models import MailState, OutgoingMail
from accounts.outbox import Tell, post_letters, send_queued, tell
from scripts.ports import free_port
from tests.conftest import Mailbox


@pytest.mark.mail
def test_one_job_sends_all_that_is_due_and_all_that_was_stuck(
    mailbox: Mailbox, queue: Callable[..., OutgoingMail]
) -> None:
    now = timezone.now()
    for number in range(3):
        queue(number, now=now)
    stuck = {"state": MailState.INFLIGHT, "inflight_since": now - timedelta(hours=1), "claim": uuid4()}
    OutgoingMail.objects.filter(subject="Mail 0").update(**stuck)
    assert send_queued_mail() == 3
    assert send_queued_mail() == 0


def test_it_stops_when_the_server_is_away(queue: Callable[..., OutgoingMail], settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    queue(now=timezone.now())
    assert send_queued_mail() == 0


def test_bodies_are_forgotten_after_90_days(telling: Callable[..., Tell], db: None) -> None:
    now = timezone.now()
    for key, age in (("old", 91), ("new", 89)):
        tell([telling(dedup_key=key)], now=now)
        post_letters(now=now)
        sent_at = now - timedelta(days=age)
        mail = OutgoingMail.objects.filter(messages__dedup_key=key)
        assert mail.update(state=MailState.SENT, sent_at=sent_at, text="T", html="H") == 1
    assert remove_old_mail() == 1
    assert remove_old_mail() == 0
    assert OutgoingMail.objects.get(messages__dedup_key="old").html == ""
    assert OutgoingMail.objects.get(messages__dedup_key="new").text == "T"


def test_mail_that_is_not_sent_keeps_its_body(queue: Callable[..., OutgoingMail], now: datetime) -> None:
    mail = queue(now=now - timedelta(days=400))
    remove_old_mail()
    mail.refresh_from_db()
    assert mail.text == "Hello"


def test_mail_in_files_is_written_with_all_it_says(
    telling: Callable[..., Tell], now: datetime, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    tell([telling()], now=now)
    post_letters(now=now)
    assert send_queued(now=now).sent == 1
    (file,) = list(settings.EMAIL_FILE_PATH.glob("*.log"))
    assert "Sam has joined Eva's Events" in file.read_text()
    file.unlink()
