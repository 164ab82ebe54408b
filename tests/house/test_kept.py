"""What happened stays as it was written: the database itself refuses anything else, whoever asks it."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction

from accounts.audit import Happened, note
from accounts.models import AuditEntry, Erasure, erasing
from tasks.models import Event, Task
from tests.conftest import Cast
from tests.threads import at_once

TABLES = ["accounts_auditentry", "tasks_event"]
WAYS: dict[str, Callable[[str], str]] = {
    "a kind": lambda table: f"UPDATE {table} SET kind = 'nothing'",
    "a moment": lambda table: f"UPDATE {table} SET at = '2020-01-01 00:00:00+00:00'",
    "the same value": lambda table: f"UPDATE {table} SET kind = kind",
    "removing": lambda table: f"DELETE FROM {table}",
}


@pytest.fixture
def written(cast: Cast, now: datetime) -> None:
    """One line in each."""
    note(Happened.JOINED, now=now, actor=cast.assistant, team=cast.team, role="assistant")
    Task.objects.bulk_create(
        [task := Task(team=cast.team, entrepreneur=cast.owner, level="propose", created_at=now, changed_at=now)]
    )
    Event.objects.create(task=task, at=now, actor=cast.owner, kind="ask", data={})


def rows() -> list[Any]:
    return [*AuditEntry.objects.order_by("pk").values(), *Event.objects.order_by("pk").values()]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("way", WAYS)
def test_plain_sql_is_refused(written: None, table: str, way: str) -> None:
    before = rows()
    refused = pytest.raises(IntegrityError, match="can't be edited")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(WAYS[way](table))
    assert rows() == before


@pytest.mark.parametrize("model", [AuditEntry, Event])
def test_bulk_changes_are_refused(written: None, model: type[AuditEntry] | type[Event]) -> None:
    before = rows()
    entries: list[Any] = list(model.objects.all())
    for entry in entries:
        entry.kind = "nothing"
    acts: list[Callable[[], object]] = [
        lambda: model.objects.update(kind="nothing"),
        lambda: model.objects.bulk_update(entries, ["kind"]),
        lambda: model.objects.all()._raw_delete(using="default"),
        lambda: model.objects.all().delete(),
    ]
    for act in acts:
        with pytest.raises(IntegrityError, match="can't be edited"), transaction.atomic():
            act()
    assert rows() == before


@pytest.mark.parametrize("model", [AuditEntry, Event])
def test_a_row_is_saved_once(written: None, model: type[AuditEntry] | type[Event]) -> None:
    entry = model.objects.get()
    with pytest.raises(TypeError):
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()


def test_what_it_hangs_on_can_not_be_removed_under_it(written: None, cast: Cast) -> None:
    before = rows()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_auditentry SET actor_id = NULL, about_id = NULL, team_id = NULL")
    assert rows() == before


def test_erasing_opens_it_and_leaves_no_row(written: None) -> None:
    with erasing():
        AuditEntry.objects.update(data={})
        assert Event.objects.all()._raw_delete(using="default") == 1
    assert AuditEntry.objects.get().data == {}
    assert not Event.objects.exists()
    assert not Erasure.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntry.objects.update(kind="nothing")


def test_a_crash_inside_leaves_it_shut_and_everything_as_it_was(written: None) -> None:
    before = rows()

    def crash() -> None:
        with erasing():
            AuditEntry.objects.update(data={}, kind="nothing")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        crash()
    assert rows() == before
    assert not Erasure.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntry.objects.update(kind="nothing")


def test_one_inside_another_stays_open_until_the_last(written: None) -> None:
    with erasing():
        with erasing():
            AuditEntry.objects.update(kind="one")
        AuditEntry.objects.update(kind="two")
    assert AuditEntry.objects.get().kind == "two"
    assert not Erasure.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestAnotherTransaction:
    """While one erases, everybody else finds it shut."""

    @pytest.fixture(autouse=True)
    def both(self, written: None) -> Iterator[None]:
        yield
        connections.close_all()

    def test_it_never_sees_the_row_and_is_refused(self) -> None:
        if connection.vendor == "sqlite":
            pytest.skip("On SQLite nobody else writes during a transaction at all.")
        seen: list[object] = []

        def elsewhere() -> None:
            seen.append(Erasure.objects.exists())
            try:
                AuditEntry.objects.update(kind="nothing")
            except DatabaseError as error:
                seen.append(str(error))

        with erasing():
            assert Erasure.objects.exists()
            at_once(elsewhere)
        assert seen[0] is False
        assert "can't be edited" in str(seen[1])
        assert AuditEntry.objects.get().kind == "joined"

    def test_it_finds_it_shut_afterwards(self) -> None:
        with erasing():
            AuditEntry.objects.update(data={"role": ""})
        [error] = at_once(lambda: AuditEntry.objects.update(kind="nothing"))
        assert isinstance(error, IntegrityError)
