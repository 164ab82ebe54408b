"""Level 5: all events in the field with more than 10,000 visitors. In Dutch."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import CrewIn, Enter
from tests.e2e.examples.conftest import Task
from tests.e2e.person import Value, said

pytestmark = [pytest.mark.browser, pytest.mark.broker]

NOT_AT_THIS_LEVEL = "This does not belong to the level at which the task was handed over."
FACTS = {
    "Horecava, 60.000 bezoekers": "https://example.com/horecava",
    "Gastvrij Rotterdam, 12.000 bezoekers": "https://example.com/gastvrij",
    "Huishoudbeurs, 200.000 bezoekers": "https://example.com/huishoudbeurs",
    "Margriet Winter Fair, 70.000 bezoekers": "https://example.com/margriet",
    "Libelle Zomerweek, 65.000 bezoekers": "https://example.com/libelle",
    "BBB Maastricht, 11.000 bezoekers": "https://example.com/bbb",
}


def test_events_come_back_as_facts_with_sources_and_no_advice(crew_in: CrewIn, enter: Enter, light: Task) -> None:
    crew = crew_in("nl")
    eva, sam = enter(crew.owner), enter(crew.assistant)
    task = light(
        eva.hand_over(
            title="Zoek alle evenementen in mijn vak met meer dan 10.000 bezoekers",
            level="research",
            purpose="Kiezen waar ik volgend jaar als spreker wil staan.",
            deliverable="Een tabel met naam, maand, bezoekers en bron.",
            assistant="Sam Smit",
        )
    )
    sam.answer_from_now(task, "accept-task", read_back="Een lijst met bronnen; kiezen doe jij.", estimate="4")

    sam.is_refused(task, "deliver", said(NOT_AT_THIS_LEVEL, "nl"), text="Ik zou Horecava nemen.")
    sam.open(task)
    sam.follow(task, "submit-findings")
    form = sam.form(task, "submit-findings")
    assert asks_for_facts_only(form.locator("input, textarea, select").evaluate_all("all => all.map(one => one.name)"))
    expect(form.locator("[name^=fact_]")).to_have_count(5)
    sam.fill(form, rows_of(list(FACTS)[:5]))
    with sam.going_on():
        form.locator("button[name=more_rows]").click()
    expect(form.locator("[name^=fact_]")).to_have_count(10)
    expect(form.locator("[name=fact_4]")).to_have_value("Libelle Zomerweek, 65.000 bezoekers")
    sam.fill(form, {"fact_5": list(FACTS)[5], "source_5": FACTS[list(FACTS)[5]], "text": "De agenda's van zes hallen."})
    sam.send(form)

    eva.open("/now/")
    expect(eva.page.locator(".findings tbody tr")).to_have_count(6)
    expect(eva.page.locator('.findings a[href="https://example.com/bbb"]')).to_be_visible()
    eva.answer_from_now(task, "accept-result")
    eva.sees(task, said("This task is done.", "nl"))


def rows_of(facts: list[str]) -> dict[str, Value]:
    """The fields of the first rows of the table."""
    fields: dict[str, Value] = {}
    for number, fact in enumerate(facts):
        fields |= {f"fact_{number}": fact, f"source_{number}": FACTS[fact]}
    return fields


def asks_for_facts_only(names: list[str]) -> bool:
    """Whether the form has fields for findings and how they were found, and nothing else."""
    kinds = {name.rstrip("0123456789") for name in names if name}
    hidden = {"rows", "revision", "turn", "csrfmiddlewaretoken"}
    return kinds - hidden == {"fact_", "detail_", "source_", "text", "attachments"}
