"""The team page: who sees what."""

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Invitation, Role
from tests.accounts.conftest import ClientFor, queries_of
from tests.conftest import Cast
from tests.factories import InvitationFactory, MembershipFactory, UserFactory


def test_the_owner_sees_members_invitations_and_settings(
    cast: Cast, client_for: ClientFor, invitation: Invitation
) -> None:
    page = client_for(cast.owner).get(reverse("team")).content.decode()
    for text in ("Sam Smit", "Gus Groot", "ina@example.com", "Withdraw", "Settings of the team", "Change role"):
        assert text in page


def test_an_entrepreneur_invites_but_has_no_settings(cast: Cast, client_for: ClientFor) -> None:
    page = client_for(cast.entrepreneur).get(reverse("team")).content.decode()
    assert "Invite someone" in page
    assert "Settings of the team" not in page
    assert "Change role" not in page


def test_an_assistant_sees_who_is_in_it(cast: Cast, client_for: ClientFor, invitation: Invitation) -> None:
    page = client_for(cast.assistant).get(reverse("team")).content.decode()
    assert "Gus Groot" in page
    assert "Invite someone" not in page
    assert "ina@example.com" not in page


def test_a_guest_sees_only_who_hands_over(cast: Cast, client_for: ClientFor) -> None:
    page = client_for(cast.guest).get(reverse("team")).content.decode()
    assert "Eva Evers" in page
    assert "Gus Groot" in page
    assert "Sam Smit" not in page
    assert "eva@example.com" not in page


def test_someone_in_several_teams_chooses(cast: Cast, client_for: ClientFor) -> None:
    MembershipFactory.create(team=cast.other_team, user=cast.assistant)
    client = client_for(cast.assistant)
    assert f"?team={cast.other_team.id}" in client.get(reverse("team")).content.decode()
    page = client.get(reverse("team"), {"team": str(cast.other_team.id)}).content.decode()
    assert "<h1>Olga&#x27;s Office</h1>" in page


@pytest.mark.parametrize("team", ["other", "7a830d8b-c98c-4155-b17f-ad762cdba1e6", "nonsense"])
def test_a_foreign_team_is_not_there(cast: Cast, client_for: ClientFor, team: str) -> None:
    wanted = str(cast.other_team.id) if team == "other" else team
    assert client_for(cast.owner).get(reverse("team"), {"team": wanted}).status_code == 404


def test_someone_without_a_team_is_asked_to_start_one(client_for: ClientFor, db: None) -> None:
    assert client_for(UserFactory.create()).get(reverse("team")).headers["Location"] == reverse("team_new")


def test_it_asks_for_a_login(cast: Cast, client_for: ClientFor) -> None:
    from django.test import Client

    assert Client().get(reverse("team")).status_code == 302


def test_the_number_of_queries_does_not_grow_with_the_team(
    cast: Cast, client_for: ClientFor, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_for(cast.owner)

    def grow() -> None:
        for user in UserFactory.create_batch(10):
            MembershipFactory.create(team=cast.team, user=user, role=Role.ASSISTANT)
        InvitationFactory.create_batch(10, team=cast.team, invited_by=cast.owner)

    grow()
    before = queries_of(lambda: client.get(reverse("team")))
    grow()
    with django_assert_num_queries(before):
        client.get(reverse("team"))
