"""The caterer for EUR 100 and thirty people, end to end: flagged with EUR 240 needed, and each way out to its end."""

import re
from collections.abc import Callable

import psycopg
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import CrewIn, Enter
from tests.e2e.crews import Crew
from tests.e2e.person import Person, Value

pytestmark = [pytest.mark.browser, pytest.mark.broker]

FLAGGED = "flagged: the budget is too small"
Flagged = Callable[..., str]


@pytest.fixture(scope="module")
def caterers(crews: dict[str, list[Crew]]) -> Crew:
    """One team for all the ways out: their tasks don't meet."""
    return crews["en"].pop()


@pytest.fixture
def eva(caterers: Crew, enter: Enter) -> Person:
    return enter(caterers.owner)


@pytest.fixture
def sam(caterers: Crew, enter: Enter) -> Person:
    return enter(caterers.assistant)


def accepted(eva: Person, sam: Person) -> str:
    """Lunch for thirty, for at most EUR 100 and two hours: handed over and accepted. The task's path."""
    task = eva.hand_over(
        title="Find a caterer for the workshop lunch",
        level="within_limits",
        deliverable="Lunch for 30 people at 12:30, six of them vegetarian",
        money_limit="100",
        time_limit="2",
        assistant="Sam Smit",
    ).task
    sam.answer_from_now(task, "accept-task", read_back="A lunch for thirty, at most € 100.", estimate="2")
    return task


def flagged(eva: Person, sam: Person) -> str:
    """The same, and Sam says that it takes EUR 240, or half the people."""
    task = accepted(eva, sam)
    sam.do(
        task,
        "flag",
        kind="budget",
        cause="Circumstances",
        text="For thirty people a lunch for € 100 won't work. From € 240 it does.",
        money="240",
        alternatives="15 people instead of 30",
    )
    return task


def story(person: Person, task: str) -> list[str]:
    """What happened, oldest first, each in its first line."""
    person.open(task)
    return [text.strip() for text in reversed(person.page.locator(".line li > span").all_inner_texts())]


def versions(person: Person, task: str, was: int, now: int) -> str:
    """What the page of versions shows of two of them, found through the brief's own link."""
    person.open(task)
    with person.going_on():
        person.page.locator(f'a[href="{task}versions/"]').click()
    form = person.page.locator("form.versions-chosen")
    person.fill(form, {"from": str(was), "to": str(now)})
    with person.going_on():
        form.locator("button").click()
    return person.page.locator('section[aria-labelledby="difference"]').inner_text()


def spent(person: Person, task: str) -> str:
    """What stands beside the task of the money: so much of so much."""
    person.open(task)
    return person.page.locator(".side-part", has=person.page.locator("meter")).first.inner_text()


def delivered_and_accepted(eva: Person, sam: Person, task: str) -> None:
    """The end that a task should come to."""
    sam.do(task, "deliver", text="Ordered at Brood & Spelen.")
    eva.answer_from_now(task, "accept-result")
    eva.sees(task, "This task is done.")


def test_stopping_ends_it(eva: Person, sam: Person) -> None:
    task = flagged(eva, sam)
    eva.answer_from_now(task, "answer-flag", way="stop")
    sam.sees(task, "Stopped")
    expect(sam.page.locator(f'a[href="{task}deliver/"]')).to_have_count(0)
    assert story(sam, task)[-2:] == [f"Sam {FLAGGED}", "Eva stopped the task"]
    eva.open(task)
    expect(eva.page.locator(f'form[action="{task}answer-flag/"]')).to_have_count(0)


def test_paying_more_moves_the_limit_and_the_meter_and_leads_to_the_lunch(eva: Person, sam: Person) -> None:
    task = flagged(eva, sam)
    eva.answer_from_now(task, "answer-flag", way="more")
    sam.answer_from_now(task, "acknowledge")
    for person in (eva, sam):
        shown = versions(person, task, 1, 2)
        assert ("€\u00a0100" in shown, "€\u00a0240" in shown) == (True, True)
        assert "15 people" not in shown

    sam.do(task, "log-expense", amount="236", what="Thirty lunches")
    for person in (eva, sam):
        beside = spent(person, task)
        assert "€\u00a0236" in beside
        assert "€\u00a0240" in beside
    delivered_and_accepted(eva, sam, task)
    told = story(eva, task)
    assert [line for line in told if "%" not in line] == [
        "Eva handed over to Sam",
        "Sam accepted",
        f"Sam {FLAGGED}",
        "Eva gave more",
        "Sam has seen the changed brief",
        "Sam logged an expense: €\u00a0236",
        "Sam delivered",
        "Eva accepted the result",
    ]


def test_a_swap_changes_what_is_asked_and_keeps_the_limit(eva: Person, sam: Person) -> None:
    task = flagged(eva, sam)
    eva.answer_from_now(task, "answer-flag", way="swap")
    sam.answer_from_now(task, "acknowledge")
    for person in (eva, sam):
        shown = versions(person, task, 1, 2)
        assert "15 people instead of 30" in shown
        assert "€" not in shown
    sam.do(task, "log-expense", amount="98,50", what="Fifteen lunches")
    assert "€\u00a098.50" in spent(sam, task)
    delivered_and_accepted(eva, sam, task)
    assert "Eva swapped" in story(eva, task)


def test_a_swap_may_come_with_another_amount(eva: Person, sam: Person) -> None:
    task = flagged(eva, sam)
    eva.do(task, "answer-flag", way="swap", text="15 people, and a better lunch", swap_money="150")
    shown = versions(sam, task, 1, 2)
    for text in ("15 people, and a better lunch", "€\u00a0100", "€\u00a0150"):
        assert text in shown


def test_holding_to_the_limit_says_why_and_changes_nothing_else(eva: Person, sam: Person) -> None:
    task = flagged(eva, sam)
    eva.do(task, "answer-flag", way="hold", text="The sponsor pays no more than this.")
    shown = versions(sam, task, 1, 2)
    assert "The brief says the same in both." in shown
    expect(sam.page.locator("table.rows")).to_contain_text("The sponsor pays no more than this.")
    assert story(sam, task)[-1] == "Eva holds to the limit"
    delivered_and_accepted(eva, sam, task)


def test_a_second_flag_keeps_the_work_waiting_until_it_is_answered_too(eva: Person, sam: Person) -> None:
    task = flagged(eva, sam)
    sam.do(task, "flag", kind="time", cause="My estimate was off", text="Calling around takes four hours.", minutes="4")
    eva.open(task)
    cards = eva.form(task, "answer-flag")
    expect(cards).to_have_count(2)
    expect(eva.page.locator("#main")).to_contain_text("Not billed: 2\u00a0hours")
    eva.send(eva.form(task, "answer-flag").filter(has=eva.page.locator('input[name="money"]')))
    expect(eva.form(task, "answer-flag")).to_have_count(1)
    sam.sees(task, "at most €\u00a0240", "Waits on Eva")
    eva.answer_from_now(task, "answer-flag", way="more")
    sam.sees(task, "at most 4\u00a0hours", "2\u00a0hours of it not billed")
    delivered_and_accepted(eva, sam, task)


def test_a_small_difference_is_approved_by_itself(crew_in: CrewIn, enter: Enter, postgres_url: str) -> None:
    crew = crew_in("en")
    with psycopg.connect(postgres_url) as connection:
        connection.execute(
            "INSERT INTO delegation_teammoney (team_id, tolerance_amount, tolerance_percent) VALUES (%s, 20, 20)",
            [crew.team_id],
        )
    eva, sam = enter(crew.owner), enter(crew.assistant)
    task = accepted(eva, sam)
    fields: dict[str, Value] = {"kind": "budget", "text": "With the rolls it comes to € 115.", "money": "115"}
    sam.do(task, "flag", **fields)
    expect(sam.page.locator(".flash.success")).to_contain_text("Approved at once")
    eva.open("/now/")
    expect(eva.form(task, "answer-flag")).to_have_count(0)
    eva.sees(task, "at most €\u00a0115")
    assert story(eva, task)[-2:] == [f"Sam {FLAGGED}", "€\u00a015 more, within the team's tolerance"]
    shown = versions(eva, task, 1, 2)
    assert ("€\u00a0100" in shown, "€\u00a0115" in shown) == (True, True)

    sam.do(task, "flag", **{**fields, "money": "120"})  # once a day
    eva.answer_from_now(task, "answer-flag", way="more")
    eva.sees(task, "at most €\u00a0120")


def test_the_whole_way_on_a_phone_in_dutch(crew_in: CrewIn, enter: Enter) -> None:
    crew = crew_in("nl")
    eva, sam = enter(crew.owner), enter(crew.assistant)
    for person in (eva, sam):
        person.page.set_viewport_size({"width": 360, "height": 740})
    task = eva.hand_over(
        title="Zoek een cateraar voor de workshoplunch",
        level="within_limits",
        deliverable="Lunch voor 30 mensen",
        money_limit="100",
        assistant="Sam Smit",
    ).task
    sam.answer_from_now(task, "accept-task", read_back="Lunch voor dertig, hooguit € 100.")
    sam.do(task, "flag", kind="budget", text="Voor dertig lukt dat niet.", money="240", alternatives="15 mensen")
    fits(sam)
    for path in ("/now/", task, f"{task}answer-flag/"):
        eva.open(path)
        fits(eva)
    eva.do(task, "answer-flag", way="swap", text="15 mensen in plaats van 30", swap_money="150")
    shown = versions(sam, task, 1, 2)
    fits(sam)
    assert "15 mensen in plaats van 30" in shown
    assert re.search(r"€\s150", shown)
    sam.answer_from_now(task, "acknowledge")
    sam.do(task, "deliver", text="Besteld.")
    eva.answer_from_now(task, "accept-result")
    eva.sees(task, eva.says("This task is done."))


def fits(person: Person) -> None:
    """Nothing sticks out of the screen."""
    wide = person.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, person.page.url
