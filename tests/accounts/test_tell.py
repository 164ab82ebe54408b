"""Telling people: message and mail with the change, once."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from accounts.models import Message, MessageKind, OutgoingMail
from accounts.outbox import MESSAGES, Tell, queue_mail, tell
from tests.conftest import Cast
from tests.factories import UserFactory

Telling = Callable[..., Tell]


def test_a_message_is_written_with_all_it_says_and_when_it_goes_out(
    cast: Cast, telling: Telling, now: datetime
) -> None:
    params = {"person": 'O\'Brien "☕" \\ %s', "count": 3, "yes": True}
    assert tell([telling(params=params, must_do=True, urgent=True, thread="abc", path="/x/")], now=now) == 1
    message = Message.objects.get()
    assert (message.recipient, message.kind, message.template) == (cast.owner, MessageKind.ANSWER, "joined")
    assert (message.must_do, message.urgent, message.read_at, message.mail) == (True, True, None, None)
    assert (message.params, message.thread, message.path, message.dedup_key) == (params, "abc", "/x/", "one")
    assert (message.created_at, message.mail_at) == (now, now)


def test_each_column_of_a_message_is_written_or_is_empty_at_first() -> None:
    columns = {field.column for field in Message._meta.local_fields}
    assert columns - set(MESSAGES.columns) == {"read_at", "mail_id"}
    assert set(MESSAGES.columns) <= columns


def test_the_same_is_told_once(telling: Telling, now: datetime) -> None:
    assert tell([telling(), telling(), telling(dedup_key="two")], now=now) == 2
    assert tell([telling(), telling(dedup_key="two")], now=now) == 0
    assert Message.objects.count() == 2


def test_what_did_not_happen_is_not_told(telling: Telling, now: datetime) -> None:
    def change_that_fails() -> None:
        with transaction.atomic():
            tell([telling()], now=now)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_that_fails()
    assert not Message.objects.exists()


def test_someone_who_may_not_log_in_gets_no_mail(cast: Cast, telling: Telling, now: datetime) -> None:
    cast.owner.is_active = False
    tell([telling()], now=now)
    assert Message.objects.get().mail_at is None


def test_telling_many_takes_as_many_queries_as_telling_one(
    cast: Cast, telling: Telling, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    people = [*UserFactory.create_batch(5), cast.owner]
    items = [telling(to=people[number % 6], dedup_key=str(number)) for number in range(20)]
    with django_assert_num_queries(3):  # days off, preferences, messages
        assert tell(items, now=now) == 20


def test_telling_nothing_asks_nothing(
    db: None, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert tell([], now=now) == 0


def test_a_mail_with_a_known_key_is_the_one_that_is_there(queue: Callable[..., OutgoingMail]) -> None:
    first, again = queue(), queue(subject="Another")
    assert (first.id, again.subject) == (again.id, "Mail 1")


def test_a_long_subject_is_cut_to_one_line(cast: Cast, now: datetime) -> None:
    mail = queue_mail(
        to_address="A@Example.com",
        subject="long\n" * 200,
        text="t",
        html="",
        language="en",
        dedup_key="k",
        now=now,
        recipient=cast.owner,
    )
    assert mail.to_address == "a@example.com"
    assert mail.time_zone == cast.owner.time_zone
    assert len(mail.subject) == 200
    assert "\n" not in mail.subject
