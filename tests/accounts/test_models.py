"""Users, teams and what the database itself keeps in order."""

import pytest
from django.db import IntegrityError, transaction

from accounts import locales
from accounts.models import Membership, Role, User
from tests.conftest import Cast
from tests.factories import InvitationFactory, MembershipFactory, UserFactory


@pytest.mark.django_db
def test_an_address_is_one_address_however_it_is_written() -> None:
    user = User.objects.create_user("  Eva@Example.COM ", "secret")
    assert user.email == "eva@example.com"
    assert User.objects.get(email="EVA@example.com") == user
    assert User.objects.get_by_natural_key("Eva@example.com") == user
    with pytest.raises(IntegrityError), transaction.atomic():
        User(email="EVA@EXAMPLE.COM").save()


@pytest.mark.django_db
def test_a_password_is_kept_as_a_hash() -> None:
    user = User.objects.create_user("eva@example.com", "secret")
    assert "secret" not in user.password
    assert user.check_password("secret")
    assert not User.objects.create_user("x@example.com").has_usable_password()


@pytest.mark.django_db
def test_an_administrator_may_use_the_admin() -> None:
    admin = User.objects.create_superuser("root@example.com", "secret")
    assert (admin.is_staff, admin.is_superuser) == (True, True)


def test_a_user_needs_an_address() -> None:
    with pytest.raises(ValueError, match="address"):
        User.objects.create_user("")


@pytest.mark.parametrize(
    ("name", "text", "short", "initials"),
    [
        ("Eva Evers", "Eva Evers", "Eva", "EE"),
        ("Sam de Vries", "Sam de Vries", "Sam", "SV"),
        ("Cher", "Cher", "Cher", "C"),
        ("", "eva@example.com", "eva", "E"),
        ("  ", "  ", "eva", "E"),
    ],
)
def test_what_a_person_is_called(name: str, text: str, short: str, initials: str) -> None:
    user = User(email="eva@example.com", name=name)
    assert (str(user), user.short_name, user.initials) == (text, short, initials)


def test_a_team_has_one_owner(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        MembershipFactory.create(team=cast.team, role=Role.OWNER)


def test_a_person_is_in_a_team_once(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        MembershipFactory.create(team=cast.team, user=cast.assistant, role=Role.GUEST)


def test_a_role_is_one_of_the_roles(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(user=cast.assistant).update(role="king")


def test_an_address_has_one_open_invitation_in_a_team(cast: Cast) -> None:
    InvitationFactory.create(team=cast.team, email="ina@example.com")
    with pytest.raises(IntegrityError), transaction.atomic():
        InvitationFactory.create(team=cast.team, email="INA@example.com")
    InvitationFactory.create(team=cast.other_team, email="ina@example.com")


def test_the_roles_fall_into_two_sides() -> None:
    assert Role.entrepreneurs() == (Role.OWNER, Role.ENTREPRENEUR)
    assert Role.assistants() == (Role.ASSISTANT, Role.GUEST)


def test_zones_to_choose_from_are_named_after_places() -> None:
    names = [name for name, _label in locales.time_zones()]
    assert names == sorted(names)
    assert {"Europe/Amsterdam", "Asia/Manila", "America/Argentina/Buenos_Aires"} <= set(names)
    assert not {"UTC", "Etc/GMT+1", "posixrules", "US/Eastern"} & set(names)


def test_currencies_have_their_name_in_the_active_language() -> None:
    assert dict(locales.currencies())["EUR"] == "EUR · Euro"


@pytest.mark.django_db
def test_everyone_has_a_zone() -> None:
    assert UserFactory.create().zone.key == "Europe/Amsterdam"
