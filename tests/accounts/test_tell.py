"""Telling people: message and mail with the change, once."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from accounts.models import MailState, Message, OutgoingMail
from accounts.outbox import Tell, queue_mail, tell
from tests.conftest import Cast

Telling = Callable[..., Tell]


def test_a_message_comes_with_its_mail(cast: Cast, telling: Telling, now: datetime) -> None:
    (message,) = tell([telling(must_do=True, thread="abc")], now=now)
    message.refresh_from_db()
    mail = message.mail
    assert mail
    assert (message.recipient, message.must_do, message.created_at) == (cast.owner, True, now)
    assert (mail.to_address, mail.state, mail.thread) == ("eva@example.com", MailState.QUEUED, "abc")
    assert mail.message_id == f"<{mail.id}@handover>"


def test_the_same_is_told_once(telling: Telling, now: datetime) -> None:
    assert len(tell([telling(), telling(), telling(dedup_key="two")], now=now)) == 2
    assert tell([telling(), telling(dedup_key="two")], now=now) == []
    assert (Message.objects.count(), OutgoingMail.objects.count()) == (2, 2)


def test_what_did_not_happen_is_not_told(telling: Telling, now: datetime) -> None:
    def change_that_fails() -> None:
        with transaction.atomic():
            tell([telling()], now=now)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_that_fails()
    assert not Message.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_someone_who_may_not_log_in_gets_no_mail(cast: Cast, telling: Telling, now: datetime) -> None:
    cast.owner.is_active = False
    (message,) = tell([telling()], now=now)
    assert message.mail is None
    assert not OutgoingMail.objects.exists()


def test_telling_many_takes_as_many_queries_as_telling_one(
    telling: Telling, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(5):  # a savepoint around three
        tell([telling(dedup_key=str(number)) for number in range(20)], now=now)


def test_telling_nothing_asks_nothing(
    db: None, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert tell([], now=now) == []


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
