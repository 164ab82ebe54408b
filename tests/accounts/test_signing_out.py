"""Signing somebody out everywhere."""

from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.signing_out import sign_out_everywhere
from tests.conftest import Cast


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


def test_a_session_that_nobody_wrote_down_ends_too(cast: Cast) -> None:
    old = logged_in(cast.assistant)
    UserSession.objects.all().delete()
    assert sign_out_everywhere(cast.assistant) == 1
    assert not still_in(old)
