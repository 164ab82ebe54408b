"""From a form in the web, over the outbox, Valkey and the worker, to a mail server: all real."""

import http.cookiejar
import re
import time
import urllib.parse
import urllib.request

import pytest

from tests.e2e.conftest import LiveStack

pytestmark = [pytest.mark.broker, pytest.mark.mail]

MAKE_USER = (
    "from accounts.models import User; User.objects.create_user('eva@example.com', 'handover-demo', language='nl')"
)
PATIENCE_SECONDS = 20


def ask_for_a_new_password(url: str, email: str) -> None:
    """Fills the form in as a browser without JavaScript does."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    page = browser.open(url, timeout=10).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    fields = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1], "email": email})
    assert browser.open(url, fields.encode(), timeout=10).status == 200


def test_a_new_password_link_arrives(live_stack: LiveStack) -> None:
    live_stack.manage("shell", "-c", MAKE_USER)

    ask_for_a_new_password(f"{live_stack.url}/accounts/password/reset/", "eva@example.com")

    deadline = time.monotonic() + PATIENCE_SECONDS
    while not live_stack.mailbox.to("eva@example.com"):
        assert time.monotonic() < deadline, "no mail arrived"
        time.sleep(0.1)
    [mail] = live_stack.mailbox.to("eva@example.com")
    text = mail.get_body(("plain",))
    assert text is not None
    assert f"{live_stack.url}/accounts/password/reset/key/" in text.get_content()
    assert mail["Auto-Submitted"] == "auto-generated"
