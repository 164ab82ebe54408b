"""Everything works without JavaScript: here the longest way a task can go, at level 3."""

import pytest

from tests.e2e.conftest import CrewIn, Enter

pytestmark = [pytest.mark.browser, pytest.mark.broker]


def test_a_task_goes_from_brief_to_accepted_result_without_javascript(crew_in: CrewIn, enter: Enter) -> None:
    crew = crew_in("en")
    eva, sam = enter(crew.owner, java_script=False), enter(crew.assistant, java_script=False)
    task = eva.hand_over(
        title="List the ten best influencers to contact",
        level="propose",
        deliverable="A table of ten names.",
        criteria=["All ten are Dutch"],
        assistant="Sam Smit",
    ).task

    sam.answer_from_now(task, "accept-task", read_back="Ten names; you approve them first.")
    sam.do(task, "propose", text="Ten cooks, all of them Dutch.")
    eva.answer_from_now(task, "approve")
    sam.do(task, "deliver", text="Here are the ten.", check_0=True)
    eva.answer_from_now(task, "accept-result")

    eva.sees(task, "This task is done.", "Eva approved the proposal")
