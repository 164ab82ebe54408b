"""Several flags at once: each is answered by itself, and the work goes on when the last one is."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from accounts.models import Message
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions import flags, handing_over
from tasks.actions.base import ALREADY_ANSWERED, CHANGED
from tasks.models import Task, Turn, TurnKind, TurnState
from tasks.payloads import FlagKind
from tests.conftest import Cast
from tests.tasks.actions.watching import last_event, refused, story, told
from tests.tasks.factories import flag_content

GivenTask = Callable[..., Task]
Raise = Callable[..., Turn]


@pytest.fixture
def raises(cast: Cast, now: datetime) -> Raise:
    """Sam flags something; gives the flag."""

    minutes = count(1)  # one after the other, never at the same moment

    def flag(task: Task, text: str, **content: Any) -> Turn:
        at = now + timedelta(minutes=next(minutes))
        flags.flag(task_id=task.pk, by=cast.assistant, text=text, content=flag_content(**content), now=at)
        return Turn.objects.get(task=task, text=text)

    return flag


@pytest.fixture
def twice(given_task: GivenTask, raises: Raise) -> tuple[Task, Turn, Turn]:
    """A proposal that waits, and above it a flag about the money and one about the time."""
    task = given_task(State.AWAITING_APPROVAL, LevelKey.PROPOSE, money_limit=Decimal(100), time_limit=60)
    money = raises(task, "Too little money", money=Decimal(240))
    return task, money, raises(task, "Too little time", kind=FlagKind.TIME, money=None, minutes=120)


def open_kinds(task: Task) -> list[str]:
    return sorted(Turn.objects.filter(task=task, state=TurnState.OPEN).values_list("kind", flat=True))


def test_a_second_flag_leads_back_to_where_the_first_was_raised(twice: tuple[Task, Turn, Turn]) -> None:
    task, money, time = twice
    assert {money.payload["resume"], time.payload["resume"]} == {State.AWAITING_APPROVAL}
    assert open_kinds(task) == ["flag", "flag"]


def test_a_second_flag_is_told_and_makes_older_pages_stale(
    cast: Cast, given_task: GivenTask, raises: Raise, now: datetime
) -> None:
    task = given_task(State.FLAGGED, LevelKey.WITHIN_LIMITS)
    raises(task, "Nor in this time")
    assert told(task) == {("Eva", "flag", True)}
    with refused(task, str(CHANGED)):
        flags.hold(task_id=task.pk, by=cast.owner, text="No", now=now, revision=task.revision)


@pytest.mark.parametrize("way", ["more", "swap", "hold"])
def test_one_answer_leaves_the_task_flagged_and_what_was_parked_parked(
    way: str, twice: tuple[Task, Turn, Turn], cast: Cast, now: datetime
) -> None:
    task, money, time = twice
    common: dict[str, Any] = {"task_id": task.pk, "by": cast.owner, "now": now}
    before = Task.objects.get(pk=task.pk).revision
    match way:
        case "more":
            after = flags.give_more(more={"time_limit": 120}, turn_id=time.pk, **common)
        case "swap":
            after = flags.swap(text="Fewer", turn_id=time.pk, **common)
        case _:
            after = flags.hold(text="It was agreed", turn_id=time.pk, **common)
    money.refresh_from_db()
    time.refresh_from_db()
    assert (after.state, money.state, time.state) == (State.FLAGGED, TurnState.OPEN, TurnState.ANSWERED)
    assert after.revision == before + 1
    assert Turn.objects.get(task=task, kind=TurnKind.PROPOSAL).state == TurnState.PARKED
    after = flags.hold(text="And no more money", **common)
    assert after.state == State.AWAITING_APPROVAL
    assert Turn.objects.get(task=task, kind=TurnKind.PROPOSAL).state == TurnState.OPEN
    assert after.brief_version == 3


def test_without_a_name_the_oldest_flag_is_answered(twice: tuple[Task, Turn, Turn], cast: Cast, now: datetime) -> None:
    task, money, _time = twice
    flags.hold(task_id=task.pk, by=cast.owner, text="No", now=now)
    money.refresh_from_db()
    assert money.state == TurnState.ANSWERED


def test_a_flag_is_answered_once_while_another_is_open(
    twice: tuple[Task, Turn, Turn], cast: Cast, now: datetime
) -> None:
    task, money, _time = twice
    flags.hold(task_id=task.pk, by=cast.owner, text="No", turn_id=money.pk, now=now)
    with refused(task, str(ALREADY_ANSWERED)):
        flags.hold(task_id=task.pk, by=cast.entrepreneur, text="No", turn_id=money.pk, now=now)


def test_a_flag_of_another_task_is_not_answered_here(
    twice: tuple[Task, Turn, Turn], cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    _task, money, _time = twice
    other = given_task(State.FLAGGED, LevelKey.WITHIN_LIMITS)
    with refused(other, str(ALREADY_ANSWERED)):
        flags.hold(task_id=other.pk, by=cast.owner, text="No", turn_id=money.pk, now=now)


@pytest.mark.parametrize("end", [flags.stop_flagged, handing_over.stop])
def test_stopping_withdraws_the_other_flags(
    end: Callable[..., Task], twice: tuple[Task, Turn, Turn], cast: Cast, now: datetime
) -> None:
    task, _money, _time = twice
    assert end(task_id=task.pk, by=cast.owner, text="Enough", now=now).state == State.STOPPED
    assert not Turn.objects.filter(task=task, state__in=[TurnState.OPEN, TurnState.PARKED]).exists()


def test_who_reads_of_an_answer_hears_whether_another_flag_still_waits(
    twice: tuple[Task, Turn, Turn], cast: Cast, now: datetime
) -> None:
    task, _money, _time = twice
    common: dict[str, Any] = {"task_id": task.pk, "by": cast.owner, "text": "No", "now": now}
    waits = []
    for _flag in range(2):
        flags.hold(**common)
        waits.append(Message.objects.get(dedup_key__startswith=f"event:{last_event(task).pk}:").params["waits"])
    assert waits == [True, False]
    assert story(task)[-2:] == ["hold", "hold"]


def test_handing_back_a_task_with_flags_leaves_nothing_open(
    twice: tuple[Task, Turn, Turn], cast: Cast, now: datetime
) -> None:
    task, _money, _time = twice
    handing_over.hand_back(task_id=task.pk, by=cast.assistant, text="I can't", now=now)
    assert open_kinds(task) == ["returned"]
    assert not Turn.objects.filter(task=task, state=TurnState.PARKED).exists()
