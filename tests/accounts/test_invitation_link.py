"""Following an invitation's link: what is seen, and who comes in."""

import threading
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import actions
from accounts.models import Invitation, Membership, Message, Role, Team, User
from tests.accounts.conftest import ClientFor
from tests.conftest import Cast
from tests.factories import PASSWORD, InvitationFactory, MembershipFactory, UserFactory


def link(invitation: Invitation) -> str:
    return reverse("invitation", args=[invitation.token])


def join_link(invitation: Invitation) -> str:
    return reverse("invitation_join", args=[invitation.token])


def page(client: Client, url: str) -> str:
    return client.get(url).content.decode()


@pytest.fixture
def ina(cast: Cast) -> User:
    """Who was invited, once she has an account."""
    ina = UserFactory.create(email="ina@example.com", name="Ina")
    EmailAddress.objects.create(user=ina, email=ina.email, verified=True, primary=True)
    return ina


def test_looking_changes_nothing(client_for: ClientFor, ina: User, invitation: Invitation) -> None:
    assert "Join Eva&#x27;s Events" in page(client_for(ina), link(invitation))
    assert not Membership.objects.filter(user=ina).exists()
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_one_press_joins_and_tells_the_inviter(
    cast: Cast, client_for: ClientFor, ina: User, invitation: Invitation
) -> None:
    answer = client_for(ina).post(link(invitation))
    assert answer.headers["Location"] == reverse("now")
    assert Membership.objects.get(user=ina).role == Role.ASSISTANT
    invitation.refresh_from_db()
    assert invitation.accepted_by == ina
    assert Message.objects.get(recipient=cast.owner).params["person"] == "Ina"


def test_a_second_press_leads_to_the_team(client_for: ClientFor, ina: User, invitation: Invitation) -> None:
    client = client_for(ina)
    client.post(link(invitation))
    answer = client.post(link(invitation), follow=True)
    assert "You are in the team Eva&#x27;s Events" in answer.content.decode()
    assert Membership.objects.filter(user=ina).count() == 1


def test_another_person_is_asked_to_use_the_right_address(
    cast: Cast, client_for: ClientFor, invitation: Invitation
) -> None:
    client = client_for(cast.outsider)
    shown = page(client, link(invitation))
    assert "ina@example.com" in shown
    assert "Log out" in shown
    client.post(link(invitation))
    assert not Membership.objects.filter(team=cast.team, user=cast.outsider).exists()


def test_logging_out_there_leads_back(client_for: ClientFor, cast: Cast, invitation: Invitation) -> None:
    answer = client_for(cast.outsider).post(reverse("account_logout"), {"next": link(invitation)})
    assert answer.headers["Location"] == link(invitation)


def test_someone_with_an_account_logs_in_and_comes_back(client: Client, ina: User, invitation: Invitation) -> None:
    shown = page(client, link(invitation))
    assert reverse("account_login") in shown
    assert "Choose a password" not in shown
    login = {"login": "ina@example.com", "password": PASSWORD, "next": link(invitation)}
    assert client.post(reverse("account_login"), login).headers["Location"] == link(invitation)


def test_someone_new_joins_with_a_name_and_a_password(client: Client, cast: Cast, invitation: Invitation) -> None:
    assert "Choose a password" in page(client, link(invitation))
    answer = client.post(join_link(invitation), {"name": "Ina Idema", "password": "correct horse battery"})
    assert answer.headers["Location"] == reverse("now")
    ina = User.objects.get(email="ina@example.com")
    assert client.session["_auth_user_id"] == str(ina.id)
    assert [membership.team for membership in ina.memberships.all()] == [cast.team]
    assert Team.objects.count() == 2, "joining starts no team"
    assert EmailAddress.objects.get(user=ina).verified


@pytest.mark.parametrize(
    ("name", "password", "said"),
    [
        ("Ina", "short", "too short"),
        ("Ina", "ina@example.com", "too similar"),
        ("Ina", "", "This field is required."),
        ("", "correct horse battery", "This field is required."),
        ("x" * 121, "correct horse battery", "at most 120 characters"),
    ],
)
def test_a_refused_form_says_why_and_keeps_the_name(
    client: Client, invitation: Invitation, name: str, password: str, said: str
) -> None:
    answer = client.post(join_link(invitation), {"name": name, "password": password})
    assert said in answer.content.decode()
    assert f'value="{name}"' in answer.content.decode() or not name
    assert not User.objects.filter(email="ina@example.com").exists()


def test_joining_with_an_address_that_got_an_account_meanwhile_asks_to_log_in(
    client: Client, ina: User, invitation: Invitation
) -> None:
    answer = client.post(join_link(invitation), {"name": "X", "password": "correct horse battery"}, follow=True)
    assert "There is an account for ina@example.com" in answer.content.decode()
    ina.refresh_from_db()
    assert ina.name == "Ina"
    assert ina.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"expired": True}, "has expired"),
        ({"withdrawn_at": timezone.now()}, "was withdrawn"),
        ({"accepted_at": timezone.now()}, "was used"),
    ],
)
def test_a_closed_invitation_is_a_friendly_page_that_lets_nobody_in(
    client: Client, client_for: ClientFor, ina: User, cast: Cast, changes: dict[str, object], said: str
) -> None:
    closed = InvitationFactory.create(team=cast.team, invited_by=cast.owner, email=ina.email, **changes)
    for visitor in (client, client_for(ina)):
        assert said in page(visitor, link(closed))
        visitor.post(link(closed))
        visitor.post(join_link(closed), {"name": "X", "password": "correct horse battery"})
    assert not Membership.objects.filter(user=ina).exists()


@pytest.mark.parametrize("token", ["x", "0" * 32, "a:b", "0" * 32 + ":" + "b" * 43, "%00", "é:ü"])
def test_an_altered_link_is_a_friendly_page(client: Client, cast: Cast, token: str) -> None:
    answer = client.get(reverse("invitation", args=[token]))
    assert answer.status_code == 404
    assert "This link doesn't work" in answer.content.decode()


def test_the_link_of_one_invitation_does_not_open_another(client: Client, cast: Cast, invitation: Invitation) -> None:
    other = InvitationFactory.create(team=cast.other_team)
    forged = other.id.hex + ":" + invitation.token.partition(":")[2]
    assert client.get(reverse("invitation", args=[forged])).status_code == 404


def test_a_member_who_accepts_another_invitation_keeps_their_role(
    cast: Cast, client_for: ClientFor, ina: User, invitation: Invitation
) -> None:
    MembershipFactory.create(team=cast.team, user=ina, role=Role.ENTREPRENEUR)
    client_for(ina).post(link(invitation))
    assert Membership.objects.get(user=ina).role == Role.ENTREPRENEUR


@pytest.mark.django_db(transaction=True)
def test_of_many_presses_at_once_exactly_one_wins(cast: Cast, ina: User, invitation: Invitation) -> None:
    start, outcomes, now = threading.Barrier(4), [], timezone.now()

    def press() -> None:
        start.wait()
        try:
            actions.accept(invitation=invitation, user=ina, now=now)
            outcomes.append("in")
        except actions.InvitationClosedError:
            outcomes.append("closed")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["closed", "closed", "closed", "in"]
    assert Membership.objects.filter(user=ina).count() == 1


def test_it_still_works_just_before_it_expires(cast: Cast, ina: User, invitation: Invitation) -> None:
    actions.accept(invitation=invitation, user=ina, now=invitation.expires_at - timedelta(seconds=1))
    assert Membership.objects.filter(user=ina).exists()
