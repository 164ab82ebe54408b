"""A database that is in use is carried over as it is: what was logged before still counts, and nothing is refused."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE = [("accounts", "0002_reach_and_preferences"), ("delegation", None), ("tasks", "0003_checkinrule_validated")]


@pytest.fixture
def old_database(transactional_db: None) -> Iterator[MigrationExecutor]:
    """The database as it was before; it is brought up to date again whatever happens."""
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    yield executor
    _bring_up_to_date()


def test_what_was_logged_before_is_added_up(old_database: MigrationExecutor, now: datetime) -> None:
    old = old_database.loader.project_state(
        [("accounts", "0002_reach_and_preferences"), ("tasks", "0003_checkinrule_validated")]
    ).apps
    team = old.get_model("accounts", "Team").objects.create(name="Bloom")
    person = old.get_model("accounts", "User").objects.create(email="eva@example.com", name="Eva")
    columns = {"team_id": team.pk, "entrepreneur_id": person.pk, "created_at": now, "changed_at": now}
    tasks = [
        old.get_model("tasks", "Task").objects.create(
            title=title, level="just_do_it", time_zone="Europe/Amsterdam", **columns
        )
        for title in ("Logged on", "Not logged on")
    ]
    for minutes in (30, 45):
        old.get_model("tasks", "TimeEntry").objects.create(
            task=tasks[0], user_id=person.pk, minutes=minutes, day=now.date(), created_at=now
        )
    for amount in ("12.50", "0.75"):
        old.get_model("tasks", "Expense").objects.create(
            task=tasks[0], by_id=person.pk, amount=Decimal(amount), what="Paper", at=now
        )

    _bring_up_to_date()

    from tasks.models import Expense, Task, TimeEntry

    logged, untouched = (Task.objects.get(pk=task.pk) for task in tasks)
    assert (logged.minutes_logged, logged.minutes_billed, logged.money_spent) == (75, 75, Decimal("13.25"))
    assert untouched.minutes_logged == untouched.money_spent == 0
    assert sorted(TimeEntry.objects.values_list("minutes", "billed", "state")) == [
        (30, 30, "counted"),
        (45, 45, "counted"),
    ]
    assert set(Expense.objects.values_list("day", "state")) == {(now.date(), "counted")}
    assert untouched.could_items == []


def test_examples_that_were_known_by_their_folder_stay_examples(transactional_db: None, now: datetime) -> None:
    executor = MigrationExecutor(connection)
    executor.migrate([("tasks", "0008_kept")])
    try:
        old = executor.loader.project_state([("tasks", "0008_kept")]).apps
        team = old.get_model("accounts", "Team").objects.create(name="Bloom")
        for place in ("examples/one", "two"):
            old.get_model("tasks", "StoredFile").objects.create(
                team=team, file=f"{team.pk}/{place}", name=place, size=1, created_at=now
            )
    finally:
        _bring_up_to_date()

    from tasks.models import StoredFile

    assert dict(StoredFile.objects.values_list("name", "is_example")) == {"examples/one": True, "two": False}


def _bring_up_to_date() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
