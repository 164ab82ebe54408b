"""What is a rush: as the agreement of the day says, also when that was accepted afterwards."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from accounts.models import Membership, Role
from delegation.levels import LevelKey
from delegation.models import Agreement
from delegation.workflow import State
from tasks.actions.agreements import accept_agreement
from tasks.actions.entries import correct_work, log_work
from tasks.actions.handing_over import amend
from tasks.actions.timing import start_timer, stop_timer
from tasks.models import Task, TimeEntry
from tasks.timesheets import timesheet
from tests.accounts.conftest import queries_of
from tests.conftest import Cast
from tests.tasks.agreed import agreed, proposed
from tests.tasks.factories import task_in
from tests.tasks.sheets import NOVEMBER, worked
from tests.threads import at_once

MONDAY = date(2026, 11, 23)
RUSH: dict[str, Any] = {"rush_hours": 24, "rush_multiplier": Decimal(2), "valid_from": MONDAY}
log = partial(log_work, minutes=60, day=MONDAY)


@pytest.fixture
def task(cast: Cast, now: datetime) -> Task:
    """Handed over on the day on which it has to be ready."""
    return task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, deadline_date=MONDAY)


def amounts(cast: Cast) -> list[Decimal | None]:
    """What each entry costs on the sheet."""
    lines = timesheet(cast.team, cast.assistant, NOVEMBER).times
    return [line.price.amount if line.price else None for line in lines]


def test_time_from_before_the_agreement_was_accepted_is_priced_by_it(task: Task, cast: Cast, now: datetime) -> None:
    log(task_id=task.pk, by=cast.assistant, now=now)
    start_timer(task_id=task.pk, by=cast.assistant, now=now)
    stop_timer(by=cast.assistant, now=now + timedelta(minutes=30))
    agreed(cast, now, **RUSH)
    assert sorted(map(str, amounts(cast))) == ["40.00", "80.00"]


def test_another_agreement_may_take_the_rush_away_again(task: Task, cast: Cast, now: datetime) -> None:
    agreed(cast, now, **RUSH | {"valid_from": MONDAY - timedelta(days=1)})
    log(task_id=task.pk, by=cast.assistant, now=now)
    assert amounts(cast) == [Decimal(80)]
    agreed(cast, now, valid_from=MONDAY)
    assert amounts(cast) == [Decimal(40)]


def test_only_open_time_of_the_pair_from_the_first_day_on_moves(task: Task, cast: Cast, now: datetime) -> None:
    Membership.objects.filter(user=cast.guest).update(role=Role.ASSISTANT)
    others = worked(task, 60, MONDAY, by=cast.guest)
    early = worked(task, 60, MONDAY - timedelta(days=1))
    approved = worked(task, 60, MONDAY - timedelta(days=2), approved_at=now, approved_by=cast.owner)
    slow = worked(task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now), 60, MONDAY)
    mine = worked(task, 60, MONDAY)
    agreed(cast, now, **RUSH)
    assert [TimeEntry.objects.get(pk=row.pk).is_rush for row in (others, early, approved, slow, mine)] == [
        *[False] * 4,
        True,
    ]


def test_a_later_agreement_decides_about_its_own_days(task: Task, cast: Cast, now: datetime) -> None:
    agreed(cast, now, valid_from=MONDAY + timedelta(days=1))
    first, second = worked(task, 60, MONDAY), worked(task, 60, MONDAY + timedelta(days=1))
    agreed(cast, now, **RUSH)
    assert [TimeEntry.objects.get(pk=row.pk).is_rush for row in (first, second)] == [True, False]


def test_accepting_asks_the_same_however_much_was_logged(task: Task, cast: Cast, now: datetime) -> None:
    counts = []
    for count in (10, 20):
        day = MONDAY + timedelta(days=count)
        for _number in range(count):
            worked(task, 5, day)
        version = proposed(cast, now, **RUSH | {"valid_from": day})
        counts.append(queries_of(partial(accept_agreement, agreement_id=version.pk, by=cast.assistant, now=now)))
        assert TimeEntry.objects.filter(day=day, is_rush=True).count() == count
    assert counts[0] == counts[1]


def test_a_correction_keeps_the_rush_unless_the_day_changes(task: Task, cast: Cast, now: datetime) -> None:
    agreed(cast, now, **RUSH)
    later = now + timedelta(days=1)
    log(task_id=task.pk, by=cast.assistant, now=now)
    entry = TimeEntry.objects.get()
    fields = {"deadline_date": MONDAY + timedelta(days=30)}
    amend(task_id=task.pk, by=cast.owner, fields=fields, now=now)
    correct = partial(correct_work, entry_id=entry.pk, by=cast.assistant, minutes=60, reason="Typo", now=later)
    correct(day=MONDAY, note="With the caterer")
    assert amounts(cast) == [Decimal(80)]
    correct(day=MONDAY + timedelta(days=1), note="With the caterer")
    assert amounts(cast) == [Decimal(40)]


@pytest.mark.django_db(transaction=True)
def test_time_that_is_logged_while_it_is_accepted_is_a_rush_as_well(cast: Cast, now: datetime) -> None:
    with transaction.atomic():
        tasks = [task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, deadline_date=MONDAY) for _two in range(2)]
        log(task_id=tasks[0].pk, by=cast.assistant, now=now)
        version: Agreement = proposed(cast, now, **RUSH)
    found = at_once(
        partial(accept_agreement, agreement_id=version.pk, by=cast.assistant, now=now),
        partial(log, task_id=tasks[1].pk, by=cast.assistant, now=now),
    )
    assert not [result for result in found if isinstance(result, Exception)], found
    assert amounts(cast) == [Decimal(80), Decimal(80)]
