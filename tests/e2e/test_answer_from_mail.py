"""A check-in is answered on a phone, straight from a mail that a mail server took, without logging in, in Dutch."""

import re
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from urllib.parse import urlsplit

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.asking import SECRET, TITLE
from tests.e2e.conftest import CrewIn, Enter, LiveStack
from tests.e2e.crews import Crew
from tests.e2e.person import said
from tests.e2e.test_look import ENGLISH, WORDS, look

pytestmark = [pytest.mark.browser, pytest.mark.mail, pytest.mark.broker]

PHONE = 360
SUBJECT = said("How is it going? %(title)s", "nl", title=TITLE)
NOTE = "De zaal in Utrecht is te klein, ik bel er nog twee."
SECONDS_TO_ANSWER = 15


@pytest.fixture
def crew(crew_in: CrewIn) -> Crew:
    return crew_in("nl")


@pytest.fixture
def task(live_stack: LiveStack, crew: Crew) -> str:
    """The path of Sam's task, about which the worker is asking how it goes."""
    lines = live_stack.manage("shell", "-v0", "-c", f"from tests.e2e.asking import begin; begin('{crew.team_id}')")
    return lines.split()[-1]


@pytest.fixture
def link(live_stack: LiveStack, crew: Crew, task: str) -> str:
    """Where the mail's button leads."""
    return link_in(live_stack.mail_to(crew.assistant.email, SUBJECT), live_stack.url)


def link_in(mail: EmailMessage, url: str) -> str:
    """The one link of its kind, in the text and in the HTML alike."""
    assert mail["Subject"] == SUBJECT
    parts = [mail.get_body((kind,)) for kind in ("plain", "html")]
    found = {link for part in parts if part for link in re.findall(rf"{url}/c/[^\s\"<]+", part.get_content())}
    assert len(found) == 1
    return str(found.pop())


def stored(live_stack: LiveStack, task: str) -> tuple[str, str, int]:
    """What the database knows: the state of the check-in, the note, and how many events the task has."""
    task_id = task.strip("/").rpartition("/")[2]
    with psycopg.connect(live_stack.environment["DATABASE_URL"]) as connection:
        row = connection.execute(
            "SELECT state, note, (SELECT count(*) FROM tasks_event WHERE task_id = %(id)s)"
            " FROM tasks_checkin WHERE task_id = %(id)s",
            {"id": task_id},
        ).fetchone()
    assert row
    return row


@pytest.fixture
def phone(browser: Browser) -> Iterator[Callable[[], Page]]:
    """Tabs of one phone on which nobody ever logged in, set to English: the page goes by who was asked."""
    context = browser.new_context(
        locale="en-GB", viewport={"width": PHONE, "height": 780}, has_touch=True, is_mobile=True, device_scale_factor=2
    )
    context.set_default_timeout(10_000)
    complaints: list[str] = []
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield context.new_page
    context.close()
    assert complaints == []


def looks_right(page: Page, name: str) -> None:
    """In Dutch, and nothing that axe or a narrow window brings up."""
    assert page.evaluate("document.documentElement.lang") == "nl"
    assert ENGLISH.intersection(page.evaluate(WORDS)) == set()
    assert [problem for scheme in ("light", "dark") for problem in look(page, PHONE, scheme, name)] == []
    page.emulate_media(color_scheme="light")


def test_an_answer_takes_less_than_15_seconds(
    live_stack: LiveStack, crew: Crew, task: str, link: str, phone: Callable[[], Page], enter: Enter
) -> None:
    asked = stored(live_stack, task)
    assert asked[:2] == ("asked", "")

    # Looking changes nothing, not by a scanner of mail, nor by a person in two tabs.
    page, other = phone(), phone()
    for _ in range(3):
        assert page.context.request.get(link).status == 200
        assert page.context.request.head(link).status == 200
    for tab in (page, other):
        answer = tab.goto(link)
        assert answer
        assert answer.status == 200
    assert stored(live_stack, task) == asked
    expect(page.locator("h1")).to_have_text(said("How is it going?", "nl"))
    expect(page.locator("main")).to_contain_text(TITLE)
    assert SECRET not in page.content()
    looks_right(page, "answer-link")

    # Pressing answers.
    began = time.monotonic()
    page.goto(link)
    page.locator("label.choice.warn").tap()
    page.locator("details.more summary").tap()
    page.locator("[name=percent]").fill("40")
    page.locator("[name=note]").fill(NOTE)
    page.locator("button.primary").tap()
    expect(page.locator("h1")).to_have_text(said("Thank you. That is all.", "nl"))
    assert time.monotonic() - began < SECONDS_TO_ANSWER
    assert stored(live_stack, task) == ("answered", NOTE, asked[2] + 1)
    looks_right(page, "answer-link-answered")

    # A second press, from the other tab, and whoever opens the link again: a friendly page, and nothing changes.
    over = said("There is nothing to answer here any more", "nl")
    other.locator("label.choice.good").tap()
    with other.expect_response(link) as pressed:
        other.locator("button.primary").tap()
    assert pressed.value.status == 410
    expect(other.locator("h1")).to_have_text(over)
    again = page.goto(link)
    assert again
    assert again.status == 410
    expect(page.locator("h1")).to_have_text(over)
    assert TITLE not in page.content()
    looks_right(page, "answer-link-over")
    page.locator("main a.primary").tap()
    page.wait_for_url(re.compile("/accounts/login/"))
    assert stored(live_stack, task) == ("answered", NOTE, asked[2] + 1)

    # Eva sees it.
    enter(crew.owner).sees(task, NOTE, said("At risk", "nl"))


def test_an_altered_link_says_nothing_of_any_task(link: str, phone: Callable[[], Page]) -> None:
    page = phone()
    token = urlsplit(link).path.split("/")[2]
    answer = page.goto(link.replace(token, token[:-1] + ("A" if token[-1] != "A" else "B")))
    assert answer
    assert answer.status == 404
    assert TITLE not in page.content()
    assert list(look(page, PHONE, "light", "answer-link-altered")) == []
