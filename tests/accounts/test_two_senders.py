"""Several workers at once, and one that is killed halfway: nothing is lost, and only a kill repeats a mail."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from accounts.models import MailState, Message, OutgoingMail
from accounts.outbox import Tell, requeue_stuck, send_queued, tell
from tests.conftest import Mailbox

pytestmark = [pytest.mark.mail, pytest.mark.django_db(transaction=True)]

MAILS = 40


def in_threads(number: int, work: Callable[[], object]) -> None:
    """Run `work` in several threads that start together; their errors fail the test."""
    start, errors = threading.Barrier(number), []

    def run() -> None:
        try:
            start.wait()
            work()
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_two_senders_at_once_send_each_mail_once(
    mailbox: Mailbox, queue: Callable[..., OutgoingMail], now: datetime
) -> None:
    for number in range(MAILS):
        queue(number)

    def send() -> None:
        while send_queued(now=now, limit=7).claimed:
            pass

    in_threads(2, send)
    sent = Counter(message["Message-ID"] for message in mailbox.messages)
    assert len(sent) == MAILS
    assert set(sent.values()) == {1}
    assert OutgoingMail.objects.filter(state=MailState.SENT, attempts=1).count() == MAILS


def test_telling_the_same_at_once_tells_it_once(telling: Callable[..., Tell], now: datetime) -> None:
    items = [telling(dedup_key=f"same:{number}") for number in range(5)]
    told: list[int] = []
    in_threads(4, lambda: told.append(tell(items, now=now)))
    assert sorted(told) == [0, 0, 0, 5]
    assert Message.objects.count() == 5


SENDER = """
import django; django.setup()
from django.conf import settings
from django.db import connections
from django.utils import timezone
from accounts.outbox import send_queued
connections["default"].settings_dict["NAME"] = {database!r}
settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", {port}
print("ready", flush=True)
send_queued(now=timezone.now())
"""


def test_a_killed_sender_loses_nothing(mailbox: Mailbox, queue: Callable[..., OutgoingMail]) -> None:
    for number in range(MAILS):
        queue(number, now=timezone.now())
    program = SENDER.format(database=str(connection.settings_dict["NAME"]), port=mailbox.port)
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    worker = subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE)
    assert worker.stdout
    worker.stdout.readline()
    until = time.monotonic() + 10
    while len(mailbox.messages) < 3 and time.monotonic() < until:
        time.sleep(0.001)
    os.kill(worker.pid, signal.SIGKILL)
    worker.communicate()
    assert OutgoingMail.objects.filter(state=MailState.INFLIGHT).exists()

    later = timezone.now() + timedelta(minutes=16)
    requeue_stuck(now=later)
    while send_queued(now=later).claimed:
        pass
    sent = Counter(message["Message-ID"] for message in mailbox.messages)
    assert len(sent) == MAILS
    assert sum(sent.values()) <= MAILS + 1, "only the mail that was on the line may be there twice"
