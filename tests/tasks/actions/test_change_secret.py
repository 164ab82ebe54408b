"""Giving a login, changing what is sealed in it, and taking it back."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import AuditEntry
from accounts.sealing import current_key
from tasks.actions.resources import change_resource, remove_resource
from tasks.actions.secrets import reveal
from tasks.models import Resource, ResourceKind, Reveal, RevealWay, Secret, SecretPart, SecretToRotate
from tests.conftest import Cast
from tests.tasks.secrets import KEY, PASSWORD, login_of


@pytest.fixture
def shop(cast: Cast, now: datetime) -> Resource:
    return login_of(cast, now, one_time_code=KEY, asks_reason=True)


def change(resource: Resource, cast: Cast, now: datetime, **changed: Any) -> Resource:
    names = ("kind", "name", "content", "user_name", "web_address", "asks_reason")
    values = {name: getattr(resource, name) for name in names}
    return change_resource(
        **{"resource": resource, "by": cast.entrepreneur, "now": now, "stored_file": None, **values, **changed}
    )


def password_of(resource: Resource, cast: Cast, now: datetime) -> str:
    return reveal(resource=resource, part=SecretPart.PASSWORD, way=RevealWay.SHOWN, by=cast.owner, now=now).text


def kinds() -> list[str]:
    return [f"{entry.kind} {entry.data.get('part', '')}".strip() for entry in AuditEntry.objects.order_by("pk")]


def test_a_new_login_stands_sealed_in_rows_of_their_own(cast: Cast, shop: Resource, now: datetime) -> None:
    rows = list(Secret.objects.filter(resource=shop))
    assert {row.part for row in rows} == set(SecretPart)
    assert {(row.key, row.changed_at) for row in rows} == {(current_key(), now)}
    stored = str([*Resource.objects.values(), *Secret.objects.values(), *AuditEntry.objects.values()])
    assert PASSWORD not in stored
    assert KEY not in stored
    assert kinds() == ["resource-added"]


def test_only_a_login_has_secrets(cast: Cast, now: datetime) -> None:
    note = login_of(cast, now)
    Secret.objects.all().delete()
    changed = change(note, cast, now, kind=ResourceKind.NOTE, secrets={"password": PASSWORD})
    assert not Secret.objects.exists()
    assert (changed.user_name, changed.web_address, changed.asks_reason) == ("", "", False)


def test_another_password_takes_the_place_of_the_old_one(cast: Cast, shop: Resource, now: datetime) -> None:
    later = now + timedelta(days=1)
    change(shop, cast, later, secrets={"password": "another"})
    assert password_of(shop, cast, later) == "another"
    moments = dict(Secret.objects.values_list("part", "changed_at"))
    assert moments == {"password": later, "one_time_code": now}
    assert kinds()[1:3] == ["resource-changed", "secret-changed password"]


def test_without_a_word_about_it_a_secret_stays(cast: Cast, shop: Resource, now: datetime) -> None:
    change(shop, cast, now + timedelta(days=1), name="Web shop")
    assert password_of(shop, cast, now) == PASSWORD
    assert set(Secret.objects.values_list("changed_at", flat=True)) == {now}
    assert "secret-changed" not in " ".join(kinds())


def test_an_empty_text_takes_it_away(cast: Cast, shop: Resource, now: datetime) -> None:
    change(shop, cast, now, secrets={"password": ""})
    assert list(Secret.objects.values_list("part", flat=True)) == ["one_time_code"]
    assert AuditEntry.objects.get(kind="secret-changed").data["removed"] is True
    change(shop, cast, now, secrets={"password": ""})
    assert kinds().count("secret-changed password") == 1


def test_what_is_no_login_any_more_keeps_no_secrets(cast: Cast, shop: Resource, now: datetime) -> None:
    change(shop, cast, now, kind=ResourceKind.NOTE, content="Closed")
    assert not Secret.objects.exists()


def test_a_new_value_ticks_off_what_was_to_be_rotated(cast: Cast, shop: Resource, now: datetime) -> None:
    def listed(part: SecretPart, resource: Resource = shop) -> SecretToRotate:
        values = {"team": cast.team, "person": cast.assistant, "resource_name": "Shop", "seen_at": now}
        return SecretToRotate.objects.create(resource=resource, part=part, listed_at=now, **values)

    rows = [listed(SecretPart.PASSWORD), listed(SecretPart.ONE_TIME_CODE)]
    rows.append(listed(SecretPart.PASSWORD, login_of(cast, now, name="Bank")))
    later = now + timedelta(days=1)
    change(shop, cast, later, name="Web shop")
    assert not SecretToRotate.objects.exclude(done_at=None).exists()
    change(shop, cast, later, secrets={"password": "another"})
    for row in rows:
        row.refresh_from_db()
    assert [(row.done_at, row.done_by) for row in rows] == [(later, cast.entrepreneur), (None, None), (None, None)]


def test_who_saw_it_stays_written_down_when_it_is_removed(cast: Cast, shop: Resource, now: datetime) -> None:
    password_of(shop, cast, now)
    remove_resource(resource=shop, by=cast.owner, now=now)
    assert not Secret.objects.exists()
    row = Reveal.objects.get()
    assert (row.resource, row.resource_name, row.person) == (None, "Shop", cast.owner)
    assert kinds()[-1] == "resource-removed"
