"""Another role for a member."""

from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import Membership, Role, User
from tests.accounts.conftest import ClientFor
from tests.conftest import Cast


def url(cast: Cast, user: User) -> str:
    return reverse("member_role", args=[Membership.objects.get(team=cast.team, user=user).id])


def role_of(cast: Cast, user: User) -> str:
    return Membership.objects.get(team=cast.team, user=user).role


def test_the_owner_gives_a_member_another_role(cast: Cast, client_for: ClientFor) -> None:
    page = client_for(cast.owner).post(url(cast, cast.assistant), {"role": "guest"}, follow=True).content.decode()
    assert "Sam Smit is now guest assistant." in page
    assert role_of(cast, cast.assistant) == Role.GUEST


@pytest.mark.parametrize("role", ["owner", "king", ""])
def test_other_roles_cannot_be_given(cast: Cast, client_for: ClientFor, role: str) -> None:
    answer = client_for(cast.owner).post(url(cast, cast.assistant), {"role": role}, follow=True)
    assert "That role can&#x27;t be given." in answer.content.decode()
    assert role_of(cast, cast.assistant) == Role.ASSISTANT


def test_the_owner_stays_the_owner(cast: Cast, client_for: ClientFor) -> None:
    assert client_for(cast.owner).post(url(cast, cast.owner), {"role": "guest"}).status_code == 403
    assert role_of(cast, cast.owner) == Role.OWNER


@pytest.mark.parametrize(
    ("who", "status"), [("entrepreneur", 403), ("assistant", 403), ("guest", 403), ("outsider", 404)]
)
def test_only_the_owner_gives_roles(cast: Cast, client_for: ClientFor, who: str, status: int) -> None:
    answer = client_for(getattr(cast, who)).post(url(cast, cast.assistant), {"role": "entrepreneur"})
    assert answer.status_code == status
    assert role_of(cast, cast.assistant) == Role.ASSISTANT


def test_an_unknown_member_is_not_there(cast: Cast, client_for: ClientFor) -> None:
    answer = client_for(cast.owner).post(reverse("member_role", args=[uuid4()]), {"role": "guest"})
    assert answer.status_code == 404
