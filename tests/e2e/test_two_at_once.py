"""Two people at once, a press too many, an old tab: one wins, the other reads what happened, nothing is overwritten."""

import time

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import CrewIn, Enter
from tests.e2e.person import Person, proposed

pytestmark = [pytest.mark.browser, pytest.mark.broker]

PRESS_AT = """([selector, moment]) => {
  const button = document.querySelector(selector);
  setTimeout(() => button.click(), moment - Date.now());
}"""
APPROVED, CHANGES_ASKED = "approved the proposal", "asked for changes"


@pytest.fixture
def people(crew_in: CrewIn, enter: Enter) -> tuple[Person, Person, Person]:
    """Eva and Finn, who both hand over in this team, and Sam."""
    crew = crew_in("en")
    return enter(crew.owner), enter(crew.entrepreneur), enter(crew.assistant)


def test_of_approve_and_ask_for_changes_at_once_exactly_one_happens(people: tuple[Person, Person, Person]) -> None:
    eva, finn, sam = people
    for _ in range(3):
        task = proposed(eva, sam)
        eva.open(task)
        finn.open(f"{task}ask-for-changes/")
        finn.fill(finn.form(task, "ask-for-changes"), {"text": "Only cooks, and all of them Dutch."})

        with eva.going_on(), finn.going_on():
            moment = time.time() * 1000 + 400
            press_at(eva, f'form[action="{task}approve/"] button', moment)
            press_at(finn, f'form[action="{task}ask-for-changes/"] button', moment)

        won, lost = (eva, finn) if eva.page.locator(".flash.success").count() else (finn, eva)
        expect(won.page.locator(".flash.success")).to_be_visible()
        expect(lost.page.locator("h1")).to_have_text("That did not happen")
        what_happened = APPROVED if won is eva else CHANGES_ASKED
        expect(lost.page.locator("#main")).to_contain_text(f"{won.account.name.split()[0]} {what_happened}")
        if lost is finn:
            expect(finn.page.locator("blockquote")).to_have_text("Only cooks, and all of them Dutch.")
        assert happened(sam, task) == [what_happened]


def test_a_second_press_on_approve_says_that_it_was_done_already(people: tuple[Person, Person, Person]) -> None:
    eva, _finn, sam = people
    task = proposed(eva, sam)
    eva.open("/now/")
    old = eva.context.new_page()
    old.goto("/now/")

    with eva.going_on():
        eva.form(task, "approve").locator("button").dblclick()
    expect(eva.page.locator(".flash.success")).to_be_visible()
    with old.expect_response(lambda response: response.request.method == "POST") as answer:
        old.locator(f'form[action="{task}approve/"] button').click()

    assert answer.value.status == 409
    expect(old.locator("h1")).to_have_text("That did not happen")
    expect(old.locator("#main")).to_contain_text("Eva approved the proposal")
    assert happened(sam, task) == [APPROVED]


def test_an_old_tab_cannot_approve_a_proposal_that_nobody_has_read(people: tuple[Person, Person, Person]) -> None:
    eva, finn, sam = people
    task = proposed(eva, sam)
    eva.open(task)  # and leaves it open
    finn.do(task, "ask-for-changes", text="Only cooks, please.")
    sam.do(task, "propose", text="Ten cooks and a gardener after all.")

    eva.press(eva.form(task, "approve"))

    expect(eva.page.locator("h1")).to_have_text("That did not happen")
    expect(eva.page.locator("#main")).to_contain_text("Something changed since you opened this page.")
    assert happened(sam, task) == [CHANGES_ASKED]
    eva.answer_from_now(task, "approve")


def press_at(person: Person, selector: str, moment: float) -> None:
    """Presses at this millisecond, so that two browsers do it together."""
    person.page.evaluate(PRESS_AT, [selector, moment])


def happened(person: Person, task: str) -> list[str]:
    """Which answers to proposals the timeline knows, newest first."""
    person.open(task)
    lines = person.page.locator(".line li").all_inner_texts()
    return [what for line in lines for what in (APPROVED, CHANGES_ASKED) if what in line]
