"""Rules and check-ins as rows: the same rule back and forth, what the database refuses, what is removed."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from delegation.checkins import Rule, Trigger
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.models import Checkin, CheckinRule, CheckinState, DefaultCheckinRule, Event, Task
from tasks.sweeps import remove_old_checkins, removing
from tasks.sweeps.rows import CHECKINS, EVENTS
from tests.conftest import Cast
from tests.tasks.factories import task_in

RULES = [
    Rule(trigger=Trigger.AFTER_START, hours=2),
    Rule(trigger=Trigger.AFTER_WORK, hours=1),
    Rule(trigger=Trigger.EVERY_HOURS, hours=8),
    Rule(trigger=Trigger.EVERY_DAYS, days=2, at_time=time(9, 30)),
    Rule(trigger=Trigger.WEEKDAYS, at_time=time(15)),
    Rule(trigger=Trigger.WEEKDAYS, at_time=time(15), weekdays=frozenset({0, 5}), any_time=True),
    Rule(trigger=Trigger.AT, at=datetime(2026, 11, 25, 13, tzinfo=UTC)),
    Rule(trigger=Trigger.BEFORE_DEADLINE, hours=24),
    Rule(trigger=Trigger.TIME_USED, percent=80),
    Rule(trigger=Trigger.MONEY_USED, percent=100),
]


@pytest.fixture
def task(cast: Cast, now: datetime) -> Task:
    return task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, rules=RULES)


def test_each_rule_comes_back_as_it_was(task: Task) -> None:
    assert sorted(row.as_rule().code for row in task.checkin_rules.all()) == sorted(rule.code for rule in RULES)
    assert {row.as_rule() for row in task.checkin_rules.all()} == set(RULES)


@pytest.mark.parametrize(
    "nonsense",
    [
        {"trigger": "every_hours", "hours": 0},
        {"trigger": "every_hours", "hours": 2_001},
        {"trigger": "every_days", "days": 0, "at_time": time(9)},
        {"trigger": "every_days", "days": 2},
        {"trigger": "weekdays", "at_time": time(9), "weekdays": ""},
        {"trigger": "time_used", "percent": 0},
        {"trigger": "money_used", "percent": 101},
        {"trigger": "at"},
        {"trigger": "whenever", "hours": 1},
    ],
)
def test_the_database_refuses_a_rule_that_can_not_work(nonsense: dict[str, Any], task: Task) -> None:
    for row in (CheckinRule(task=task, **nonsense), DefaultCheckinRule(team=task.team, **nonsense)):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()


# --- removing -----------------------------------------------------------------------------------------------------


def test_what_came_to_nothing_goes_after_ninety_days_and_answers_stay(
    cast: Cast, task: Task, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removing, "BATCH", 2)
    Checkin.objects.all().delete()
    for number, state in enumerate(CheckinState.values):
        for days in (90, 91):
            due_at = now - timedelta(days=days, seconds=number)
            Checkin.objects.create(task=task, assistant=cast.assistant, state=state, due_at=due_at)
    assert remove_old_checkins(now=now - timedelta(days=90)) == 0
    assert remove_old_checkins(now=now) == 4
    assert set(Checkin.objects.values_list("state", flat=True)) == set(CheckinState.values) - {"missed", "withdrawn"}


# --- written without models ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("table", "model"), [(CHECKINS, Checkin), (EVENTS, Event)])
def test_what_the_sweeps_write_fits_the_models(table: Any, model: Any) -> None:
    """A column that can't be empty and has no default in the database must be among those that are written."""
    assert table.name == model._meta.db_table
    fields = {field.column: field for field in model._meta.local_fields}
    assert set(table.columns) <= set(fields)
    needed = {
        name
        for name, field in fields.items()
        if not field.null and not field.has_db_default() and field.get_internal_type() != "BigAutoField"
    }
    assert needed - {"actor_id"} <= set(table.columns)
    if connection.vendor == "postgresql":
        types = {name: fields[name].db_type(connection) for name in table.columns}
        meant = {"uuid": "uuid", "text": "varchar", "jsonb": "jsonb", "timestamptz": "timestamp with time zone"}
        for name, type_ in table.columns.items():
            assert types[name].startswith(meant[type_]) or types[name] == type_, name


# --- the migration ------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_old_rows_stay_valid_and_old_code_goes_on_inserting(cast: Cast, now: datetime) -> None:
    before, after = [("tasks", "0001_initial")], [("tasks", "0003_checkinrule_validated")]
    latest = MigrationExecutor(connection).loader.graph.leaf_nodes("tasks")
    make: Callable[[Any], Any] = lambda apps: apps.get_model("tasks", "CheckinRule").objects  # noqa: E731
    task_in(State.DRAFT, LevelKey.JUST_DO_IT, cast, now)
    task_id = Task.objects.get().pk
    try:
        executor = MigrationExecutor(connection)
        executor.migrate(before)
        old = executor.loader.project_state(before).apps
        make(old).create(task_id=task_id, trigger="weekdays", at_time=time(15))
        executor = MigrationExecutor(connection)
        executor.migrate(after)
        make(old).create(task_id=task_id, trigger="after_start", hours=3)
    finally:
        MigrationExecutor(connection).migrate(latest)
    codes = [row.as_rule().code for row in CheckinRule.objects.order_by("trigger")]
    assert codes == ["after_start 3", "weekdays 15:00"]
