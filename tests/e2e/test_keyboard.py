"""With the keyboard alone: Tab, Space, Enter and the keys of the text itself."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import CrewIn, Enter
from tests.e2e.person import TASK_PAGE, proposed

pytestmark = [pytest.mark.browser, pytest.mark.broker]

MOST_TABS = 80
FOCUS_SHOWS = """() => {
  const one = document.activeElement, near = one.closest('.choice') || one, rim = getComputedStyle(one);
  if (['date', 'time', 'datetime-local'].includes(one.type)) return true; // the browser marks the part within
  return rim.outlineStyle !== 'none' || rim.boxShadow !== 'none' || getComputedStyle(near).outlineStyle !== 'none';
}"""


def test_a_task_is_handed_over_by_keyboard(crew_in: CrewIn, enter: Enter) -> None:
    eva = enter(crew_in("en").owner)
    eva.open("/now/")
    keys = eva.page.keyboard

    keys.press("Tab")
    expect(eva.page.locator(".skip")).to_be_focused()
    tab_to(eva.page, '.rail a[href="/tasks/new/"]')
    with eva.going_on():
        keys.press("Enter")
    tab_to(eva.page, "[name=title]")
    keys.type("Find a caterer for the workshop lunch")
    tab_to(eva.page, "[name=level]:checked")
    keys.press("ArrowUp")  # from "You decide, I approve first" to "Stay within my limits"
    tab_to(eva.page, "[name=money_limit]")
    keys.type("100")
    tab_to(eva.page, "[name=assistant]")
    keys.type("Sam")
    tab_to(eva.page, "button[value=delegate]")
    with eva.going_on():
        keys.press("Enter")

    expect(eva.page).to_have_url(TASK_PAGE)
    expect(eva.page.locator(".flash.success")).to_be_focused()
    expect(eva.page.locator(".contract")).to_contain_text("Stay within my limits")


def test_a_proposal_is_approved_by_keyboard(crew_in: CrewIn, enter: Enter) -> None:
    crew = crew_in("en")
    eva, sam = enter(crew.owner), enter(crew.assistant)
    task = proposed(eva, sam)
    eva.open("/now/")

    tab_to(eva.page, f'form[action="{task}approve/"] button.primary')
    with eva.going_on():
        eva.page.keyboard.press("Space")

    expect(eva.page.locator(".flash.success")).to_be_focused()
    expect(eva.page).to_have_url(re.compile(r"/now/$"))
    expect(eva.form(task, "approve")).to_have_count(0)


def tab_to(page: Page, selector: str) -> None:
    """Presses Tab until this has the focus; wherever one stops on the way, it shows where one is."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS_SHOWS), page.evaluate("document.activeElement.outerHTML")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"no way to {selector} with Tab")
