"""Two people decide about a wish, or answer a question, at the same moment: exactly one wins, the other is told."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from itertools import combinations_with_replacement

import pytest

from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions import talking, wishes
from tasks.actions.base import Refused
from tasks.actions.wishes import WishDecided
from tasks.models import Task, Wish, WishState
from tests.conftest import Cast
from tests.tasks.factories import task_in
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("one", "other"), list(combinations_with_replacement(["task", "drop", "swap"], 2)))
def test_a_wish_is_decided_once(one: str, other: str, cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, could_items=["Menus", "Flowers"])
    wish = wishes.add_wish(team=cast.team, by=cast.assistant, text="A vegan menu", task=task, now=now)
    swap = partial(wishes.swap_wish, task_id=task.pk, wish_id=wish.pk, drop="Menus")
    ways: dict[str, Callable[..., object]] = {
        "task": partial(wishes.wish_to_task, wish=wish),
        "drop": partial(wishes.drop_wish, wish=wish),
        "swap": swap,
    }
    found = at_once(partial(ways[one], by=cast.owner, now=now), partial(ways[other], by=cast.entrepreneur, now=now))
    lost = [result for result in found if isinstance(result, WishDecided | Refused)]
    assert len(lost) == 1, found
    assert not [result for result in found if isinstance(result, Exception) and result not in lost]
    wish.refresh_from_db()
    assert wish.state != WishState.OPEN
    assert Task.objects.count() == (2 if wish.state == WishState.TASK else 1)
    assert (wish.became is not None) == (wish.state == WishState.TASK)


def test_a_question_is_answered_or_moved_and_not_both(cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    talking.ask(task_id=task.pk, by=cast.assistant, text="Menus too?", now=now)
    found = at_once(
        partial(talking.answer, task_id=task.pk, by=cast.owner, text="Yes", now=now),
        partial(wishes.to_tray, task_id=task.pk, by=cast.entrepreneur, now=now),
    )
    assert sorted(type(result).__name__ for result in found) == ["Refused", "Task"]
    assert Wish.objects.count() == (1 if task.turns.get(kind="question").answer == "to_tray" else 0)
