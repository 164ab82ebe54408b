"""The daily sweep: what is old goes, what is needed stays."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from accounts import cleaning
from accounts.cleaning import KEEP, remove_old
from accounts.models import DaysOff, MailState, Message, OutgoingMail
from accounts.outbox import post_letters
from tests.conftest import Cast
from tests.factories import MessageFactory

Queue = Callable[..., OutgoingMail]
DAY = timedelta(days=1)


@pytest.mark.parametrize("state", [MailState.SENT, MailState.FAILED, MailState.MISSED])
def test_mail_goes_after_a_year(queue: Queue, now: datetime, state: MailState) -> None:
    for number, age in enumerate((KEEP + DAY, KEEP - DAY)):
        queue(number, now=now - age)
    OutgoingMail.objects.update(state=state)
    assert remove_old(now=now) == 1
    assert OutgoingMail.objects.get().subject == "Mail 1"


def test_mail_that_is_still_to_go_out_stays(queue: Queue, now: datetime) -> None:
    queue(now=now - 2 * KEEP)
    assert remove_old(now=now) == 0


def test_a_message_goes_a_year_after_it_was_told_read_or_not(cast: Cast, now: datetime) -> None:
    for read_at in (None, now):
        MessageFactory.create(recipient=cast.owner, created_at=now - KEEP - DAY, read_at=read_at, must_do=True)
    kept = MessageFactory.create(recipient=cast.owner, created_at=now - KEEP + DAY)
    assert remove_old(now=now) == 2
    assert list(Message.objects.all()) == [kept]


def test_a_message_outlives_its_mail_without_being_mailed_again(
    cast: Cast, told: Callable[..., Message], now: datetime
) -> None:
    told()
    post_letters(now=now + timedelta(hours=1))
    OutgoingMail.objects.update(state=MailState.SENT, created_at=now - KEEP - DAY)
    assert remove_old(now=now) == 1
    assert Message.objects.get().mail is None
    assert post_letters(now=now + DAY) == 0


def test_days_off_go_a_year_after_they_ended(cast: Cast, now: datetime) -> None:
    DaysOff.objects.create(user=cast.owner, first=date(2025, 11, 1), last=date(2025, 11, 22))
    DaysOff.objects.create(user=cast.owner, first=date(2025, 11, 1), last=date(2025, 11, 24))
    assert remove_old(now=now) == 1


def test_it_goes_in_batches(cast: Cast, queue: Queue, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "BATCH", 2)
    MessageFactory.create_batch(5, recipient=cast.owner, created_at=now - KEEP - DAY)
    for number in range(5):
        queue(number, now=now - timedelta(days=100))
    OutgoingMail.objects.update(state=MailState.SENT, sent_at=now - timedelta(days=100))
    assert remove_old(now=now) == 10
    assert remove_old(now=now) == 0
    assert not OutgoingMail.objects.exclude(text="").exists()
