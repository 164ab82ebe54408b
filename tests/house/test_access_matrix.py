"""Who gets what at every address of the house: strangers are sent to the login, outsiders find nothing (404), members
without the right are refused (403). An address that is not in the table fails."""

import pytest
from django.urls import get_resolver, reverse

from tests.house.addresses import ADDRESSES, LOGIN, PEOPLE, answers, names
from tests.house.conftest import World


def test_every_address_is_in_the_table() -> None:
    assert set(names(get_resolver().url_patterns)) == set(ADDRESSES)


@pytest.mark.parametrize("name", ADDRESSES)
def test_an_address_is_for_whom_it_is_meant(name: str, world: World) -> None:
    address = ADDRESSES[name]
    path = reverse("admin:index" if name == "admin:" else name, args=address.args(world)) + address.query(world)
    assert answers(world, "get", path, {}) == dict(zip(PEOPLE, address.get, strict=True))
    assert answers(world, "post", path, address.sent) == dict(zip(PEOPLE, address.post, strict=True))


def test_a_file_that_is_lent_is_for_who_has_the_task_and_for_who_hands_over(world: World) -> None:
    found = answers(world, "get", reverse("file", args=[world.resource_file.pk]), {})
    assert found == dict(zip(PEOPLE, (LOGIN, 404, 404, 404, 200, 200, 200), strict=True))


@pytest.mark.parametrize("person", PEOPLE[1:])
def test_the_admin_is_for_administrators_only(person: str, world: World) -> None:
    assert world.clients[person].get(reverse("admin:index"), follow=True).status_code == 403
