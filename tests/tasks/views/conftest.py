"""What the tests of the screens share: the clock stands still at `now`, and a crowd of tasks in no time."""

import html
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponseBase
from django.test import Client

from accounts.models import User
from delegation.workflow import Action, State
from tasks.models import Checkin, CheckinState, Event, Task, Turn, TurnKind
from tests.conftest import Cast
from tests.tasks.factories import TaskFactory

ClientFor = Callable[[User], Client]


@pytest.fixture(autouse=True)
def clock(now: datetime) -> Iterator[None]:
    """The screens ask what time it is themselves; here it is always `now`."""
    with time_machine.travel(now, tick=False):
        yield


def text_of(response: Any) -> str:
    """A page as a person reads it: entities are characters again."""
    return html.unescape(response.content.decode())


def field_of(page: HttpResponseBase, name: str) -> Any:
    """A field of the form on the page, bound as it was rendered."""
    return page.context["form"][name]  # type: ignore[attr-defined]


def crowd(cast: Cast, count: int, now: datetime, **fields: Any) -> list[Task]:
    """So many tasks that Sam works on, each with questions, check-ins and an event."""
    values = {"team": cast.team, "entrepreneur": cast.owner, "assistant": cast.assistant, "state": State.IN_PROGRESS}
    tasks: list[Task] = TaskFactory.build_batch(count, created_at=now, **{**values, **fields})
    Task.objects.bulk_create(tasks)
    Turn.objects.bulk_create(
        Turn(task=task, kind=TurnKind.QUESTION, by=by, waits_on=waits_on, text="Which one?", created_at=now)
        for task in tasks
        for by, waits_on in ((cast.assistant, cast.owner), (cast.owner, cast.assistant))
    )
    Event.objects.bulk_create(Event(task=task, at=now, actor=cast.owner, kind=Action.DELEGATE) for task in tasks)
    Checkin.objects.bulk_create(
        Checkin(task=task, assistant=cast.assistant, state=state, due_at=now + timedelta(hours=1), asked_at=now)
        for task in tasks
        for state in (CheckinState.ASKED, CheckinState.DUE)
    )
    return tasks
