"""After the commit the sender is asked for at once; without a broker the change still stands."""

import json
import time
from collections.abc import Callable
from datetime import datetime

import pytest
import redis
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import Message
from accounts.outbox import Tell, tell
from scripts.ports import HOST, free_port
from tests.conftest import use_broker


@pytest.mark.broker
def test_the_job_waits_at_the_broker_after_the_commit(
    valkey_broker: str,
    telling: Callable[..., Tell],
    now: datetime,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    queue = redis.Redis(unix_socket_path=valkey_broker.partition("://")[2].partition("?")[0])
    queue.delete("celery")
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        tell([telling()], now=now)
        assert queue.llen("celery") == 0
    (waiting,) = queue.lrange("celery", 0, -1)
    assert json.loads(waiting)["headers"]["task"] == "accounts.send_queued_mail"


def test_without_a_broker_the_change_stands_and_nobody_waits(
    telling: Callable[..., Tell],
    now: datetime,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    away_broker: None,
) -> None:
    before = time.monotonic()
    with django_capture_on_commit_callbacks(execute=True):
        tell([telling()], now=now)
    assert Message.objects.count() == 1
    assert time.monotonic() - before < 2


@pytest.fixture
def away_broker() -> object:
    """Celery publishes to a port where nobody listens, with the settings of a real Redis."""
    from config.celery import app

    before = {name: app.conf[name] for name in ("broker_url", "broker_transport_options")}
    options = {"max_retries": 0, "socket_connect_timeout": 1}
    use_broker(broker_url=f"redis://{HOST}:{free_port()}/0", broker_transport_options=options)
    yield
    use_broker(**before)
