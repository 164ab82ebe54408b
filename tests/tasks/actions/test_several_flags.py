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
from tasks.actions.flags import NOTHING_MORE
from tasks.models import Task, Turn, TurnKind, TurnState
from tasks.payloads import FlagKind
from tasks.timeline import sentence_of
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


# --- what another answer has given already ----------------------------------------------------------------------------


@pytest.fixture
def covered(given_task: GivenTask, raises: Raise, cast: Cast, now: datetime) -> tuple[Task, Turn]:
    """Two flags about the money: the first got all of what it asked, and the second asked less."""
    task = given_task(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS)
    first, second = raises(task, "It takes 240", money=Decimal(240)), raises(task, "The rolls: 200", money=Decimal(200))
    more = {"money_limit": Decimal(240)}
    return flags.give_more(task_id=task.pk, by=cast.owner, more=more, turn_id=first.pk, now=now), second


@pytest.mark.parametrize("more", [{}, {"money_limit": Decimal(200)}, {"money_limit": Decimal(240)}])
def test_what_another_answer_covers_is_answered_by_that(
    more: dict[str, Decimal], covered: tuple[Task, Turn], cast: Cast, now: datetime
) -> None:
    task, turn = covered
    after = flags.give_more(task_id=task.pk, by=cast.owner, more=more, text="See the other", turn_id=turn.pk, now=now)
    turn.refresh_from_db()
    assert (after.state, after.money_limit, after.brief_version) == (
        State.IN_PROGRESS, Decimal(240), task.brief_version,
    )  # fmt: skip
    assert (turn.state, turn.answer, turn.answer_text) == (TurnState.ANSWERED, "more", "See the other")
    assert (last_event(task).kind, sentence_of(last_event(task))) == (
        "give-more", "Eva answered a flag: what it asks has been given already",
    )  # fmt: skip
    assert told(task) == {("Sam", "flag_covered", False)}


def test_a_covered_flag_leaves_the_task_flagged_while_another_waits(
    covered: tuple[Task, Turn], raises: Raise, cast: Cast, now: datetime
) -> None:
    task, turn = covered
    raises(task, "And it takes longer", kind=FlagKind.TIME, money=None, minutes=120)
    before = Task.objects.get(pk=task.pk).revision
    after = flags.give_more(task_id=task.pk, by=cast.owner, more={}, turn_id=turn.pk, now=now)
    assert (after.state, after.revision) == (State.FLAGGED, before + 1)
    message = Message.objects.get(dedup_key__startswith=f"event:{last_event(task).pk}:")
    assert message.params["waits"] is True


def test_on_top_of_what_is_covered_more_can_be_given(covered: tuple[Task, Turn], cast: Cast, now: datetime) -> None:
    task, turn = covered
    more = {"money_limit": Decimal(200), "time_limit": 90}
    after = flags.give_more(task_id=task.pk, by=cast.owner, more=more, turn_id=turn.pk, now=now)
    assert (after.money_limit, after.time_limit, after.brief_version) == (
        Decimal(240), 90, task.brief_version + 1,
    )  # fmt: skip


@pytest.mark.parametrize("more", [{}, {"money_limit": Decimal(240)}])
@pytest.mark.parametrize("asks", [{"money": Decimal(300)}, {"money": None}, {"money": Decimal(200), "minutes": 60}])
def test_what_is_not_covered_as_a_whole_still_asks_for_something(
    asks: dict[str, Any], more: dict[str, Decimal], covered: tuple[Task, Turn], raises: Raise, cast: Cast, now: datetime
) -> None:
    task, _turn = covered
    turn = raises(task, "More still", **asks)
    with refused(task, str(NOTHING_MORE)):
        flags.give_more(task_id=task.pk, by=cast.owner, more=more, turn_id=turn.pk, now=now)


def test_less_than_there_is_covers_nothing(covered: tuple[Task, Turn], cast: Cast, now: datetime) -> None:
    task, turn = covered
    with refused(task, str(NOTHING_MORE)):
        flags.give_more(task_id=task.pk, by=cast.owner, more={"money_limit": Decimal(150)}, turn_id=turn.pk, now=now)
