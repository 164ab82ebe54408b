"""Everybody of the demo follows every link and presses every button that they can find, and every one that the owner of
a team can find: they reach nothing that isn't theirs.

Forms are sent without anything filled in, so what takes one press happens, on whatever is theirs to press. Left out is
what ends the visit itself: logging out, other languages, passwords, second factors, deleting an account or a team.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from playwright.sync_api import Browser

from tests.e2e.conftest import LiveStack
from tests.e2e.crawler import Crawl, NotTheirs, fingerprint, not_theirs

pytestmark = pytest.mark.browser

PASSWORD = "handover-demo"
OWNER = "entrepreneur@example.com"
VISITORS = {
    "nobody": "an anonymous visitor",
    "entrepreneur2@example.com": "who owns another team",
    "guest@example.com": "a guest",
    "assistant2@example.com": "an assistant of this team",
    "assistant@example.com": "an assistant of both teams",
}
NOBODY = NotTheirs(frozenset(), {})


def test_nobody_reaches_what_is_not_theirs(browser: Browser, live_stack: LiveStack, say: Callable[[str], None]) -> None:
    live_stack.manage("demo")
    with psycopg.connect(live_stack.environment["DATABASE_URL"], autocommit=True) as connection:
        team = (
            "SELECT team_id FROM accounts_membership JOIN accounts_user ON user_id = accounts_user.id WHERE email = %s"
        )
        evas = str(connection.execute(team, [OWNER]).fetchall()[0][0])
        with visitor(browser, live_stack, OWNER) as owner:
            owner.walk(not_theirs(connection, OWNER))
        assert len(owner.visited) > 75
        assert len(owner.forms) > 20

        for email, who in VISITORS.items():
            forbidden = not_theirs(connection, email)
            assert len(forbidden.words) >= 5, who
            before = fingerprint(connection, evas)
            with visitor(browser, live_stack, email) as crawl:
                crawl.walk(forbidden)
                for path in sorted(set(owner.visited) - set(crawl.visited)):
                    crawl.look(path, forbidden)
                for path in sorted({*owner.forms, *crawl.forms}):
                    crawl.send(path, forbidden)
            told(say, who, crawl)
            assert crawl.seen == [], who
            assert crawl.complaints == [], who
            opened = [
                path for path, status in crawl.posts.items() if forbidden.named_in(path) and status not in REFUSED
            ]
            assert opened == [], who
            if email in {"nobody", "entrepreneur2@example.com"}:
                assert fingerprint(connection, evas) == before, who
        assert owner.seen == []
        assert owner.complaints == []
        # Last, because this does change what there is to be found.
        with visitor(browser, live_stack, OWNER) as presses:
            for path in owner.forms:
                presses.send(path, not_theirs(connection, OWNER))
        told(say, OWNER, presses)
        assert presses.seen == []


REFUSED = {302, 403, 404, 405}


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
    say(f"crawl: {who} opened {len(crawl.visited)} addresses and sent {len(crawl.posts)} forms")
