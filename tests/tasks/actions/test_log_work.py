"""Logging work by hand, what is refused, and the check-ins that are due by it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from delegation.checkins import Rule, Trigger
from delegation.levels import LevelKey
from delegation.workflow import State, Why
from tasks import entry_rules
from tasks.actions import entries, expenses, flags, handing_over
from tasks.models import Checkin, CheckinState, Expense, Task, TimeEntry
from tasks.sweeps import ask_due_checkins
from tasks.timeline import sentence_of
from tests.conftest import Cast
from tests.tasks.actions.watching import last_event, refused, told
from tests.tasks.factories import task_in
from tests.threads import at_once

GivenTask = Callable[..., Task]
MONDAY = date(2026, 11, 23)
AFTER_TWO_HOURS = Rule(trigger=Trigger.AFTER_WORK, hours=2)
HALF_THE_TIME = Rule(trigger=Trigger.TIME_USED, percent=50)
MOST_OF_THE_MONEY = Rule(trigger=Trigger.MONEY_USED, percent=80)


def work(task: Task, minutes: int, now: datetime, *, by: User | None = None, day: date = MONDAY, **more: Any) -> Task:
    assert task.assistant is not None
    return entries.log_work(
        task_id=task.pk, by=by or task.assistant, minutes=minutes, day=day, note="Calls", now=now, **more
    )


def spend(task: Task, amount: str, now: datetime) -> Task:
    assert task.assistant is not None
    return expenses.log_expense(task_id=task.pk, by=task.assistant, amount=Decimal(amount), what="Rolls", now=now)


def due(task: Task) -> list[datetime]:
    return list(task.checkins.filter(state=CheckinState.DUE).order_by("due_at").values_list("due_at", flat=True))


# --- logging ------------------------------------------------------------------------------------------------------


def test_work_is_logged_with_an_event_and_nobody_is_disturbed(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = work(given_task(State.IN_PROGRESS), 90, now)
    entry = TimeEntry.objects.get(task=task)
    assert (entry.user, entry.minutes, entry.day, entry.note) == (cast.assistant, 90, MONDAY, "Calls")
    assert last_event(task).data == {"minutes": 90, "day": "2026-11-23", "text": "Calls"}
    assert sentence_of(last_event(task)) == "Sam logged 1\u00a0hour\u00a030\u00a0min of work"
    assert told(task) == set()


def test_an_expense_is_logged_in_the_currency_of_the_team(given_task: GivenTask, now: datetime) -> None:
    task = spend(given_task(State.IN_PROGRESS), "12.50", now)
    assert Expense.objects.get(task=task).amount == Decimal("12.50")
    assert last_event(task).data == {"amount": "12.50", "currency": "EUR", "text": "Rolls"}
    assert sentence_of(last_event(task)) == "Sam logged an expense: €\u00a012.50"


@pytest.mark.parametrize(
    ("minutes", "day", "said"),
    [
        (0, MONDAY, entry_rules.NO_TIME),
        (-5, MONDAY, entry_rules.NO_TIME),
        (24 * 60 + 1, MONDAY, entry_rules.NO_TIME),
        (60, MONDAY + timedelta(days=1), entry_rules.NOT_YET),
    ],
)
def test_time_that_can_not_be_is_refused(
    minutes: int, day: date, said: Any, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.IN_PROGRESS)
    with refused(task, str(said)):
        work(task, minutes, now, day=day)


@pytest.mark.parametrize("amount", ["0", "-1", "10000001"])
def test_an_amount_that_can_not_be_is_refused(amount: str, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS)
    with refused(task, str(expenses.NO_MONEY)):
        spend(task, amount, now)


def test_today_is_today_where_the_assistant_is(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    User.objects.filter(pk=cast.assistant.pk).update(time_zone="Pacific/Auckland")
    evening = now + timedelta(hours=5)  # it is Tuesday there
    work(given_task(State.IN_PROGRESS), 60, evening, by=User.objects.get(pk=cast.assistant.pk), day=date(2026, 11, 24))


def test_only_the_assistant_logs(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS)
    for person in (cast.owner, cast.guest, cast.outsider):
        with refused(task, Why.NOT_YOURS):
            work(task, 60, now, by=person)


@pytest.mark.parametrize("state", [State.OFFERED, State.STOPPED])
def test_only_once_it_is_accepted_and_not_once_it_is_stopped(
    state: State, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(state, LevelKey.WITHIN_LIMITS)
    with refused(task, Why.NOT_NOW):
        work(task, 60, now)


@pytest.mark.parametrize("level", [LevelKey.JUST_DO_IT, LevelKey.PROPOSE])
def test_what_was_forgotten_is_logged_after_it_is_done_for_a_while(
    level: LevelKey, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.DONE, level)
    later = now + timedelta(days=14) - timedelta(minutes=1)
    assert work(task, 60, later).minutes_billed == 60
    task = spend(task, "12.50", later)
    assert (task.state, task.money_spent) == (State.DONE, Decimal("12.50"))
    with refused(task, Why.TOO_LATE_TO_LOG):
        work(task, 60, now + timedelta(days=14))
    with refused(task, Why.TOO_LATE_TO_LOG):
        spend(task, "60", now + timedelta(days=14))


@pytest.mark.parametrize("state", [State.DELIVERED, State.DONE])
def test_beyond_the_limit_of_a_delivered_task_it_is_said_what_can_be_done(
    state: State, given_task: GivenTask, now: datetime
) -> None:
    task = work(given_task(state, LevelKey.WITHIN_LIMITS, time_limit=60), 45, now)
    said = "15\u00a0min of the 1\u00a0hour is left. For more, ask to have the task sent back or opened again first."
    with refused(task, said):
        work(task, 16, now)
    assert work(task, 15, now).minutes_billed == 60


@pytest.mark.parametrize("state", [State.DELIVERED, State.DONE])
def test_an_invoice_beyond_the_budget_that_comes_later_waits_for_a_yes(
    state: State, cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = spend(given_task(state, LevelKey.WITHIN_LIMITS, money_limit=100), "120", now)
    assert (task.state, task.money_spent) == (state, Decimal(0))
    task = expenses.approve_expense(task_id=task.pk, by=cast.owner, now=now)
    assert (task.state, task.money_spent) == (state, Decimal(120))


@pytest.mark.parametrize("values", [{"minutes": 0}, {"minutes": 1441}])
def test_the_database_holds_it_too(values: dict[str, int], cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS)
    with pytest.raises(IntegrityError), transaction.atomic():
        TimeEntry.objects.create(task=task, user=cast.assistant, day=MONDAY, created_at=now, **values)


# --- check-ins by effort ------------------------------------------------------------------------------------------


def test_a_check_in_after_hours_of_work_is_due_when_they_are_logged(given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS, rules=[AFTER_TWO_HOURS])
    work(task, 90, now)
    assert due(task) == []
    work(task, 30, now)
    assert due(task) == [now]
    assert ask_due_checkins(now=now) == 1


def test_each_rule_asks_once(given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, time_limit=240, rules=[AFTER_TWO_HOURS, HALF_THE_TIME])
    work(task, 120, now)
    assert due(task) == [now, now]
    work(task, 60, now)
    ask_due_checkins(now=now)
    work(task, 60, now)
    assert (due(task), task.checkins.count()) == ([], 2)


def test_money_counts_against_the_money_limit(given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, rules=[MOST_OF_THE_MONEY])
    spend(task, "79.99", now)
    assert due(task) == []
    spend(task, "0.01", now)
    assert due(task) == [now]


def test_what_is_logged_in_the_evening_is_asked_in_the_morning(given_task: GivenTask, now: datetime) -> None:
    evening, morning = now + timedelta(hours=11), now + timedelta(hours=23)
    task = given_task(State.IN_PROGRESS, rules=[AFTER_TWO_HOURS])
    work(task, 120, evening)
    assert due(task) == [morning]


def test_a_rule_that_may_asks_in_the_evening(given_task: GivenTask, now: datetime) -> None:
    rule = Rule(trigger=Trigger.AFTER_WORK, hours=2, any_time=True)
    task = given_task(State.IN_PROGRESS, rules=[rule])
    work(task, 120, now + timedelta(hours=11))
    assert due(task) == [now + timedelta(hours=11)]


def test_a_change_of_the_brief_keeps_what_is_due(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS, rules=[AFTER_TWO_HOURS])
    work(task, 120, now)
    amend = partial(handing_over.amend, task_id=task.pk, by=cast.owner, rules=[AFTER_TWO_HOURS], now=now)
    amend(fields={"title": "Another"})
    assert due(task) == [now]
    ask_due_checkins(now=now)
    amend(fields={"title": "And another"})
    assert due(task) == []


def test_with_more_room_a_limit_is_not_asked_about_again(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.FLAGGED, LevelKey.WITHIN_LIMITS, rules=[MOST_OF_THE_MONEY])
    spend(task, "90", now)
    ask_due_checkins(now=now)
    flags.give_more(task_id=task.pk, by=cast.owner, more={"money_limit": Decimal(200)}, now=now)
    spend(task, "90", now)
    assert (due(task), task.checkins.count()) == ([], 1)


def test_who_takes_over_is_asked_after_their_own_hours(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS, rules=[AFTER_TWO_HOURS])
    work(task, 120, now)
    ask_due_checkins(now=now)
    common: dict[str, Any] = {"task_id": task.pk, "now": now}
    handing_over.reassign(by=cast.owner, assistant=cast.guest, **common)
    task = handing_over.accept_task(by=cast.guest, read_back="Yes", estimate=None, **common)
    work(task, 60, now, by=cast.guest)
    assert due(task) == []
    work(task, 60, now, by=cast.guest)
    assert due(task) == [now]


@pytest.mark.django_db(transaction=True)
def test_two_entries_at_once_make_one_check_in(cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, rules=[AFTER_TWO_HOURS])
    found = at_once(*[lambda: work(task, 120, now, by=cast.assistant)] * 2)
    assert not [result for result in found if isinstance(result, Exception)]
    assert Checkin.objects.filter(task=task).count() == 1


def test_under_a_flag_work_can_be_logged(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.FLAGGED, LevelKey.WITHIN_LIMITS)
    assert work(task, 60, now).state == State.FLAGGED
    assert flags.hold(task_id=task.pk, by=cast.owner, text="It was agreed", now=now).state == State.IN_PROGRESS
