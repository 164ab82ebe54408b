"""An own wrong estimate: more time is given, but not billed."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Message
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions import flags, handing_over
from tasks.actions.entries import log_work
from tasks.metering import paid_limit
from tasks.models import Task, TimeEntry
from tasks.payloads import FlagCause, FlagKind
from tests.conftest import Cast
from tests.tasks.actions.watching import refused, turn_of
from tests.tasks.factories import flag_content
from tests.tasks.views.conftest import text_of

GivenTask = Callable[..., Task]
Answer = Callable[..., Task]


@pytest.fixture
def answer(cast: Cast, given_task: GivenTask, now: datetime) -> Answer:
    """Six hours were agreed; Sam flags after seven and a half that it takes eight, and Eva gives `more`."""

    def give(more: dict[str, Any], *, cause: str = FlagCause.ESTIMATE, agreed: int | None = 360) -> Task:
        task = given_task(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, time_limit=agreed)
        content = flag_content(kind=FlagKind.TIME, cause=cause, money=None, minutes=480)
        flags.flag(task_id=task.pk, by=cast.assistant, text="Eight hours", content=content, now=now)
        TimeEntry.objects.create(task=task, user=cast.assistant, minutes=450, day=now.date(), created_at=now)
        flags.give_more(task_id=task.pk, by=cast.owner, more=more, now=now)
        task.refresh_from_db()
        return task

    return give


def test_the_limit_rises_and_what_is_billed_does_not(answer: Answer) -> None:
    task = answer({"time_limit": 480})
    assert (task.time_limit, task.minutes_unpaid, paid_limit(task)) == (480, 120, 360)
    assert (task.minutes_logged, task.minutes_billed) == (450, 360)
    assert turn_of(task, "flag").answer_payload == {"unpaid": 120}


@pytest.mark.parametrize("cause", [FlagCause.GREW, FlagCause.CIRCUMSTANCES])
def test_for_another_cause_the_time_is_billed(cause: str, answer: Answer) -> None:
    task = answer({"time_limit": 480}, cause=cause)
    assert (task.time_limit, task.minutes_unpaid, task.minutes_billed) == (480, 0, 450)


def test_only_what_is_given_is_not_billed(answer: Answer) -> None:
    assert answer({"time_limit": 400}).minutes_unpaid == 40


def test_money_and_dates_are_paid_for_whoever_was_wrong(answer: Answer, now: datetime) -> None:
    task = answer({"money_limit": Decimal(240), "deadline_date": now.date()})
    assert (task.money_limit, task.minutes_unpaid, paid_limit(task)) == (Decimal(240), 0, 360)


def test_a_limit_where_there_was_none_takes_nothing_away(answer: Answer) -> None:
    task = answer({"time_limit": 480}, agreed=None)
    assert (task.minutes_unpaid, task.minutes_billed) == (0, 450)


def test_a_swap_that_gives_time_is_not_billed_either(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, time_limit=360)
    content = flag_content(kind=FlagKind.TIME, cause=FlagCause.ESTIMATE, money=None, minutes=480)
    flags.flag(task_id=task.pk, by=cast.assistant, text="Eight hours", content=content, now=now)
    common: dict[str, Any] = {"task_id": task.pk, "by": cast.owner, "now": now}
    task = flags.swap(text="Without the menu", limits={"time_limit": 420}, **common)
    assert (task.time_limit, task.minutes_unpaid) == (420, 60)


def test_who_was_wrong_is_told_what_is_not_billed(answer: Answer) -> None:
    answer({"time_limit": 480})
    assert Message.objects.get(template="flag_more").params["unpaid"] == 120


# --- the limit goes down again ------------------------------------------------------------------------------------


@pytest.fixture
def unpaid(cast: Cast, given_task: GivenTask, now: datetime) -> Task:
    """One hour was agreed; after an own wrong estimate it is two, of which one is not billed."""
    task = given_task(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, time_limit=60)
    content = flag_content(kind=FlagKind.TIME, cause=FlagCause.ESTIMATE, money=None, minutes=120)
    flags.flag(task_id=task.pk, by=cast.assistant, text="Two hours", content=content, now=now)
    return flags.give_more(task_id=task.pk, by=cast.owner, more={"time_limit": 120}, now=now)


@pytest.mark.parametrize(("limit", "left"), [(150, 60), (120, 60), (90, 30), (60, 0), (45, 0)])
def test_a_lower_limit_takes_away_what_is_not_billed_first(
    limit: int, left: int, unpaid: Task, cast: Cast, now: datetime
) -> None:
    task = handing_over.amend(task_id=unpaid.pk, by=cast.owner, fields={"time_limit": limit}, now=now)
    assert (task.minutes_unpaid, paid_limit(task)) == (left, limit - left)
    log_work(task_id=task.pk, by=cast.assistant, minutes=limit, day=now.date(), now=now)
    task.refresh_from_db()
    assert (task.minutes_unpaid, task.minutes_billed) == (left, limit - left)


def test_also_in_a_draft_and_with_a_swap(unpaid: Task, cast: Cast, now: datetime) -> None:
    common: dict[str, Any] = {"task_id": unpaid.pk, "now": now}
    flags.flag(by=cast.assistant, text="No", content=flag_content(), **common)
    task = flags.swap(by=cast.owner, text="Without the menu", limits={"time_limit": 100}, **common)
    assert task.minutes_unpaid == 40
    handing_over.hand_back(by=cast.assistant, text="Ill", **common)
    task = handing_over.edit_draft(by=cast.owner, fields={"time_limit": 70}, **common)
    task.refresh_from_db()
    assert (task.minutes_unpaid, paid_limit(task)) == (10, 60)


def test_without_a_limit_everything_would_be_billed_so_it_is_kept(unpaid: Task, cast: Cast, now: datetime) -> None:
    common: dict[str, Any] = {"task_id": unpaid.pk, "now": now}
    with refused(unpaid, "The estimate was off, so 1\xa0hour of this limit is not billed. Keep a limit for that."):
        handing_over.amend(by=cast.owner, fields={"time_limit": None}, **common)
    handing_over.amend(by=cast.owner, fields={"time_limit": 60}, **common)
    task = handing_over.amend(by=cast.owner, fields={"time_limit": None}, **common)
    assert (task.time_limit, task.minutes_unpaid) == (None, 0)


def test_whoever_it_goes_to_next_sees_what_is_not_billed_before_they_accept(
    unpaid: Task, cast: Cast, client_for: Any, now: datetime
) -> None:
    task = handing_over.reassign(task_id=unpaid.pk, by=cast.owner, assistant=cast.guest, now=now)
    assert task.minutes_unpaid == 60
    for path in (task.get_absolute_url(), reverse("now")):
        assert "(1\xa0hour of it not billed)" in text_of(client_for(cast.guest).get(path))
