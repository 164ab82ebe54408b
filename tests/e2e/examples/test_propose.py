"""Level 3: the ten best influencers, with a first approach for each. In English."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import CrewIn, Enter, LiveStack
from tests.e2e.examples.conftest import Task

pytestmark = [pytest.mark.browser, pytest.mark.broker, pytest.mark.mail]

UNAPPROVED = "This can't be delivered yet: there is no approved proposal."


def test_ten_influencers_are_not_delivered_before_the_proposal_is_approved(
    live_stack: LiveStack, crew_in: CrewIn, enter: Enter, light: Task
) -> None:
    crew = crew_in("en")
    eva, sam = enter(crew.owner), enter(crew.assistant)
    task = light(
        eva.hand_over(
            title="List the ten best influencers to contact",
            level="propose",
            deliverable="A table of ten names with reach and price, and a first message to each.",
            criteria=["All ten are Dutch", "Each has over 5,000 followers", "Each has a first approach"],
            assistant="Sam Smit",
        )
    )
    sam.answer_from_now(task, "accept-task", read_back="Ten names with a first approach; you approve the names first.")

    sam.is_refused(task, "deliver", UNAPPROVED, text="Here are the ten.")
    sam.do(task, "propose", text="Nine cooks and one gardener.")
    sam.is_refused(task, "deliver", "the task stands elsewhere now", text="Here are the ten.")
    eva.do(task, "ask-for-changes", text="Only cooks, please: the gardener does not fit.")
    sam.is_refused(task, "deliver", UNAPPROVED, text="Here are the ten.")
    sam.sees(task, "Only cooks, please")
    sam.do(task, "propose", text="Ten cooks, all of them Dutch.")
    live_stack.mail_to(crew.owner.email, "List the ten best influencers to contact")
    eva.answer_from_now(task, "approve")

    sam.do(task, "deliver", text="Here are the ten.", check_0=True, check_1=True, check_2=True)
    eva.do(task, "send-back", check_2=True, note_2="Two of them have none.", text="Write the last two as well.")
    sam.open(task)
    sam.page.locator("details.more > summary").first.click()
    expect(sam.page.locator(".checks .unmet").first).to_contain_text("Each has a first approach")
    sam.do(task, "deliver", text="Now with all ten approaches.", check_0=True, check_1=True, check_2=True)
    eva.answer_from_now(task, "accept-result")
    eva.sees(task, "This task is done.", "Write the last two as well.")
