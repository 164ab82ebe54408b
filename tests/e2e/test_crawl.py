"""Everybody of the demo follows the links and presses the buttons that they can find, and those that the owner of a
team and others before them found: they reach nothing that isn't theirs, change nothing of it, and get no secret but
those lent to them.

Each task, resource and file is opened, and each press that gives a secret away is done; of other addresses that differ
in their ids only, two, and of those that differ in what they ask a list for, one. Forms are sent with nothing filled
in, so what takes one press happens, on whatever is theirs to press; what asks for more is only asked. Left out is what
ends the visit itself (logging in and out, the language, passwords, deleting an account or a team). Every address, with
each foreign id and with fields filled in, is walked in tests/house/test_access_*.py.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from playwright.sync_api import Browser

from tests.e2e.conftest import LiveStack
from tests.e2e.crawler import Crawl, fingerprint, not_theirs

pytestmark = pytest.mark.browser

PASSWORD = "handover-demo"
OWNER = "entrepreneur@example.com"
# Each sends what those before them found as well.
VISITORS = {
    "assistant@example.com": "an assistant of both teams",
    "assistant2@example.com": "an assistant of this team",
    "guest@example.com": "a guest",
    "entrepreneur2@example.com": "who owns another team",
    "nobody": "an anonymous visitor",
}


def test_nobody_reaches_what_is_not_theirs(browser: Browser, live_stack: LiveStack, say: Callable[[str], None]) -> None:
    live_stack.manage("demo")
    database = live_stack.environment["DATABASE_URL"]
    with psycopg.connect(database, autocommit=True) as connection, live_stack.nothing_falls_due():
        with visitor(browser, live_stack, OWNER) as owner:
            owner.walk(not_theirs(connection, OWNER))
        assert len(owner.visited) > 75
        assert len(owner.forms) > 20
        forms, shapes = set(owner.forms), defaultdict(set, {role_of(OWNER): owner.shapes})

        for email, who in VISITORS.items():
            forbidden = not_theirs(connection, email)
            assert len(forbidden.words) >= 5, who
            before = fingerprint(connection, forbidden.not_to_change)
            with visitor(browser, live_stack, email) as crawl:
                crawl.shapes = shapes[role_of(email)]
                crawl.walk(forbidden)
                for path in sorted(set(owner.visited) - set(crawl.visited)):
                    crawl.look(path, forbidden)
                forms |= set(crawl.forms)
                for path in sorted(forms):
                    crawl.send(path, forbidden)
            told(say, who, crawl)
            assert crawl.seen == [], who
            assert crawl.complaints == [], who
            assert [path for path in crawl.let_in if forbidden.named_in(path)] == [], who
            assert crawl.given == forbidden.secrets, who
            assert fingerprint(connection, forbidden.not_to_change) == before, who
        assert owner.seen == []
        assert owner.complaints == []
        # Last, because this does change what there is to be found.
        with visitor(browser, live_stack, OWNER) as presses:
            theirs = not_theirs(connection, OWNER)
            for path in owner.forms:
                presses.send(path, theirs)
        told(say, OWNER, presses)
        assert presses.seen == []
        assert presses.given == theirs.secrets


def role_of(email: str) -> str:
    """As the demo names its people by it."""
    return re.sub(r"\d*@.*", "", email)


@contextmanager
def visitor(browser: Browser, stack: LiveStack, email: str) -> Iterator[Crawl]:
    """Somebody with a browser of their own, logged in unless they are nobody."""
    context = browser.new_context(base_url=stack.url, locale="en-GB")
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto("/accounts/login/")
    if "@" in email:
        page.locator("input[name=login]").fill(email)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("main form button").first.click()
        page.wait_for_url("**/now/")
    yield Crawl(page)
    context.close()


def told(say: Callable[[str], None], who: str, crawl: Crawl) -> None:
    """How far they got, printed after the run."""
    pressed = f"sent {len(crawl.posts)} forms, {len(crawl.let_in)} of them to some effect"
    say(f"crawl: {who} opened {len(crawl.visited)} addresses, {pressed}, and was given {len(crawl.given)} secrets")
