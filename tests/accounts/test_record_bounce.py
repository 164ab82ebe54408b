"""`manage.py record_bounce`: mail that came back, as mail servers write it, and as nobody should."""

import io
from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.management import CommandError, call_command

from accounts.bounces import NoBounceError, read_bounce, record_bounce
from accounts.models import MailState, Message, MessageKind, OutgoingMail, User
from accounts.outbox import post_letters
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

BOUNCE = """\
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.example.com>
To: handover@localhost
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com
Arrival-Date: Mon, 23 Nov 2026 10:00:00 +0100

Final-Recipient: rfc822; {address}
Original-Recipient: rfc822;{address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} no such
    user here

--B
{original}
--B--
"""
ORIGINAL = "Content-Type: message/rfc822\n\nFrom: handover@localhost\nMessage-ID: {id}\nSubject: How is it?\n\nHello"
HEADERS = "Content-Type: text/rfc822-headers\n\nMessage-ID: {id}\nSubject: How is it going?\n"


def bounce(
    message_id: str = "",
    *,
    address: str = "eva@example.com",
    status: str = "5.1.1",
    action: str = "failed",
    original: str = ORIGINAL,
) -> bytes:
    brought = original.format(id=message_id) if message_id else "Content-Type: text/plain\n\nnothing"
    return BOUNCE.format(address=address, action=action, status=status, original=brought).encode()


@pytest.fixture
def sent(cast: Cast, told: Callable[..., Message], now: datetime) -> OutgoingMail:
    """A mail to Eva that a server took."""
    told(kind=MessageKind.CHECKIN)
    post_letters(now=now)
    OutgoingMail.objects.update(state=MailState.SENT, sent_at=now)
    return OutgoingMail.objects.get()


def hand_over(raw: bytes, monkeypatch: pytest.MonkeyPatch) -> str:
    said = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
    call_command("record_bounce", stdout=said)
    return said.getvalue().strip()


@pytest.mark.parametrize("original", [ORIGINAL, HEADERS])
def test_a_bounce_finds_its_mail_and_its_person(
    sent: OutgoingMail, cast: Cast, monkeypatch: pytest.MonkeyPatch, original: str
) -> None:
    raw = bounce(sent.message_id, address="forwarded@elsewhere.example", original=original)
    assert hand_over(raw, monkeypatch) == "Recorded; the address is not tried any more."
    sent.refresh_from_db()
    cast.owner.refresh_from_db()
    assert (sent.state, cast.owner.refuses_mail) == (MailState.FAILED, True)
    assert sent.last_error == cast.owner.refused_reason == "smtp; 550 5.1.1 no such user here"


def test_a_bounce_that_names_the_mail_only_in_its_headers(
    sent: OutgoingMail, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = bounce().replace(b"Return-Path: <>", b"In-Reply-To: " + sent.message_id.encode())
    hand_over(raw, monkeypatch)
    sent.refresh_from_db()
    assert sent.state == MailState.FAILED


def test_a_bounce_without_a_mail_of_ours_finds_the_person_by_the_address(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = hand_over(bounce("<abc@elsewhere>", address="Eva@Example.com", status="5.2.2"), monkeypatch)
    assert said == "Recorded."
    cast.owner.refresh_from_db()
    assert (cast.owner.refusals, cast.owner.refused_mail, cast.owner.refuses_mail) == (1, True, False)


def test_the_same_bounce_twice_counts_once(sent: OutgoingMail, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = bounce(sent.message_id, status="5.2.2")
    assert hand_over(raw, monkeypatch) == "Recorded."
    assert hand_over(raw, monkeypatch) == "This mail was known to have failed."
    cast.owner.refresh_from_db()
    assert cast.owner.refusals == 1


@pytest.mark.parametrize(("status", "action"), [("4.4.1", "delayed"), ("4.2.2", "failed")])
def test_a_mail_that_is_only_late_changes_nothing(
    sent: OutgoingMail, cast: Cast, monkeypatch: pytest.MonkeyPatch, status: str, action: str
) -> None:
    assert "only late" in hand_over(bounce(sent.message_id, status=status, action=action), monkeypatch)
    sent.refresh_from_db()
    cast.owner.refresh_from_db()
    assert (sent.state, cast.owner.refusals) == (MailState.SENT, 0)


GARBAGE = [
    b"",
    b"\x00\xff\xfe" * 1000,
    b"Subject: Out of office\n\nI am on holiday until Monday.",
    b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n--x--",
    b"Content-Type: message/delivery-status\n\nStatus: 5.x.y\nAction: failed",
    b"Content-Type: multipart/mixed; boundary=\n\n----",
    b"Final-Recipient: rfc822; eva@example.com\nStatus: 5.1.1\n\nnot a report",
    bounce(action="delivered", status="2.0.0"),
    bounce(address="nobody@elsewhere.example"),
    bounce("<11111111-1111-4111-8111-111111111111@handover>", address=""),
    bounce(address="\udcff\n\nx".encode("utf-8", "surrogateescape").decode("latin-1")),
]


@pytest.mark.parametrize("raw", GARBAGE, ids=range(len(GARBAGE)))
def test_what_is_no_bounce_of_ours_is_said_in_one_sentence(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, raw: bytes
) -> None:
    with pytest.raises(CommandError, match=r"^This [^.]+\.$") as refused:
        hand_over(raw, monkeypatch)
    assert refused.value.returncode == 1
    assert not User.objects.filter(refusals__gt=0).exists()


def test_a_bounce_that_was_altered_anywhere_is_read_or_refused(sent: OutgoingMail, now: datetime) -> None:
    raw = bounce(sent.message_id)
    for place in range(0, len(raw), 7):
        for altered in (raw[:place], raw[:place] + b"\xff" + raw[place + 1 :], raw[:place] + b"\n\n" + raw[place:]):
            try:
                record_bounce(read_bounce(altered), now=now)
            except NoBounceError:
                pass
