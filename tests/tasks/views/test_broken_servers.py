"""A broker or a mail server that is away: what was pressed is done at once, and the mail goes out later."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.models import MailState, Message, OutgoingMail
from accounts.outbox import post_letters, send_queued
from config.celery import app as celery_app
from scripts.ports import HOST, free_port
from tasks.models import Task
from tests.conftest import Cast, use_broker
from tests.tasks.views.conftest import ClientFor
from tests.tasks.views.presses import PRESSES, Press, ready

AT_ONCE = 2  # seconds
TELLING = [press for press in PRESSES if press.slug in {"accept-task", "deliver", "approve", "flag", "decline"}]


@pytest.fixture
def clock(now: datetime) -> Iterator[None]:
    """It ticks here, because it is about waiting."""
    with time_machine.travel(now, tick=True):
        yield


@pytest.fixture
def broker_away() -> Iterator[None]:
    """Celery publishes to a port where nobody listens, with the settings of a real Redis."""
    before = {name: celery_app.conf[name] for name in ("broker_url", "broker_transport_options")}
    options = {"max_retries": 0, "socket_connect_timeout": 1}
    use_broker(broker_url=f"redis://{HOST}:{free_port()}/0", broker_transport_options=options)
    yield
    use_broker(**before)


@pytest.fixture
def mail_server_away(settings: Settings) -> None:
    """Django sends to a port where nobody listens."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = HOST
    settings.EMAIL_PORT = free_port()


@pytest.mark.parametrize("press", TELLING, ids=str)
def test_a_press_is_done_at_once_without_a_broker(
    press: Press,
    cast: Cast,
    client_for: ClientFor,
    now: datetime,
    broker_away: None,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    given = ready(press, cast, now)
    waiting, client = Message.objects.filter(mail_at__isnull=False), client_for(given.by)
    before = waiting.count()
    began = time.monotonic()
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        assert client.post(given.path, given.sent).status_code == 302
    assert time.monotonic() - began < AT_ONCE
    assert bool(callbacks) == (press.slug == "flag"), "a signal is urgent; the others wait five minutes for more"
    assert waiting.count() == before + 1


def test_a_task_is_handed_over_without_a_broker(
    cast: Cast,
    client_for: ClientFor,
    broker_away: None,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    sent = {"title": "x", "level": "just_do_it", "deliverable": "y", "assistant": cast.assistant.pk, "do": "delegate"}
    with django_capture_on_commit_callbacks(execute=True):
        assert client_for(cast.owner).post(reverse("task_new"), sent).status_code == 302
    assert Task.objects.get().state == "offered"
    assert Message.objects.get().mail_at


def test_mail_that_could_not_be_sent_stays_in_the_queue(
    cast: Cast, client_for: ClientFor, now: datetime, mail_server_away: None
) -> None:
    given = ready(TELLING[0], cast, now)
    assert client_for(given.by).post(given.path, given.sent).status_code == 302
    post_letters(now=now + timedelta(minutes=6))
    send_queued(now=now + timedelta(minutes=6))
    assert {mail.state for mail in OutgoingMail.objects.all()} == {MailState.QUEUED}
