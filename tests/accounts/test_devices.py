"""Where somebody is logged in: the list, logging out one or all others, and what it costs to keep."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.actions.sessions import remove_gone
from accounts.audit import Happened, note
from accounts.devices import device_in_words
from accounts.models import AuditEntry, User
from tests.accounts.logging_in import FIREFOX, PASSWORD, able_to_log_in, log_in
from tests.conftest import Cast

ClientFor = Callable[[User], Client]
CHROME = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"


@pytest.fixture
def laptop(cast: Cast) -> Client:
    """Eva's, logged in."""
    return _logged_in(cast.owner, FIREFOX)


@pytest.fixture
def phone(cast: Cast) -> Client:
    """Eva's other one."""
    return _logged_in(cast.owner, CHROME)


def _logged_in(user: User, agent: str) -> Client:
    client = Client(headers={"user-agent": agent})
    log_in(client, user if user.has_usable_password() else able_to_log_in(user), password=PASSWORD)
    return client


@pytest.fixture(autouse=True)
def with_a_password(cast: Cast) -> None:
    able_to_log_in(cast.owner)


def is_in(client: Client) -> bool:
    return client.get(reverse("now")).status_code == 200


def of(client: Client) -> UserSession:
    found: UserSession = UserSession.objects.get(session_key=client.session.session_key)
    return found


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        (CHROME, "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("curl/8.1", "curl"),
        ("", "Unknown device"),
    ],
)
def test_a_device_in_words(agent: str, words: str) -> None:
    assert device_in_words(agent) == words


def test_the_list_shows_each_device_with_its_address_and_which_is_this_one(laptop: Client, phone: Client) -> None:
    page = laptop.get(reverse("profile_login")).content.decode()
    assert "Firefox on Windows" in page
    assert "Chrome on Android" in page
    assert page.count("this one") == 1
    listed = page[page.index('class="members"') : page.index('id="lately"')]
    assert listed.count("127.0.0.1") == 2


def test_the_page_tells_what_happened_with_the_account(laptop: Client, cast: Cast, now: datetime) -> None:
    note(Happened.SIGN_IN_FAILED, now=now, actor=None, about=cast.owner, ip="192.0.2.9")
    text = laptop.get(reverse("profile_login")).content.decode()
    assert "What happened with your account" in text
    assert f"Somebody tried to log in as {cast.owner}, with a wrong password" in text
    assert "192.0.2.9" in text


def test_one_is_logged_out_and_can_open_nothing(laptop: Client, phone: Client) -> None:
    assert is_in(phone)
    answer = laptop.post(reverse("session_end", args=[of(phone).pk]), follow=True)
    assert "Logged out: Chrome on Android." in answer.content.decode()
    assert not is_in(phone)
    assert is_in(laptop)
    entry = AuditEntry.objects.get(kind="session-ended")
    assert (entry.data["device"], entry.data["everywhere"]) == ("Chrome on Android", False)


def test_a_second_press_is_told_that_it_was_done(laptop: Client, phone: Client) -> None:
    where = reverse("session_end", args=[of(phone).pk])
    laptop.post(where)
    assert "was logged out already" in laptop.post(where, follow=True).content.decode()


def test_nobody_logs_somebody_else_out(laptop: Client, cast: Cast, client_for: ClientFor) -> None:
    client_for(cast.entrepreneur).post(reverse("session_end", args=[of(laptop).pk]))
    assert is_in(laptop)


def test_all_others_are_logged_out_at_once(laptop: Client, phone: Client, cast: Cast, client_for: ClientFor) -> None:
    third, stranger = client_for(cast.owner), client_for(cast.entrepreneur)  # a session that nobody wrote down
    laptop.post(reverse("sessions_end_others"))
    assert [is_in(client) for client in (laptop, phone, third, stranger)] == [True, False, False, True]
    assert AuditEntry.objects.get(kind="session-ended").data["everywhere"] is True


def test_a_new_password_logs_all_others_out(laptop: Client, phone: Client) -> None:
    sent = {"oldpassword": PASSWORD, "password1": "another horse battery"}
    laptop.post(reverse("account_change_password"), sent)
    assert is_in(laptop)
    assert not is_in(phone)
    assert laptop.get(reverse("profile_login")).content.decode().count("Last seen") == 1


def test_it_is_written_down_once_in_five_minutes(
    laptop: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    laptop.get(reverse("profile"))
    UserSession.objects.update(last_seen_at=timezone.now() - timedelta(hours=1))
    laptop.get(reverse("profile"))
    assert of(laptop).last_seen_at < timezone.now() - timedelta(minutes=30), "seen just now: nothing is written"
    session = laptop.session
    session["seen_at"] = time.time() - 301
    session.save()
    laptop.get(reverse("profile"))
    assert of(laptop).last_seen_at > timezone.now() - timedelta(minutes=1)


def test_the_page_asks_as_much_for_ten_devices_as_for_one(
    laptop: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    laptop.get(reverse("profile_login"))
    with django_assert_num_queries(7):
        laptop.get(reverse("profile_login"))
    for _number in range(10):
        _logged_in(cast.owner, CHROME)
    with django_assert_num_queries(7):
        laptop.get(reverse("profile_login"))


def test_what_ended_by_itself_is_forgotten(laptop: Client, phone: Client) -> None:
    Session.objects.filter(session_key=phone.session.session_key).update(expire_date=timezone.now())
    assert "Chrome on Android" not in laptop.get(reverse("profile_login")).content.decode()
    UserSession.objects.update(last_seen_at=timezone.now() - timedelta(days=2))
    assert remove_gone(now=timezone.now() + timedelta(seconds=1)) == 2
    assert [row.pk for row in UserSession.objects.all()] == [of(laptop).pk]
    assert is_in(laptop)


def test_a_session_from_before_they_were_sealed_is_no_session(cast: Cast, client_for: ClientFor) -> None:
    from django.contrib.sessions.backends.db import SessionStore

    client = client_for(cast.owner)
    row = Session.objects.get(session_key=client.session.session_key)
    row.session_data = SessionStore().encode(dict(client.session.items()))
    row.save()
    assert not is_in(client)


def test_a_session_that_no_key_opens_is_no_session(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.owner)
    Session.objects.update(session_data="000000000000:gAAAA")
    assert not is_in(client)
