"""The second step: setting up an app, logging in with it, recovery codes, and what the database keeps of it."""

import json
import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import AuditEntry, OutgoingMail, User
from tests.accounts.logging_in import (
    SECRET,
    SEED,
    able_to_log_in,
    code_now,
    log_in,
    long_ago,
    with_app,
    with_passkey,
)
from tests.conftest import Cast

ClientFor = Callable[[User], Client]
STEP = "/accounts/second-step/authenticate/"


def page(client: Client, name: str, *args: object) -> str:
    return client.get(reverse(name, args=args)).content.decode()


def test_an_app_is_set_up_with_its_code_and_recovery_codes_are_shown_once(
    cast: Cast, client_for: ClientFor, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    client = client_for(cast.owner)
    shown = page(client, "mfa_activate_totp")
    assert "data:image/svg+xml;base64," in shown
    found = re.search(r'class="key">([^<]+)<', shown)
    assert found
    secret = found[1].replace(" ", "")
    wrong = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert "This code is not right" in wrong.content.decode()
    assert secret in wrong.content.decode().replace(" ", ""), "the app that was scanned still counts"
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_activate_totp"), {"code": code_now(secret)})
    answer = client.get(reverse("mfa_view_recovery_codes"))
    codes = re.findall(r"<li>(\d{8})</li>", answer.content.decode())
    assert len(codes) == 10
    assert "data:text/plain" in answer.content.decode()
    again = page(client, "mfa_view_recovery_codes")
    assert not any(code in again for code in codes)
    assert "10 codes left" in again
    assert [entry.kind for entry in AuditEntry.objects.filter(actor=cast.owner)] == ["second-factor-added"]
    assert AuditEntry.objects.get().data == {"factor": "totp"}
    assert OutgoingMail.objects.get().subject == "An app was added as a second step"


def test_the_pages_with_codes_are_kept_by_no_browser(cast: Cast, client_for: ClientFor) -> None:
    with_app(cast.owner)
    answer = client_for(cast.owner).get(reverse("mfa_view_recovery_codes"))
    assert "no-store" in answer.headers["Cache-Control"]


def test_nothing_of_it_stands_in_the_database_in_the_clear(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.owner)
    shown = page(client, "mfa_activate_totp")
    secret = re.search(r'class="key">([^<]+)<', shown)[1].replace(" ", "")  # type: ignore[index]
    rows = [row.session_data for row in Session.objects.all()]
    assert rows
    assert not any(secret in row for row in rows)
    client.post(reverse("mfa_activate_totp"), {"code": code_now(secret)})
    kept = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM handover_cache")
        assert not any(code_now(secret) in key for key, _value in cursor.fetchall())


def test_logging_in_asks_for_a_code_after_the_password(client: Client, cast: Cast) -> None:
    able_to_log_in(cast.owner)
    with_app(cast.owner)
    assert log_in(client, cast.owner).headers["Location"] == STEP
    assert client.get(reverse("now")).status_code == 302, "not in yet"
    assert "Your password is right" in client.get(STEP).content.decode()
    assert "This code is not right" in client.post(STEP, {"code": "000000"}).content.decode()
    assert client.post(STEP, {"code": code_now()}).headers["Location"] == reverse("now")
    assert client.get(reverse("now")).status_code == 200


def test_a_code_works_once_as_long_as_it_lasts(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also a code of the half minute after, which allauth forgets too soon."""
    able_to_log_in(cast.owner)
    with_app(cast.owner)
    stopped = SimpleNamespace(time=lambda: 1_800_000_010.0)
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time", stopped)
    monkeypatch.setattr("tests.accounts.logging_in.time", stopped)
    code = code_now(later=1)
    first, second = Client(), Client()
    log_in(first, cast.owner)
    log_in(second, cast.owner)
    assert first.post(STEP, {"code": code}).status_code == 302
    assert "it was used already" in second.post(STEP, {"code": code}).content.decode()
    assert second.post(STEP, {"code": code_now()}).status_code == 302


def test_a_recovery_code_gets_in_once(client: Client, cast: Cast) -> None:
    able_to_log_in(cast.owner)
    with_app(cast.owner)
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    log_in(client, cast.owner)
    assert client.post(STEP, {"code": codes[0]}).headers["Location"] == reverse("now")
    other = Client()
    log_in(other, cast.owner)
    assert other.post(STEP, {"code": codes[0]}).status_code == 200
    assert other.post(STEP, {"code": codes[1]}).status_code == 302
    assert "8 recovery codes left" in page(other, "profile_login")


def test_new_recovery_codes_end_the_ones_before(
    cast: Cast, client_for: ClientFor, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with_app(cast.owner)
    before = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    client = client_for(cast.owner)
    with django_capture_on_commit_callbacks(execute=True):
        shown = client.post(reverse("mfa_generate_recovery_codes"), follow=True).content.decode()
    assert not any(code in shown for code in before)
    assert [entry.kind for entry in AuditEntry.objects.all()] == ["recovery-codes-made"]


@pytest.mark.parametrize(
    "name",
    ["mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes", "mfa_view_recovery_codes"],
)
def test_all_of_it_asks_for_a_recent_login(name: str, cast: Cast, client_for: ClientFor) -> None:
    if name.endswith("codes"):
        with_app(cast.owner)
    answer = long_ago(client_for(cast.owner)).get(reverse(name))
    assert answer.headers["Location"].endswith(f"/reauthenticate/?next={reverse(name).replace('/', '%2F')}")


def test_removing_asks_for_a_recent_login_too(cast: Cast, client_for: ClientFor) -> None:
    with_app(cast.owner)
    key = with_passkey(cast.owner)
    client = long_ago(client_for(cast.owner))
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert client.post(reverse("mfa_remove_webauthn", args=[key.pk])).status_code == 302
    assert client.post(reverse("mfa_edit_webauthn", args=[key.pk]), {"name": "Mine"}).status_code == 302
    assert Authenticator.objects.count() == 3
    assert Authenticator.objects.get(pk=key.pk).wrap().name == "Phone"


def test_the_app_is_removed_and_its_codes_go_with_it(cast: Cast, client_for: ClientFor) -> None:
    with_app(cast.owner)
    client_for(cast.owner).post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.exists()
    assert [entry.data for entry in AuditEntry.objects.all()] == [{"factor": "totp"}]


def test_a_passkey_is_renamed_and_removed_by_its_owner_only(cast: Cast, client_for: ClientFor) -> None:
    key = with_passkey(cast.owner)
    stranger = client_for(cast.assistant)
    assert stranger.get(reverse("mfa_edit_webauthn", args=[key.pk])).status_code == 404
    assert stranger.post(reverse("mfa_remove_webauthn", args=[key.pk])).status_code == 404
    client = client_for(cast.owner)
    client.post(reverse("mfa_edit_webauthn", args=[key.pk]), {"name": "Blue key"})
    assert "Blue key" in page(client, "mfa_list_webauthn")
    assert "Remove Blue key?" in page(client, "mfa_remove_webauthn", key.pk)
    client.post(reverse("mfa_remove_webauthn", args=[key.pk]))
    assert "You have no passkeys yet" in page(client, "mfa_list_webauthn")


def test_a_passkey_that_nobody_made_adds_nothing(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.owner)
    client.get(reverse("mfa_add_webauthn"))
    for sent in ("", "{}", "[]", '{"id": "x", "rawId": "x", "response": {}}', "not json"):
        assert client.post(reverse("mfa_add_webauthn"), {"name": "x", "credential": sent}).status_code == 200
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("sent", ["", "{}", "[]", '"x"', '{"id": "x", "rawId": "x", "response": {}}', "not json"])
def test_nobody_gets_in_with_a_passkey_that_nobody_made(sent: str, client: Client, cast: Cast) -> None:
    answer = client.post(reverse("mfa_login_webauthn"), {"credential": sent})
    assert answer.headers["Location"] == reverse("account_login")


def test_the_pages_say_it_in_words_without_javascript(cast: Cast, client: Client, client_for: ClientFor) -> None:
    assert "Passkeys need JavaScript" in page(client, "account_login")
    assert "Passkeys need JavaScript" in page(client_for(cast.owner), "mfa_add_webauthn")
    assert "<script>" not in page(client_for(cast.owner), "mfa_add_webauthn")


def test_the_secrets_of_these_tests_are_sealed(cast: Cast) -> None:
    app = with_app(cast.owner)
    assert SECRET not in json.dumps(app.data)
    assert SEED not in json.dumps(Authenticator.objects.get(type="recovery_codes").data)
