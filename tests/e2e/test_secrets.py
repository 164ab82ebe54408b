"""A login that is lent: shown for a while, copied without being shown, codes of the moment; and the owner reads it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, expect

from tasks.one_time_codes import code_at, normal_form
from tests.e2e.conftest import CrewIn, Enter
from tests.e2e.crews import Crew
from tests.e2e.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.broker]

SECRET = "correct-horse-9-battery"
KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.fixture
def crew(crew_in: CrewIn) -> Crew:
    return crew_in("en")


def give_login(eva: Person, **fields: str | bool) -> None:
    """Through the form of the resources, as the owner does."""
    eva.open("/resources/")
    form = eva.page.locator('form:has([name="one_time_code"])')
    if not form.is_visible():
        eva.page.locator(".resource-add summary").click()
    values = {"kind": "Login", "name": "Web shop", "user_name": "eva@example.com", "password": SECRET, **fields}
    eva.fill(form, values)
    eva.send(form)


def offered(eva: Person) -> str:
    """A task for Sam with the one login that the team has; its path."""
    return eva.hand_over(
        title="Order the lunch in the web shop",
        level="just_do_it",
        deliverable="A confirmed order",
        assistant="Sam Smit",
        resources=True,
    ).task


def part(person: Person, label: str) -> Locator:
    """The line of the login with this part."""
    return person.page.locator(".login > div").filter(has=person.page.locator(f'dt:text-is("{label}")'))


def button(line: Locator, name: str) -> Locator:
    return line.get_by_role("button", name=re.compile(rf"^{name}\b"))


def pasted(person: Person) -> str:
    """What is on the clipboard, as somebody finds out: by pasting it. The page itself may not read it."""
    person.page.evaluate("document.querySelector('main').append(document.createElement('textarea'))")
    field = person.page.locator("main > textarea")
    field.focus()
    person.page.keyboard.press("Control+V")
    text = field.input_value()
    field.evaluate("element => element.remove()")
    return text


def codes_around_now() -> set[str]:
    """The code of this moment, and of half a minute ago, in case it changed meanwhile."""
    address, now = normal_form(KEY), datetime.now(UTC)
    return {code_at(address, now - timedelta(seconds=back))[0] for back in (0, 30)}


def test_a_lent_login_is_shown_for_a_while_and_copied_without_being_shown(crew: Crew, enter: Enter) -> None:
    eva, sam = enter(crew.owner), enter(crew.assistant)
    give_login(eva, one_time_code=KEY)
    task = offered(eva)

    sam.context.grant_permissions(["clipboard-write"])
    sam.page.clock.install()
    sam.open(task)
    expect(part(sam, "Password")).to_contain_text("once you have accepted")
    sam.answer_from_now(task, "accept-task")
    sam.open(task)
    assert SECRET not in sam.page.content()

    line = part(sam, "Password")
    button(line, "Show").click()
    expect(line.locator("[data-value]")).to_have_text(SECRET)
    expect(line.locator("[data-said]")).to_have_text("Shown. It is hidden again in 30 seconds.")
    expect(button(line, "Hide")).to_be_focused()
    sam.page.clock.fast_forward(20_000)
    expect(line.locator("[data-left]")).to_have_text(re.compile(r"\((10|9|8)\)"))
    expect(line.locator("[data-value]")).to_be_visible()
    sam.page.clock.fast_forward(11_000)
    expect(line.locator("[data-said]")).to_have_text("Hidden again.")
    assert SECRET not in sam.page.content()
    expect(button(line, "Show")).to_be_focused()

    button(line, "Show").click()
    expect(line.locator("[data-value]")).to_have_text(SECRET)
    button(line, "Hide").click()
    assert SECRET not in sam.page.content()

    button(line, "Copy").click()
    expect(line.locator("[data-said]")).to_have_text("Copied.")
    assert SECRET not in sam.page.content()
    assert pasted(sam) == SECRET

    line = part(sam, "One-time code")
    button(line, "Show").click()
    shown = line.locator("[data-value]")
    expect(shown).to_have_text(re.compile(r"^\d{6}$"))
    assert shown.inner_text() in codes_around_now()

    eva.open("/resources/")
    with eva.going_on():
        eva.page.get_by_role("link", name="Web shop").first.click()
    told = eva.page.locator("#seen li").all_inner_texts()
    assert ["one-time code" in told[0], "copied the password" in told[1], "looked at the password" in told[2]] == [
        True
    ] * 3
    assert all("Sam Smit" in row and "Order the lunch" in row for row in told)
    assert len(told) == 4


def test_a_reason_is_asked_first_and_enter_goes_on_with_what_was_asked_for(crew: Crew, enter: Enter) -> None:
    eva, sam = enter(crew.owner), enter(crew.assistant)
    give_login(eva, asks_reason=True)
    task = offered(eva)
    sam.context.grant_permissions(["clipboard-write"])
    sam.answer_from_now(task, "accept-task")
    sam.open(task)
    line = part(sam, "Password")
    button(line, "Copy").click()
    why = line.locator("[name=reason]")
    expect(why).to_be_focused()
    why.fill("To order the lunch")
    why.press("Enter")
    expect(line.locator("[data-said]")).to_have_text("Copied.")
    expect(why).to_be_hidden()
    assert SECRET not in sam.page.content()
    assert pasted(sam) == SECRET


def test_without_javascript_the_secret_has_a_page_of_its_own_that_goes_back(crew: Crew, enter: Enter) -> None:
    eva = enter(crew.owner)
    give_login(eva)
    plain = enter(crew.owner, java_script=False)
    plain.open("/resources/")
    line = part(plain, "Password")
    expect(button(line, "Copy")).to_be_hidden()
    with plain.page.expect_response(re.compile(r"/password/show/$")) as answer:
        button(line, "Show").click()
    expect(plain.page.locator(".secret-value")).to_have_text(SECRET)
    assert answer.value.header_value("refresh") == "30; url=/resources/"
    assert "no-store" in (answer.value.header_value("cache-control") or "")
    plain.page.get_by_role("link", name="Hide it now").click()
    expect(plain.page).to_have_url(re.compile(r"/resources/$"))
    assert SECRET not in plain.page.content()
