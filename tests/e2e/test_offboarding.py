"""Sam leaves Eva's team, walked to the end: the work goes on, the time is approved, what Sam knows gets a new value,
and a second later Sam can open nothing of it."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import CrewIn, Enter, LiveStack
from tests.e2e.person import Person
from tests.e2e.test_look import look
from tests.e2e.test_secrets import button, give_login, part

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


def works_with_two_logins(eva: Person, sam: Person) -> str:
    """A task on which Sam was shown one password, copied another, and logged half an hour; its path."""
    give_login(eva)
    give_login(eva, name="Newsletter", user_name="eva", password="newsletter-7-sparrow")
    task = eva.hand_over(**RETURN | {"title": "Book the train"}, resources=True).task
    sam.context.grant_permissions(["clipboard-write"])
    sam.answer_from_now(task, "accept-task", read_back="A ticket for Friday.")
    sam.open(task)
    shown, copied = part(sam, "Password").nth(0), part(sam, "Password").nth(1)
    button(shown, "Show").click()
    expect(shown.locator("[data-value]")).to_have_text(re.compile("sparrow|battery"))
    button(copied, "Copy").click()
    expect(copied.locator("[data-said]")).to_have_text("Copied.")
    sam.do(task, "log-work", minutes="30 min", note="Looked up the trains")
    return task


def in_every_width(eva: Person, name: str) -> None:
    """Nothing is cut off, hard to read or wider than the window, on a telephone or a large screen."""
    assert [problem for width in (360, 1440) for problem in look(eva.page, width, "light", name)] == []


def work_goes_elsewhere(eva: Person) -> None:
    """On the page on which Sam leaves: the timer is stopped, one task by itself, and then the rest at once."""
    page = eva.page
    with eva.going_on():
        page.get_by_role("button", name="Stop and log it").click()
    expect(page.locator(".flash.success")).to_have_text("Stopped and logged.")
    page.locator("li", has_text="File the VAT return").locator("select").select_option(label="Stop it")
    with eva.going_on():
        page.locator("li", has_text="File the VAT return").get_by_role("button").click()
    expect(page.locator(".flash.success")).to_have_text("Done for 1 task.")
    page.locator("[name=for_all]").select_option(label="Take it back, as a draft")
    with eva.going_on():
        page.get_by_role("button", name="Do it for all").click()
    expect(page.locator("#main")).to_contain_text("Nothing is open.")


def time_is_approved(eva: Person, here: str) -> None:
    """From the same page to the timesheet and back: nothing is left to approve."""
    page = eva.page
    with eva.going_on():
        page.locator("section", has=page.locator("#approve")).get_by_role("link").click()
    expect(page.locator("#main")).to_contain_text("Sam Smit")
    with eva.going_on():
        page.get_by_role("button", name="Approve all that is open").click()
    expect(page.locator(".flash.success")).to_be_visible()
    eva.open(here)
    expect(page.locator("#approve")).to_have_count(0)


def secrets_get_a_new_value(eva: Person) -> None:
    """On the list of who has left: one is changed here and ticks itself off, the other is ticked off by hand."""
    page = eva.page
    list_of_secrets = page.url
    expect(page.locator("h1")).to_have_text("Who has left")
    expect(page.locator("h2 .tag")).to_have_text("2 to change")
    in_every_width(eva, "departures")
    with eva.going_on():
        page.get_by_role("link", name="Web shop").click()
    with eva.going_on():
        page.get_by_role("link", name="Change", exact=True).click()
    form = page.locator('form:has([name="one_time_code"])')
    eva.fill(form, {"password": "a-new-one-for-the-shop"})
    eva.send(form)
    eva.open(list_of_secrets)
    expect(page.locator("h2 .tag")).to_have_text("1 to change")
    changed = page.locator("li", has_text="Web shop")
    expect(changed.locator(".tag")).to_have_text("changed")
    expect(changed.get_by_role("button")).to_have_count(0)
    with eva.going_on():
        page.locator("li", has_text="Newsletter").get_by_role("button").click()
    expect(page.locator(".flash.success")).to_have_text("Ticked off: Newsletter.")
    expect(page.locator("h2 .tag")).to_have_text("all changed")
    in_every_width(eva, "departures-done")


def test_an_assistant_is_let_go_and_a_second_later_can_open_nothing(crew_in: CrewIn, enter: Enter) -> None:
    crew = crew_in("en")
    eva, sam = enter(crew.owner), enter(crew.assistant)
    offered = eva.hand_over(**RETURN).task
    under_way = works_with_two_logins(eva, sam)
    sam.open(under_way)
    with sam.going_on():
        sam.form(under_way, "start-timer").locator("button").first.click()
    team = f"/team/?team={crew.team_id}"
    seen_by_sam = (offered, under_way, f"{under_way}time/", "/now/", "/tasks/", "/inbox/", team, "/timesheets/")
    for path in (*seen_by_sam, "/resources/"):
        assert sam.open(path).status == 200, path

    here = leaving_page(eva)
    expect(eva.page.locator("#end + p")).to_have_text("This becomes possible when no open work is left.")
    known = eva.page.locator("section", has=eva.page.locator("#seen")).locator("li")
    expect(known).to_contain_text(["Newsletter", "Web shop"])
    in_every_width(eva, "leaving")
    work_goes_elsewhere(eva)
    time_is_approved(eva, here)
    with eva.going_on():
        eva.page.get_by_role("button", name="End the access of Sam").click()
    expect(eva.page.locator(".flash.success")).to_contain_text("has no access")
    expect(eva.page.locator("#main")).to_contain_text("Sam Smit")

    time.sleep(1)
    for path in (*seen_by_sam, "/resources/"):
        sam.open(path)
        assert LOGIN.search(sam.page.url), path
    secrets_get_a_new_value(eva)

    # Logged in again there is nothing of the team either, and nothing that leads there.
    sam.log_in()
    for path in (offered, under_way, f"{under_way}time/", team, here):
        assert sam.open(path).status == 404, path
    for path in ("/tasks/", "/resources/"):
        sam.open(path)
        expect(sam.page.locator("#main")).not_to_contain_text(re.compile("Book the train|Web shop|Newsletter"))
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
