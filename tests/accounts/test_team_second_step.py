"""A team asks for a second step: who may, what it does to who has none, and what it costs the others."""

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts import second_factor
from accounts.actions import OwnFactorFirst, accept, ask_second_factor, stop_asking_second_factor
from accounts.models import AuditEntry, Membership, Message, Team, User
from tests.accounts.logging_in import long_ago, with_app, with_passkey
from tests.conftest import Cast
from tests.factories import InvitationFactory

ClientFor = Callable[[User], Client]
SET_UP = "/accounts/second-step/"


@pytest.fixture
def asking(cast: Cast) -> Team:
    """Eva's team, which asks it; she has a passkey."""
    with_passkey(cast.owner)
    assert ask_second_factor(team=cast.team, by=cast.owner, now=timezone.now())
    return cast.team


def is_asked(user: User) -> bool:
    return User.objects.get(pk=user.pk).second_factor_asked


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_the_owner_asks_it_and_who_has_none_is_told(cast: Cast, client_for: ClientFor) -> None:
    with_passkey(cast.owner)
    with_app(cast.entrepreneur)
    where = reverse("team_second_step", args=[cast.team.pk])
    page = client_for(cast.owner).post(where, {"ask": "1"}, follow=True).content.decode()
    assert "is asked for a second step from now on" in page
    assert "Not set up yet by Gus Groot, Sam Smit" in page
    told = Message.objects.filter(template="second_factor_asked").values_list("recipient__name", flat=True)
    assert set(told) == {"Sam Smit", "Gus Groot"}
    assert [entry.kind for entry in AuditEntry.objects.filter(team=cast.team)] == ["second-factor-asked"]
    assert [is_asked(user) for user in (cast.owner, cast.guest, cast.outsider)] == [True, True, False]


def test_who_asks_it_has_one(cast: Cast, client_for: ClientFor) -> None:
    with pytest.raises(OwnFactorFirst):
        ask_second_factor(team=cast.team, by=cast.owner, now=timezone.now())
    where = reverse("team_second_step", args=[cast.team.pk])
    page = client_for(cast.owner).post(where, {"ask": "1"}, follow=True).content.decode()
    assert "Set up a second step for yourself first" in page
    assert not is_asked(cast.guest)


def test_recovery_codes_alone_are_none(cast: Cast) -> None:
    with_app(cast.owner).delete()
    assert not second_factor.has_one(cast.owner)


def test_a_second_press_asks_nobody_twice(cast: Cast, asking: Team) -> None:
    assert not ask_second_factor(team=asking, by=cast.owner, now=timezone.now())
    assert Message.objects.filter(template="second_factor_asked").count() == 3
    assert AuditEntry.objects.count() == 1


def test_and_no_longer(cast: Cast, asking: Team, client_for: ClientFor) -> None:
    client_for(cast.owner).post(reverse("team_second_step", args=[asking.pk]), {"ask": "0"})
    assert not is_asked(cast.guest)
    assert AuditEntry.objects.latest("pk").kind == "second-factor-not-asked"
    assert not stop_asking_second_factor(team=asking, by=cast.owner, now=timezone.now())


def test_it_takes_a_recent_login(cast: Cast, asking: Team, client_for: ClientFor) -> None:
    client = long_ago(client_for(cast.owner))
    client.post(reverse("team_second_step", args=[asking.pk]), {"ask": "0"})
    assert is_asked(cast.guest)


@pytest.mark.parametrize("name", ["now", "task_list", "team", "inbox", "resources", "profile_messages", "team_new"])
def test_who_has_none_is_led_to_the_page_that_sets_it_up(
    name: str, cast: Cast, asking: Team, client_for: ClientFor
) -> None:
    answer = client_for(again(cast.assistant)).get(reverse(name), follow=True)
    assert answer.redirect_chain == [(SET_UP, 302)]
    assert "Eva&#x27;s Events asks for a second step" in answer.content.decode()


@pytest.mark.parametrize(
    "name", ["mfa_index", "mfa_add_webauthn", "mfa_activate_totp", "profile", "profile_login", "account_email"]
)
def test_what_is_needed_for_that_stays_open(name: str, cast: Cast, asking: Team, client_for: ClientFor) -> None:
    assert client_for(again(cast.assistant)).get(reverse(name)).status_code == 200


def test_so_do_logging_out_and_the_language(cast: Cast, asking: Team, client_for: ClientFor) -> None:
    client = client_for(again(cast.assistant))
    answer = client.post(reverse("set_language"), {"language": "nl", "next": SET_UP})
    assert answer.headers["Location"] == SET_UP
    assert client.post(reverse("account_logout")).headers["Location"] == reverse("account_login")


def test_what_they_press_is_not_done(cast: Cast, asking: Team, client_for: ClientFor) -> None:
    client = client_for(again(cast.entrepreneur))
    sent = {"email": "new@example.com", "role": "guest"}
    page = client.post(reverse("invite", args=[asking.pk]), sent, follow=True).content.decode()
    assert "That was not done yet" in page
    assert not asking.invitations.exists()


def test_what_is_swapped_in_or_fetched_is_led_there_too(cast: Cast, asking: Team, client_for: ClientFor) -> None:
    client = client_for(again(cast.assistant))
    assert client.get(reverse("now"), headers={"hx-request": "true"}).headers["HX-Redirect"] == SET_UP
    answer = client.get(reverse("now"), headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()) == (403, {"location": SET_UP})


@pytest.mark.parametrize("add", [with_app, with_passkey])
def test_either_of_the_two_opens_the_door(
    add: Callable[[User], object], cast: Cast, asking: Team, client_for: ClientFor
) -> None:
    client = client_for(again(cast.assistant))
    assert client.get(reverse("now")).status_code == 302
    add(cast.assistant)
    assert client.get(reverse("now")).status_code == 200


def test_the_last_one_can_not_go_while_it_is_asked(cast: Cast, asking: Team, client_for: ClientFor) -> None:
    app, client = with_app(cast.assistant), client_for(again(cast.assistant))
    page = client.get(reverse("mfa_deactivate_totp")).content.decode()
    assert "Set up another one first" in page
    assert "Set up another one first" in client.post(reverse("mfa_deactivate_totp")).content.decode()
    key = with_passkey(cast.assistant)
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(pk=app.pk).exists()
    page = client.post(reverse("mfa_remove_webauthn", args=[key.pk]), follow=True).content.decode()
    assert "Set up another one first" in page
    assert second_factor.has_one(cast.assistant)
    stop_asking_second_factor(team=asking, by=cast.owner, now=timezone.now())
    client.post(reverse("mfa_remove_webauthn", args=[key.pk]))
    assert not second_factor.has_one(cast.assistant)


def test_joining_such_a_team_asks_it_and_another_team_keeps_asking(cast: Cast, asking: Team) -> None:
    invitation = InvitationFactory.create(team=asking, email=cast.outsider.email, invited_by=cast.owner)
    accept(invitation=invitation, user=cast.outsider, now=timezone.now())
    assert is_asked(cast.outsider)
    with_passkey(cast.outsider)
    ask_second_factor(team=cast.other_team, by=cast.outsider, now=timezone.now())
    stop_asking_second_factor(team=asking, by=cast.owner, now=timezone.now())
    assert is_asked(cast.outsider)
    Membership.objects.filter(user=cast.outsider).delete()
    second_factor.recount([cast.outsider])
    assert not is_asked(cast.outsider)


def test_it_costs_nothing_where_no_team_asks_and_one_query_where_one_does(
    cast: Cast, client_for: ClientFor, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_for(cast.owner)
    client.get(reverse("profile"))
    with django_assert_num_queries(5):
        client.get(reverse("profile_messages"))
    with_passkey(cast.owner)
    ask_second_factor(team=cast.team, by=cast.owner, now=timezone.now())
    with django_assert_num_queries(6):
        client.get(reverse("profile_messages"))
