"""/healthz and /readyz, as a load balancer asks them."""

from collections.abc import Iterator

import pytest
from django.db import connections
from django.test import Client
from pytest_django import Settings

from tests.conftest import use_broker

NOWHERE = "redis+socket:///nowhere/valkey.sock"


@pytest.fixture
def broken_broker(valkey_broker: str) -> None:
    """Celery is pointed at a socket where nothing listens; `valkey_broker` puts it back."""
    use_broker(broker_url=NOWHERE, broker_transport_options={})


@pytest.fixture
def broken_database() -> Iterator[None]:
    """A query fails as it does when the server is gone."""
    connection = connections["default"]
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = "/nowhere/at/all"
    yield
    connection.close()
    connection.settings_dict["NAME"] = name


def test_healthz_says_ok_without_login_or_database(client: Client) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.broker
@pytest.mark.django_db
def test_readyz_says_which_parts_answer(client: Client, valkey_broker: str) -> None:
    answer = client.get("/readyz")

    assert (answer.status_code, answer.content) == (200, b"database: ok\nbroker: ok\nkeys: ok\n")


@pytest.mark.django_db
def test_readyz_tells_that_the_broker_is_down_and_not_where_it_is(client: Client, broken_broker: None) -> None:
    answer = client.get("/readyz")

    assert (answer.status_code, answer.content) == (503, b"database: ok\nbroker: down\nkeys: ok\n")


@pytest.mark.django_db(transaction=True)
def test_readyz_tells_that_the_database_is_down(client: Client, broken_database: None) -> None:
    answer = client.get("/readyz")

    assert (answer.status_code, answer.content) == (503, b"database: down\nbroker: ok\nkeys: ok\n")


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_answers_never_redirect_to_https(client: Client, address: str, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True

    assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_only_reading_is_allowed(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405
