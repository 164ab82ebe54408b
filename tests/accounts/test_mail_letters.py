"""What a mail says: about one message, about several of a task, or in the daily summary. Read from a real server."""

from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from django.urls import reverse

from accounts import mail_letters
from accounts.letters import ANSWER_PATH, message_text, words
from accounts.models import How, Message, MessageKind, MessagePreference, OutgoingMail, User
from accounts.outbox import post_letters, send_queued
from tests.accounts.conftest import ClientFor, at
from tests.conftest import Cast, Mailbox

pytestmark = [pytest.mark.mail, pytest.mark.django_db]

Told = Callable[..., Message]
BASE = "http://127.0.0.1:8000"


def arrived(mailbox: Mailbox, now: datetime) -> tuple[EmailMessage, str, str]:
    """Posts and sends; the one mail that arrives, its text and its HTML."""
    post_letters(now=now)
    send_queued(now=now)
    (mail,) = mailbox.messages
    mailbox.clear()
    text, page = (part.get_content().replace("\r\n", "\n") for part in mail.iter_parts())
    return mail, text, page


@pytest.fixture
def in_summary(cast: Cast) -> User:
    """Eva, who gets everything in her daily summary."""
    for kind in (MessageKind.ANSWER, MessageKind.YOUR_TURN, MessageKind.CHECKIN):
        MessagePreference.objects.create(user=cast.owner, kind=kind, how=How.DIGEST)
    return cast.owner


def test_one_message(mailbox: Mailbox, told: Told, now: datetime) -> None:
    told(thread="", path="/tasks/1/", params={"person": "Sam", "team": "<i>T</i>"})
    mail, text, page = arrived(mailbox, now)
    assert mail["Subject"] == "Sam has joined <i>T</i>"
    assert f"Open in Handover:\n{BASE}/tasks/1/" in text
    assert BASE + reverse("profile_messages") in text
    assert "&lt;i&gt;T&lt;/i&gt;" in page
    assert "<i>" not in page


def test_a_check_in_can_be_answered_from_the_mail(mailbox: Mailbox, told: Told, now: datetime) -> None:
    params = {"title": "Lunch", ANSWER_PATH: "/c/key-123/"}
    message = told(kind=MessageKind.CHECKIN, template="checkin", params=params, path="/tasks/1/", must_do=True)
    _mail, text, page = arrived(mailbox, now)
    assert f"Answer:\n{BASE}/c/key-123/" in text
    assert text.index("/c/key-123/") < text.index("/tasks/1/")
    assert page.index("/c/key-123/") < page.index("/tasks/1/")
    kept = OutgoingMail.objects.get()
    assert (kept.text, kept.html) == ("", "")
    assert "key-123" not in kept.subject + "".join(message_text(message, "en"))


def test_the_way_to_answer_is_never_among_the_words(db: None, tmp_path: object) -> None:
    subject, paragraphs = words("checkin", {"title": "L", ANSWER_PATH: "/c/key/"}, language="en", zone=User().zone)
    assert "/c/key/" not in subject + "".join(paragraphs)


def test_any_text_with_a_key_in_it_is_not_kept(mailbox: Mailbox, told: Told, now: datetime) -> None:
    told(thread="", params={"person": "Sam", "team": "T", ANSWER_PATH: "/c/key/"})
    arrived(mailbox, now)
    assert OutgoingMail.objects.get().text == ""


def test_the_inbox_never_shows_the_way_to_answer(told: Told, cast: Cast, client_for: ClientFor) -> None:
    told(kind=MessageKind.CHECKIN, template="checkin", params={"title": "Lunch", ANSWER_PATH: "/c/key-123/"})
    page = client_for(cast.owner).get(reverse("inbox")).content.decode()
    assert "Lunch" in page
    assert "key-123" not in page


def test_several_messages_about_a_task_are_one_mail(mailbox: Mailbox, told: Told, now: datetime) -> None:
    told(params={"person": "Sam", "team": "T"}, path="/tasks/1/")
    params = {"title": "Lunch", ANSWER_PATH: "/c/key/"}
    told(kind=MessageKind.CHECKIN, template="checkin", params=params, path="/tasks/1/")
    later = now + timedelta(minutes=1)
    told(params={"person": "Gus", "team": "T"}, path="/tasks/1/", now=later)
    mail, text, page = arrived(mailbox, later)
    assert mail["Subject"] == "How is it going? Lunch (and 2 more)"
    assert mail["References"] == "<thread.lunch@handover>"
    for body in (text, page):
        assert body.index("How is it going? Lunch") < body.index("Sam has joined") < body.index("Gus has joined")
        assert body.count(f"{BASE}/tasks/1/") == body.count(f"{BASE}/c/key/") == 1
    assert "now on you can hand tasks over to Gus." in text


def test_one_message_without_words_does_not_take_the_others_along(mailbox: Mailbox, told: Told, now: datetime) -> None:
    told(urgent=True, template="not-there")
    told()
    mail, text, _page = arrived(mailbox, now)
    assert mail["Subject"] == "Sam has joined Eva's Events"
    assert "hand tasks over to Sam" in text


def test_the_summary_begins_with_what_must_be_done(mailbox: Mailbox, told: Told, in_summary: User) -> None:
    told(params={"person": "Sam", "team": "T"}, path="/team/1/", thread="")
    told(params={"person": "Gus", "team": "T"}, path="/team/2/", must_do=True, kind=MessageKind.YOUR_TURN)
    key = {"title": "Lunch", ANSWER_PATH: "/c/key/"}
    told(kind=MessageKind.CHECKIN, template="checkin", params=key, path="/tasks/3/", must_do=True)
    mail, text, page = arrived(mailbox, at("2026-11-24 08:30"))
    assert mail["Subject"] == "Your summary: 3 messages"
    assert mail["References"] is None
    for body in (text, page):
        places = [body.index(words) for words in ("Waits on you", "Lunch", "Gus has", "Good to know", "Sam has")]
        assert places == sorted(places) or places[1:3] == sorted(places[1:3], reverse=True)
        assert "/c/key/" not in body
        for path in ("/team/1/", "/team/2/", "/tasks/3/", "/inbox/"):
            assert BASE + path in body


def test_a_summary_has_an_end(mailbox: Mailbox, told: Told, in_summary: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_letters, "MOST_SHOWN", 2)
    for number in range(5):
        told(thread=str(number), params={"person": f"Nr{number}", "team": "T"})
    mail, text, _page = arrived(mailbox, at("2026-11-24 08:30"))
    assert mail["Subject"] == "Your summary: 5 messages"
    assert "3 more stand in your inbox." in text
    assert text.count("has joined") == 2


def test_each_reader_gets_it_in_their_own_language_and_zone(
    mailbox: Mailbox, told: Told, cast: Cast, now: datetime
) -> None:
    cast.owner.language, cast.owner.time_zone = "nl", "Asia/Manila"
    cast.owner.save()
    told(thread="")
    mail, _text, page = arrived(mailbox, now)
    assert '<html lang="nl">' in page
    assert OutgoingMail.objects.get().time_zone == "Asia/Manila"
    assert mail["Auto-Submitted"] == "auto-generated"
