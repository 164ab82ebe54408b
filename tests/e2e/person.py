"""Somebody in front of a browser. Fields and buttons are found by what the server calls them, so in any language."""

import html
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlsplit

from django.utils import translation
from playwright.sync_api import APIResponse, BrowserContext, ConsoleMessage, Locator, Page, Response, expect

from tests.e2e.crews import PASSWORD, Account

TASK_PAGE = re.compile(r"/tasks/[0-9a-f-]{36}/$")
# What the brief asks for while one types.
PARTS_OF_THE_FORM = {"/tasks/clarity/", "/tasks/resources/"}
# How long a person takes, by the keystroke-level model: to find a field and think, and to type a character.
SECONDS_A_FIELD = 3.0
SECONDS_A_CHARACTER = 0.28

T = TypeVar("T")
Value = str | bool | list[str] | dict[str, object]


@dataclass(frozen=True)
class HandOver:
    """A task that was handed over, and what that took. `seconds`: how long a person would have been busy."""

    task: str
    pages: int
    fields: int
    seconds: float


@dataclass
class Person:
    """One person with a browser of their own, logged in. `task` is always the path of a task's page."""

    account: Account
    page: Page
    complaints: list[str] = field(default_factory=list)

    # --- moving about -------------------------------------------------------------------------------------------

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    def open(self, path: str) -> Response:
        """Go to an address."""
        response = self.page.goto(path)
        assert response is not None
        return response

    def log_in(self) -> None:
        """Through the form, as everybody does."""
        self.open("/accounts/login/")
        with self.going_on():
            self.page.locator("input[name=login]").fill(self.account.email)
            self.page.locator("input[name=password]").fill(PASSWORD)
            self.page.locator("main form button").first.click()
        expect(self.page).to_have_url(re.compile(r"/now/$"))

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Waits until what is pressed inside has led to another page, whether it was loaded or swapped in."""
        self.page.evaluate("document.getElementById('main').setAttribute('data-left', '')")
        yield
        self.page.locator("#main:not([data-left])").wait_for()

    def says(self, text: str, **values: object) -> str:
        """A text of the app, by its English source, as this person reads it."""
        return said(text, self.account.language, **values)

    # --- filling in and pressing --------------------------------------------------------------------------------

    def form(self, task: str, action: str) -> Locator:
        """The form on this page that does `action` to the task."""
        return self.page.locator(f'form[action="{task}{action}/"]')

    def fill(self, form: Locator, fields: Mapping[str, Value]) -> None:
        """Fills fields in by their names."""
        for name, value in fields.items():
            self._fill_one(form, name, value)

    def _fill_one(self, form: Locator, name: str, value: Value) -> None:
        found = form.locator(f'[name="{name}"]:not([type=hidden])')
        kind = found.first.evaluate("element => element.type")
        if kind == "radio":
            form.locator(f'[name="{name}"][value="{value}"]').check()
        elif kind == "checkbox":
            for box in found.all():
                box.set_checked(bool(value))
        elif kind == "select-one":
            found.select_option(label=str(value))
        elif kind == "file":
            assert isinstance(value, dict)
            found.set_input_files(value)  # type: ignore[arg-type]
        else:
            found.fill("\n".join(value) if isinstance(value, list) else str(value))

    def send(self, form: Locator) -> None:
        """Presses the form's main button; what was asked for has happened."""
        self.press(form)
        expect(self.page.locator(".flash.success")).to_be_visible()

    def press(self, form: Locator) -> None:
        """Presses the form's main button, whatever comes of it."""
        with self.going_on():
            form.locator("button.primary, button.danger, button.small").first.click()

    def follow(self, task: str, action: str) -> None:
        """Presses the link to an action on this page."""
        with self.going_on():
            self.page.locator(f'a[href^="{task}{action}/"]').first.click()

    # --- the verbs ----------------------------------------------------------------------------------------------

    def hand_over(self, **fields: Value) -> HandOver:
        """From the button "Hand over a task" to the task that waits for the assistant."""
        shown: list[str] = []
        self.open("/now/")
        with self.listening(lambda response: shown.append(response.url) if is_page(response) else None):
            with self.going_on():
                self.page.locator('a[href="/tasks/new/"]:visible').first.click()
            form = self.page.locator("form#handover")
            self.fill(form, fields)
            pages = len(shown)
            with self.going_on():
                form.locator('button[value="delegate"]').click()
            expect(self.page).to_have_url(TASK_PAGE)
        expect(self.page.locator(".flash.success")).to_be_visible()
        typed = sum(len("\n".join(value) if isinstance(value, list) else str(value)) for value in fields.values())
        seconds = SECONDS_A_FIELD * len(fields) + SECONDS_A_CHARACTER * typed
        return HandOver(task=urlsplit(self.page.url).path, pages=pages, fields=len(fields), seconds=seconds)

    def answer_from_now(self, task: str, action: str, **fields: Value) -> None:
        """Answers on Now, in place: at most one choice or a few words, and one press. One stays on Now."""
        assert len(fields) <= 2
        self.open("/now/")
        form = self.form(task, action)
        self.fill(form, fields)
        self.send(form)
        expect(self.page).to_have_url(re.compile(r"/now/$"))
        expect(self.form(task, action)).to_have_count(0)

    def do(self, task: str, action: str, **fields: Value) -> None:
        """From the task page through the link to the action's own form, filled in and sent."""
        self.open(task)
        self.follow(task, action)
        form = self.form(task, action)
        self.fill(form, fields)
        self.send(form)

    def sees(self, task: str, *texts: str) -> None:
        """The task page shows each of these."""
        self.open(task)
        for text in texts:
            expect(self.page.locator("#main")).to_contain_text(text)

    # --- what should not work -----------------------------------------------------------------------------------

    def is_refused(self, task: str, action: str, why: str, **fields: str) -> None:
        """Not offered on the task page; the address and a hand-made request both get the page that says why."""
        self.open(task)
        expect(self.page.locator(f'[href="{task}{action}/"], [action="{task}{action}/"]')).to_have_count(0)
        assert self.open(f"{task}{action}/").status == 409
        expect(self.page.locator("#main")).to_contain_text(why)
        answer = self.post(task, action, **fields)
        assert answer.status == 409
        assert why in html.unescape(answer.text())

    def post(self, task: str, action: str, **fields: str) -> APIResponse:
        """A request made by hand, past all pages. Redirects are not followed."""
        token = next(cookie["value"] for cookie in self.context.cookies() if cookie["name"] == "csrftoken")
        return self.context.request.post(
            f"{task}{action}/", form={**fields, "csrfmiddlewaretoken": token}, max_redirects=0
        )

    # --- listening ----------------------------------------------------------------------------------------------

    @contextmanager
    def listening(self, heard: Callable[[Response], None]) -> Iterator[None]:
        """Hears every response meanwhile."""
        self.page.on("response", heard)
        yield
        self.page.remove_listener("response", heard)

    def note(self, message: ConsoleMessage) -> None:
        """Keeps what the browser complains of. That a page answers 4xx is no complaint: such a page says why."""
        if message.type in {"error", "warning"} and "the server responded with a status of 4" not in message.text:
            self.complaints.append(f"{message.text} ({self.page.url})")


def proposed(eva: Person, sam: Person) -> str:
    """A task of Eva's of which Sam's proposal waits for an answer."""
    task = eva.hand_over(
        title="List ten influencers", level="propose", deliverable="Ten names", criteria="Ten", assistant="Sam Smit"
    ).task
    sam.answer_from_now(task, "accept-task", read_back="Ten names.")
    sam.do(task, "propose", text="Ten cooks and a gardener.")
    return task


def is_page(response: Response) -> bool:
    """Whether this is a page that a person gets to see, and not a part of the form that follows what one types."""
    is_html = response.headers.get("content-type", "").startswith("text/html")
    return is_html and response.status < 300 and urlsplit(response.url).path not in PARTS_OF_THE_FORM


def said(text: str, language: str, **values: object) -> str:
    """A text of the app in a language, by its English source."""
    with translation.override(language):
        translated = translation.gettext(text)
    return translated % values if values else translated


def wait_until(look: Callable[[], T | None], what: str, seconds: float = 20) -> T:
    """The first answer of `look` that is not empty."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(0.1)
    return found
