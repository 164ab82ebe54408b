"""Milestones that somebody takes over, and what another title or another number of days does to their days."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from accounts.models import DaysOff
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions import handing_over
from tasks.models import Task
from tests.conftest import Cast
from tests.tasks.actions.test_milestones import at, change, done, rows
from tests.tasks.factories import PHASES, task_in


@pytest.fixture
def task(cast: Cast, now: datetime) -> Task:
    """Four milestones, and the first of them under way."""
    return task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, phases=PHASES)


@pytest.fixture(params=["reassigned", "handed back"])
def taken_over(request: pytest.FixtureRequest, task: Task, cast: Cast) -> Task:
    """The first is accepted on 1 December, and on the 14th somebody else begins with the second."""
    done(task, cast, at(1))
    common: dict[str, Any] = {"task_id": task.pk, "by": cast.owner, "now": at(14)}
    if request.param == "reassigned":
        handing_over.reassign(assistant=cast.guest, **common)
    else:
        handing_over.hand_back(task_id=task.pk, by=cast.assistant, text="I am ill", now=at(14))
        handing_over.edit_draft(fields={"assistant": cast.guest}, **common)
        handing_over.delegate(**common)
    return handing_over.accept_task(task_id=task.pk, by=cast.guest, read_back="", estimate=None, now=at(14))


def test_another_title_moves_no_day_of_what_was_taken_over(taken_over: Task, cast: Cast) -> None:
    before = [(row.due_on, row.planned_on) for row in rows(taken_over)]
    assert before[1] == (date(2026, 12, 21), date(2026, 12, 21))  # 15 16 17 18 [21]
    change(taken_over, cast, at(14), [PHASES[0], replace(PHASES[1], title="Sketches"), *PHASES[2:]])
    assert rows(taken_over)[1].title == "Sketches"
    assert [(row.due_on, row.planned_on) for row in rows(taken_over)] == before


def test_more_days_for_what_was_taken_over_count_from_then(taken_over: Task, cast: Cast) -> None:
    change(taken_over, cast, at(15), [PHASES[0], replace(PHASES[1], working_days=6), *PHASES[2:]])
    second, third = rows(taken_over)[1:3]  # 15 16 17 18 21 [22] · 23 24 25 28 29 30 31 1 4 [5]
    assert (second.due_on, second.planned_on) == (date(2026, 12, 22), date(2026, 12, 22))
    assert (third.due_on, third.planned_on) == (None, date(2027, 1, 5))


def test_another_title_moves_no_day_of_what_goes_on(task: Task, cast: Cast) -> None:
    done(task, cast, at(3))
    before = [(row.due_on, row.planned_on) for row in rows(task)]
    DaysOff.objects.create(user=cast.assistant, first=date(2026, 12, 4), last=date(2026, 12, 7))
    change(task, cast, at(8), [PHASES[0], replace(PHASES[1], title="Sketches"), *PHASES[2:]])
    assert [(row.due_on, row.planned_on) for row in rows(task)][:2] == before[:2]
