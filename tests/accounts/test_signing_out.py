"""Signing somebody out everywhere."""

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.signing_out import sign_out_everywhere
from tests.accounts.logging_in import able_to_log_in, log_in
from tests.conftest import Cast
from tests.factories import InvitationFactory


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def still_in(client: Client) -> bool:
    return client.get(reverse("inbox")).status_code == 200


def test_every_session_of_the_person_ends_and_no_other(cast: Cast) -> None:
    theirs, other = [logged_in(cast.assistant) for _ in range(2)], logged_in(cast.owner)
    assert sign_out_everywhere(cast.assistant) == 2
    assert not any(map(still_in, theirs))
    assert still_in(other)
    assert not UserSession.objects.filter(user=cast.assistant).exists()


def test_one_can_be_kept(cast: Cast) -> None:
    here, phone = logged_in(cast.assistant), logged_in(cast.assistant)
    assert sign_out_everywhere(cast.assistant, but=here.session.session_key) == 1
    assert still_in(here)
    assert not still_in(phone)


@pytest.mark.parametrize("way", ["password", "invitation"])
def test_every_way_to_log_in_is_written_down_at_once(way: str, cast: Cast) -> None:
    """So that it can be ended at once, before any other page was opened."""
    client = Client()
    if way == "invitation":
        invitation = InvitationFactory.create(team=cast.team, invited_by=cast.owner, email="ina@example.com")
        sent = {"name": "Ina", "password": "a-long-password-9"}
        client.post(reverse("invitation_join", args=[invitation.token]), sent)
        person = User.objects.get(email="ina@example.com")
    else:
        person = able_to_log_in(cast.owner)
        log_in(client, person)
    key = client.session.session_key
    assert client.session[SESSION_KEY] == str(person.pk)
    assert UserSession.objects.get(user=person).session_key == key
    assert sign_out_everywhere(person) == 1
    assert not still_in(client)


def test_a_session_with_another_key_is_written_down_with_the_next_page(cast: Cast) -> None:
    """As after a new password, whoever set it: Django gives the session another key then."""
    client = logged_in(cast.owner)
    assert still_in(client)
    session = client.session
    session.cycle_key()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    assert still_in(client)
    assert sign_out_everywhere(cast.owner) >= 1
    assert not still_in(client)
