"""Sealing everything with a new key: all of it, nothing twice, and never over what somebody changes meanwhile."""

from datetime import datetime
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts import sealing
from accounts.mfa_adapter import MFAAdapter
from accounts.sealing import current_key, new_key, seal
from tasks.actions import rotating
from tasks.actions.resources import change_resource
from tasks.actions.rotating import Standing, rotate, standing
from tasks.actions.secrets import reveal
from tasks.models import Resource, RevealWay, Secret, SecretPart
from tests.conftest import Cast
from tests.factories import UserFactory
from tests.tasks.secrets import KEY, PASSWORD, login_of
from tests.threads import at_once


@pytest.fixture
def logins(cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch) -> list[Resource]:
    """Five logins with ten secrets, and batches of three."""
    monkeypatch.setattr(rotating, "BATCH", 3)
    return [login_of(cast, now, name=f"Shop {n}", password=f"{PASSWORD}-{n}", one_time_code=KEY) for n in range(5)]


@pytest.fixture
def new_first(logins: list[Resource], settings: Settings) -> str:
    """A new key stands before the one that sealed everything."""
    settings.SECRETS_KEYS = [new_key(), *settings.SECRETS_KEYS]
    return current_key()


def password_of(resource: Resource, cast: Cast, now: datetime) -> str:
    return reveal(resource=resource, part=SecretPart.PASSWORD, way=RevealWay.SHOWN, by=cast.owner, now=now).text


def change(resource: Resource, cast: Cast, now: datetime, password: str) -> Resource:
    names = ("kind", "name", "content", "user_name", "web_address", "asks_reason")
    values: dict[str, Any] = {name: getattr(resource, name) for name in names}
    secrets = {"password": password}
    return change_resource(resource=resource, by=cast.owner, now=now, stored_file=None, secrets=secrets, **values)


def test_afterwards_the_new_key_alone_opens_everything(
    cast: Cast, logins: list[Resource], new_first: str, now: datetime, settings: Settings
) -> None:
    moments = set(Secret.objects.values_list("changed_at", flat=True))
    assert standing() == Standing(current=0, old=10, shut=0)
    assert sum(rotate()) == 10
    assert standing() == Standing(current=10, old=0, shut=0)
    assert set(Secret.objects.values_list("key", flat=True)) == {new_first}
    assert set(Secret.objects.values_list("changed_at", flat=True)) == moments  # nobody has to rotate anything
    settings.SECRETS_KEYS = settings.SECRETS_KEYS[:1]
    assert [password_of(login, cast, now) for login in logins] == [f"{PASSWORD}-{n}" for n in range(5)]


def test_what_was_stopped_half_way_goes_on_where_it_ended(logins: list[Resource], new_first: str) -> None:
    batches = rotate()
    assert [next(batches), next(batches)] == [3, 3]
    batches.close()
    assert standing() == Standing(current=6, old=4, shut=0)
    assert sum(rotate()) == 4
    assert sum(rotate()) == 0


def test_what_is_changed_between_reading_and_writing_is_not_put_back(
    cast: Cast, logins: list[Resource], new_first: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed: list[Resource] = []

    def reseal(sealed: str) -> str:
        if not changed:
            changed.extend(change(login, cast, now, "another") for login in logins)
        return sealing.reseal(sealed)

    monkeypatch.setattr("tasks.actions.rotating.reseal", reseal)
    assert sum(rotate()) < 10
    assert {password_of(login, cast, now) for login in logins} == {"another"}
    assert standing().done


def test_what_does_not_open_is_left_as_it_is_and_told(
    cast: Cast, logins: list[Resource], new_first: str, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = Secret.objects.all()[0]
    Secret.objects.filter(pk=secret.pk).update(sealed=f"{secret.sealed[:60]}{'A' if secret.sealed[60] != 'A' else 'B'}")
    with pytest.raises(CommandError, match="1 still need an older key"):
        call_command("rotate_keys")
    assert "9 of 10" in capsys.readouterr().out


def test_what_was_sealed_with_a_key_that_is_gone_is_told(
    cast: Cast, logins: list[Resource], settings: Settings
) -> None:
    settings.SECRETS_KEYS = [new_key()]
    with pytest.raises(CommandError, match="10 can't be opened with any key"):
        call_command("rotate_keys")
    assert standing() == Standing(current=0, old=0, shut=10)


def test_the_command_tells_how_far_it_is(new_first: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError, match="10 of 10 still need an older key"):
        call_command("rotate_keys", "--check")
    assert Secret.objects.exclude(key=new_first).count() == 10
    call_command("rotate_keys")
    call_command("rotate_keys", "--check")
    call_command("rotate_keys")
    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == ["3 of 10", "6 of 10", "9 of 10", "10 of 10"]
    assert set(lines[4:]) == {"All 10 are sealed with the first key. The others are no longer needed."}


def test_stopped_by_hand_it_says_how_to_go_on(new_first: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(sealed: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("tasks.actions.rotating.reseal", stopped)
    with pytest.raises(CommandError, match="Stopped after 0 of 10; run it again to go on") as caught:
        call_command("rotate_keys")
    assert caught.value.returncode == 130


def test_second_factors_are_sealed_anew_too(cast: Cast, settings: Settings) -> None:
    adapter = MFAAdapter()
    kinds = Authenticator.Type
    sealed = {
        kinds.TOTP: {"secret": adapter.encrypt("one")},
        kinds.RECOVERY_CODES: {"seed": adapter.encrypt("two"), "used_mask": 5},
        kinds.WEBAUTHN: {"name": "Key", "credential": {"id": "abc"}},
    }
    people = [UserFactory.create() for _ in range(2)]
    for person in people:
        for kind, data in sealed.items():
            Authenticator.objects.create(user=person, type=kind, data=data)
    migrated = {"migrated_codes": [adapter.encrypt("three"), adapter.encrypt("four")]}
    Authenticator.objects.create(user=cast.owner, type=kinds.RECOVERY_CODES, data=migrated)
    settings.SECRETS_KEYS = [new_key(), *settings.SECRETS_KEYS]
    assert standing() == Standing(current=0, old=5, shut=0)
    assert sum(rotate()) == 5
    assert standing() == Standing(current=5, old=0, shut=0)
    settings.SECRETS_KEYS = settings.SECRETS_KEYS[:1]
    for person in people:
        data = {factor.type: factor.data for factor in Authenticator.objects.filter(user=person)}
        assert adapter.decrypt(data[kinds.TOTP]["secret"]) == "one"
        assert adapter.decrypt(data[kinds.RECOVERY_CODES]["seed"]) == "two"
        assert data[kinds.RECOVERY_CODES]["used_mask"] == 5
        assert data[kinds.WEBAUTHN] == sealed[kinds.WEBAUTHN]
    codes = Authenticator.objects.get(user=cast.owner).data["migrated_codes"]
    assert [adapter.decrypt(code) for code in codes] == ["three", "four"]


@pytest.mark.django_db(transaction=True)
def test_changing_and_rotating_at_once_lose_nothing(
    cast: Cast, logins: list[Resource], new_first: str, now: datetime
) -> None:
    def change_all() -> None:
        for login in logins:
            change(login, cast, now, "another")

    found = at_once(change_all, lambda: sum(rotate()), lambda: sum(rotate()))
    assert not [result for result in found if isinstance(result, Exception)]
    sum(rotate())
    assert {password_of(login, cast, now) for login in logins} == {"another"}
    assert standing() == Standing(current=10, old=0, shut=0)


@pytest.mark.django_db(transaction=True)
def test_two_who_change_it_at_once_leave_one_whole_value(cast: Cast, logins: list[Resource], now: datetime) -> None:
    texts = {"first " * 20, "second"}
    found = at_once(*(lambda text=text: change(logins[0], cast, now, text) for text in texts))
    assert not [result for result in found if isinstance(result, Exception)]
    assert password_of(logins[0], cast, now) in texts
    assert Secret.objects.filter(resource=logins[0]).count() == 2


def test_what_is_sealed_in_a_form_is_no_business_of_it(db: None, settings: Settings) -> None:
    assert seal("x", purpose="typed:1").startswith(current_key())
    assert standing() == Standing(current=0, old=0, shut=0)
