"""No page says whether an address is known; its owner is told by mail. (Signing up: test_signup.py.)"""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import OutgoingMail, User
from tests.accounts.logging_in import able_to_log_in, log_in
from tests.conftest import Cast

ClientFor = Callable[[User], Client]
KNOWN, UNKNOWN = "eva@example.com", "nobody@example.com"


def bare(answer: object, address: str) -> list[object]:
    """An answer without what differs for everybody."""
    page = answer.content.decode().replace(address, "ADDRESS")  # type: ignore[attr-defined]
    page = re.sub(r'value="[^"]{64}"', "", page)
    return [answer.status_code, answer.headers.get("Location"), sorted(answer.cookies), page]  # type: ignore[attr-defined]


def test_logging_in_with_a_wrong_password(cast: Cast) -> None:
    able_to_log_in(cast.owner)
    seen = [bare(log_in(Client(), User(email=address), password="x"), address) for address in (KNOWN, UNKNOWN)]
    assert seen[0] == seen[1]


def test_logging_in_takes_as_long_for_both(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes the time is hashing: once in either case."""
    able_to_log_in(cast.owner)
    counts = []
    for address in (KNOWN, UNKNOWN):
        done: list[str] = []
        for method in ("encode", "verify"):
            real = getattr(_hasher(), method)
            monkeypatch.setattr(_hasher(), method, _counted(real, done))
        log_in(Client(), User(email=address), password="x")
        counts.append(bool(done))
        monkeypatch.undo()
    assert counts == [True, True]


def test_asking_for_a_new_password(cast: Cast) -> None:
    seen = []
    for address in (KNOWN, UNKNOWN):
        client = Client()
        asked = client.post(reverse("account_reset_password"), {"email": address})
        seen.append([*bare(asked, address), *bare(client.get(asked.headers["Location"]), address)])
    assert seen[0] == seen[1]
    subjects = dict(OutgoingMail.objects.values_list("to_address", "subject"))
    assert subjects == {KNOWN: "Choose a new password", UNKNOWN: "There is no account with this address"}


def test_inviting_somebody(cast: Cast, client_for: ClientFor) -> None:
    seen = []
    for address in (cast.outsider.email, UNKNOWN):
        client = client_for(cast.owner)
        sent = client.post(reverse("invite", args=[cast.team.pk]), {"email": address, "role": "guest"})
        seen.append([sent.status_code, sent.headers["Location"]])
    assert seen[0] == seen[1]


def _hasher() -> type:
    from django.contrib.auth.hashers import MD5PasswordHasher

    return MD5PasswordHasher


def _counted(real: Callable[..., object], done: list[str]) -> Callable[..., object]:
    def counted(*args: object, **kwargs: object) -> object:
        done.append(real.__name__)
        return real(*args, **kwargs)

    return counted
