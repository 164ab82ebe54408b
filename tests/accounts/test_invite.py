"""Inviting someone into a team."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import InviteError, invite
from accounts.actions.invitations import MOST_OPEN
from accounts.models import Invitation, OutgoingMail, Role
from tests.accounts.conftest import ClientFor
from tests.conftest import Cast
from tests.factories import InvitationFactory, UserFactory


def press(client: Client, cast: Cast, email: str, role: str = "assistant", **extra: str) -> str:
    """Send the form, follow where it leads, and read the page."""
    url = reverse("invite", args=[cast.team.id])
    return client.post(url, {"email": email, "role": role, **extra}, follow=True).content.decode()


def test_an_invitation_is_kept_and_mailed(cast: Cast, client_for: ClientFor) -> None:
    page = press(client_for(cast.owner), cast, "Ina@Example.com", role="guest")
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.role, invitation.invited_by) == ("ina@example.com", Role.GUEST, cast.owner)
    assert timedelta(days=13) < invitation.expires_at - timezone.now() < timedelta(days=15)
    assert "ina@example.com gets a mail with a link." in page
    mail = OutgoingMail.objects.get()
    assert (mail.to_address, mail.subject) == ("ina@example.com", "Eva Evers invites you to Eva's Events")
    assert f"http://127.0.0.1:8000/invitations/{invitation.token}/" in mail.text


def test_the_mail_is_in_the_language_of_someone_who_has_an_account(cast: Cast, now: datetime) -> None:
    UserFactory.create(email="jan@example.com", language="nl")
    invite(team=cast.team, by=cast.owner, email="jan@example.com", role="assistant", now=now)
    assert OutgoingMail.objects.get().language == "nl"


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("EVA@example.com", "This is your own address."),
        ("sam@example.com", "This person is already in the team."),
        ("not an address", "Enter a valid email address."),
        ("a" * 260 + "@example.com", "Ensure this value has at most"),
        ("", "This field is required."),
        ("مرحبا@", "Enter a valid email address."),
    ],
)
def test_a_refused_address_is_explained_and_kept(cast: Cast, client_for: ClientFor, email: str, said: str) -> None:
    page = press(client_for(cast.owner), cast, email, role="guest")
    assert said in page
    assert f'value="{email}"' in page or not email
    assert '<option value="guest" selected>' in page
    assert not Invitation.objects.exists()


def test_an_invited_address_is_not_invited_twice(cast: Cast, client_for: ClientFor, invitation: Invitation) -> None:
    assert "This address is already invited." in press(client_for(cast.entrepreneur), cast, "INA@example.com")
    assert Invitation.objects.count() == 1


def test_an_expired_invitation_makes_way_for_a_new_one(cast: Cast, client_for: ClientFor) -> None:
    old = InvitationFactory.create(team=cast.team, email="ina@example.com", expired=True)
    press(client_for(cast.owner), cast, "ina@example.com")
    old.refresh_from_db()
    assert old.withdrawn_at
    assert Invitation.objects.filter(withdrawn_at=None).count() == 1


def test_nobody_can_be_invited_as_the_owner(cast: Cast, client_for: ClientFor) -> None:
    assert "Select a valid choice" in press(client_for(cast.owner), cast, "ina@example.com", role="owner")
    assert not Invitation.objects.exists()


def test_a_team_has_a_limited_number_of_open_invitations(cast: Cast, now: datetime) -> None:
    InvitationFactory.create_batch(MOST_OPEN, team=cast.team, invited_by=cast.owner)
    with pytest.raises(InviteError, match="Withdraw some first"):
        invite(team=cast.team, by=cast.owner, email="ina@example.com", role="assistant", now=now)


def test_another_team_may_invite_the_same_address(cast: Cast, invitation: Invitation, now: datetime) -> None:
    assert invite(team=cast.other_team, by=cast.outsider, email="ina@example.com", role="guest", now=now)


@pytest.mark.parametrize(("who", "status"), [("assistant", 403), ("guest", 403), ("outsider", 404)])
def test_only_those_who_hand_over_invite(cast: Cast, client_for: ClientFor, who: str, status: int) -> None:
    url = reverse("invite", args=[cast.team.id])
    answer = client_for(getattr(cast, who)).post(url, {"email": "ina@example.com", "role": "guest"})
    assert answer.status_code == status
    assert not Invitation.objects.exists()


def test_looking_at_the_address_invites_nobody(cast: Cast, client_for: ClientFor) -> None:
    assert client_for(cast.owner).get(reverse("invite", args=[cast.team.id])).status_code == 405
