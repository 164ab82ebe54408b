"""Opening a message, and marking all as read."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Message
from tests.accounts.conftest import ClientFor
from tests.conftest import Cast
from tests.factories import MessageFactory


def test_opening_marks_as_read_and_leads_to_what_it_is_about(cast: Cast, client_for: ClientFor) -> None:
    message = MessageFactory.create(recipient=cast.owner, path="/tasks/new/")
    answer = client_for(cast.owner).get(reverse("message", args=[message.id]))
    assert answer.headers["Location"] == "/tasks/new/"
    message.refresh_from_db()
    assert message.read_at


def test_the_first_time_it_was_read_is_kept(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    message = MessageFactory.create(recipient=cast.owner, read_at=now)
    client_for(cast.owner).get(reverse("message", args=[message.id]))
    message.refresh_from_db()
    assert message.read_at == now


def test_a_message_about_nothing_leads_to_the_inbox(cast: Cast, client_for: ClientFor) -> None:
    message = MessageFactory.create(recipient=cast.owner, path="")
    answer = client_for(cast.owner).get(reverse("message", args=[message.id]))
    assert answer.headers["Location"] == reverse("inbox")


def test_the_message_of_someone_else_is_not_there(cast: Cast, client_for: ClientFor) -> None:
    message = MessageFactory.create(recipient=cast.owner)
    for message_id in (message.id, uuid4()):
        assert client_for(cast.entrepreneur).get(reverse("message", args=[message_id])).status_code == 404
    message.refresh_from_db()
    assert message.read_at is None


def test_all_are_marked_up_to_what_was_on_the_page(cast: Cast, client_for: ClientFor) -> None:
    shown_at = timezone.now() - timedelta(minutes=5)
    MessageFactory.create_batch(2, recipient=cast.owner, created_at=shown_at)
    newer = MessageFactory.create(recipient=cast.owner, created_at=shown_at + timedelta(minutes=1))
    foreign = MessageFactory.create(recipient=cast.assistant, created_at=shown_at)
    client_for(cast.owner).post(reverse("inbox_read"), {"until": shown_at.isoformat()})
    assert set(Message.objects.filter(read_at=None)) == {newer, foreign}


@pytest.mark.parametrize("until", ["", "soon", "2026-99-01T00:00:00Z", "2026-01-01T00:00:00"])
def test_without_a_moment_all_are_marked(cast: Cast, client_for: ClientFor, until: str) -> None:
    MessageFactory.create_batch(2, recipient=cast.owner)
    client_for(cast.owner).post(reverse("inbox_read"), {"until": until})
    assert not Message.objects.filter(recipient=cast.owner, read_at=None).exists()


def test_looking_at_the_address_marks_nothing(cast: Cast, client_for: ClientFor) -> None:
    assert client_for(cast.owner).get(reverse("inbox_read")).status_code == 405
