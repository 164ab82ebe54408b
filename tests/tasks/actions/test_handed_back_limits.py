"""A limit that moves in a draft: what was worked before it came back is billed by the limit as it stands."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Message
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions import expenses, handing_over
from tasks.actions.timing import start_timer, stop_timer
from tasks.models import Event, Task
from tests.conftest import Cast
from tests.tasks.factories import task_in


@pytest.fixture
def returned(cast: Cast, now: datetime) -> Task:
    """At most an hour and EUR 100; 100 minutes ran on the timer, EUR 60 is spent, and it was handed back."""
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, time_limit=60, money_limit=Decimal(100))
    start_timer(task_id=task.pk, by=cast.assistant, now=now)
    later = now + timedelta(minutes=100)
    stop_timer(by=cast.assistant, now=later)
    expenses.log_expense(task_id=task.pk, by=cast.assistant, amount=Decimal(40), what="Rolls", now=later)
    expenses.log_expense(task_id=task.pk, by=cast.assistant, amount=Decimal(20), what="Rolls", now=later)
    return handing_over.hand_back(task_id=task.pk, by=cast.assistant, text="Ill", now=later)


def test_a_higher_limit_bills_what_was_worked_and_begins_telling_anew(
    returned: Task, cast: Cast, now: datetime
) -> None:
    returned.refresh_from_db()
    assert (returned.minutes_billed, returned.time_told, returned.money_told) == (60, 100, 50)
    fields = {"time_limit": 600, "money_limit": Decimal(1000)}
    handing_over.edit_draft(task_id=returned.pk, by=cast.owner, fields=fields, now=now)
    task = Task.objects.get(pk=returned.pk)
    assert (task.minutes_logged, task.minutes_billed) == (100, 100)
    assert (task.time_told, task.money_told) == (0, 0)


def test_whoever_it_is_meant_for_hears_nothing_of_a_draft(returned: Task, cast: Cast, now: datetime) -> None:
    Message.objects.all().delete()
    common: dict[str, Any] = {"task_id": returned.pk, "by": cast.owner, "now": now}
    handing_over.edit_draft(**common, fields={"time_limit": 600, "assistant": cast.guest})
    assert not Message.objects.exists()
    handing_over.edit_draft(**common, fields={"time_limit": 120})
    assert [message.recipient for message in Message.objects.filter(template="limit_reached")] == [cast.owner]
    assert Event.objects.filter(task=returned, kind="limit-reached").latest("id").data["percent"] == 80
