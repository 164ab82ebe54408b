"""Options, flags and their answers: what belongs together is looked at together."""

from datetime import datetime, time
from decimal import Decimal
from typing import Any

import pytest

from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.forms.actions import OptionsForm
from tasks.forms.flags import AnswerFlagForm, FlagForm
from tasks.payloads import Option
from tests.conftest import Cast
from tests.tasks.factories import task_in
from tests.tasks.views.presses import TWO_OPTIONS

TWO = {**TWO_OPTIONS, "recommended": "1"}


def options_form(cast: Cast, now: datetime, **sent: Any) -> OptionsForm:
    task = task_in(State.IN_PROGRESS, LevelKey.ADVISE, cast, now)
    return OptionsForm({**TWO, **sent}, task=task, by=cast.assistant, now=now)


def answer_form(cast: Cast, now: datetime, **sent: Any) -> AnswerFlagForm:
    task = task_in(State.FLAGGED, LevelKey.WITHIN_LIMITS, cast, now)
    return AnswerFlagForm(sent, task=task, by=cast.owner, now=now)


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"title_2": ""}, {"title_2"}),
        ({"cons_1": " "}, {"cons_1"}),
        ({"pros_3": "+"}, {"title_3"}),
        ({"cost_3": "5"}, {"title_3"}),
        ({"recommended": "3"}, {"recommended"}),
        ({"recommended": "4"}, {"recommended"}),
        ({"recommended": ""}, {"recommended"}),
        ({"title_1": "x" * 121}, {"title_1"}),
        ({"cost_note_1": "x" * 41}, {"cost_note_1"}),
        ({"pros_1": "x" * 1_001}, {"pros_1"}),
        ({"cost_1": "free"}, {"cost_1"}),
        ({"cost_1": "-5"}, {"cost_1"}),
    ],
)
def test_options_are_two_or_three_whole_ones(sent: dict[str, str], wrong: set[str], cast: Cast, now: datetime) -> None:
    assert set(options_form(cast, now, **sent).errors) == wrong


def test_options_are_kept_as_they_were_meant(cast: Cast, now: datetime) -> None:
    form = options_form(cast, now, cost_1="€ 1.000,50", cost_note_1="a year", title_3="Three", recommended="3")
    assert form.is_valid()
    first, _second, third = form.options()
    assert first == Option(title="One", cost=Decimal("1000.50"), cost_note="a year", pros="+", cons="-")
    assert third == Option(title="Three", recommended=True)


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"way": "more"}, {"money"}),
        ({"way": "more", "money": "lots"}, {"money"}),
        ({"way": "more", "deadline": "2020-01-01"}, {"deadline"}),
        ({"way": "swap"}, {"text"}),
        ({"way": "hold"}, {"text"}),
        ({"way": "shout"}, {"way"}),
        ({}, {"way"}),
    ],
)
def test_an_answer_to_a_flag_says_what_it_takes(
    sent: dict[str, str], wrong: set[str], cast: Cast, now: datetime
) -> None:
    assert set(answer_form(cast, now, **sent).errors) == wrong


@pytest.mark.parametrize(
    "sent",
    [
        {"way": "more", "money": "240"},
        {"way": "more", "minutes": "1:30"},
        {"way": "more", "deadline": "2026-11-23"},
        {"way": "swap", "text": "No dessert"},
        {"way": "hold", "text": "There is no more"},
        {"way": "stop"},
        # The flag's own date comes along with every answer, and may have passed by then.
        {"way": "stop", "deadline": "2020-01-01"},
        {"way": "swap", "text": "No dessert", "deadline": "2020-01-01"},
    ],
)
def test_every_way_out_is_open(sent: dict[str, str], cast: Cast, now: datetime) -> None:
    assert answer_form(cast, now, **sent).errors == {}


@pytest.mark.parametrize("at", [None, "10:00"])
def test_today_is_the_day_where_the_deadline_is_counted(at: str | None, cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)
    task.deadline_time = time.fromisoformat(at) if at else None
    task.time_zone, task.team.time_zone = "Europe/London", "Europe/London"
    if at:  # a time is on the writer's clock, a date alone on the team's
        task.time_zone = "Pacific/Kiritimati"
    else:
        task.team.time_zone = "Pacific/Kiritimati"
    late = now.replace(hour=11)  # the 24th has begun there
    sent = {"kind": "deadline", "cause": "grew", "text": "x"}
    yesterday, today = (
        FlagForm({**sent, "deadline": day}, task=task, by=cast.assistant, now=late)
        for day in ("2026-11-23", "2026-11-24")
    )
    assert list(yesterday.errors) == ["deadline"]
    assert today.errors == {}
