"""What an open laptop, or a session that somebody else has got hold of, is not enough for."""

import json
import time
from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import OutgoingMail, Team, User
from tests.accounts.logging_in import PASSWORD, able_to_log_in, code_now, log_in, long_ago, with_app, with_passkey
from tests.conftest import Cast

ClientFor = Callable[[User], Client]
PASSWORD_PAGE = "/accounts/reauthenticate/"
CODE_PAGE = "/accounts/second-step/reauthenticate/"


@pytest.fixture
def eva(cast: Cast) -> User:
    """Who owns the team, has a password, and may ask a second step of the others."""
    with_passkey(cast.owner)
    return able_to_log_in(cast.owner)


def address(cast: Cast) -> str:
    return reverse("team_second_step", args=[cast.team.pk])


def asked(cast: Cast) -> bool:
    return Team.objects.get(pk=cast.team.pk).asks_second_factor


def test_a_fresh_login_counts(client: Client, cast: Cast, eva: User) -> None:
    eva.authenticator_set.all().delete()  # type: ignore[attr-defined]
    log_in(client, eva)
    with_passkey(eva)
    client.post(address(cast), {"ask": "1"})
    assert asked(cast)


def test_for_a_quarter_of_an_hour(cast: Cast, eva: User, client_for: ClientFor, settings: Settings) -> None:
    client = long_ago(client_for(eva), settings.ACCOUNT_REAUTHENTICATION_TIMEOUT - 30)
    assert client.post(address(cast), {"ask": "1"}).headers["Location"].startswith(reverse("team"))
    long_ago(client, settings.ACCOUNT_REAUTHENTICATION_TIMEOUT + 1)
    assert client.post(address(cast), {"ask": "0"}).headers["Location"].startswith(PASSWORD_PAGE)
    assert asked(cast)


def test_a_session_that_was_left_open_does_nothing_without_the_password(
    cast: Cast, eva: User, client_for: ClientFor
) -> None:
    client = long_ago(client_for(eva))
    way = client.post(address(cast), {"ask": "1"}).headers["Location"]
    assert not asked(cast)
    page = client.get(way).content.decode()
    assert "What you sent is kept" in page
    wrong = client.post(way, {"password": "a guess", "next": address(cast)})
    assert "This password is not right" in wrong.content.decode()
    assert not asked(cast)


def test_a_press_that_came_too_late_is_done_after_the_password(cast: Cast, eva: User, client_for: ClientFor) -> None:
    client = long_ago(client_for(eva))
    client.post(address(cast), {"ask": "1"})
    answer = client.post(PASSWORD_PAGE, {"password": PASSWORD, "next": address(cast)})
    assert answer.headers["Location"] == f"{reverse('team')}?team={cast.team.pk}"
    assert asked(cast)
    assert "Everybody in" in client.get(answer.headers["Location"]).content.decode()


def test_or_after_a_code(cast: Cast, eva: User, client_for: ClientFor) -> None:
    with_app(eva)
    client = long_ago(client_for(eva))
    way = client.post(address(cast), {"ask": "1"}).headers["Location"]
    page = client.get(way).content.decode()
    assert CODE_PAGE in page
    assert "With a passkey" in page
    client.post(CODE_PAGE, {"code": code_now(), "next": address(cast)})
    assert asked(cast)


def test_nothing_that_was_typed_stands_in_the_session_in_the_clear(
    cast: Cast, eva: User, client_for: ClientFor
) -> None:
    client = long_ago(client_for(eva))
    client.post(address(cast), {"ask": "1", "password": "a-secret-of-a-customer"})
    rows = [row.session_data for row in Session.objects.all()]
    assert not any("secret-of-a" in row for row in rows)
    assert "secret-of-a" not in json.dumps(dict(client.session.items())), "sealed twice: not even in the open session"


def test_allauths_own_pages_go_by_the_same_rule_and_keep_nothing_in_the_clear(
    cast: Cast, eva: User, client_for: ClientFor
) -> None:
    client = long_ago(client_for(eva))
    change = {"email": "new@example.com", "action_add": "1"}
    way = client.post(reverse("account_email"), change).headers["Location"]
    assert way.startswith(PASSWORD_PAGE)
    assert "new@" not in json.dumps(dict(client.session.items()))
    client.post(PASSWORD_PAGE, {"password": PASSWORD, "next": reverse("account_email")})
    assert OutgoingMail.objects.filter(to_address="new@example.com").count() == 1


def test_a_press_is_done_only_for_its_own_page(cast: Cast, eva: User, client_for: ClientFor) -> None:
    client = long_ago(client_for(eva))
    client.post(address(cast), {"ask": "1"})
    answer = client.post(PASSWORD_PAGE, {"password": PASSWORD, "next": reverse("now")})
    assert answer.headers["Location"] == reverse("now")
    assert not asked(cast)
    client.post(PASSWORD_PAGE, {"password": PASSWORD, "next": address(cast)})
    assert not asked(cast), "it was kept for one time"


def test_a_press_is_done_only_for_its_own_person(cast: Cast, eva: User, client_for: ClientFor) -> None:
    able_to_log_in(cast.entrepreneur)
    client, other = long_ago(client_for(eva)), long_ago(client_for(cast.entrepreneur))
    client.post(address(cast), {"ask": "1"})
    session = other.session
    session["account_reauthentication_state"] = client.session["account_reauthentication_state"]
    session.save()
    other.post(PASSWORD_PAGE, {"password": PASSWORD, "next": address(cast)})
    assert not asked(cast)


def test_a_press_of_long_ago_is_not_done_any_more(cast: Cast, eva: User, client_for: ClientFor) -> None:
    client = long_ago(client_for(eva))
    client.post(address(cast), {"ask": "1"})
    session = client.session
    kept = session["account_reauthentication_state"]
    kept["state"]["at"] = time.time() - 3600
    session["account_reauthentication_state"] = kept
    session.save()
    client.post(PASSWORD_PAGE, {"password": PASSWORD, "next": address(cast)})
    assert not asked(cast)


def test_files_are_not_kept_and_that_is_said(cast: Cast, eva: User, client_for: ClientFor) -> None:
    client = long_ago(client_for(eva))
    sent = {"ask": "1", "file": SimpleUploadedFile("a.txt", b"x"), "next": "/team/"}
    way = client.post(address(cast), sent).headers["Location"]
    assert way == f"{PASSWORD_PAGE}?next=%2Fteam%2F"
    assert "Files can&#x27;t be kept" in client.get(way).content.decode()
    client.post(way, {"password": PASSWORD, "next": "/team/"})
    assert not asked(cast)


def test_a_very_long_text_is_not_kept_and_that_is_said(cast: Cast, eva: User, client_for: ClientFor) -> None:
    client = long_ago(client_for(eva))
    way = client.post(address(cast), {"ask": "1", "text": "x" * 70_000}).headers["Location"]
    assert "too long to keep" in client.get(way).content.decode()


def test_what_is_swapped_in_is_led_to_a_whole_page(cast: Cast, eva: User, client_for: ClientFor) -> None:
    answer = long_ago(client_for(eva)).post(address(cast), {"ask": "1"}, headers={"hx-request": "true"})
    assert answer.headers["HX-Redirect"].startswith(PASSWORD_PAGE)


def test_a_script_is_told_the_way_back_to_the_page_it_runs_on(cast: Cast, eva: User, client_for: ClientFor) -> None:
    headers = {"accept": "application/json", "referer": "http://testserver/resources/?team=1"}
    answer = long_ago(client_for(eva)).post(address(cast), {"ask": "1"}, headers=headers)
    assert answer.status_code == 401
    assert answer.json() == {"location": f"{PASSWORD_PAGE}?next=%2Fresources%2F%3Fteam%3D1"}


def test_nobody_is_led_to_another_site(cast: Cast, eva: User, client_for: ClientFor) -> None:
    headers = {"accept": "application/json", "referer": "https://evil.example/x"}
    answer = long_ago(client_for(eva)).post(address(cast), {"next": "//evil.example"}, headers=headers)
    assert answer.json() == {"location": f"{PASSWORD_PAGE}?next=%2Fnow%2F"}
    client = client_for(eva)
    done = client.post(PASSWORD_PAGE, {"password": PASSWORD, "next": "https://evil.example/"})
    assert done.headers["Location"] == reverse("now")
