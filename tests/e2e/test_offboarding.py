"""Sam leaves Eva's team, walked to the end: the work goes on, and a second later Sam can open nothing of it."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import CrewIn, Enter, LiveStack
from tests.e2e.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.broker]

LOGIN = re.compile(r"/accounts/login/")
RETURN = {
    "title": "File the VAT return",
    "level": "just_do_it",
    "deliverable": "A copy of the filed return",
    "assistant": "Sam Smit",
}


def leaving_page(eva: Person) -> str:
    """The page on which Sam leaves, found on the team page."""
    eva.open("/team/")
    row = eva.page.locator(".members li", has_text="Sam Smit")
    with eva.going_on():
        row.locator('a[href$="/leaving/"]').click()
    expect(eva.page.locator("h1")).to_have_text("Sam Smit leaves the team")
    return eva.page.url


def test_an_assistant_is_let_go_and_a_second_later_can_open_nothing(crew_in: CrewIn, enter: Enter) -> None:
    crew = crew_in("en")
    eva, sam = enter(crew.owner), enter(crew.assistant)
    offered = eva.hand_over(**RETURN).task
    under_way = eva.hand_over(**RETURN | {"title": "Book the train"}).task
    sam.answer_from_now(under_way, "accept-task", read_back="A ticket for Friday.")
    sam.open(under_way)
    with sam.going_on():
        sam.form(under_way, "start-timer").locator("button").first.click()
    team = f"/team/?team={crew.team_id}"
    seen_by_sam = (offered, under_way, f"{under_way}time/", "/now/", "/tasks/", "/inbox/", team, "/timesheets/")
    for path in seen_by_sam:
        assert sam.open(path).status == 200, path

    here = leaving_page(eva)
    page = eva.page
    expect(page.locator("#end + p")).to_have_text("This becomes possible when no open work is left.")
    with eva.going_on():
        page.get_by_role("button", name="Stop and log it").click()
    expect(page.locator(".flash.success")).to_have_text("Stopped and logged.")

    # One by itself, and then the rest at once.
    page.locator("li", has_text="File the VAT return").locator("select").select_option(label="Stop it")
    with eva.going_on():
        page.locator("li", has_text="File the VAT return").get_by_role("button").click()
    expect(page.locator(".flash.success")).to_have_text("Done for 1 task.")
    page.locator("[name=for_all]").select_option(label="Take it back, as a draft")
    with eva.going_on():
        page.get_by_role("button", name="Do it for all").click()
    expect(page.locator("#main")).to_contain_text("Nothing is open.")

    with eva.going_on():
        page.get_by_role("button", name="End the access of Sam").click()
    expect(page.locator(".flash.success")).to_contain_text("has no access")
    expect(page.locator("h1")).to_have_text("Who has left")
    expect(page.locator("#main")).to_contain_text("Sam Smit")

    time.sleep(1)
    for path in seen_by_sam:
        sam.open(path)
        assert LOGIN.search(sam.page.url), path
    # Logged in again there is nothing of the team either, and nothing that leads there.
    sam.log_in()
    for path in (offered, under_way, f"{under_way}time/", team, here):
        assert sam.open(path).status == 404, path
    sam.open("/tasks/")
    expect(sam.page.locator("#main")).not_to_contain_text("Book the train")
    assert eva.open(here).status == 404
    assert eva.open(under_way).status == 200


def test_who_leaves_by_themselves_hands_back_first_and_is_told_by_mail(
    crew_in: CrewIn, enter: Enter, live_stack: LiveStack
) -> None:
    crew = crew_in("en")
    eva, sam = enter(crew.owner), enter(crew.assistant)
    task = eva.hand_over(**RETURN).task
    sam.open("/team/")
    with sam.going_on():
        sam.page.get_by_role("link", name="Leave this team…").click()
    page = sam.page
    page.locator("[name=text]").fill("I stop at the end of the month. Nothing is done yet.")
    page.locator("[name=for_all]").select_option(label="Decline it")
    with sam.going_on():
        page.get_by_role("button", name="Do it for all").click()
    with sam.going_on():
        page.get_by_role("button", name="Leave Evers Events").click()
    expect(page.locator(".flash.success")).to_have_text("You have left Evers Events.")
    assert sam.open(task).status == 404
    expect(page.locator("h1")).not_to_have_text("Log in")
    mail = live_stack.mail_to(crew.assistant.email, "You have left Evers Events")
    assert mail is not None
    eva.open(task)
    expect(eva.page.locator("#main")).to_contain_text("I stop at the end of the month.")
