"""What the six worked examples share."""

from collections.abc import Callable

import pytest

from tests.e2e.person import HandOver

Task = Callable[[HandOver], str]


@pytest.fixture
def light() -> Task:
    """Holds a hand-over to what it may take a person: one page, and under three minutes. Gives the task's path."""

    def measure(handed: HandOver) -> str:
        print(f"handed over: {handed.pages} page, {handed.fields} fields, about {handed.seconds:.0f} s")
        assert handed.pages == 1
        assert handed.seconds < 180
        return handed.task

    return measure
