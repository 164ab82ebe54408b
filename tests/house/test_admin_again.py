"""An administrator whose login is of long ago looks, and changes nothing: each press in the admin asks who is there."""

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, reverse

from accounts.models import Team, User
from tests.accounts.logging_in import PASSWORD, able_to_log_in, log_in, long_ago
from tests.accounts.test_admin import team_form
from tests.conftest import logged_in
from tests.house.conftest import World
from tests.house.walks import undone

pytestmark = pytest.mark.walk

PASSWORD_PAGE = "/accounts/reauthenticate/"
NO_PAGES_TO_CHANGE = {"login", "logout"}


def names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns)
        elif pattern.name:
            yield pattern.name


def path_of(name: str, world: World) -> str:
    """Its address; where it wants an id, that of somebody or anything."""
    for args in ([], [str(world.cast.assistant.pk)], ["accounts"], ["1", "1"]):
        try:
            return reverse(f"admin:{name}", args=args)
        except NoReverseMatch:
            continue
    raise AssertionError(name)


def administrator_of(world: World) -> User:
    return User.objects.get(pk=world.clients["administrator"].session["_auth_user_id"])


NAMES = sorted(set(names(admin.site.urls[0])) - NO_PAGES_TO_CHANGE)


def test_the_walk_knows_the_admin() -> None:
    assert {"accounts_user_change", "accounts_team_add", "auth_user_password_change", "password_change"} <= set(NAMES)


def test_every_press_asks_again_and_does_nothing(world: World) -> None:
    client = long_ago(logged_in(administrator_of(world)))
    with undone() as changes:
        for name in NAMES:
            answer = client.post(path_of(name, world), {"action": "sign_out_everywhere", "name": "x"})
            assert answer.headers.get("Location", "").startswith(PASSWORD_PAGE), name
    assert changes == []


def test_looking_asks_nothing(world: World) -> None:
    client = long_ago(logged_in(administrator_of(world)))
    assert client.get(reverse("admin:accounts_team_changelist")).status_code == 200


def test_neither_does_whoever_is_no_administrator_get_asked(world: World) -> None:
    client = long_ago(logged_in(world.cast.owner))
    answer = client.post(reverse("admin:accounts_team_change", args=[world.cast.team.pk]))
    assert not answer.headers.get("Location", "").startswith(PASSWORD_PAGE)


def test_a_press_of_just_now_is_done(world: World) -> None:
    client = logged_in(administrator_of(world))
    sent = team_form(world.cast, {}) | {"name": "Another name"}
    with undone():
        client.post(reverse("admin:accounts_team_change", args=[world.cast.team.pk]), sent)
        assert Team.objects.get(pk=world.cast.team.pk).name == "Another name"


def test_what_was_pressed_is_kept_and_done_after_the_password(world: World) -> None:
    with undone():
        client = Client(enforce_csrf_checks=True)
        client.cookies = logged_in(able_to_log_in(administrator_of(world))).cookies
        long_ago(client)
        path = reverse("admin:accounts_team_change", args=[world.cast.team.pk])
        client.get(path)
        sent = team_form(world.cast, {}) | {"name": "Another name"}
        token = {"csrfmiddlewaretoken": client.cookies["csrftoken"].value}
        way = client.post(path, sent | token).headers["Location"]
        assert Team.objects.get(pk=world.cast.team.pk).name != "Another name"
        assert "What you sent is kept" in client.get(way).content.decode()
        answer = client.post(PASSWORD_PAGE, {"password": PASSWORD, "next": path} | token)
        assert answer.headers["Location"] == reverse("admin:accounts_team_changelist")
        assert Team.objects.get(pk=world.cast.team.pk).name == "Another name"


def test_the_admin_is_still_logged_in_to_and_out_of(world: World) -> None:
    with undone():
        root = able_to_log_in(administrator_of(world))
        client = Client()
        way = client.get(reverse("admin:login")).headers["Location"]
        assert way.startswith(reverse("account_login"))
        log_in(client, root)
        assert client.get(reverse("admin:index")).status_code == 200
        assert client.post(reverse("admin:logout")).status_code == 200
        assert client.get(reverse("admin:index")).status_code == 302
        stale = long_ago(logged_in(root))
        assert stale.post(reverse("admin:logout")).status_code == 200
