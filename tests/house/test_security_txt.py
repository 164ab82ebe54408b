"""Whom to tell of a hole."""

from django.test import Client
from pytest_django import Settings

PATH = "/.well-known/security.txt"


def test_it_names_who_is_to_be_told(client: Client, settings: Settings) -> None:
    settings.SECURITY_CONTACT = "security@handover.example"
    answer = client.get(PATH)

    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    lines = answer.content.decode().splitlines()
    assert lines[0] == "Contact: mailto:security@handover.example"
    assert lines[1].startswith("Expires: 20")


def test_an_address_of_a_page_stays_one(client: Client, settings: Settings) -> None:
    settings.SECURITY_CONTACT = "https://handover.example/report"

    assert b"Contact: https://handover.example/report\n" in client.get(PATH).content


def test_without_anybody_named_there_is_none(client: Client, settings: Settings, db: None) -> None:
    settings.SECURITY_CONTACT = ""

    assert client.get(PATH).status_code == 404
