"""The forms of a flag and of its answer: what they ask for, and what they refuse."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions import flags
from tasks.forms.flags import AnswerFlagForm, FlagForm
from tasks.models import Task, Turn
from tasks.payloads import FlagCause, FlagKind
from tests.conftest import Cast
from tests.tasks.factories import flag_content, task_in

DEADLINE = date(2026, 11, 27)
FillFlag = Callable[..., FlagForm]
Answer = Callable[..., AnswerFlagForm]


@pytest.fixture
def task(cast: Cast, now: datetime) -> Task:
    """At most EUR 100 and four hours, by Friday."""
    limits: dict[str, Any] = {"time_limit": 240, "deadline_date": DEADLINE, "could_items": ["Flowers", "Menus"]}
    return task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, **limits)


@pytest.fixture
def fill(task: Task, cast: Cast, now: datetime) -> FillFlag:
    """Sam's flag, about nothing in particular unless told."""

    def form(**data: Any) -> FlagForm:
        given = {"text": "Not like this", "cause": FlagCause.GREW, **data}
        return FlagForm(given, task=task, by=cast.assistant, now=now)

    return form


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ({"kind": "budget"}, "money", "Say what it would take"),
        ({"kind": "budget", "minutes": "9"}, "money", "Say what it would take"),
        ({"kind": "budget", "money": "100"}, "money", "not more than the €\u00a0100 that there is"),
        ({"kind": "budget", "money": "99,50", "alternatives": "Soup"}, "money", "not more than the €\u00a0100"),
        ({"kind": "time"}, "minutes", "Say how many hours"),
        ({"kind": "time", "minutes": "4"}, "minutes", "not more than the 4\u00a0hours that there is"),
        ({"kind": "deadline", "deadline": "2026-11-27"}, "deadline", "not after the deadline, "),
        ({"kind": "deadline", "deadline": "2026-11-22"}, "deadline", "passed already"),
        ({}, "kind", "required"),
    ],
)
def test_what_says_too_little_is_asked_for_beside_its_field(
    data: dict[str, str], field: str, words: str, fill: FillFlag
) -> None:
    form = fill(**data)
    assert list(form.errors) == [field]
    assert words in form.errors[field][0]


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "budget", "money": "240"},
        {"kind": "budget", "alternatives": "15 people instead of 30"},
        {"kind": "budget", "money": "€ 240", "minutes": "2"},
        {"kind": "time", "minutes": "4:01"},
        {"kind": "time", "alternatives": "Without the menus"},
        {"kind": "deadline"},
        {"kind": "deadline", "deadline": "2026-11-28"},
        {"kind": "scope"},
        {"kind": "resource", "money": "50"},
        {"kind": "expertise"},
    ],
)
def test_what_says_enough_is_taken(data: dict[str, str], fill: FillFlag) -> None:
    assert not fill(**data).errors


def test_without_a_limit_any_amount_says_enough(cast: Cast, now: datetime) -> None:
    free = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    for data in ({"kind": "budget", "money": "5"}, {"kind": "time", "minutes": "1"}):
        assert FlagForm({"text": "No", "cause": "grew", **data}, task=free, by=cast.assistant, now=now).is_valid()


# --- the answer ---------------------------------------------------------------------------------------------------


@pytest.fixture
def flagged(task: Task, cast: Cast, now: datetime) -> tuple[Turn, Turn]:
    """Sam flags the money, and an hour later the time."""
    asked: list[dict[str, Any]] = [
        {"money": Decimal(240), "deadline": date(2026, 11, 20), "alternatives": "15 people"},
        {"kind": FlagKind.TIME, "money": None, "minutes": 360},
    ]
    found = []
    for number, content in enumerate(asked):
        at = now + timedelta(hours=number)
        flags.flag(task_id=task.pk, by=cast.assistant, text="No", content=flag_content(**content), now=at)
        found.append(Turn.objects.get(task=task, created_at=at, kind="flag"))
    return found[0], found[1]


@pytest.fixture
def answer(task: Task, cast: Cast, flagged: tuple[Turn, Turn], now: datetime) -> Answer:
    """Eva's answer, filled in; an empty form without anything."""

    def form(initial: dict[str, Any] | None = None, **data: Any) -> AnswerFlagForm:
        task.refresh_from_db()
        return AnswerFlagForm(data or None, initial=initial, task=task, by=cast.owner, now=now)

    return form


def test_it_begins_with_what_the_first_flag_asks_beyond_the_limits(answer: Answer) -> None:
    form = answer()
    assert (form["money"].value(), form["minutes"].value(), form["deadline"].value()) == ("240", None, None)


def test_it_begins_with_what_the_named_flag_asks(answer: Answer, flagged: tuple[Turn, Turn]) -> None:
    form = answer({"turn": flagged[1].pk})
    assert (form["money"].value(), form["minutes"].value()) == (None, "6")


def test_what_was_given_meanwhile_is_not_asked_again(answer: Answer, task: Task) -> None:
    Task.objects.filter(pk=task.pk).update(money_limit=300)
    assert answer()["money"].value() is None


@pytest.mark.parametrize("data", [{}, {"money": "240"}, {"money": "240", "deadline": "2026-11-20"}, {"minutes": "5"}])
def test_what_was_given_meanwhile_is_the_first_thing_to_answer(
    data: dict[str, str], answer: Answer, task: Task
) -> None:
    Task.objects.filter(pk=task.pk).update(money_limit=300)
    ways = [radio.choice_label for radio in answer()["way"].subwidgets]
    assert ways[:2] == ["This is covered now", "Swap: change or drop something"]
    form = answer(way="more", **data)
    assert not form.errors
    assert form.more() == {
        "money_limit": None, "time_limit": 300 if "minutes" in data else None, "deadline_date": None,
    }  # fmt: skip


def test_what_is_covered_is_not_made_less(answer: Answer, task: Task) -> None:
    Task.objects.filter(pk=task.pk).update(money_limit=300)
    form = answer(way="more", money="250")
    assert "less than the €\u00a0300" in form.errors["money"][0]
    assert "This is covered now" in str(form["way"])


def test_what_was_given_in_part_is_not_covered(answer: Answer, flagged: tuple[Turn, Turn]) -> None:
    assert list(answer(way="more", turn=flagged[1].pk).errors) == ["money"]
    assert "covered" not in str(answer()["way"])


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ({"way": "more"}, "money", "Say what you give"),
        ({"way": "more", "money": "99"}, "money", "less than the €\u00a0100 that there is"),
        ({"way": "more", "money": "240", "minutes": "3"}, "minutes", "less than the 4\u00a0hours"),
        ({"way": "more", "deadline": "2026-11-26"}, "deadline", "before the deadline"),
        ({"way": "swap", "text": "Less", "swap_deadline": "2026-11-22"}, "swap_deadline", "passed already"),
        ({"way": "swap", "drop": ["Cake"]}, "drop", "Select a valid choice"),
        ({"way": "hold"}, "text", "Say why"),
        ({"way": "juggle"}, "way", "Select a valid choice"),
    ],
)
def test_an_answer_that_says_too_little_is_asked_beside_its_field(
    data: dict[str, Any], field: str, words: str, answer: Answer
) -> None:
    form = answer(**data)
    assert list(form.errors) == [field]
    assert words in form.errors[field][0]


def test_one_press_on_swap_takes_over_what_was_suggested_and_no_limits(
    answer: Answer, flagged: tuple[Turn, Turn]
) -> None:
    form = answer(way="swap", turn=flagged[0].pk, money="240", deadline="2026-11-20")
    assert form.is_valid()
    assert form.cleaned_data["text"] == "15 people"
    assert set(form.swapped().values()) == {None}


def test_a_flag_that_suggests_nothing_needs_words_to_swap(answer: Answer, flagged: tuple[Turn, Turn]) -> None:
    assert list(answer(way="swap", turn=flagged[1].pk).errors) == ["text"]


def test_a_swap_has_limits_of_its_own(answer: Answer) -> None:
    form = answer(way="swap", drop=["Menus"], money="240", swap_money="150", swap_minutes="2")
    assert form.is_valid()
    assert form.swapped() == {"money_limit": 150, "time_limit": 120, "deadline_date": None}
    assert (form.cleaned_data["drop"], form.cleaned_data["text"]) == (["Menus"], "")


def test_another_currency_than_the_teams_is_refused(answer: Answer) -> None:
    assert list(answer(way="more", money="$ 240").errors) == ["money"]
