"""Giving a team to somebody else."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions.ownership import NotGiven, give_team
from accounts.audit import Happened
from accounts.models import AuditEntry, Membership, Message, Role, User
from tests.accounts.conftest import ClientFor
from tests.conftest import Cast


def url(cast: Cast) -> str:
    return reverse("team_owner", args=[cast.team.pk])


def role_of(cast: Cast, user: User) -> str:
    return Membership.objects.get(team=cast.team, user=user).role


def test_the_owner_gives_it_and_stays_as_an_entrepreneur(cast: Cast, client_for: ClientFor) -> None:
    answer = client_for(cast.owner).post(url(cast), {"to": str(cast.entrepreneur.pk)}, follow=True)
    assert "Eva&#x27;s Events now belongs to Finn Faber. You stay in it as an entrepreneur." in answer.content.decode()
    assert (role_of(cast, cast.owner), role_of(cast, cast.entrepreneur)) == (Role.ENTREPRENEUR, Role.OWNER)
    entry = AuditEntry.objects.get(kind=Happened.OWNER_CHANGED)
    assert (entry.actor, entry.about, entry.team, entry.ip) == (cast.owner, cast.entrepreneur, cast.team, "127.0.0.1")
    told = Message.objects.filter(template="owner_changed", kind="account")
    assert {(message.recipient, message.params["yours"]) for message in told} == {
        (cast.owner, False),
        (cast.entrepreneur, True),
    }
    assert client_for(cast.owner).get(url(cast)).status_code == 403


@pytest.mark.parametrize("to", ["assistant", "guest", "outsider", "owner"])
def test_only_an_entrepreneur_of_the_team_can_get_it(to: str, cast: Cast, client_for: ClientFor, now: datetime) -> None:
    person = getattr(cast, to)
    answer = client_for(cast.owner).post(url(cast), {"to": str(person.pk)})
    assert answer.status_code == 422
    with pytest.raises(NotGiven):
        give_team(team=cast.team, by=cast.owner, to=person, now=now)
    assert role_of(cast, cast.owner) == Role.OWNER


@pytest.mark.parametrize("to", ["", "king", "0b5f3c1e-8c5e-4f6e-9d0a-6f2b7c1d2e3f"])
def test_a_wrong_choice_is_explained(to: str, cast: Cast, client_for: ClientFor) -> None:
    answer = client_for(cast.owner).post(url(cast), {"to": to})
    assert answer.status_code == 422
    assert role_of(cast, cast.owner) == Role.OWNER


def test_a_second_press_is_told(cast: Cast, now: datetime) -> None:
    give_team(team=cast.team, by=cast.owner, to=cast.entrepreneur, now=now)
    with pytest.raises(NotGiven, match="The team has another owner already"):
        give_team(team=cast.team, by=cast.owner, to=cast.entrepreneur, now=now)


def test_a_login_of_long_ago_is_asked_for_the_password_first(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.owner)
    answer = client.post(url(cast), {"to": str(cast.entrepreneur.pk), "next": url(cast)})
    assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert role_of(cast, cast.owner) == Role.OWNER


def test_without_another_entrepreneur_the_page_says_what_to_do(cast: Cast, client_for: ClientFor) -> None:
    Membership.objects.filter(user=cast.entrepreneur).delete()
    assert "There is no other entrepreneur in this team." in client_for(cast.owner).get(url(cast)).content.decode()
