"""A login in the form: what is asked of it, and that a secret is never written back in the clear."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from tasks.forms.resources import ResourceForm
from tasks.models import Resource, ResourceKind, Secret
from tests.conftest import Cast
from tests.tasks.factories import ResourceFactory
from tests.tasks.secrets import KEY, PASSWORD, login_of

KEPT = re.compile(r'name="(\w+)_kept" value="([^"]+)"')


@pytest.fixture
def shop(cast: Cast, now: datetime) -> Resource:
    return login_of(cast, now, one_time_code=KEY)


def form_of(sent: dict[str, Any] | None, by: User, now: datetime, **options: Any) -> ResourceForm:
    return ResourceForm(
        {"kind": "login", "name": "Shop", **sent} if sent is not None else None, by=by, now=now, **options
    )


def kept_in(form: ResourceForm) -> dict[str, str]:
    """What the page carries along, by the names of the hidden fields."""
    return {f"{name}_kept": sealed for name, sealed in KEPT.findall(form.as_p())}


def test_a_login_is_read(cast: Cast, now: datetime) -> None:
    sent = {"user_name": "eva", "web_address": "shop.example.com/in", "password": f" {PASSWORD} ", "one_time_code": KEY}
    form = form_of({**sent, "asks_reason": "on", "content": "The old one"}, cast.owner, now)
    assert form.is_valid(), form.errors
    values = form.values()
    secrets = values.pop("secrets")
    assert values == {
        **{"kind": "login", "name": "Shop", "user_name": "eva", "web_address": "https://shop.example.com/in"},
        **{"asks_reason": True, "content": "The old one"},
    }
    assert secrets["password"] == f" {PASSWORD} "  # spaces may belong to it
    assert secrets["one_time_code"].startswith("otpauth://totp/")


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "user_name"),
        ({"password_kept": ""}, "user_name"),
        ({"web_address": "javascript:alert(1)"}, "web_address"),
        ({"web_address": "ftp://example.com"}, "web_address"),
        ({"web_address": "no address"}, "web_address"),
        ({"web_address": "https://eva:hunter2@example.com"}, "web_address"),
        ({"web_address": f"https://example.com/{'x' * 500}"}, "web_address"),
        ({"user_name": "x" * 201}, "user_name"),
        ({"user_name": "x\x00"}, "user_name"),
        ({"password": "x" * 4_001}, "password"),
        ({"password": "x\x00"}, "password"),
        ({"password": "new", "password_gone": "on"}, "password"),
        ({"password_kept": "0123456789ab:gAAAA"}, "password"),
        ({"password_kept": "é\x00"}, "password"),
        ({"one_time_code": "123456"}, "one_time_code"),
        ({"one_time_code": f"otpauth://hotp/x?secret={KEY}"}, "one_time_code"),
        ({"kind": "note", "password": "new", "content": ""}, "content"),
    ],
)
def test_what_makes_no_login_is_told_beside_its_field(
    sent: dict[str, str], field: str, cast: Cast, now: datetime
) -> None:
    form = form_of(sent, cast.owner, now)
    assert not form.is_valid()
    assert list(form.errors) == [field]


def test_after_a_mistake_a_secret_comes_back_sealed(cast: Cast, now: datetime) -> None:
    form = form_of({"name": "", "password": PASSWORD, "one_time_code": KEY}, cast.owner, now)
    assert not form.is_valid()
    page = form.as_p()
    assert PASSWORD not in page
    assert KEY not in page
    kept = kept_in(form)
    assert set(kept) == {"password_kept", "one_time_code_kept"}

    later = form_of(kept, cast.owner, now + timedelta(minutes=29))
    assert later.is_valid(), later.errors
    assert later.values()["secrets"]["password"] == PASSWORD


def test_a_mistake_in_the_secret_itself_does_not_lose_it_either(cast: Cast, now: datetime) -> None:
    form = form_of({"one_time_code": "a wrong key"}, cast.owner, now)
    assert not form.is_valid()
    assert set(kept_in(form)) == {"one_time_code_kept"}
    assert "a wrong key" not in form.as_p()
    again = form_of({**kept_in(form), "one_time_code": KEY}, cast.owner, now)
    assert again.is_valid(), again.errors


def test_what_was_kept_can_be_left_out_after_all(cast: Cast, now: datetime) -> None:
    form = form_of({"name": "", "user_name": "eva", "password": PASSWORD}, cast.owner, now)
    assert 'name="password_gone"' in form.as_p()
    again = form_of({"user_name": "eva", "password_gone": "on"}, cast.owner, now)
    assert again.is_valid(), again.errors


def test_what_was_kept_is_for_the_same_person_form_and_half_hour_only(
    cast: Cast, shop: Resource, now: datetime
) -> None:
    kept = kept_in(form_of({"name": "", "password": PASSWORD}, cast.owner, now))
    swapped = {"one_time_code_kept": kept["password_kept"]}
    assert not form_of(kept, cast.entrepreneur, now).is_valid()
    assert not form_of(kept, cast.owner, now, resource=shop).is_valid()
    assert not form_of(kept, cast.owner, now + timedelta(minutes=31)).is_valid()
    assert not form_of(swapped, cast.owner, now).is_valid()
    assert not kept_in(form_of(kept, cast.entrepreneur, now))


def test_a_secret_of_the_vault_can_not_be_slipped_in_as_what_was_typed(
    cast: Cast, shop: Resource, now: datetime
) -> None:
    sealed = Secret.objects.get(resource=shop, part="password").sealed
    assert not form_of({"password_kept": sealed}, cast.owner, now, resource=shop).is_valid()


def test_while_correcting_nothing_sealed_is_in_the_page_and_it_stays(cast: Cast, shop: Resource, now: datetime) -> None:
    page = form_of(None, cast.owner, now, resource=shop).as_p()
    sealed = Secret.objects.values_list("sealed", flat=True)
    assert not [text for text in (PASSWORD, KEY, *sealed) if text in page]
    assert "Leave this empty to keep it" in page
    assert form_of({"password_gone": "on"}, cast.owner, now, resource=shop).is_valid()
    form = form_of({}, cast.owner, now, resource=shop)
    assert form.is_valid(), form.errors
    assert form.values()["secrets"] == {}


def test_the_tick_takes_a_secret_away(cast: Cast, shop: Resource, now: datetime) -> None:
    form = form_of({"user_name": "eva", "password_gone": "on"}, cast.owner, now, resource=shop)
    assert form.is_valid(), form.errors
    assert form.values()["secrets"] == {"password": ""}
    both = {"password_gone": "on", "one_time_code_gone": "on"}
    assert list(form_of(both, cast.owner, now, resource=shop).errors) == ["user_name"]


def test_inside_another_form_an_empty_one_is_fine_and_names_begin_with_its_own(cast: Cast, now: datetime) -> None:
    empty = ResourceForm({"resource_kind": ""}, by=cast.owner, now=now, prefix="resource", optional=True)
    assert empty.is_valid(), empty.errors
    assert not empty.is_given()
    sent = {"resource_kind": "login", "resource_password": PASSWORD}
    form = ResourceForm(sent, by=cast.owner, now=now, prefix="resource", optional=True)
    assert form.is_given()
    assert list(form.errors) == ["name"]
    assert set(kept_in(form)) == {"resource_password_kept"}
    named = {"resource_kind": "login", "resource_name": "Shop", **kept_in(form)}
    again = ResourceForm(named, by=cast.owner, now=now, prefix="resource", optional=True)
    assert again.is_valid(), again.errors
    assert again.values()["secrets"] == {"password": PASSWORD}
    assert again.secret_names == ["resource_password", "resource_one_time_code"]


def test_only_a_secret_typed_is_something_given(cast: Cast, now: datetime) -> None:
    form = ResourceForm({"resource_password": PASSWORD}, by=cast.owner, now=now, prefix="resource", optional=True)
    assert set(form.errors) == {"kind", "name"}


def test_of_another_kind_nothing_of_a_login_is_asked(cast: Cast, now: datetime) -> None:
    link = ResourceFactory.create(team=cast.team, kind=ResourceKind.LINK)
    form = ResourceForm({"kind": "link", "name": "x", "content": "y"}, by=cast.owner, now=now, resource=link)
    assert form.is_valid(), form.errors
    assert form.values()["secrets"] == {}
