"""What every answer tells the browser, whatever it is an answer to."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from tests.accounts.logging_in import able_to_log_in, log_in
from tests.house.addresses import ADDRESSES
from tests.house.conftest import World
from tests.house.test_access_methods import path_to

NO_INLINE = re.compile(r"unsafe-inline|unsafe-eval|\*")
SHUT = ("object-src", "worker-src", "frame-src", "media-src", "base-uri", "frame-ancestors")


def assert_safe(answer: HttpResponseBase, what: str) -> None:
    headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert not NO_INLINE.search(policy), what
    assert "default-src 'none'" in policy, what
    if headers.get("Content-Type", "").startswith("text/html"):
        assert all(f"{name} 'none'" in policy for name in SHUT), what
    assert headers["X-Frame-Options"] == "DENY", what
    assert headers["X-Content-Type-Options"] == "nosniff", what
    assert headers["Referrer-Policy"] == "same-origin", what
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin", what
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin", what
    assert "camera=()" in headers["Permissions-Policy"], what
    assert "clipboard-write=(self)" in headers["Permissions-Policy"], what


def assert_not_kept(answer: HttpResponseBase, what: str) -> None:
    kept = answer.headers["Cache-Control"]
    assert "no-store" in kept, what
    assert "public" not in kept, what


@pytest.mark.walk
@pytest.mark.parametrize("name", ADDRESSES)
def test_every_address_answers_with_all_of_them_and_is_kept_by_nobody(name: str, world: World) -> None:
    path = path_to(name, world)
    for person in ("anonymous", "outsider", "onlooker", "owner"):
        for answer in (world.clients[person].get(path), world.clients[person].post(path, ADDRESSES[name].sent)):
            assert_safe(answer, f"{person} at {path}")
            assert_not_kept(answer, f"{person} at {path}")


def test_what_is_no_page_runs_nothing(world: World) -> None:
    for name in ("timesheet_csv", "timesheet_pdf", "file"):
        answer = world.clients["owner"].get(path_to(name, world))
        assert answer.headers["Content-Disposition"].startswith("attachment"), name
        assert "sandbox" in answer.headers["Content-Security-Policy"], name
        assert "script-src" not in answer.headers["Content-Security-Policy"], name


# --- refusals and mistakes ----------------------------------------------------------------------------------------


def test_a_page_that_is_not_there(world: World) -> None:
    for person in ("anonymous", "owner"):
        assert_safe(world.clients[person].get("/nowhere/"), "404")


def test_a_host_that_is_not_ours_is_refused_and_not_repeated(client: Client) -> None:
    answer = client.get("/accounts/login/", headers={"host": "evil.example"})

    assert answer.status_code == 400
    assert b"evil.example" not in answer.content
    assert_safe(answer, "400")


def test_a_form_without_its_token(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = world.clients["owner"].cookies
    answer = client.post(reverse("team_new"), {"name": "Another"})

    assert answer.status_code == 403
    assert b"This page was open too long" in answer.content
    assert_safe(answer, "csrf")


def test_a_page_that_breaks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("something of the inside")

    monkeypatch.setattr("accounts.views.inbox.Cursor.parse", broken)
    client = world.clients["owner"]
    client.raise_request_exception = False
    answer = client.get("/inbox/")

    assert answer.status_code == 500
    assert b"something of the inside" not in answer.content
    assert_safe(answer, "500")
    assert_not_kept(answer, "500")


def test_a_body_that_no_form_here_sends(world: World) -> None:
    answer = world.clients["owner"].post(
        "/team/new/", {"name": "x"}, headers={"content-length": str(settings.MAX_REQUEST_BYTES + 1)}
    )

    assert answer.status_code == 413
    assert b"That is too much at once" in answer.content
    assert_safe(answer, "413")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "PROPFIND"])
def test_a_method_that_no_page_knows(client: Client, method: str) -> None:
    answer = client.generic(method, "/now/")

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD, POST"
    assert_safe(answer, method)


def test_the_admin_too(world: World) -> None:
    answer = world.clients["administrator"].get(reverse("admin:accounts_user_changelist"))

    assert answer.status_code == 200
    assert_safe(answer, "admin")


# --- where a link may lead afterwards ------------------------------------------------------------------------------

ELSEWHERE = ("https://evil.example/", "//evil.example/", "/\\evil.example", "https:evil.example", "javascript:alert(1)")


@pytest.mark.walk
@pytest.mark.parametrize("name", ADDRESSES)
def test_no_address_sends_anybody_to_another_site(name: str, world: World) -> None:
    path = path_to(name, world)
    for person in ("anonymous", "owner"):
        client = world.clients[person]
        for there in ELSEWHERE:
            asked = {"next": there, "url": there, "redirect_to": there}
            answers = (client.get(path, asked), client.post(path, {**ADDRESSES[name].sent, **asked}))
            led = [answer.headers["Location"] for answer in answers if "Location" in answer.headers]
            assert all(leads.startswith("/") and leads[1:2] not in {"/", "\\"} for leads in led), (name, there)
            if not led:  # it leads nowhere, whatever it is asked
                break


# --- with a certificate -------------------------------------------------------------------------------------------


@pytest.fixture
def https(load_settings: Callable[..., dict[str, object]]) -> dict[str, object]:
    return load_settings(HTTPS_ONLY="1")


@pytest.fixture
def load_settings(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, object]]:
    """Reads config/settings.py anew with an environment of its own."""

    def load(**environment: str) -> dict[str, object]:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        source = (Path(settings.BASE_DIR) / "config/settings.py").read_text()
        found: dict[str, object] = {"__file__": str(Path(settings.BASE_DIR) / "config/settings.py")}
        exec(compile(source, "config/settings.py", "exec"), found)
        return found

    return load


def test_cookies_are_for_this_host_and_https_only(https: dict[str, object]) -> None:
    assert https["SESSION_COOKIE_NAME"] == "__Host-session"
    assert https["CSRF_COOKIE_NAME"] == "__Host-csrf"
    assert https["SESSION_COOKIE_SECURE"] is https["CSRF_COOKIE_SECURE"] is https["LANGUAGE_COOKIE_SECURE"] is True
    assert https["SECURE_HSTS_SECONDS"] == 365 * 24 * 60 * 60
    assert https["SECURE_SSL_REDIRECT"] is True
    assert "upgrade-insecure-requests" in build_policy(config=https["CONTENT_SECURITY_POLICY"]["DIRECTIVES"])  # type: ignore[index]


def test_without_a_word_about_it_the_safe_way_is_taken(
    load_settings: Callable[..., dict[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HTTPS_ONLY", raising=False)
    monkeypatch.delenv("DEBUG", raising=False)
    found = load_settings()

    assert found["DEBUG"] is False
    assert found["SESSION_COOKIE_SECURE"] is True


def test_cookies_are_out_of_reach_for_scripts_and_other_sites(world: World) -> None:
    client = Client()
    log_in(client, able_to_log_in(world.cast.owner))

    cookies = {name: client.cookies[name] for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)}
    assert all(cookie["httponly"] for cookie in cookies.values())
    assert {cookie["samesite"] for cookie in cookies.values()} == {"Lax"}
    assert {cookie["domain"] for cookie in cookies.values()} == {""}
