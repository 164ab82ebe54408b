"""The tests' own tasks are what they say they are."""

from datetime import datetime

import pytest

from delegation.levels import LevelKey
from delegation.workflow import State
from tests.conftest import Cast
from tests.tasks.factories import EVERYWHERE, task_in


@pytest.mark.parametrize(("state", "level"), EVERYWHERE)
def test_a_task_can_be_driven_into_each_state(state: State, level: LevelKey, cast: Cast, now: datetime) -> None:
    task = task_in(state, level, cast, now)
    task.refresh_from_db()
    assert (task.state, task.level) == (state, level)
