"""Flags and their answers at the same moment: each counts once, and none is lost."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from delegation.levels import LevelKey
from delegation.models import TeamMoney
from delegation.workflow import State
from tasks.actions import flags
from tasks.actions.base import Refused
from tasks.models import Event, Task, ToleranceUse, Turn, TurnKind, TurnState
from tests.conftest import Cast
from tests.tasks.factories import flag_content, task_in
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)

MORE = partial(flags.give_more, more={"money_limit": Decimal(240)})
ANSWERS = [MORE, partial(flags.swap, text="15 people"), partial(flags.hold, text="No"), flags.stop_flagged]


def flagged(cast: Cast, now: datetime) -> tuple[Task, Turn]:
    task = task_in(State.FLAGGED, LevelKey.WITHIN_LIMITS, cast, now)
    return task, Turn.objects.get(task=task, kind=TurnKind.FLAG)


@pytest.mark.parametrize("first", ANSWERS)
@pytest.mark.parametrize("second", [MORE, ANSWERS[3]])
def test_of_two_answers_to_one_flag_exactly_one_wins(
    first: Callable[..., Task], second: Callable[..., Task], cast: Cast, now: datetime
) -> None:
    task, turn = flagged(cast, now)
    common: dict[str, Any] = {"task_id": task.pk, "turn_id": turn.pk, "now": now}
    before = Event.objects.filter(task=task, actor__isnull=False).count()
    found = at_once(partial(first, by=cast.owner, **common), partial(second, by=cast.entrepreneur, **common))
    assert sorted(type(result).__name__ for result in found) == ["Refused", "Task"], found
    assert Event.objects.filter(task=task, actor__isnull=False).count() == before + 1
    after = Task.objects.get(pk=task.pk)
    assert after.brief_version == task.versions.count() <= 2
    assert (after.money_limit == 240) == (Turn.objects.get(pk=turn.pk).answer == "more")


def test_two_flags_answered_at_once_lead_back_to_the_work(cast: Cast, now: datetime) -> None:
    task, money = flagged(cast, now)
    flags.flag(task_id=task.pk, by=cast.assistant, text="Nor in time", content=flag_content(), now=now)
    time = Turn.objects.get(text="Nor in time")
    common: dict[str, Any] = {"task_id": task.pk, "text": "No", "now": now}
    found = at_once(
        partial(flags.hold, by=cast.owner, turn_id=money.pk, **common),
        partial(flags.hold, by=cast.entrepreneur, turn_id=time.pk, **common),
    )
    assert [type(result) for result in found] == [Task, Task], found
    after = Task.objects.get(pk=task.pk)
    assert (after.state, after.brief_version) == (State.IN_PROGRESS, 3)


def test_a_flag_beside_an_answer_is_not_lost(cast: Cast, now: datetime) -> None:
    task, turn = flagged(cast, now)
    common: dict[str, Any] = {"task_id": task.pk, "now": now}
    found = at_once(
        partial(MORE, by=cast.owner, turn_id=turn.pk, **common),
        partial(flags.flag, by=cast.assistant, text="Nor in time", content=flag_content(), **common),
    )
    assert [type(result) for result in found] == [Task, Task], found
    after = Task.objects.get(pk=task.pk)
    assert (after.state, after.money_limit) == (State.FLAGGED, Decimal(240))
    still = Turn.objects.get(task=task, kind=TurnKind.FLAG, state=TurnState.OPEN)
    assert (still.text, still.payload["resume"]) == ("Nor in time", State.IN_PROGRESS)


def test_of_two_flags_within_the_tolerance_one_is_approved_and_the_other_waits(cast: Cast, now: datetime) -> None:
    TeamMoney.objects.create(team=cast.team, tolerance_amount=20)
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)
    raise_it = partial(flags.flag, task_id=task.pk, by=cast.assistant, now=now)
    found = at_once(
        partial(raise_it, text="One", content=flag_content(money=Decimal(110))),
        partial(raise_it, text="Two", content=flag_content(money=Decimal(115))),
    )
    assert not any(isinstance(result, Refused | Exception) for result in found), found
    after = Task.objects.get(pk=task.pk)
    use = ToleranceUse.objects.get(task=task)
    assert (after.state, after.money_limit) == (State.FLAGGED, 100 + use.amount)
    states = Turn.objects.filter(task=task, kind=TurnKind.FLAG).values_list("state", flat=True)
    assert sorted(states) == [TurnState.ANSWERED, TurnState.OPEN]
