"""Who logged in and how, and who tried to, is written down."""

from datetime import datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts import signing_in
from accounts.models import AuditEntry, Invitation, User
from tests.accounts.conftest import ClientFor
from tests.conftest import Cast
from tests.factories import PASSWORD


@pytest.fixture(autouse=True)
def no_brake(db: None) -> None:
    """Attempts of one test don't slow down the next one."""
    cache.clear()


def sign_in(client: Client, email: str, password: str = PASSWORD) -> None:
    client.post(reverse("account_login"), {"login": email, "password": password}, REMOTE_ADDR="192.0.2.7")


def entries(kind: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(kind=kind).order_by("id"))


def test_with_a_password(cast: Cast, client: Client) -> None:
    EmailAddress.objects.create(user=cast.assistant, email="sam@example.com", verified=True, primary=True)
    sign_in(client, "SAM@example.com")
    [entry] = entries("signed-in")
    assert (entry.actor, entry.about, entry.team_id) == (cast.assistant, cast.assistant, None)
    assert (entry.ip, entry.data) == ("192.0.2.7", {"method": "password"})


@pytest.mark.parametrize(
    ("records", "method"),
    [
        ([{"method": "password"}], "password"),
        ([{"method": "password"}, {"method": "mfa", "type": "totp"}], "second-factor"),
        ([{"method": "password"}, {"method": "mfa", "type": "recovery_codes"}], "recovery-code"),
        ([{"method": "mfa", "type": "webauthn"}], "passkey"),
        ([{"method": "password_reset"}], "reset"),
        ([{"method": "code"}], "mail"),
        ([{"method": "something new"}], "password"),
        ([], "password"),
    ],
)
def test_the_way_is_named(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch, records: list[dict[str, str]], method: str
) -> None:
    monkeypatch.setattr(signing_in, "get_authentication_records", lambda request, user: records)
    signing_in.note_sign_in(None, cast.assistant, now=now)  # type: ignore[arg-type]
    assert entries("signed-in")[0].data == {"method": method}


def test_by_the_link_of_an_invitation(invitation: Invitation, client: Client) -> None:
    sent = {"name": "Ina", "password": "correct horse battery"}
    client.post(reverse("invitation_join", args=[invitation.token]), sent)
    [entry] = entries("signed-in")
    assert (entry.data, str(entry.actor)) == ({"method": "invitation"}, "Ina")


def test_a_wrong_password_is_nobodys_and_about_the_account(cast: Cast, client: Client) -> None:
    sign_in(client, "sam@example.com", "not-the-password-at-all")
    [entry] = entries("sign-in-failed")
    assert (entry.actor_id, entry.about, entry.ip, entry.team_id) == (None, cast.assistant, "192.0.2.7", None)
    assert not entries("signed-in")


def test_what_was_typed_is_nowhere(cast: Cast, client: Client) -> None:
    sign_in(client, "sam@example.com", "typed-by-mistake-77")
    sign_in(client, "typed-by-mistake-77", "x")
    assert all("typed-by-mistake" not in str(vars(entry)) for entry in AuditEntry.objects.all())


def test_an_unknown_address_leaves_no_entry(cast: Cast, client: Client) -> None:
    sign_in(client, "nobody@example.com", "x")
    assert not AuditEntry.objects.exists()


def test_many_attempts_leave_one_entry_a_minute_for_each_device(cast: Cast, now: datetime) -> None:
    class From:
        def __init__(self, ip: str) -> None:
            self.META = {"REMOTE_ADDR": ip}
            self.headers: dict[str, str] = {}

    for second in range(180):
        for ip in ("192.0.2.1", "192.0.2.2"):
            at = now + timedelta(seconds=second)
            signing_in.note_failure(From(ip), "sam@example.com", now=at)  # type: ignore[arg-type]
    assert len(entries("sign-in-failed")) == 6


def test_ten_thousand_attempts_through_the_page_leave_a_few(cast: Cast, client: Client) -> None:
    for _count in range(40):
        sign_in(client, "sam@example.com", "wrong")
    assert len(entries("sign-in-failed")) == 1


def test_a_wrong_password_when_asked_again(cast: Cast, client_for: ClientFor) -> None:
    client_for(cast.assistant).post(reverse("account_reauthenticate"), {"password": "wrong"})
    [entry] = entries("sign-in-failed")
    assert (entry.about, entry.data) == (cast.assistant, {"again": True})


def test_a_changed_password(cast: Cast, client_for: ClientFor) -> None:
    new = "a-much-better-password-9"
    sent = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    client_for(cast.assistant).post(reverse("account_change_password"), sent)
    assert User.objects.get(pk=cast.assistant.pk).check_password(new)
    [entry] = entries("password-changed")
    assert (entry.actor, entry.data) == (cast.assistant, {"reset": False})
    assert new not in str(vars(entry))


def test_an_address_that_can_not_be_told_is_left_out(cast: Cast, now: datetime) -> None:
    assert signing_in.address_of(None) is None
