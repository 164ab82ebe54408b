"""What an action left behind, read back from the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from accounts.models import Message, OutgoingMail, User
from delegation.workflow import Why
from tasks.actions.base import Refused
from tasks.models import BriefVersion, Checkin, CheckinRule, Event, Task, Turn, TurnState


def waiting(task: Task) -> dict[str, User]:
    """What waits, and on whom."""
    turns = Turn.objects.filter(task=task, state=TurnState.OPEN).select_related("waits_on")
    return {turn.kind: turn.waits_on for turn in turns}


def turn_of(task: Task, kind: str) -> Turn:
    """The newest turn of a kind that was not withdrawn."""
    return Turn.objects.filter(task=task, kind=kind).exclude(state=TurnState.WITHDRAWN).latest("created_at")


def story(task: Task) -> list[str]:
    """The kinds of the task's events, oldest first."""
    return list(Event.objects.filter(task=task).order_by("id").values_list("kind", flat=True))


def last_event(task: Task) -> Event:
    """The newest event."""
    return Event.objects.filter(task=task).latest("id")


def told(task: Task) -> set[tuple[str, str, bool]]:
    """Who was told what by the newest event: short name, template, and whether something must be done."""
    messages = Message.objects.filter(dedup_key__startswith=f"event:{last_event(task).pk}:").select_related("recipient")
    return {(message.recipient.short_name, message.template, message.must_do) for message in messages}


def everything(task: Task) -> list[Any]:
    """All that the database holds of a task, to compare before and after."""
    rows = [
        model.objects.filter(task=task).order_by("pk").values()
        for model in (Turn, Event, Checkin, CheckinRule, BriefVersion)
    ]
    mine = Task.objects.filter(pk=task.pk).values()
    return [
        *map(list, rows),
        list(mine),
        list(task.resources.all()),
        Message.objects.count(),
        OutgoingMail.objects.count(),
    ]


@contextmanager
def refused(task: Task, because: Why | str | None = None) -> Iterator[None]:
    """The block is refused, for this reason or with these words, and leaves nothing behind."""
    before = everything(task)
    with pytest.raises(Refused) as refusal:
        yield
    if isinstance(because, Why):
        assert refusal.value.why == because
    elif because is not None:
        assert str(refusal.value.text) == because
    assert str(refusal.value.text)
    assert everything(task) == before
    assert refusal.value.task.state == Task.objects.get(pk=task.pk).state
