"""Ten thousand secrets, sealed anew by a process that is killed half-way and by another that goes on from there."""

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from accounts.sealing import current_key, key_of, new_key, seal, unseal
from tasks.actions.resources import purpose_of
from tasks.models import Resource, ResourceKind, Secret, SecretPart
from tests.conftest import Cast
from tests.trials.workers import Surroundings, rotate_keys, start

pytestmark = pytest.mark.django_db(transaction=True)

SECRETS = 10_000


@pytest.fixture
def surroundings(tmp_path: Path) -> Surroundings:
    name = str(connection.settings_dict["NAME"])
    return Surroundings(database=name, mail_port=0, log=str(tmp_path / "log"), batch=1)


def sealed_logins(cast: Cast, now: datetime) -> None:
    """Half as many logins, with two secrets each."""
    logins = [
        Resource(team=cast.team, kind=ResourceKind.LOGIN, name=f"Shop {number}", created_at=now)
        for number in range(SECRETS // len(SecretPart))
    ]
    Resource.objects.bulk_create(logins)
    secrets = [
        (login, part, seal(text_of(login, part), purpose=purpose_of(login, part)))
        for login in logins
        for part in SecretPart
    ]
    Secret.objects.bulk_create(
        Secret(resource=login, part=part, sealed=sealed, key=key_of(sealed), changed_at=now)
        for login, part, sealed in secrets
    )


def text_of(login: Resource, part: str) -> str:
    return f"{part} of {login.name}"


def test_killed_half_way_and_resumed_all_are_readable_with_the_new_key_alone(
    cast: Cast, now: datetime, surroundings: Surroundings, settings: Settings, say: Callable[[str], None]
) -> None:
    sealed_logins(cast, now)
    keys = [new_key(), *settings.SECRETS_KEYS]
    settings.SECRETS_KEYS = keys
    done = Secret.objects.filter(key=current_key())

    first = start(rotate_keys, surroundings, keys)
    deadline = time.monotonic() + 30
    while done.count() < SECRETS / 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    first.kill()
    first.join(10)
    half_way = done.count()
    assert first.exitcode == -9, Path(surroundings.log).read_text()
    assert SECRETS / 3 <= half_way < SECRETS

    second = start(rotate_keys, surroundings, keys)
    second.join(60)
    said = Path(surroundings.log).read_text()
    assert second.exitcode == 0, said
    assert f"{SECRETS - half_way} of {SECRETS - half_way}" in said
    assert "The others are no longer needed" in said

    settings.SECRETS_KEYS = keys[:1]
    rows = Secret.objects.select_related("resource")
    read = sum(
        unseal(row.sealed, purpose=purpose_of(row.resource, row.part)) == text_of(row.resource, row.part)
        for row in rows.iterator()
    )
    assert read == SECRETS
    say(f"killed after {half_way} of {SECRETS} secrets, resumed, all readable with the new key alone")
