"""Level 6: book this hotel for this date within this price range. In English."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import CrewIn, Enter
from tests.e2e.examples.conftest import Task

pytestmark = [pytest.mark.browser, pytest.mark.broker]

STEPS = ["Ask Hotel Zon for a room on 4 March", "Book it for at most EUR 140", "Send me the confirmation"]
STEPS_OPEN = "there are steps that are not ticked off"


def test_a_hotel_is_booked_step_by_step_with_one_deviation_that_was_asked(
    crew_in: CrewIn, enter: Enter, light: Task
) -> None:
    crew = crew_in("en")
    eva, sam = enter(crew.owner), enter(crew.assistant)
    task = light(
        eva.hand_over(
            title="Book Hotel Zon for 4 March",
            level="instructions",
            steps=STEPS,
            money_limit="140",
            guidelines="A quiet room, breakfast included.",
            assistant="Sam Smit",
        )
    )
    sam.answer_from_now(task, "accept-task", read_back="I book Hotel Zon for you in three steps.")

    sam.is_refused(task, "deliver", STEPS_OPEN, text="Booked.")
    sam.do(task, "ask-to-deviate", text="Hotel Zon is full. May I take Hotel Maan across the street?")
    sam.is_refused(task, "tick-step", "the task stands elsewhere now", step="1")
    eva.answer_from_now(task, "allow-deviation")

    sam.sees(task, "Eva allows doing step 1 otherwise")
    for step in STEPS:
        sam.is_refused(task, "deliver", STEPS_OPEN, text="Booked.")
        sam.open(task)
        expect(sam.page.locator(".steps .now")).to_have_text(re.compile(re.escape(step)))
        sam.send(sam.form(task, "tick-step"))
    expect(sam.page.locator(".steps .done")).to_have_count(len(STEPS))
    sam.do(task, "deliver", text="Hotel Maan, EUR 128, breakfast included.")
    eva.answer_from_now(task, "accept-result")
    eva.sees(task, "This task is done.")
