"""Level 4: a social-media tool that fits. In English."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import CrewIn, Enter
from tests.e2e.examples.conftest import Task
from tests.e2e.person import Value

pytestmark = [pytest.mark.browser, pytest.mark.broker]

OPTIONS: dict[str, Value] = {
    "title_1": "Buffer",
    "cost_1": "18",
    "cost_note_1": "a month",
    "pros_1": "Simple",
    "cons_1": "Three channels",
    "title_2": "Later",
    "cost_2": "22.50",
    "cost_note_2": "a month",
    "pros_2": "All channels",
    "cons_2": "Dearer",
    "title_3": "By hand",
    "pros_3": "Costs nothing",
    "cons_3": "Two hours a week",
    "recommended": "1",
    "text": "Buffer does what you need now.",
}


def test_of_three_tools_the_second_is_chosen_against_the_advice(crew_in: CrewIn, enter: Enter, light: Task) -> None:
    crew = crew_in("en")
    eva, sam = enter(crew.owner), enter(crew.assistant)
    task = light(
        eva.hand_over(
            title="Find a social-media tool that fits us",
            level="advise",
            criteria=["At most EUR 30 a month", "Posts to Instagram and LinkedIn"],
            purpose="One hour a week on social media instead of four.",
            assistant="Sam Smit",
        )
    )
    sam.answer_from_now(task, "accept-task", read_back="Two or three tools, and my advice.", estimate="3")

    sam.is_refused(task, "deliver", "no option has been chosen", text="I took Buffer.")
    sam.do(task, "submit-options", **OPTIONS)
    eva.open("/now/")
    expect(eva.page.locator(".option")).to_have_count(3)
    expect(eva.page.locator(".option", has_text="Recommended")).to_contain_text("Buffer")
    eva.answer_from_now(task, "choose", option="1")

    sam.sees(task, "Eva chose Later")
    sam.page.locator("details.more > summary").first.click()
    expect(sam.page.locator(".option.chosen")).to_contain_text("Later")
    sam.do(task, "deliver", text="Later is set up, both channels are linked.", check_0=True, check_1=True)
    eva.answer_from_now(task, "accept-result")
    eva.sees(task, "This task is done.")
