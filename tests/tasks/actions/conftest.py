"""A task in a state, without saying each time whose and when."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.models import Task
from tests.conftest import Cast
from tests.tasks.factories import task_in


@pytest.fixture
def given_task(cast: Cast, now: datetime) -> Callable[..., Task]:
    """A task of Eva's for Sam in a state; at "just do it" where the level doesn't matter."""

    def make(state: State, level: LevelKey = LevelKey.JUST_DO_IT, **fields: Any) -> Task:
        return task_in(state, level, cast, now, **fields)

    return make
