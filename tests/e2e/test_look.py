"""Every screen, in both languages, in light and dark, on a phone and on a desktop: axe finds nothing, nothing scrolls
sideways, is cut off or left in English, and the browser complains of nothing.

SCREENSHOTS=folder keeps a picture of each look.
"""

import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from scripts import translations
from tests.e2e.conftest import LiveStack
from tests.e2e.crews import LANGUAGES, Crew
from tests.e2e.person import Person

pytestmark = pytest.mark.browser

# Colours are the same in every language, and English, which is shorter, has room enough where Dutch has it.
SCHEMES = {"nl": ("light", "dark"), "en": ("light",)}
WIDTHS = {"nl": (1440, 360), "en": (360,)}
COLOURS_SEEN = (1440, "dark")  # a wider window has the same colours
# `preload` would fetch every style sheet a second time, for a rule that is still an experiment.
ALL_RULES = {"resultTypes": ["violations"], "preload": False}
# Dark and light are the same page in other colours.
COLOUR_RULES = ALL_RULES | {"runOnly": ["color-contrast", "link-in-text-block"]}
AXE_RULES = {"light": ALL_RULES, "dark": COLOUR_RULES}
PICTURES = os.environ.get("SCREENSHOTS", "")

# Screens by name: an address, where {name} is the path of a task in scenery.py. "!" presses the main button as well.
OWNER = {
    "now": "/now/",
    "list": "/tasks/?show=all",
    "list-nothing-found": "/tasks/?q=nergens",
    "timesheets": "/timesheets/",
    "hand-over": "/tasks/new/",
    "hand-over-errors": "/tasks/new/!",
    "brief-draft": "{draft}edit/",
    "brief-change": "{offered}edit/",
    "task-draft": "{draft}",
    "task-silent": "{silent}",
    "task-offered": "{offered}",
    "task-proposal": "{proposal}",
    "task-options": "{options}",
    "task-deviation": "{deviation}",
    "task-flag": "{flag}",
    "task-delivery": "{delivery}",
    "task-findings": "{findings}",
    "task-done": "{done}",
    "task-stopped": "{stopped}",
    "form-ask-for-changes": "{proposal}ask-for-changes/",
    "form-choose": "{options}choose/",
    "form-answer-flag": "{flag}answer-flag/",
    "versions": "{flag}versions/",
    "form-send-back": "{delivery}send-back/",
    "form-reassign": "{steps}reassign/",
    "form-stop": "{steps}stop/",
    "form-pause": "{silent}pause-checkin-rule/",
    "team-checkins": "{team_checkins}",
    "team-checkins-errors": "{team_checkins}!",
    "agreements": "{agreements}",
    "agreement": "{agreement}",
    "agreement-new": "{agreement_new}",
    "agreement-propose": "{agreement_new}propose/",
    "agreement-propose-errors": "{agreement_new}propose/!",
    "team-money": "{team_money}",
    "resources": "/resources/",
    "inbox": "/inbox/",
    "team": "/team/",
    "profile": "/profile/",
    "changed": "{done}approve/",
    "not-found": f"/tasks/{uuid4()}/",
    "not-yours": "{steps}deliver/",
}
ASSISTANT = {
    "assistant-now": "/now/",
    "assistant-list": "/tasks/",
    "assistant-inbox": "/inbox/",
    "assistant-task-offered": "{offered}",
    "assistant-task-steps": "{steps}",
    "assistant-task-amended": "{free}",
    "form-decline": "{offered}decline/",
    "form-propose": "{proposing}propose/",
    "form-submit-options": "{advising}submit-options/",
    "form-submit-options-errors": "{advising}submit-options/!",
    "form-submit-findings": "{searching}submit-findings/",
    "form-deliver": "{free}deliver/",
    "form-flag": "{steps}flag/",
    "form-ask-to-deviate": "{steps}ask-to-deviate/",
    "form-log-work": "{steps}log-work/",
    "form-log-work-errors": "{steps}log-work/!",
    "form-log-expense": "{steps}log-expense/",
    "assistant-task-silent": "{silent}",
    "assistant-agreement": "{agreement}",
}
NOBODY = {
    "login": "/accounts/login/",
    "signup": "/accounts/signup/",
    "signup-errors": "/accounts/signup/!",
    "password-reset": "/accounts/password/reset/",
    "invitation-unknown": "/invitations/nonsense/",
}
SCREENS = [("owner", name) for name in OWNER] + [("assistant", name) for name in ASSISTANT]
SCREENS += [("nobody", name) for name in NOBODY] + [("newcomer", "newcomer-now")]
# Those with the most different parts: enough for English, and for what axe has to say about a wide window, where the
# same parts stand side by side.
MANY_PARTS = {
    *("now", "list", "timesheets", "hand-over", "hand-over-errors", "task-options", "task-flag", "task-findings"),
    *("team-checkins", "agreement-propose", "resources", "team", "profile", "assistant-now", "assistant-task-steps"),
    *("form-deliver", "form-flag", "login", "signup", "newcomer-now"),
}
LOOKED_AT = [
    (language, role, name) for language in LANGUAGES for role, name in SCREENS if language == "nl" or name in MANY_PARTS
]
PATHS = OWNER | ASSISTANT | NOBODY | {"newcomer-now": "/now/"}

# Every text of ours that is another one in Dutch.
DUTCH = Path(__file__).parents[2] / "locale/nl/LC_MESSAGES/django.po"
ENGLISH = {str(message.id) for message in translations.read(DUTCH) if message.id and message.string != message.id}

CUT_OFF = """() => [...document.querySelectorAll('body *')].filter(one => {
  const style = getComputedStyle(one);
  if (!one.offsetParent || one.closest('.visually-hidden, .skip') || !one.textContent.trim()) return false;
  const hides = ['hidden', 'clip'].includes(style.overflowX) || style.textOverflow === 'ellipsis';
  return hides && one.clientWidth > 1 && one.scrollWidth > one.clientWidth + 1;
}).map(one => one.outerHTML.slice(0, 200))"""
WORDS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walker.nextNode()) {
    const { parentElement, textContent } = walker.currentNode;
    if (parentElement.closest('[lang]').lang === document.documentElement.lang) found.push(textContent.trim());
  }
  return found;
}"""


class Viewer:
    """One visitor whose window and colours change."""

    def __init__(self, person: Person, tasks: dict[str, str]) -> None:
        self.person = person
        self.tasks = tasks

    @property
    def page(self) -> Page:
        return self.person.page

    def show(self, path: str) -> None:
        """Goes to a screen; with "!" its form is sent as it stands."""
        self.page.set_viewport_size({"width": 1440, "height": 900})
        self.page.goto(path.removesuffix("!").format(**self.tasks))
        if path.endswith("!"):
            with self.person.going_on():
                self.page.locator("main form button.primary").first.click()


class Audience:
    """Everybody who looks. A team's tasks are made once for each language, and each visitor logs in once."""

    def __init__(self, browser: Browser, live_stack: LiveStack, crews: dict[str, list[Crew]]) -> None:
        self.browser, self.live_stack, self.crews = browser, live_stack, crews

    @cache  # noqa: B019 - lives as long as the tests do
    def stage(self, language: str) -> tuple[Crew, dict[str, str]]:
        """A team in the middle of its work, and the path of each of its tasks."""
        crew = self.crews[language].pop()
        script = f"from tests.e2e.scenery import paint; paint('{crew.team_id}')"
        return crew, json.loads(self.live_stack.manage("shell", "-v0", "-c", script))

    @cache  # noqa: B019
    def viewer(self, language: str, role: str) -> Viewer:
        """Somebody with this role, logged in."""
        context = self.browser.new_context(base_url=self.live_stack.url, locale=language)
        context.set_default_timeout(10_000)
        crew, tasks = self.stage(language) if role != "newcomer" else (self.crews[language].pop(), {})
        person = Person(crew.assistant if role == "assistant" else crew.owner, context.new_page())
        person.page.on("console", person.note)
        if role != "nobody":
            person.log_in()
        return Viewer(person, tasks)


@pytest.fixture(scope="module")
def audience(browser: Browser, live_stack: LiveStack, crews: dict[str, list[Crew]]) -> Iterator[Audience]:
    """Who looks, by language and by role."""
    before = set(browser.contexts)
    yield Audience(browser, live_stack, crews)
    for context in set(browser.contexts) - before:
        context.close()


@pytest.mark.parametrize(
    ("language", "role", "screen"), LOOKED_AT, ids=[f"{name}-{language}" for language, _role, name in LOOKED_AT]
)
def test_it_looks_right(audience: Audience, language: str, role: str, screen: str) -> None:
    viewer = audience.viewer(language, role)
    viewer.person.complaints.clear()
    viewer.show(PATHS[screen])
    assert viewer.page.evaluate("document.documentElement.lang") == language

    found = [
        f"{width} px, {scheme}: {problem}"
        for width in WIDTHS[language]
        for scheme in SCHEMES[language]
        if (width, scheme) != COLOURS_SEEN
        for problem in look(
            viewer.page, width, scheme, f"{screen}-{language}", axe=width == 360 or screen in MANY_PARTS
        )
    ]

    english = ENGLISH if language == "nl" else set()
    found += [f"not translated: {text}" for text in english.intersection(viewer.page.evaluate(WORDS))]
    assert found + viewer.person.complaints == []


def look(page: Page, width: int, scheme: str, name: str, *, axe: bool = True) -> Iterator[str]:
    """Everything that is wrong with the page in this window and these colours."""
    page.set_viewport_size({"width": width, "height": 900 if width > 700 else 780})
    page.emulate_media(color_scheme="light" if scheme == "light" else "dark", reduced_motion="reduce")
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{PICTURES}/{name}-{width}-{scheme}.png", full_page=True)
    for violation in Axe().run(page, options=AXE_RULES[scheme]).response["violations"] if axe else ():
        for node in violation["nodes"][:3]:
            yield f"{violation['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
    wide = page.evaluate("document.scrollingElement.scrollWidth")
    if wide > width:
        yield f"scrolls sideways: {wide} px"
    yield from (f"cut off: {html}" for html in page.evaluate(CUT_OFF))
