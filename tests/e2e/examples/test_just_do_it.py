"""Level 1: file the tax return. In Dutch."""

import pytest

from tests.e2e.conftest import CrewIn, Enter
from tests.e2e.conftest import LiveStack

pytestmark = [pytest.mark.browser, pytest.mark.broker, pytest.mark.mail]


def test_a_tax_return_is_done_on_delivery_and_can_be_opened_again(
    live_stack: LiveStack, crew_in: CrewIn, enter: Enter, measure: Measure
) -> None:
    crew = crew_in("nl")
    eva, sam = enter(crew.owner), enter(crew.assistant)

    handed = eva.hand_over(
        title="Doe de aangifte omzetbelasting over het derde kwartaal",
        level="just_do_it",
        deliverable="De ingediende aangifte en een kopie als pdf in de map Belasting.",
        assistant="Sam Smit",
        deadline_date="2027-01-31",
    )
    task = measure(handed)

    sam.answer_from_now(task, "accept-task", read_back="Ik dien de aangifte in en zet de pdf in de map.", estimate="1:30")
