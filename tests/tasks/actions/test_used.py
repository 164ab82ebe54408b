"""No limit is lowered below what it has taken already."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions import flags, handing_over
from tasks.models import Task
from tasks.used import too_low
from tests.conftest import Cast
from tests.tasks.actions.watching import refused
from tests.tasks.factories import flag_content, task_in

SPENT = "€\xa085 has been spent already."
KEPT = "The estimate was off, so 1\xa0hour of this limit is not billed. Keep a limit for that."
WORKED = "2\xa0hours\xa030\xa0min has been worked already."


@pytest.fixture
def task(cast: Cast, now: datetime) -> Task:
    """EUR 85 of 100 is spent, and 2:30 of 4 hours worked."""
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, time_limit=240)
    Task.objects.filter(pk=task.pk).update(money_spent=85, minutes_logged=150, minutes_billed=150)
    return Task.objects.select_related("team").get(pk=task.pk)


@pytest.mark.parametrize(
    ("had", "new", "said"),
    [
        ({}, {"money_limit": Decimal("84.99")}, {"money_limit": SPENT}),
        ({}, {"money_limit": Decimal(85)}, {}),
        ({}, {"money_limit": None}, {}),
        ({}, {"money_limit": Decimal(100)}, {}),
        ({"money_limit": None}, {"money_limit": Decimal(80)}, {"money_limit": SPENT}),
        ({"money_limit": Decimal(50)}, {"money_limit": Decimal(50)}, {}),  # a yes went beyond it
        ({"money_limit": Decimal(50)}, {"money_limit": Decimal(60)}, {}),
        ({"money_limit": Decimal(50)}, {"money_limit": Decimal(40)}, {"money_limit": SPENT}),
        ({}, {"time_limit": 149}, {"time_limit": WORKED}),
        ({}, {"time_limit": 150}, {}),
        # What is not billed goes first: the first hour that is taken off is that one.
        ({"minutes_unpaid": 60}, {"time_limit": 150}, {}),
        ({"minutes_unpaid": 60}, {"time_limit": 149}, {"time_limit": WORKED}),
        (
            {"minutes_unpaid": 120},
            {"time_limit": 210},
            {"time_limit": f"{WORKED} Another 1\xa0hour\xa030\xa0min of the limit is not billed."},
        ),
        ({"minutes_unpaid": 60}, {"time_limit": None}, {"time_limit": KEPT}),
        ({"minutes_unpaid": 60}, {"money_limit": None}, {}),
        ({}, {"time_limit": None}, {}),
        ({}, {"title": "Another", "guidelines": "x"}, {}),
        ({}, {"money_limit": Decimal(1), "time_limit": 1}, {"money_limit": SPENT, "time_limit": WORKED}),
    ],
)
def test_lower_than_what_was_used_is_too_low(
    had: dict[str, Any], new: dict[str, Any], said: dict[str, str], task: Task
) -> None:
    for name, value in had.items():
        setattr(task, name, value)
    assert too_low(task, new) == said


@pytest.mark.parametrize(("new", "said"), [({"money_limit": Decimal(80)}, SPENT), ({"time_limit": 60}, WORKED)])
def test_a_change_of_the_brief_is_refused(
    new: dict[str, Any], said: str, task: Task, cast: Cast, now: datetime
) -> None:
    with refused(task, said):
        handing_over.amend(task_id=task.pk, by=cast.owner, fields=new, now=now)
    Task.objects.filter(pk=task.pk).update(state=State.DRAFT)
    with refused(task, said):
        handing_over.edit_draft(task_id=task.pk, by=cast.owner, fields=new, now=now)


@pytest.mark.parametrize(("new", "said"), [({"money_limit": Decimal(80)}, SPENT), ({"time_limit": 60}, WORKED)])
def test_an_answer_to_a_flag_is_refused(new: dict[str, Any], said: str, task: Task, cast: Cast, now: datetime) -> None:
    Task.objects.filter(pk=task.pk).update(money_limit=None, time_limit=None)
    flags.flag(task_id=task.pk, by=cast.assistant, text="No", content=flag_content(), now=now)
    task.refresh_from_db()
    with refused(task, said):
        flags.give_more(task_id=task.pk, by=cast.owner, more=new, now=now)
    with refused(task, said):
        flags.swap(task_id=task.pk, by=cast.owner, text="Less", limits=new, now=now)


def test_it_is_told_beside_the_field(task: Task, cast: Cast, client_for: Any, now: datetime) -> None:
    client = client_for(cast.owner)
    sent = {"title": "x", "money_limit": "80", "time_limit": "2", "do": "save", "revision": task.revision}
    page = client.post(reverse("task_edit", args=[task.pk]), sent)
    assert page.status_code == 422
    assert page.context["form"].errors == {"money_limit": [SPENT], "time_limit": [WORKED]}
    Task.objects.filter(pk=task.pk).update(minutes_unpaid=60)
    page = client.post(reverse("task_edit", args=[task.pk]), sent | {"money_limit": "100", "time_limit": ""})
    assert page.context["form"].errors == {"time_limit": [KEPT]}
    Task.objects.filter(pk=task.pk).update(money_limit=None)
    flags.flag(task_id=task.pk, by=cast.assistant, text="No", content=flag_content(), now=now)
    # The time that is left empty here stays as it is.
    page = client.post(reverse("task_action", args=[task.pk, "answer-flag"]), {"way": "more", "money": "80"})
    assert page.context["form"].errors == {"money": [SPENT]}
    page = client.post(
        reverse("task_action", args=[task.pk, "answer-flag"]),
        {"way": "swap", "text": "Less", "swap_money": "80", "swap_minutes": "2"},
    )
    assert page.context["form"].errors == {"swap_money": [SPENT], "swap_minutes": [WORKED]}
