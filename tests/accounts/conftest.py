"""What the tests of this floor share."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Invitation, MessageKind, OutgoingMail, User
from accounts.outbox import Tell, queue_mail
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

    def make(**changes: object) -> Tell:
        fields: dict[str, object] = {
            "to": cast.owner,
            "kind": MessageKind.ANSWER,
            "template": "joined",
            "params": {"person": "Sam", "team": "Eva's Events"},
            "path": "/team/",
            "dedup_key": "one",
        }
        return Tell(**{**fields, **changes})  # type: ignore[arg-type]

    return make


@pytest.fixture
def queue(db: None, now: datetime) -> Callable[..., OutgoingMail]:
    """Queues a mail that is already written."""

    def make(number: int = 1, **changes: object) -> OutgoingMail:
        fields: dict[str, object] = {
            "to_address": f"to{number}@example.com",
            "subject": f"Mail {number}",
            "text": "Hello",
            "html": "<p>Hello</p>",
            "language": "en",
            "dedup_key": f"mail:{number}",
            "now": now,
        }
        return queue_mail(**{**fields, **changes})  # type: ignore[arg-type]

    return make


def queries_of(work: Callable[[], object]) -> int:
    """How many queries it takes."""
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)
