"""Who knows which secret of a team: read from what happened, and listed when they leave."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from accounts.audit import Happened, note
from accounts.models import AuditEntry, Membership, Role, User, erasing
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions.departures import tick_rotated
from tasks.actions.resources import change_resource, remove_resource
from tasks.actions.secrets import reveal
from tasks.departures import Seen, secrets_seen
from tasks.models import Resource, ResourceKind, RevealWay, Secret, SecretPart, SecretToRotate
from tests.conftest import Cast
from tests.tasks.factories import task_in
from tests.tasks.leavings import gone, seen
from tests.tasks.secrets import KEY, PASSWORD, login_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def change(resource: Resource, cast: Cast, now: datetime, **changed: Any) -> Resource:
    names = ("kind", "name", "content", "user_name", "web_address", "asks_reason")
    values = {name: getattr(resource, name) for name in names}
    return change_resource(
        **{"resource": resource, "by": cast.entrepreneur, "now": now, "stored_file": None, **values, **changed}
    )


def known(cast: Cast, person: User | None = None) -> list[Seen]:
    return secrets_seen(person or cast.assistant, cast.team)


def names(found: list[Seen]) -> list[str]:
    return [f"{one.name} {one.part}" for one in found]


def back(cast: Cast) -> None:
    """Sam comes back into the team."""
    Membership.objects.create(team=cast.team, user=cast.assistant, role=Role.ASSISTANT)


# --- what somebody knows ------------------------------------------------------------------------------------------


def test_what_somebody_was_shown_or_copied_counts_until_it_has_another_value(cast: Cast, now: datetime) -> None:
    shop, bank = login_of(cast, now, one_time_code=KEY), login_of(cast, now, name="Bank")
    task_in(State.IN_PROGRESS, LevelKey.PROPOSE, cast, now, resources=[shop, bank])
    later = now + 2 * HOUR
    for moment in (now, later):
        for resource, way in ((shop, RevealWay.SHOWN), (bank, RevealWay.COPIED)):
            reveal(resource=resource, part=SecretPart.PASSWORD, way=way, by=cast.assistant, now=moment)
    reveal(resource=shop, part=SecretPart.ONE_TIME_CODE, way=RevealWay.SHOWN, by=cast.assistant, now=later)
    reveal(resource=shop, part=SecretPart.PASSWORD, way=RevealWay.SHOWN, by=cast.entrepreneur, now=later)
    assert known(cast) == [
        Seen(resource_id=bank.pk, name="Bank", part="password", at=later),
        Seen(resource_id=shop.pk, name="Shop", part="password", at=later),
    ]
    change(bank, cast, later + HOUR, secrets={"password": "another"})
    assert names(known(cast)) == ["Shop password"]
    assert known(cast, cast.guest) == []
    assert secrets_seen(cast.assistant, cast.other_team) == []


def test_what_was_changed_a_moment_ahead_of_the_press_counts_as_seen(cast: Cast, now: datetime) -> None:
    shop = login_of(cast, now - DAY)
    change(shop, cast, now + timedelta(seconds=1), secrets={"password": "another"})
    reveal(resource=shop, part=SecretPart.PASSWORD, way=RevealWay.SHOWN, by=cast.owner, now=now)
    assert names(known(cast, cast.owner)) == ["Shop password"]


def test_who_filled_something_in_knows_it_also_what_codes_are_made_of(cast: Cast, now: datetime) -> None:
    shop = login_of(cast, now, one_time_code=KEY)
    assert names(known(cast, cast.owner)) == ["Shop one_time_code", "Shop password"]
    change(shop, cast, now + HOUR, secrets={"password": "another"})
    assert names(known(cast, cast.owner)) == ["Shop one_time_code"]
    assert names(known(cast, cast.entrepreneur)) == ["Shop password"]
    remove_resource(resource=shop, by=cast.owner, now=now + DAY)
    assert [(one.name, one.resource_id) for one in known(cast, cast.entrepreneur)] == [("Shop", None)]


def test_who_gave_no_secret_knows_none(cast: Cast, now: datetime) -> None:
    login_of(cast, now, password="")
    login_of(cast, now, name="A link", web_address="https://example.com", password="")
    assert known(cast, cast.owner) == []


@pytest.mark.parametrize(
    "end",
    [
        {"secrets": {"password": ""}},
        {"kind": ResourceKind.NOTE, "content": "Closed"},
        {"secrets": {"password": PASSWORD}},
    ],
    ids=["the part removed", "made a note", "the same typed again"],
)
def test_what_has_no_other_value_is_still_known_and_not_ticked(cast: Cast, now: datetime, end: dict[str, Any]) -> None:
    shop = login_of(cast, now)
    seen(cast, shop, now)
    listed = SecretToRotate.objects.create(
        team=cast.team, person=cast.guest, resource=shop, resource_name="Shop", part="password",
        seen_at=now, listed_at=now,
    )  # fmt: skip
    change(shop, cast, now + HOUR, **end)
    assert names(known(cast)) == ["Shop password"]
    listed.refresh_from_db()
    assert listed.done_at is None


def test_a_password_that_was_removed_and_given_again_may_be_the_old_one(cast: Cast, now: datetime) -> None:
    shop = login_of(cast, now)
    seen(cast, shop, now)
    change(shop, cast, now + HOUR, secrets={"password": ""})
    change(shop, cast, now + 2 * HOUR, secrets={"password": PASSWORD})
    assert names(known(cast)) == ["Shop password"]
    change(shop, cast, now + 3 * HOUR, secrets={"password": "another"})
    assert known(cast) == []


def test_a_one_time_code_with_another_name_is_the_same(cast: Cast, now: datetime) -> None:
    shop = login_of(cast, now, one_time_code=KEY)
    renamed = f"otpauth://totp/Somewhere:eva?secret={KEY}&issuer=Somewhere"
    change(shop, cast, now + HOUR, secrets={"one_time_code": renamed})
    assert "Shop one_time_code" in names(known(cast, cast.owner))
    change(shop, cast, now + DAY, secrets={"one_time_code": renamed.replace(KEY, KEY[::-1])})
    assert "Shop one_time_code" not in names(known(cast, cast.owner))


def test_of_what_cannot_be_opened_nobody_knows_whether_it_is_the_same(cast: Cast, now: datetime) -> None:
    shop = login_of(cast, now)
    seen(cast, shop, now)
    Secret.objects.update(sealed="nothing that opens")
    change(shop, cast, now + HOUR, secrets={"password": "another"})
    assert AuditEntry.objects.get(kind=Happened.SECRET_CHANGED).data["differs"] is False
    assert names(known(cast)) == ["Shop password"]


def test_older_entries_are_read_on_the_safe_side(cast: Cast, now: datetime) -> None:
    shop = login_of(cast, now)
    seen(cast, shop, now)
    change(shop, cast, now + HOUR, secrets={"password": "another"})
    with erasing():
        for entry in AuditEntry.objects.all():
            older = {name: value for name, value in entry.data.items() if name not in {"parts", "differs"}}
            AuditEntry.objects.filter(pk=entry.pk).update(data=older)
    assert names(known(cast)) == ["Shop password"]
    assert names(known(cast, cast.owner)) == ["Shop one_time_code", "Shop password"]


def test_logins_with_one_name_and_renamed_ones_are_kept_apart(cast: Cast, now: datetime) -> None:
    first, second, third = (login_of(cast, now) for _number in range(3))
    for resource in (first, second, third):
        seen(cast, resource, now)
    change(first, cast, now, name="Web shop")
    remove_resource(resource=second, by=cast.owner, now=now)
    remove_resource(resource=first, by=cast.owner, now=now)
    assert Counter(one.resource_id for one in known(cast)) == {None: 2, third.pk: 1}
    gone(cast, cast.assistant, now)
    assert SecretToRotate.objects.filter(resource_name="Shop").count() == 3


def test_it_takes_four_queries_however_much_it_was(cast: Cast, now: datetime, django_assert_num_queries: Any) -> None:
    for number in range(6):
        shop = login_of(cast, now, name=f"Login {number}")
        seen(cast, shop, now)
        change(shop, cast, now, secrets={"password": "another"})
    with django_assert_num_queries(4):
        assert len(known(cast)) == 6


def test_what_others_did_long_ago_is_not_read(cast: Cast, now: datetime) -> None:
    shop = login_of(cast, now)
    seen(cast, shop, now)
    elsewhere: dict[str, Any] = {"team": cast.other_team, "actor": cast.outsider, "kind": Happened.RESOURCE_CHANGED}
    AuditEntry.objects.bulk_create(AuditEntry(at=now - number * HOUR, **elsewhere) for number in range(2_000))
    asked: list[tuple[str, Any]] = []

    def keep(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        known(cast)
    entries = [(sql, params) for sql, params in asked if "accounts_auditentry" in sql]
    assert len(entries) == 3
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    for sql, params in entries:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE accounts_auditentry")
            cursor.execute(f"{explain} {sql}", params)
            plan = "\n".join(str(row) for row in cursor.fetchall())
        assert "Seq Scan" not in plan
        assert "SCAN accounts_auditentry" not in plan
        assert "audit_" in plan


# --- the list of who left -----------------------------------------------------------------------------------------


def test_what_they_saw_comes_on_the_list_once(cast: Cast, now: datetime) -> None:
    shop = login_of(cast, now)
    login_of(cast, now, name="Never seen")
    for hours in (1, 2):
        seen(cast, shop, now + hours * HOUR)
    gone(cast, cast.assistant, now + DAY)
    row = SecretToRotate.objects.get()
    assert (row.resource, row.resource_name, row.part, row.person) == (shop, "Shop", "password", cast.assistant)
    assert (row.seen_at, row.listed_at, row.done_at) == (now + 2 * HOUR, now + DAY, None)


def test_what_has_a_new_value_since_is_not_listed(cast: Cast, now: datetime) -> None:
    shop = login_of(cast, now)
    seen(cast, shop, now)
    change(shop, cast, now + HOUR, secrets={"password": "another"})
    gone(cast, cast.assistant, now + DAY)
    assert not SecretToRotate.objects.exists()


def test_what_was_taken_out_of_the_resources_may_still_work_outside(cast: Cast, now: datetime) -> None:
    shop = login_of(cast, now)
    seen(cast, shop, now)
    remove_resource(resource=shop, by=cast.owner, now=now)
    gone(cast, cast.assistant, now)
    assert SecretToRotate.objects.get().resource_name == "Shop"


@pytest.mark.parametrize("removed", ["stays", "removed before", "removed between", "renamed and removed"])
def test_who_leaves_twice_has_it_on_the_list_once(cast: Cast, now: datetime, removed: str) -> None:
    shop = login_of(cast, now)
    seen(cast, shop, now)
    if removed == "removed before":
        remove_resource(resource=shop, by=cast.owner, now=now)
    if removed == "renamed and removed":
        change(shop, cast, now, name="Web shop")
    gone(cast, cast.assistant, now)
    if removed in {"removed between", "renamed and removed"}:
        remove_resource(resource=shop, by=cast.owner, now=now)
    back(cast)
    gone(cast, cast.assistant, now + DAY)
    assert SecretToRotate.objects.get().listed_at == now


def test_two_that_were_removed_under_one_name_each_have_a_row(cast: Cast, now: datetime) -> None:
    first, second = login_of(cast, now), login_of(cast, now)
    seen(cast, first, now)
    remove_resource(resource=first, by=cast.owner, now=now)
    gone(cast, cast.assistant, now)
    back(cast)
    seen(cast, second, now + HOUR)
    remove_resource(resource=second, by=cast.owner, now=now + HOUR)
    gone(cast, cast.assistant, now + DAY)
    assert list(SecretToRotate.objects.order_by("seen_at").values_list("seen_at", flat=True)) == [now, now + HOUR]


def test_what_was_ticked_by_hand_comes_back_only_when_it_was_seen_again(cast: Cast, now: datetime) -> None:
    shop = login_of(cast, now)
    seen(cast, shop, now)
    gone(cast, cast.assistant, now)
    tick_rotated(secret=SecretToRotate.objects.get(), by=cast.owner, now=now + HOUR)
    back(cast)
    gone(cast, cast.assistant, now + DAY)
    assert SecretToRotate.objects.count() == 1
    back(cast)
    seen(cast, shop, now + 2 * DAY)
    gone(cast, cast.assistant, now + 3 * DAY)
    assert SecretToRotate.objects.filter(done_at=None).count() == 1


def test_an_entry_of_another_kind_of_resource_is_no_secret(cast: Cast, now: datetime) -> None:
    link = str(uuid4())
    note(
        Happened.RESOURCE_ADDED, now=now, actor=cast.owner, team=cast.team, resource="A", resource_id=link, kind="link"
    )
    assert known(cast, cast.owner) == []
