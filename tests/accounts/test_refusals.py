"""A mail server that refuses, for now or for good, or hangs: what becomes of the mail, and of the address."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from accounts import actions
from accounts.models import MailState, Message, MessageKind, OutgoingMail, User
from accounts.outbox import post_letters, send_queued
from accounts.sending import PAUSES
from tests.accounts.mail_servers import Picky, picky_server
from tests.conftest import Cast
from tests.factories import UserFactory

pytestmark = [pytest.mark.mail, pytest.mark.django_db]

Queue = Callable[..., OutgoingMail]
Told = Callable[..., Message]
FULL = "552 5.2.2 Mailbox full"


@pytest.fixture
def picky(settings: Settings) -> Iterator[Picky]:
    with picky_server(settings) as server:
        yield server


def mail_eva(told: Told, now: datetime, kind: MessageKind = MessageKind.CHECKIN) -> OutgoingMail:
    """Tells Eva something that goes out at once, and tries to send it."""
    message = told(kind=kind, now=now, thread=str(now))
    post_letters(now=now)
    send_queued(now=now)
    return OutgoingMail.objects.get(messages=message)


def refusals_of(user: User) -> tuple[int, bool]:
    user.refresh_from_db()
    return user.refusals, user.refuses_mail


# --- for good -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["550 5.1.1 No such user here", "550 unknown user", "553 nobody of that name"])
def test_nobody_lives_there(picky: Picky, cast: Cast, told: Told, now: datetime, answer: str) -> None:
    picky.answers["eva"] = answer
    mail = mail_eva(told, now)
    assert (mail.state, mail.attempts, mail.last_error) == (MailState.FAILED, 1, answer)
    assert refusals_of(cast.owner) == (3, True)
    assert (cast.owner.refused_at, cast.owner.refused_reason) == (now, answer)
    assert (cast.owner.refused_address, cast.owner.refused_mail) == ("eva@example.com", True)


def test_a_full_mailbox_is_tried_three_times(picky: Picky, cast: Cast, told: Told, now: datetime) -> None:
    picky.answers["eva"] = FULL
    for number in (1, 2, 3):
        mail = mail_eva(told, now + timedelta(hours=number))
        assert mail.state == MailState.FAILED
        assert refusals_of(cast.owner) == (number, number == 3)
    assert told(now=now + timedelta(hours=4)).mail_at is None
    assert picky.asked_for == ["eva@example.com"] * 3


def test_a_refusal_after_the_text_counts_when_it_is_about_the_mailbox(
    picky: Picky, cast: Cast, told: Told, now: datetime
) -> None:
    picky.after_data["eva"] = FULL
    assert mail_eva(told, now).state == MailState.FAILED
    assert refusals_of(cast.owner) == (1, False)


def test_refusals_that_lie_far_apart_do_not_add_up(picky: Picky, cast: Cast, told: Told, now: datetime) -> None:
    picky.answers["eva"] = FULL
    for number in range(4):
        mail_eva(told, now + timedelta(days=31 * number))
    assert refusals_of(cast.owner) == (1, False)


def test_mail_that_was_queued_already_is_not_tried_either(
    picky: Picky, cast: Cast, told: Told, queue: Queue, now: datetime
) -> None:
    picky.answers["eva"] = "550 5.1.1 No such user"
    for number in range(3):
        told(kind=MessageKind.CHECKIN, thread=str(number))
    post_letters(now=now)
    queue(1)
    report = send_queued(now=now)
    assert (report.claimed, report.failed, report.sent) == (4, 3, 1)
    assert picky.asked_for.count("eva@example.com") == 1
    reasons = OutgoingMail.objects.filter(state=MailState.FAILED, attempts=0).values_list("last_error", flat=True)
    assert len(reasons) == 2
    assert all(reason.startswith("Not tried") for reason in reasons)


def test_a_refusal_does_not_block_the_others(picky: Picky, queue: Queue, now: datetime) -> None:
    picky.answers["nobody"] = "550 no such person"
    refused = queue(1, to_address="nobody@example.com", now=now - timedelta(seconds=1))
    queue(2)
    report = send_queued(now=now)
    assert (report.sent, report.failed) == (1, 1)
    assert [message["Subject"] for message in picky.messages] == ["Mail 2"]
    refused.refresh_from_db()
    assert (refused.state, refused.attempts) == (MailState.FAILED, 1)


def test_a_refusal_counts_for_who_has_the_address(picky: Picky, queue: Queue, cast: Cast, now: datetime) -> None:
    picky.answers["ina"] = "550 5.1.1 no such person"
    queue(to_address="ina@example.com")
    send_queued(now=now)
    assert not User.objects.filter(refusals__gt=0).exists()


# --- not for good, or not about the address -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        "450 4.2.1 Try later",
        "451 Greylisted",
        "421 4.3.2 Going down",
        "554 5.7.1 Relay access denied",
        "530 5.7.0 Authentication required",
        "550 4.2.0 says both",
    ],
)
def test_what_may_go_later_is_tried_later(picky: Picky, cast: Cast, told: Told, now: datetime, answer: str) -> None:
    picky.answers["eva"] = answer
    mail = mail_eva(told, now)
    assert (mail.state, mail.attempts, mail.next_attempt_at) == (MailState.QUEUED, 1, now + PAUSES[0])
    assert refusals_of(cast.owner) == (0, False)
    del picky.answers["eva"]
    assert send_queued(now=now + PAUSES[0]).sent == 1
    assert len(picky.messages) == 1


def test_a_refusal_of_the_text_says_nothing_about_the_address(
    picky: Picky, cast: Cast, told: Told, now: datetime
) -> None:
    picky.after_data["eva"] = "554 5.6.0 I don't like your words"
    assert mail_eva(told, now).state == MailState.QUEUED
    assert refusals_of(cast.owner) == (0, False)


def test_a_server_that_hangs_up_or_hangs_holds_up_nobody_else(
    picky: Picky, queue: Queue, now: datetime, settings: Settings
) -> None:
    settings.EMAIL_TIMEOUT = 1
    picky.hangs_on = "slow"
    for number, name in enumerate(("rude", "slow")):
        queue(number, to_address=f"{name}@example.com", now=now - timedelta(seconds=1))
    queue(2)
    report = send_queued(now=now)
    assert (report.sent, report.again, report.failed) == (1, 2, 0)
    assert [message["Subject"] for message in picky.messages] == ["Mail 2"]
    for mail in OutgoingMail.objects.exclude(state=MailState.SENT):
        assert (mail.state, mail.attempts, mail.next_attempt_at) == (MailState.QUEUED, 1, now + PAUSES[0])
        assert "imed out" in mail.last_error or "SMTP" in mail.last_error


# --- the way back -------------------------------------------------------------------------------------------------


def test_account_mail_is_sent_all_the_same(picky: Picky, cast: Cast, queue: Queue, now: datetime) -> None:
    User.objects.filter(pk=cast.owner.pk).update(refusals=3, refused_address=cast.owner.email)
    queue(to_address=cast.owner.email, recipient=cast.owner)
    assert send_queued(now=now).sent == 1


def test_somebody_says_try_again(picky: Picky, cast: Cast, told: Told, now: datetime) -> None:
    picky.answers["eva"] = "550 5.1.1 No such user"
    mail = mail_eva(told, now)
    assert actions.try_address_again(user=cast.owner)
    assert refusals_of(cast.owner) == (0, False)
    picky.answers.clear()
    assert mail_eva(told, now + timedelta(hours=1)).state == MailState.SENT
    assert not actions.try_address_again(user=cast.owner)
    mail.refresh_from_db()
    assert mail.state == MailState.FAILED  # old news is not sent again by itself


def test_trying_a_mail_again_tries_its_address_again(picky: Picky, cast: Cast, told: Told, now: datetime) -> None:
    picky.answers["eva"] = "550 5.1.1 No such user"
    mail = mail_eva(told, now)
    picky.answers.clear()
    assert actions.try_again(mail_ids=[mail.id], now=now) == 1
    assert send_queued(now=now).sent == 1
    assert refusals_of(cast.owner) == (0, False)


def test_a_new_address_begins_anew(picky: Picky, cast: Cast, told: Told, now: datetime) -> None:
    picky.answers["eva"] = "550 5.1.1 No such user"
    mail_eva(told, now)
    cast.owner.refresh_from_db()
    cast.owner.email = "eva@example.org"
    cast.owner.save()
    assert refusals_of(cast.owner) == (3, False)
    mail = mail_eva(told, now + timedelta(hours=1))
    assert (mail.state, mail.to_address) == (MailState.FAILED, "eva@example.org")
    assert picky.asked_for[-1] == "eva@example.org"
    assert User.objects.get(pk=cast.owner.pk).refused_address == "eva@example.org"


def test_nobody_else_is_touched(picky: Picky, cast: Cast, told: Told, now: datetime) -> None:
    other = UserFactory.create(refusals=3, refused_address="other@example.com", email="other@example.com")
    picky.answers["eva"] = "550 5.1.1 No such user"
    mail_eva(told, now)
    actions.try_address_again(user=cast.owner)
    assert refusals_of(other) == (3, True)
