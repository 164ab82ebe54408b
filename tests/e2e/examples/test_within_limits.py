"""Level 2: a caterer for the workshop lunch, 30 guests for EUR 100. In Dutch, with the reminder read from the mail."""

import psycopg
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import CrewIn, Enter, LiveStack
from tests.e2e.examples.conftest import Task
from tests.e2e.person import said

pytestmark = [pytest.mark.browser, pytest.mark.broker, pytest.mark.mail]

TITLE = "Zoek een cateraar voor de workshoplunch"


def test_thirty_guests_for_a_hundred_euros_is_flagged_and_more_is_paid(
    live_stack: LiveStack, postgres_url: str, crew_in: CrewIn, enter: Enter, light: Task
) -> None:
    crew = crew_in("nl")
    eva, sam = enter(crew.owner), enter(crew.assistant)
    task = light(
        eva.hand_over(
            title=TITLE,
            level="within_limits",
            deliverable="Lunch voor 30 gasten op 4 maart om 12:30 in de Dorpskerk, 6 van hen vegetarisch.",
            money_limit="100",
            time_limit="2",
            checkin_0_trigger=said("A number of hours after the start", "nl"),
            checkin_0_count="1",
            checkin_0_any_time=True,  # this test may run on a Sunday
            assistant="Sam Smit",
            deadline_date="2027-03-01",
        )
    )
    sam.answer_from_now(task, "accept-task", read_back="Een lunch voor 30 mensen, samen hooguit € 100.", estimate="2")

    an_hour_passes(postgres_url, task)
    reminder = live_stack.mail_to(crew.assistant.email, said("How is it going? %(title)s", "nl", title=TITLE))
    body = reminder.get_body(("plain",))
    assert body is not None
    assert live_stack.url + task in body.get_content()
    assert said("Open in Handover", "nl") in body.get_content()
    sam.answer_from_now(task, "answer-checkin", mood="at_risk")
    eva.sees(task, said("At risk", "nl"))

    sam.do(
        task,
        "flag",
        kind="budget",
        text="Voor dertig mensen lukt een lunch voor € 100 niet. Vanaf € 240 wel.",
        money="240",
        alternatives="Vijftien gasten, dan blijft het bij € 100.",
    )
    eva.answer_from_now(task, "answer-flag", way="more")

    sam.open("/now/")
    expect(sam.page.locator(".diff .was")).to_contain_text("€ 100")
    expect(sam.page.locator(".diff .is")).to_contain_text("€ 240")
    sam.answer_from_now(task, "acknowledge")
    sam.do(task, "deliver", text="Besteld bij Brood & Spelen voor € 236.", attachments=invoice())
    eva.open(task)
    expect(eva.page.get_by_text("offerte.pdf")).to_be_visible()
    eva.answer_from_now(task, "accept-result")
    eva.sees(task, said("This task is done.", "nl"))


def an_hour_passes(database: str, task: str) -> None:
    """The only thing that is not lived through: the check-in is due at once. The scheduler does the rest."""
    with psycopg.connect(database) as connection:
        changed = connection.execute(
            "UPDATE tasks_checkin SET due_at = now() - interval '1 second' WHERE task_id = %s AND state = 'due'",
            [task.split("/")[2]],
        )
        assert changed.rowcount == 1


def invoice() -> dict[str, object]:
    """A small file, as Playwright takes it."""
    return {"name": "offerte.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}
