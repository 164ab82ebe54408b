"""The team's tolerance: a small overrun is approved at once, once a day for a task, and everybody can see it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Message
from delegation.levels import LevelKey
from delegation.models import Agreement, AgreementState, TeamMoney
from delegation.workflow import Action, State
from tasks.actions import flags
from tasks.actions.base import acting
from tasks.models import Task, ToleranceUse, TurnKind, TurnState
from tasks.payloads import FlagCause, FlagKind
from tasks.tolerance import tolerance_left, use_tolerance
from tests.conftest import Cast
from tests.tasks.actions.watching import story, turn_of, waiting
from tests.tasks.factories import flag_content

GivenTask = Callable[..., Task]


@pytest.fixture(autouse=True)
def tolerance(cast: Cast) -> TeamMoney:
    """Up to EUR 20, and at most 20 % of the limit."""
    return TeamMoney.objects.create(team=cast.team, tolerance_amount=20, tolerance_percent=20)


@pytest.fixture
def lunch(given_task: GivenTask) -> Task:
    """A caterer for at most EUR 100, in at most four hours."""
    return given_task(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, time_limit=240)


def raise_flag(task: Task, cast: Cast, now: datetime, **content: Any) -> Task:
    return flags.flag(
        task_id=task.pk, by=cast.assistant, text="A little more", content=flag_content(**content), now=now
    )


def agree(cast: Cast, **values: Any) -> Agreement:
    """What an hour of Sam's costs: EUR 30, since the first of the month."""
    common = {"team": cast.team, "assistant": cast.assistant, "state": AgreementState.AGREED, "version": 1}
    both = {"proposed_by": cast.owner, "answered_by": cast.assistant, "time_zone": "Europe/Amsterdam"}
    since = {"proposed_at": datetime.fromisoformat("2026-11-01T00:00Z"), "valid_from": date(2026, 11, 1)}
    return Agreement.objects.create(**{**common, **both, **since, "rate": 30, "currency": "EUR", **values})


def test_a_difference_within_it_is_approved_at_once(cast: Cast, lunch: Task, now: datetime) -> None:
    task = raise_flag(lunch, cast, now, money=Decimal(115))
    task.refresh_from_db()
    assert (task.state, task.money_limit, task.brief_version) == (State.IN_PROGRESS, Decimal(115), 2)
    assert task.revision == lunch.revision + 1
    assert waiting(task) == {}
    use = ToleranceUse.objects.get(task=task)
    assert (use.amount, use.cap, use.day) == (Decimal(15), Decimal(20), date(2026, 11, 23))


def test_the_timeline_and_the_answered_flag_show_it(cast: Cast, lunch: Task, now: datetime) -> None:
    task = raise_flag(lunch, cast, now, money=Decimal(115))
    assert story(task)[-2:] == ["flag", "tolerance-used"]
    note = task.events.latest("id")
    assert (note.actor, note.data) == (None, {"amount": "15.00", "currency": "EUR", "version": 2})
    flag = turn_of(task, TurnKind.FLAG)
    assert (flag.state, flag.answer, flag.answered_by, flag.answered_at) == (TurnState.ANSWERED, "tolerated", None, now)
    assert task.versions.get(number=2).reason == "A little more"


def test_both_sides_are_told(cast: Cast, lunch: Task, now: datetime) -> None:
    raise_flag(lunch, cast, now, money=Decimal(115))
    told = Message.objects.filter(template="tolerance_used")
    assert {message.recipient for message in told} == {cast.owner, cast.assistant}
    assert not Message.objects.filter(template="flag").exists()


@pytest.mark.parametrize(("money", "approved"), [("120", True), ("120.01", False), ("240", False), ("100.01", True)])
def test_the_cap_is_exact(money: str, approved: bool, cast: Cast, lunch: Task, now: datetime) -> None:
    task = raise_flag(lunch, cast, now, money=Decimal(money))
    assert (task.state == State.IN_PROGRESS) == approved
    assert ToleranceUse.objects.exists() == approved


def test_the_percentage_of_a_small_limit_counts_where_it_is_lower(
    cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, money_limit=Decimal(50))
    assert raise_flag(task, cast, now, money=Decimal(65)).state == State.FLAGGED


@pytest.mark.parametrize(
    "content",
    [
        {"deadline": date(2026, 12, 1)},
        {"minutes": 300},
        {"kind": FlagKind.SCOPE},
        {"money": None, "alternatives": "Soup"},
        {"money": Decimal(90)},
        {"money": Decimal(100)},
    ],
)
def test_whatever_else_is_asked_needs_an_answer(
    content: dict[str, Any], cast: Cast, lunch: Task, now: datetime
) -> None:
    assert raise_flag(lunch, cast, now, **{"money": Decimal(115), **content}).state == State.FLAGGED


def test_without_a_limit_there_is_nothing_to_be_within(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS, LevelKey.JUST_DO_IT)
    assert raise_flag(task, cast, now, money=Decimal(5)).state == State.FLAGGED


def test_a_team_that_set_none_has_none(cast: Cast, lunch: Task, tolerance: TeamMoney, now: datetime) -> None:
    tolerance.delete()
    assert raise_flag(lunch, cast, now, money=Decimal(101)).state == State.FLAGGED


def test_it_is_used_once_a_day_on_the_calendar_of_the_team(cast: Cast, lunch: Task, now: datetime) -> None:
    late = now.replace(hour=22, minute=59)  # 23:59 in Amsterdam
    raise_flag(lunch, cast, late, money=Decimal(110))
    assert tolerance_left(Task.objects.get(pk=lunch.pk), now=late) is None
    midnight = late + timedelta(minutes=1)
    assert tolerance_left(Task.objects.get(pk=lunch.pk), now=midnight) == 20
    assert raise_flag(lunch, cast, midnight, money=Decimal(120)).money_limit == 120
    assert raise_flag(lunch, cast, midnight, money=Decimal(130)).state == State.FLAGGED
    assert ToleranceUse.objects.count() == 2


def test_what_waits_is_not_parked_by_it(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.AWAITING_APPROVAL, LevelKey.PROPOSE, money_limit=Decimal(100))
    task = raise_flag(task, cast, now, money=Decimal(115))
    assert (task.state, set(waiting(task))) == (State.AWAITING_APPROVAL, {"proposal"})


def test_beside_an_open_flag_it_leaves_that_one_open(cast: Cast, lunch: Task, now: datetime) -> None:
    raise_flag(lunch, cast, now, kind=FlagKind.DEADLINE, money=None, deadline=date(2026, 12, 1))
    task = raise_flag(lunch, cast, now, money=Decimal(115))
    assert (task.state, task.money_limit, set(waiting(task))) == (State.FLAGGED, Decimal(115), {"flag"})


# --- time, at what an hour costs ----------------------------------------------------------------------------------


def more_time(task: Task, cast: Cast, now: datetime, **content: Any) -> Task:
    return raise_flag(task, cast, now, **{"kind": FlagKind.TIME, "money": None, "minutes": 270, **content})


def test_time_is_within_it_at_the_rate_that_was_agreed(cast: Cast, lunch: Task, now: datetime) -> None:
    agree(cast)
    task = more_time(lunch, cast, now)  # half an hour: EUR 15 on a limit of EUR 120
    assert (task.state, task.time_limit, task.minutes_unpaid) == (State.IN_PROGRESS, 270, 0)
    assert ToleranceUse.objects.get().amount == 15


@pytest.mark.parametrize(
    "agreed",
    [
        None,
        {"state": "proposed", "answered_by": None},
        {"currency": "USD"},
        {"valid_from": date(2026, 11, 24)},
        {"rate": 60},
    ],
)
def test_time_needs_an_answer_without_a_rate_or_above_the_cap(
    agreed: dict[str, Any] | None, cast: Cast, lunch: Task, now: datetime
) -> None:
    if agreed is not None:
        agree(cast, **agreed)
    assert more_time(lunch, cast, now).state == State.FLAGGED


def test_an_own_wrong_estimate_of_time_needs_an_answer(cast: Cast, lunch: Task, now: datetime) -> None:
    agree(cast)
    assert more_time(lunch, cast, now, cause=FlagCause.ESTIMATE).state == State.FLAGGED


# --- by itself ----------------------------------------------------------------------------------------------------


def test_it_can_be_used_by_whatever_goes_a_little_beyond(cast: Cast, lunch: Task, now: datetime) -> None:
    with acting(Action.LOG_WORK, task_id=lunch.pk, by=cast.assistant, now=now) as step:
        assert not use_tolerance(step, Decimal(0), Decimal(100))
        assert not use_tolerance(step, Decimal("0.001"), Decimal(100))
        assert use_tolerance(step, Decimal("7.50"), Decimal(100))
        assert not use_tolerance(step, Decimal("7.50"), Decimal(100))
    assert ToleranceUse.objects.get(task=lunch).amount == Decimal("7.50")
