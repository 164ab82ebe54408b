"""Scope and milestones on the hand-over form."""

from datetime import date, datetime
from typing import Any

import pytest

from delegation.levels import LevelKey
from delegation.milestones import PROBLEMS, Phase, PlanProblem
from delegation.workflow import State
from tasks.actions import milestones
from tasks.forms.brief import BriefForm
from tasks.forms.milestones import FIRST_FIRST
from tasks.models import Task
from tests.conftest import Cast
from tests.tasks.factories import PHASES, task_in

BRIEF = {"title": "A new site", "level": "just_do_it", "deliverable": "A site"}
ROWS = {
    "milestone_0_title": "Plan", "milestone_0_when": "2026-12-01",
    "milestone_1_title": "Design", "milestone_1_when": "5",
    "milestone_2_title": "Build", "milestone_2_when": "10",
    "milestone_3_title": "Test", "milestone_3_when": "3",
}  # fmt: skip


def form_of(cast: Cast, now: datetime, sent: dict[str, Any], *, task: Task | None = None, **kwargs: Any) -> BriefForm:
    assistant = {} if task else {"assistant": cast.assistant.pk}
    return BriefForm({**BRIEF, **assistant, **sent}, team=cast.team, by=cast.owner, now=now, task=task, **kwargs)


def errors_of(cast: Cast, now: datetime, sent: dict[str, Any], **kwargs: Any) -> dict[str, list[str]]:
    form = form_of(cast, now, sent, **kwargs)
    form.is_valid()
    return {name: [str(text) for text in errors] for name, errors in form.errors.items()}


def test_what_is_filled_in_comes_out_in_order(cast: Cast, now: datetime) -> None:
    form = form_of(cast, now, {**ROWS, "must_items": "Home\n\n- Contact", "could_items": "Blog"}, handing_over=True)
    assert form.is_valid(), form.errors
    assert form.milestones() == PHASES
    columns = form.columns()
    assert (columns["must_items"], columns["could_items"]) == (["Home", "Contact"], ["Blog"])


def test_empty_rows_between_are_left_out(cast: Cast, now: datetime) -> None:
    form = form_of(cast, now, {**ROWS, "milestone_1_title": " ", "milestone_1_when": ""})
    assert form.is_valid(), form.errors
    assert [phase.title for phase in form.milestones()] == ["Plan", "Build", "Test"]


def test_none_is_fine(cast: Cast, now: datetime) -> None:
    form = form_of(cast, now, {}, handing_over=True)
    assert form.is_valid(), form.errors
    assert form.milestones() == []


@pytest.mark.parametrize(
    ("sent", "field", "wrong"),
    [
        ({"milestone_0_title": ""}, "milestone_0_title", PlanProblem.NO_TITLE),
        ({"milestone_2_title": ""}, "milestone_2_title", PlanProblem.NO_TITLE),
        ({"milestone_0_when": ""}, "milestone_0_when", PlanProblem.NO_DAY),
        ({"milestone_1_when": ""}, "milestone_1_when", PlanProblem.OUT_OF_RANGE),
        ({"milestone_1_when": "0"}, "milestone_1_when", PlanProblem.OUT_OF_RANGE),
        ({"milestone_3_when": "-3"}, "milestone_3_when", PlanProblem.OUT_OF_RANGE),
        ({"milestone_3_when": "251"}, "milestone_3_when", PlanProblem.OUT_OF_RANGE),
        ({"deadline_date": "2026-11-30"}, "milestone_0_when", PlanProblem.AFTER_DEADLINE),
        (dict.fromkeys(list(ROWS)[2:], ""), "milestone_0_title", PlanProblem.ALONE),
    ],
)
def test_what_can_not_be_is_told_beside_its_field(
    sent: dict[str, str], field: str, wrong: PlanProblem, cast: Cast, now: datetime
) -> None:
    assert errors_of(cast, now, {**ROWS, **sent}) == {field: [str(PROBLEMS[wrong])]}


@pytest.mark.parametrize(
    ("sent", "field", "text"),
    [
        ({"milestone_0_title": "", "milestone_0_when": ""}, "milestone_0_title", str(FIRST_FIRST)),
        ({"milestone_0_when": "2026-11-22"}, "milestone_0_when", "This moment has passed already."),
        ({"milestone_0_when": "2126-11-22"}, "milestone_0_when", "That is more than 20 years away. Is the year right?"),
        ({"milestone_0_when": "soon"}, "milestone_0_when", "Enter a valid date."),
        ({"milestone_1_when": "1.5"}, "milestone_1_when", "Enter a whole number."),
        ({"milestone_1_when": "9" * 40}, "milestone_1_when", str(PROBLEMS[PlanProblem.OUT_OF_RANGE])),
        (
            {"milestone_1_title": "x" * 201},
            "milestone_1_title",
            "Ensure this value has at most 200 characters (it has 201).",
        ),
    ],
)  # fmt: skip
def test_what_can_not_be_read_is_told_beside_its_field(
    sent: dict[str, str], field: str, text: str, cast: Cast, now: datetime
) -> None:
    assert errors_of(cast, now, {**ROWS, **sent}) == {field: [text]}


def test_several_mistakes_are_told_at_once(cast: Cast, now: datetime) -> None:
    assert set(errors_of(cast, now, {**ROWS, "milestone_0_when": "", "milestone_2_when": "0"})) == {
        "milestone_0_when",
        "milestone_2_when",
    }


def test_a_first_day_that_passed_does_not_block_a_change_but_a_new_offer(cast: Cast, now: datetime) -> None:
    later = datetime.fromisoformat("2026-12-04T09:00:00+00:00")
    running = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, phases=PHASES)
    assert errors_of(cast, later, ROWS, task=running) == {}
    moved = {**ROWS, "milestone_0_when": "2026-12-02"}
    assert set(errors_of(cast, later, moved, task=running)) == {"milestone_0_when"}
    draft = task_in(State.DRAFT, LevelKey.JUST_DO_IT, cast, now, phases=PHASES)
    sent = {**ROWS, "assistant": cast.assistant.pk}
    assert errors_of(cast, later, sent, task=draft) == {}
    assert set(errors_of(cast, later, sent, task=draft, handing_over=True)) == {"milestone_0_when"}


def test_what_was_delivered_can_not_be_changed_here_either(cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, phases=PHASES)
    task = milestones.deliver_milestone(task_id=task.pk, by=cast.assistant, text="The plan", now=now)
    settled = str(PROBLEMS[PlanProblem.SETTLED])
    assert errors_of(cast, now, {**ROWS, "milestone_0_title": "Scheme"}, task=task) == {"milestone_0_title": [settled]}
    assert errors_of(cast, now, {**ROWS, "milestone_1_title": "Drawing"}, task=task) == {}
    assert set(errors_of(cast, now, {}, task=task)) == {"milestone_0_title"}
    shown = BriefForm(team=cast.team, by=cast.owner, now=now, task=task).milestone_rows
    assert [row.title.field.widget.attrs.get("readonly") for row in shown[:2]] == [True, None]


def test_what_is_stored_is_shown_with_empty_rows_after_it(cast: Cast, now: datetime) -> None:
    task = task_in(State.DRAFT, LevelKey.JUST_DO_IT, cast, now, phases=PHASES, could_items=["Blog", "Shop"])
    form = BriefForm(team=cast.team, by=cast.owner, now=now, task=task)
    values = [(row.title.value(), row.when.value()) for row in form.milestone_rows]
    assert values[:4] == [("Plan", date(2026, 12, 1)), ("Design", 5), ("Build", 10), ("Test", 3)]
    assert values[4:] == [(None, None)] * 4
    assert form["could_items"].value() == "Blog\nShop"
    assert (form.has_milestones, len(form_of(cast, now, {}).milestone_rows)) == (True, 4)


def test_there_are_never_more_rows_than_there_can_be(cast: Cast, now: datetime) -> None:
    twelve = [PHASES[0], *[Phase(title="Again", working_days=1)] * 11]
    task = task_in(State.DRAFT, LevelKey.JUST_DO_IT, cast, now, phases=twelve)
    assert len(BriefForm(team=cast.team, by=cast.owner, now=now, task=task).milestone_rows) == 12
