"""Level 1: file the tax return. In Dutch."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import CrewIn, Enter, LiveStack
from tests.e2e.examples.conftest import Task
from tests.e2e.person import said

pytestmark = [pytest.mark.browser, pytest.mark.broker, pytest.mark.mail]


TITLE = "Doe de btw-aangifte over het derde kwartaal"


def test_a_tax_return_is_done_on_delivery_and_can_be_opened_again(
    live_stack: LiveStack, crew_in: CrewIn, enter: Enter, light: Task
) -> None:
    crew = crew_in("nl")
    eva, sam = enter(crew.owner), enter(crew.assistant)
    task = light(
        eva.hand_over(
            title=TITLE,
            level="just_do_it",
            deliverable="De ingediende aangifte, en een kopie als pdf in de map Belasting.",
            assistant="Sam Smit",
            deadline_date="2027-01-31",
        )
    )

    sam.answer_from_now(task, "accept-task", read_back="Ik dien de aangifte in en zet de pdf klaar.", estimate="1:30")
    sam.do(task, "deliver", text="Ingediend op 22 november, er is € 1.240 te betalen.", links=["example.com/btw.pdf"])

    eva.sees(task, said("This task is done.", "nl"), "er is € 1.240 te betalen")
    eva.open("/now/")
    expect(eva.page.locator("article.turn")).to_have_count(0)
    subject = said("%(actor)s has done it: %(title)s", "nl", actor="Sam", title=TITLE)
    live_stack.mail_to(crew.owner.email, subject)

    eva.do(task, "reopen", text="De factuur van september ontbreekt nog.")

    sam.sees(task, said("You are working on this.", "nl"), "De factuur van september ontbreekt nog.")
    sam.do(task, "deliver", text="De factuur is verwerkt in een suppletie.")
    eva.sees(task, said("This task is done.", "nl"), "suppletie")
