"""Where a login of long ago is not enough: each address that was promised to ask again does, for everybody and by every
method, and does nothing meanwhile; and no address asks that is not in the table."""

from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.accounts.logging_in import long_ago, with_app, with_passkey
from tests.house.addresses import ADDRESSES, PEOPLE
from tests.house.conftest import World
from tests.house.walks import undone

pytestmark = pytest.mark.walk

# What docs/security.md promises, by what it is about.
PROMISED: dict[str, tuple[str, ...]] = {
    "secrets": ("secret_show", "secret_copy", "secret_code"),
    "agreements": ("agreement_propose", "agreement_accept"),
    "who is in a team, and as what": ("invite", "member_role", "member_leaving_end"),
    "who owns a team": ("team_owner",),
    "exports": ("profile_export_ask", "profile_export", "what_happened_download", "money_records_csv"),
    "deletions": ("profile_delete", "team_delete", "team_delete_call_off"),
    "whether a team asks for a second step": ("team_second_step",),
}
ASKS_AGAIN = {name for names in PROMISED.values() for name in names}
# allauth's pages about how one logs in ask by a rule of their own: with an address to add, an app or a passkey.
LOGGING_IN = {
    "account_email",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_add_webauthn",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
}
ASKING = ("account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn")
ADDS_AN_ADDRESS = {"action_add": "1", "email": "another@example.com"}


def views(patterns: list[URLPattern | URLResolver]) -> dict[str, Any]:
    """Every view of the URLconf, by its name; the first of a name is the one that is found."""
    found: dict[str, Any] = {}
    for pattern in patterns:
        inside = views(pattern.url_patterns) if isinstance(pattern, URLResolver) else {}
        if isinstance(pattern, URLPattern):
            inside = {pattern.name or str(pattern.pattern): pattern.callback}
        found = inside | found
    return found


def test_what_asks_again_is_what_was_promised_to() -> None:
    marked = {name for name, view in views(get_resolver().url_patterns).items() if getattr(view, "asks_again", False)}
    assert marked == ASKS_AGAIN


def asked(client: Client, name: str, world: World, method: str) -> bool:
    """Whether this address led to the page that asks who one is."""
    address = ADDRESSES[name]
    path = reverse(name, args=address.args(world)) + address.query(world)
    sent = ADDS_AN_ADDRESS if name == "account_email" else address.sent
    answer = client.get(path) if method == "get" else client.post(path, sent)
    return answer.headers.get("Location", "").startswith(tuple(reverse(page) + "?next=" for page in ASKING))


def methods(name: str) -> list[str]:
    """Those that this address takes, by the table of who gets what."""
    return [method for method in ("get", "post") if 405 not in getattr(ADDRESSES[name], method)]


@pytest.mark.parametrize("name", sorted(ASKS_AGAIN))
def test_a_login_of_long_ago_is_led_to_the_password_and_changes_nothing(name: str, world: World) -> None:
    for person in PEOPLE[1:]:
        client = long_ago(world.clients[person])
        with undone() as changes:
            found = {method: asked(client, name, world, method) for method in methods(name)}
        assert found, "an address that takes nothing"
        assert all(found.values()), person
        assert [change.sql for change in changes] == [], person


@pytest.mark.parametrize("name", sorted(ASKS_AGAIN))
def test_a_login_of_just_now_is_asked_nothing(name: str, world: World) -> None:
    with undone():
        assert not any(
            asked(world.clients[person], name, world, method) for person in PEOPLE[1:] for method in methods(name)
        )


@pytest.mark.parametrize("name", sorted(set(ADDRESSES) - ASKS_AGAIN - {"admin:", *ASKING}))
def test_nothing_else_asks_but_the_pages_about_logging_in(name: str, world: World) -> None:
    person = world.cast.assistant
    with_app(person)
    with_passkey(person)
    client = long_ago(world.clients["assistant"])
    with undone():
        found = any(asked(client, name, world, method) for method in methods(name))
    assert found == (name in LOGGING_IN)
