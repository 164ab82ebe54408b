"""Every page of the admin: nothing for who is no administrator, and nothing secret for who is."""

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.db.models import Model
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from tests.house.addresses import PEOPLE
from tests.house.conftest import World
from tests.house.walks import body, undone

pytestmark = pytest.mark.walk

WITHOUT_AN_OBJECT = ("index", "password_change", "password_change_done", "jsi18n", "autocomplete", "logout")


def pages(model: type[Model]) -> Iterator[str]:
    """The addresses of a model in the admin; those of one object for the first there is."""
    options, first = model._meta, model._default_manager.first()
    for view in ("changelist", "add"):
        yield reverse(f"admin:{options.app_label}_{options.model_name}_{view}")
    if first is not None:
        for view in ("change", "delete", "history"):
            yield reverse(f"admin:{options.app_label}_{options.model_name}_{view}", args=[first.pk])


def other_pages() -> Iterator[str]:
    for name in WITHOUT_AN_OBJECT:
        try:
            yield reverse(f"admin:{name}")
        except NoReverseMatch:
            continue
    for app in {model._meta.app_label for model in admin.site._registry}:
        yield reverse("admin:app_list", args=[app])


MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_page_of_the_admin_is_for_administrators_only(model: type[Model], world: World) -> None:
    with undone() as changes:
        for path in pages(model):
            for person in PEOPLE:
                client = world.clients[person]
                assert {client.get(path).status_code, client.post(path).status_code} <= {302, 403}, (person, path)
    assert changes == []


def test_neither_are_the_pages_of_no_model(world: World) -> None:
    with undone() as changes:
        for path in other_pages():
            for person in PEOPLE:
                answers = {world.clients[person].get(path).status_code, world.clients[person].post(path).status_code}
                assert answers <= {302, 403, 405}, (person, path)
    assert changes == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_an_administrator_sees_no_password_there(model: type[Model], world: World) -> None:
    client, hashes = world.clients["administrator"], set(User.objects.values_list("password", flat=True))
    for path in pages(model):
        with undone() as changes:
            answer = client.get(path)
        assert answer.status_code in {200, 302, 403}, path
        assert changes == []
        shown = body(answer)
        assert not any(hash in shown for hash in hashes), path


def test_a_staff_member_without_rights_finds_an_empty_admin(world: World) -> None:
    User.objects.filter(pk=world.cast.assistant.pk).update(is_staff=True)
    with undone() as changes:
        for model in MODELS:
            for path in pages(model):
                assert world.clients["assistant"].get(path).status_code in {302, 403}, path
                assert world.clients["assistant"].post(path).status_code in {302, 403}, path
    assert changes == []
