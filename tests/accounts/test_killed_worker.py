"""A worker that is killed anywhere between a message and its mail: nothing lost, and only a kill repeats a mail."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import MailState, Message, OutgoingMail
from accounts.outbox import Tell, post_letters, requeue_stuck, send_queued, tell
from tests.conftest import Mailbox
from tests.factories import UserFactory

pytestmark = [pytest.mark.mail, pytest.mark.django_db(transaction=True)]

READERS, TASKS, KILLS = 20, 3, 6
WORKER = """
import django; django.setup()
from django.conf import settings
from django.db import connections
from django.utils import timezone
from accounts import posting
from accounts.outbox import post_letters, send_queued
connections["default"].settings_dict["NAME"] = {database!r}
settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", {port}
posting.BATCH, posting.MOST_BATCHES = 5, 1
print("ready", flush=True)
while post_letters(now=timezone.now()) + send_queued(now=timezone.now(), limit=5).claimed:
    pass
"""


def run_and_kill(port: int, after: float) -> None:
    program = WORKER.format(database=str(connection.settings_dict["NAME"]), port=port)
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    worker = subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE)
    assert worker.stdout
    worker.stdout.readline()
    time.sleep(after)
    os.kill(worker.pid, signal.SIGKILL)
    worker.communicate()


def test_killed_anywhere_it_loses_nothing(mailbox: Mailbox, telling: Callable[..., Tell]) -> None:
    readers = UserFactory.create_batch(READERS)
    told_at = timezone.now() - timedelta(minutes=10)
    items = [
        telling(to=reader, thread=f"task {number % TASKS}", dedup_key=f"{reader.pk}:{number}")
        for reader in readers
        for number in range(2 * TASKS)
    ]
    assert tell(items, now=told_at) == len(items)
    chance = random.Random(7)
    for _ in range(KILLS):
        run_and_kill(mailbox.port, chance.uniform(0, 0.15))

    later = timezone.now() + timedelta(minutes=16)
    requeue_stuck(now=later)
    while post_letters(now=later) + send_queued(now=later).claimed:
        pass
    assert not Message.objects.filter(mail__isnull=True).exists()
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {MailState.SENT}
    assert OutgoingMail.objects.count() == READERS * TASKS
    arrived = Counter(str(message["Message-ID"]) for message in mailbox.messages)
    assert len(arrived) == READERS * TASKS
    assert sum(arrived.values()) <= READERS * TASKS + KILLS, "each kill repeats at most the mail on the line"
