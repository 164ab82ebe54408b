"""What the tests of this floor share."""

from collections.abc import Callable
from datetime import datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Invitation, Message, MessageKind, OutgoingMail, User
from accounts.outbox import Tell, queue_mail, tell
from tests.conftest import Cast
from tests.factories import InvitationFactory

ClientFor = Callable[[User], Client]


@pytest.fixture
def invitation(cast: Cast) -> Invitation:
    """Eva invites ina@example.com, who has no account."""
    return InvitationFactory.create(team=cast.team, invited_by=cast.owner, email="ina@example.com")


@pytest.fixture
def telling(cast: Cast) -> Callable[..., Tell]:
    """Something to tell Eva; anything about it can be said otherwise."""

    def make(**changes: Any) -> Tell:
        fields: dict[str, Any] = {
            "to": cast.owner,
            "kind": MessageKind.ANSWER,
            "template": "joined",
            "params": {"person": "Sam", "team": "Eva's Events"},
            "path": "/team/",
            "dedup_key": "one",
        }
        return Tell(**fields | changes)

    return make


@pytest.fixture
def queue(db: None, now: datetime) -> Callable[..., OutgoingMail]:
    """Queues a mail that is already written."""

    def make(number: int = 1, **changes: Any) -> OutgoingMail:
        fields: dict[str, Any] = {
            "to_address": f"to{number}@example.com",
            "subject": f"Mail {number}",
            "text": "Hello",
            "html": "<p>Hello</p>",
            "language": "en",
            "dedup_key": f"mail:{number}",
            "now": now,
        }
        return queue_mail(**fields | changes)

    return make


@pytest.fixture
def told(telling: Callable[..., Tell], now: datetime) -> Callable[..., Message]:
    """Tells Eva something, in a thread unless said otherwise, and gives the message as it was written."""
    numbers = count()

    def make(**changes: Any) -> Message:
        key = f"told:{next(numbers)}"
        at = changes.pop("now", now)
        assert isinstance(at, datetime)
        assert tell([telling(**{"dedup_key": key, "thread": "lunch", **changes})], now=at) == 1
        return Message.objects.get(dedup_key=key)

    return make


def at(text: str) -> datetime:
    """A moment on the clocks of Amsterdam: "2026-11-23 17:30"."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Amsterdam"))


def queries_of(work: Callable[[], object]) -> int:
    """How many queries it takes."""
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)
