"""Stopping a kind of mail from the mail itself (RFC 8058): by one click of the mail program, or on a small page."""

import re
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import How, Message, MessageKind, MessagePreference, OutgoingMail, User
from accounts.outbox import post_letters, send_queued
from accounts.timing import readers
from accounts.unsubscribing import token_for
from tests.accounts.conftest import at
from tests.conftest import Cast, Mailbox

pytestmark = pytest.mark.django_db

Told = Callable[..., Message]


def how(user: User) -> dict[str, str]:
    """What the person chose, read anew."""
    reader = readers([user])[user.pk]
    return {kind: reader.how(kind) for kind in ("your_turn", "checkin", "answer", "mention")}


ALL_NOW = dict.fromkeys(("your_turn", "checkin", "answer", "mention"), How.NOW)


def address_of(user: User, kind: str) -> str:
    return reverse("unsubscribe", args=[token_for(user.pk, kind)])


@pytest.fixture
def stranger() -> Client:
    """A mail program: no login, no cookie, and checks that CSRF is not asked for."""
    return Client(enforce_csrf_checks=True)


def send(mailbox: Mailbox, now: datetime) -> EmailMessage:
    post_letters(now=now)
    send_queued(now=now)
    (mail,) = mailbox.messages
    return mail


@pytest.mark.mail
@pytest.mark.parametrize("kind", [MessageKind.YOUR_TURN, MessageKind.CHECKIN, MessageKind.ANSWER, MessageKind.MENTION])
def test_one_click_in_the_mail_program_stops_this_kind(
    mailbox: Mailbox, cast: Cast, told: Told, now: datetime, stranger: Client, kind: MessageKind
) -> None:
    told(kind=kind, thread="")
    mail = send(mailbox, now)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = re.fullmatch(r"<http://127\.0\.0\.1:8000(/unsubscribe/[^>]+/)>", str(mail["List-Unsubscribe"]).strip())
    assert address
    for _ in range(2):  # doing it twice is the same
        answer = stranger.post(address[1], {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert how(cast.owner) == {**ALL_NOW, kind: How.NEVER}
    assert how(cast.assistant) == ALL_NOW


@pytest.mark.mail
def test_account_mail_can_not_be_stopped(mailbox: Mailbox, cast: Cast, queue: Callable[..., OutgoingMail]) -> None:
    mail = queue(recipient=cast.owner)
    send_queued(now=mail.created_at)
    (arrived,) = mailbox.messages
    assert arrived["List-Unsubscribe"] is None
    assert arrived["List-Unsubscribe-Post"] is None


@pytest.mark.mail
def test_stopping_the_summary_stops_all_that_comes_in_it(
    mailbox: Mailbox, cast: Cast, told: Told, stranger: Client
) -> None:
    for kind in (MessageKind.ANSWER, MessageKind.MENTION):
        MessagePreference.objects.create(user=cast.owner, kind=kind, how=How.DIGEST)
    told()
    told(kind=MessageKind.MENTION)
    mail = send(mailbox, at("2026-11-24 08:30"))
    stranger.post(str(mail["List-Unsubscribe"]).strip()[len("<http://127.0.0.1:8000") : -1])
    assert how(cast.owner) == {**ALL_NOW, "answer": How.NEVER, "mention": How.NEVER}


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_page_changes_nothing(cast: Cast, stranger: Client, method: str) -> None:
    answer = getattr(stranger, method)(address_of(cast.owner, "answer"))
    assert answer.status_code == 200
    assert how(cast.owner) == ALL_NOW


def test_the_page_has_a_button_and_the_way_back_and_tells_nothing_else(cast: Cast, stranger: Client) -> None:
    page = stranger.get(address_of(cast.owner, "answer")).content.decode()
    assert "Stop this mail" in page
    assert reverse("profile_messages") in page
    assert cast.owner.email not in page
    assert cast.owner.name not in page
    done = stranger.post(address_of(cast.owner, "answer")).content.decode()
    assert "doesn&#x27;t come any more" in done or "doesn't come any more" in done
    assert reverse("profile_messages") in done


def test_the_page_is_in_the_language_of_who_got_the_mail(cast: Cast, stranger: Client) -> None:
    User.objects.filter(pk=cast.owner.pk).update(language="nl")
    page = stranger.get(address_of(cast.owner, "answer"), headers={"accept-language": "en"}).content.decode()
    assert '<html lang="nl">' in page


def test_what_waits_already_is_not_sent_any_more(cast: Cast, told: Told, now: datetime, stranger: Client) -> None:
    told()
    told(kind=MessageKind.YOUR_TURN)
    stranger.post(address_of(cast.owner, "answer"))
    waiting = Message.objects.filter(mail_at__isnull=False)
    assert [message.kind for message in waiting] == [MessageKind.YOUR_TURN]


@pytest.mark.parametrize(
    "token", ["x", "a.answer:b", "%00", "..", "é", "0" * 500, "11111111111141118111111111111111.answer"]
)
def test_a_link_that_was_altered_leads_to_a_friendly_page(cast: Cast, stranger: Client, token: str) -> None:
    for answer in (stranger.get(f"/unsubscribe/{token}/"), stranger.post(f"/unsubscribe/{token}/")):
        assert answer.status_code == 404
        assert "doesn" in answer.content.decode()
    assert not MessagePreference.objects.exists()


def test_a_link_for_one_kind_stops_no_other(cast: Cast, stranger: Client) -> None:
    signed = address_of(cast.owner, "answer")
    assert stranger.post(signed.replace(".answer", ".checkin")).status_code == 404
    assert stranger.post(address_of(cast.owner, "account")).status_code == 404
    assert how(cast.owner) == ALL_NOW


def test_the_link_of_somebody_who_has_gone(cast: Cast, stranger: Client) -> None:
    address = address_of(cast.outsider, "answer")
    User.objects.filter(pk=cast.outsider.pk).delete()
    assert stranger.get(address).status_code == 404
