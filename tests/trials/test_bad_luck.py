"""Bad luck: a broker that is away, a mail server that hangs, a clock that jumps. Nothing lost, and nothing doubled.

What a mail server answers to one recipient is tried in tests/accounts/test_refusals.py, a sweep that runs twice or is
broken off in tests/tasks/test_sweep_checkins.py.
"""

import socket
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import MailState, Message, OutgoingMail
from accounts.outbox import post_letters, requeue_stuck, send_queued
from accounts.sending import PAUSES, STUCK_AFTER
from config.celery import app as celery_app
from delegation.checkins import Rule, Trigger
from delegation.levels import LevelKey
from delegation.workflow import State
from scripts.ports import HOST, free_port
from tasks.models import Checkin, CheckinState, Event, Task
from tasks.sweeps import sweep
from tests.conftest import Cast, Mailbox, logged_in, use_broker
from tests.factories import UserFactory
from tests.tasks.factories import task_in
from tests.trials.mail_server import Witness, witness

pytestmark = [pytest.mark.mail, pytest.mark.django_db]

HOUR = timedelta(hours=1)
AT_THREE = Rule(trigger=Trigger.WEEKDAYS, at_time=time(15))  # five hours after `now`
IN_TWO_HOURS = Rule(trigger=Trigger.AFTER_START, hours=2)

Running = Callable[..., list[Task]]


@pytest.fixture
def running(cast: Cast, now: datetime) -> Running:
    """So many tasks in progress with these rules, and what was told of handing them over is done with."""

    def make(count: int, *rules: Rule) -> list[Task]:
        made = [task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, rules=rules) for _ in range(count)]
        Message.objects.update(mail_at=None, read_at=now)
        return made

    return make


@pytest.fixture
def admin(db: None) -> Client:
    return logged_in(UserFactory.create(is_staff=True, is_superuser=True, email="root@example.com"))


def work(now: datetime) -> None:
    """What the jobs do at this moment; and once more, as a sweep may run twice."""
    for _ in range(2):
        sweep(now=now)
        requeue_stuck(now=now)
        post_letters(now=now)
        send_queued(now=now)


def asked() -> list[datetime]:
    """The moments of which the check-ins were asked. Event, message and row agree on how many."""
    found = list(Checkin.objects.exclude(asked_at=None).order_by("due_at").values_list("due_at", flat=True))
    assert Event.objects.filter(kind="checkin-asked").count() == len(found)
    assert Message.objects.filter(template="checkin").count() == len(found)
    return found


def stuck_in(admin: Client) -> str:
    """The admin's list of mail, as it opens: what is stuck."""
    return admin.get(reverse("admin:accounts_outgoingmail_changelist")).content.decode()


# --- the broker ---------------------------------------------------------------------------------------------------


@pytest.fixture
def no_broker() -> Iterator[None]:
    """Celery publishes to a port where nobody listens, as in production when Redis is away."""
    before = {name: celery_app.conf[name] for name in ("broker_url", "broker_transport_options")}
    options = {"max_retries": 0, "socket_connect_timeout": 1}
    use_broker(broker_url=f"redis://{HOST}:{free_port()}/0", broker_transport_options=options)
    yield
    use_broker(**before)


@pytest.mark.django_db(transaction=True)
def test_an_hour_without_a_broker_only_delays(
    no_broker: None, running: Running, mailbox: Mailbox, now: datetime
) -> None:
    running(3, IN_TWO_HOURS)  # through the actions, each of which asks for the sender at its commit and gets none
    work(now + 3 * HOUR)  # nobody swept in the hour in which they were due
    assert asked() == [now + 2 * HOUR] * 3
    subjects = Counter(message["Subject"] for message in mailbox.messages)
    assert subjects == {"How is it going? File the tax return": 3}
    assert len({message["Message-ID"] for message in mailbox.messages}) == 3


# --- the mail server ----------------------------------------------------------------------------------------------


@pytest.fixture
def silent_server(settings: Settings) -> Iterator[None]:
    """A socket that takes connections and never says a word."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT = 0.3
    with socket.create_server((HOST, 0)) as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = HOST, server.getsockname()[1]
        yield


def test_a_mail_server_that_never_answers_is_waited_out(
    silent_server: None, running: Running, admin: Client, now: datetime, settings: Settings
) -> None:
    running(3, IN_TWO_HOURS)
    for minutes in range(0, 60, 10):
        work(now + 2 * HOUR + timedelta(minutes=minutes))
    states = Counter(OutgoingMail.objects.values_list("state", "attempts"))
    assert states == {(MailState.QUEUED, 0): 3}  # no attempt was counted: the server is away, not the mail is bad
    assert "timed out" in stuck_in(admin)
    assert "sam@example.com" in stuck_in(admin)

    with witness() as server:
        settings.EMAIL_PORT = server.port
        work(now + 3 * HOUR)
    assert set(server.times_taken.values()) == {1}
    assert len(server.times_taken) == len(asked()) == 3
    assert "sam@example.com" not in stuck_in(admin)


class FallsSilent(Witness):
    """A mail server that takes the first mail and never says so."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Called by aiosmtpd for each mail."""
        self.seconds_a_mail = 0.0 if self.messages else 5.0
        return await super().handle_DATA(server, session, envelope)


def test_a_mail_server_that_hangs_after_taking_a_mail_gets_it_again_under_the_same_id(
    running: Running, admin: Client, now: datetime, settings: Settings
) -> None:
    running(3, IN_TWO_HOURS)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT = 0.3
    with witness(FallsSilent()) as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = HOST, server.port
        work(now + 2 * HOUR)
        assert OutgoingMail.objects.filter(state=MailState.SENT).count() == 2
        assert "imed out" in stuck_in(admin)
        work(now + 2 * HOUR + PAUSES[0])
    assert sorted(server.times_taken.values()) == [1, 1, 2]
    assert OutgoingMail.objects.filter(state=MailState.SENT).count() == 3


def test_a_mail_that_takes_its_sender_along_comes_last_the_next_time(
    running: Running, mailbox: Mailbox, now: datetime
) -> None:
    running(3, IN_TWO_HOURS)
    at = now + 2 * HOUR
    sweep(now=at)
    post_letters(now=at)
    first = OutgoingMail.objects.order_by("created_at")[0]
    OutgoingMail.objects.filter(pk=first.pk).update(created_at=at - HOUR)
    # As a sender leaves them that died at the first of its three mails.
    OutgoingMail.objects.update(state=MailState.INFLIGHT, inflight_since=at, claim=uuid4())
    OutgoingMail.objects.filter(pk=first.pk).update(attempts=1)
    work(at + STUCK_AFTER + timedelta(minutes=1))
    assert [message["Message-ID"] for message in mailbox.messages][2:] == [first.message_id]


# --- the clock ----------------------------------------------------------------------------------------------------


def test_a_clock_that_jumps_back_an_hour_asks_and_mails_nothing_twice(
    running: Running, mailbox: Mailbox, now: datetime
) -> None:
    running(2, AT_THREE)
    at = now + 5 * HOUR
    for moment in (at, at + timedelta(minutes=1), at - HOUR, at - timedelta(minutes=30), at, at + HOUR):
        work(moment)
    assert asked() == [at, at]
    assert len(mailbox.messages) == 2
    for days in range(2):  # the reminder, the next check-in, and so on: each as if nothing had happened
        for hours in range(24):
            work(at + timedelta(days=days, hours=hours))
    assert asked() == [at, at, at + timedelta(days=1), at + timedelta(days=1)]
    reminders = Message.objects.filter(template="checkin_reminder")
    assert reminders.count() == Event.objects.filter(kind="checkin-reminded").count() == 4
    assert {mail.state for mail in OutgoingMail.objects.all()} == {MailState.SENT}
    assert len({message["Message-ID"] for message in mailbox.messages}) == len(mailbox.messages)


def test_what_was_queued_or_under_way_when_the_clock_jumped_back_goes_out_once(
    running: Running, mailbox: Mailbox, now: datetime
) -> None:
    running(2, AT_THREE)
    at = now + 5 * HOUR
    sweep(now=at)
    post_letters(now=at)
    mail = OutgoingMail.objects.order_by("id")[0]
    OutgoingMail.objects.filter(pk=mail.pk).update(state=MailState.INFLIGHT, inflight_since=at, claim=uuid4())
    for minutes in range(-60, 20):
        work(at + timedelta(minutes=minutes))
    assert Counter(message["Message-ID"] for message in mailbox.messages) == {
        mail.message_id: 1 for mail in OutgoingMail.objects.all()
    }
    assert len(mailbox.messages) == 2


def test_a_clock_that_jumps_a_day_ahead_and_back_asks_each_check_in_once(
    running: Running, mailbox: Mailbox, now: datetime
) -> None:
    running(2, AT_THREE)
    monday, day = now + 5 * HOUR, timedelta(days=1)
    work(now + day)  # Tuesday 10:00, a clock says: Monday's check-in is 19 hours late, and is asked
    assert asked() == [monday, monday]
    work(now + HOUR)  # Monday 11:00 after all
    for hours in range(2, 48):
        work(now + timedelta(hours=hours))
    assert asked() == [monday, monday, monday + day, monday + day]
    assert Checkin.objects.filter(state=CheckinState.DUE, due_at=monday + 2 * day).count() == 2
    assert Counter(Message.objects.values_list("dedup_key", flat=True)).most_common(1)[0][1] == 1
    assert len({message["Message-ID"] for message in mailbox.messages}) == len(mailbox.messages)


def test_a_clock_that_jumps_too_far_ahead_misses_visibly(
    running: Running, mailbox: Mailbox, admin: Client, now: datetime
) -> None:
    (task,) = running(1, AT_THREE)
    work(now + timedelta(days=3))
    assert asked() == []
    assert Event.objects.filter(task=task, kind="checkin-missed").count() == 1
    page = admin.get(reverse("admin:tasks_checkin_changelist"), {"state": "missed"}).content.decode()
    assert task.title in page
    assert Checkin.objects.filter(task=task, state=CheckinState.DUE, due_at__gt=now + timedelta(days=3)).exists()
    assert mailbox.messages == []
