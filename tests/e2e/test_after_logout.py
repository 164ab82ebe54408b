"""A shared computer: after logging out, "Back" shows nothing of what was there."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import CrewIn, Enter

pytestmark = pytest.mark.browser


def test_back_shows_nothing_after_logging_out(crew_in: CrewIn, enter: Enter) -> None:
    crew = crew_in("en")
    eva = enter(crew.owner)
    page = eva.page
    eva.open("/team/")
    expect(page.locator("#main")).to_contain_text("Finn Faber")
    eva.open("/profile/")
    eva.open("/accounts/logout/")
    page.locator("main form button").first.click()
    page.wait_for_url("**/accounts/login/**")

    for _step in range(3):
        page.go_back(wait_until="load")
        expect(page.locator("body")).not_to_contain_text("Finn Faber")
        expect(page.locator("body")).not_to_contain_text(crew.owner.email)
