"""Two presses at the same moment around second steps, with two real transactions."""

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import second_factor
from accounts.actions import ask_second_factor
from accounts.models import AuditEntry, User
from tests.accounts.logging_in import able_to_log_in, code_now, log_in, with_app, with_passkey
from tests.conftest import Cast
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ClientFor = Callable[[User], Client]


def test_the_last_two_can_not_be_removed_at_once_while_a_team_asks_for_one(cast: Cast, client_for: ClientFor) -> None:
    app, key = with_app(cast.owner), with_passkey(cast.owner)
    ask_second_factor(team=cast.team, by=cast.owner, now=timezone.now())
    first, second = client_for(cast.owner), client_for(cast.owner)
    at_once(
        lambda: first.post(reverse("mfa_deactivate_totp")),
        lambda: second.post(reverse("mfa_remove_webauthn", args=[key.pk])),
    )
    assert second_factor.has_one(cast.owner)
    assert Authenticator.objects.filter(pk__in=[app.pk, key.pk]).count() == 1


def test_asking_it_twice_at_once_tells_everybody_once(cast: Cast) -> None:
    with_passkey(cast.owner)
    now = timezone.now()
    found = at_once(*[lambda: ask_second_factor(team=cast.team, by=cast.owner, now=now)] * 2)
    assert sorted(map(str, found)) == ["False", "True"]
    assert AuditEntry.objects.filter(kind="second-factor-asked").count() == 1


def test_one_code_lets_one_of_two_in(cast: Cast) -> None:
    able_to_log_in(cast.owner)
    with_app(cast.owner)
    clients = [Client(), Client()]
    for client in clients:
        log_in(client, cast.owner)
    code, step = code_now(), reverse("mfa_authenticate")
    found = at_once(*[lambda client=client: client.post(step, {"code": code}).status_code for client in clients])
    assert sorted(map(str, found)) == ["200", "302"]
