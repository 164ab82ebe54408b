"""`manage.py run_jobs`: check-ins are asked and mail goes out, without Celery."""

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts.models import MailState, Message, OutgoingMail
from delegation.checkins import Rule, Trigger
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.models import Checkin, CheckinState, Task
from tests.conftest import Cast, Mailbox
from tests.tasks.factories import task_in

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def due(cast: Cast) -> Task:
    """Sam began three hours ago and should be asked after two, be it at night."""
    rules = [Rule(trigger=Trigger.AFTER_START, hours=2, any_time=True)]
    began = timezone.now() - timedelta(hours=3)
    task = task_in(State.IN_PROGRESS, LevelKey.PROPOSE, cast, began, rules=rules)
    Message.objects.update(mail_at=None)  # of handing over
    return task


def run_once() -> str:
    said = io.StringIO()
    call_command("run_jobs", "--once", stdout=said)
    return said.getvalue()


@pytest.mark.mail
@pytest.mark.django_db
def test_once_asks_what_is_due_and_mails_it(due: Task, cast: Cast, mailbox: Mailbox) -> None:
    assert "check-ins asked: 1, reminders: 0, mails sent: 1" in run_once()
    (mail,) = mailbox.to(cast.assistant.email)
    assert mail["Subject"] == f"How is it going? {due.title}"
    assert Checkin.objects.get(task=due).state == CheckinState.ASKED


@pytest.mark.mail
@pytest.mark.django_db
def test_a_second_time_there_is_nothing_to_do(due: Task, mailbox: Mailbox) -> None:
    run_once()
    assert run_once() == ""
    assert len(mailbox.messages) == 1


@pytest.mark.mail
@pytest.mark.django_db
def test_once_leaves_no_mail_that_is_due(cast: Cast, mailbox: Mailbox) -> None:
    now = timezone.now()
    for state in (State.DRAFT, State.OFFERED, State.FLAGGED, State.DONE):
        task_in(state, LevelKey.WITHIN_LIMITS, cast, now - timedelta(minutes=10))
    unread = Message.objects.filter(read_at=None)
    assert unread.count() > 2
    run_once()
    assert not unread.filter(mail=None).exists()
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {MailState.SENT}
    assert len(mailbox.messages) == OutgoingMail.objects.count()


PROGRAM = """
import django; django.setup()
from django.conf import settings
from django.core.management import call_command
from django.db import connections
connections["default"].settings_dict["NAME"] = {database!r}
settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", {port}
call_command("run_jobs")
"""


@pytest.fixture
def looping(mailbox: Mailbox) -> Callable[[], "subprocess.Popen[str]"]:
    """Starts the command, without --once, in a process of its own on the same database."""

    def start() -> "subprocess.Popen[str]":
        program = PROGRAM.format(database=str(connection.settings_dict["NAME"]), port=mailbox.port)
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
        pipe = subprocess.PIPE
        return subprocess.Popen(
            [sys.executable, "-c", program], cwd=ROOT, env=environment, stdout=pipe, stderr=pipe, text=True
        )

    return start


@pytest.mark.mail
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_sweeps_until_it_is_asked_to_stop(
    due: Task, cast: Cast, mailbox: Mailbox, looping: Callable[[], "subprocess.Popen[str]"], number: signal.Signals
) -> None:
    process = looping()
    try:
        until = time.monotonic() + 20
        while not mailbox.messages and time.monotonic() < until and process.poll() is None:
            time.sleep(0.02)
        assert process.poll() is None, "it goes on after the first sweep"
        process.send_signal(number)
        said, complaints = process.communicate(timeout=10)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0
    assert "Traceback" not in complaints
    assert "check-ins asked: 1, reminders: 0, mails sent: 1" in said
    assert len(mailbox.to(cast.assistant.email)) == 1
    # The sweep under way was ended, not broken off: what was sent is written down as sent.
    assert OutgoingMail.objects.get().state == MailState.SENT
