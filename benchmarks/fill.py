"""Fills the database in DATABASE_URL and logs the measured owner in; what to ask for is printed as one line of JSON.

A program of its own, as each of the two databases is filled by a process that has that one as its database.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from uuid import uuid4

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # started by its path; the house is one up
os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.backends.utils import CursorWrapper  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from benchmarks.rows import HELPERS, STEPS  # noqa: E402
from delegation.workflow import CLOSED, Action  # noqa: E402
from tasks.models import Event, Resource, ResourceKind, Task, TimeEntry, Turn, TurnKind, TurnState  # noqa: E402

TASKS_A_TEAM = 500
ENTRIES = {"task_with_ten": 10, "task_with_thousand": 1_000}
LAST_WORDS = "The hall has forty chairs and a screen."  # stands in the oldest event of the page's 25


def main() -> None:
    """`fill.py TASKS`: makes that many, rounded up to whole teams."""
    teams = -(-int(sys.argv[1]) // TASKS_A_TEAM)
    with step("tables"):
        call_command("migrate", verbosity=0)
    fill(teams)
    owner = User.objects.get(email="person0@example.com")
    now, measured = timezone.now(), measured_task(owner)
    busy = {name: worked_on(measured, count, now=now) for name, count in ENTRIES.items()}
    task = live_through(measured, now=now)
    with step("statistics"), connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
    print(json.dumps(targets(owner, task) | {name: copy.get_absolute_url() for name, copy in busy.items()}))


def fill(teams: int) -> None:
    """All rows, in sets. Foreign keys are not checked one by one: the rows are made to fit."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(HELPERS)
        indexes = drop_indexes(cursor)
        for name, sql in STEPS.items():
            with step(name):
                cursor.execute(numbers_in(sql, teams))
        with step("indexes"):
            cursor.execute("SET maintenance_work_mem = '512MB'")
            cursor.execute(";".join(indexes))
        cursor.execute("SET session_replication_role = DEFAULT")


def drop_indexes(cursor: CursorWrapper) -> list[str]:
    """Drops what is not a key, as building an index once is faster than growing it; what builds each again."""
    cursor.execute("""
        SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
        FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
        WHERE relname ~ '^(tasks|accounts)_' AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
    """)
    indexes = cursor.fetchall()
    cursor.execute(";".join(f"DROP INDEX {name}" for name, _definition in indexes))
    return [definition for _name, definition in indexes]


def numbers_in(sql: str, teams: int) -> str:
    """The statement for this many teams. (No str.format: SQL is full of braces of its own, for JSON.)"""
    return sql.replace("{teams}", str(teams)).replace("{tasks}", str(TASKS_A_TEAM))


@contextmanager
def step(name: str) -> Iterator[None]:
    """Says on stderr how long something took."""
    began = time.monotonic()
    yield
    print(f"  {name}: {time.monotonic() - began:.1f} s", file=sys.stderr, flush=True)


def measured_task(owner: User) -> Task:
    """The third newest of the owner's open tasks: in progress, within limits."""
    return Task.objects.filter(entrepreneur=owner).order_by("-changed_at", "-id")[2]


def live_through(task: Task, *, now: datetime, waits: bool = True) -> Task:
    """Gives the task a long life: questions and answers, ticks of a clock, things lent, and one question that waits."""
    assert task.assistant is not None
    entrepreneur, assistant = task.entrepreneur, task.assistant
    began = now - timedelta(days=2)
    for number in range(14):
        asked, answered = began + timedelta(hours=number), began + timedelta(hours=number, minutes=20)
        tell(task, asked, assistant, Action.ASK, f"Which of the {number} halls did you mean, the one by the station?")
        tell(task, answered, entrepreneur, Action.ANSWER, LAST_WORDS if number == 1 else "The one by the station.")
    for number in range(4):
        question(task, f"Is number {number} on the list fine too?", at=began + timedelta(hours=number), answered=True)
    question(task, "May I book the hall for the whole day?", at=now, answered=not waits)
    lend(task, ["Guest list", "House style", "Address of the office"], by=entrepreneur, now=now)
    return task


def worked_on(task: Task, count: int, *, now: datetime) -> Task:
    """A task like it, alike but for how many entries were logged on it, an event each, before anything else happened.

    It changed so long ago, and waits on nobody, that it stands on none of the other pages.
    """
    began = now - timedelta(days=100)
    copy = Task.objects.get(pk=task.pk)
    copy.pk, copy._state.adding = uuid4(), True
    copy.changed_at, copy.time_limit = began, 100_000
    copy.minutes_logged = copy.minutes_billed = 6 * count
    copy.save()
    moments = [began + timedelta(hours=number) for number in range(count)]
    TimeEntry.objects.bulk_create(
        TimeEntry(task=copy, user=task.assistant, minutes=6, billed=6, day=at.date(), note="Calls", created_at=at)
        for at in moments
    )
    data = {"minutes": 6, "text": "Calls"}
    Event.objects.bulk_create(
        Event(task=copy, at=at, actor=task.assistant, kind=Action.LOG_WORK, data=data) for at in moments
    )
    return live_through(copy, now=now, waits=False)


def tell(task: Task, at: datetime, actor: User, kind: Action, text: str) -> None:
    """One event of the timeline."""
    Event.objects.create(task=task, at=at, actor=actor, kind=kind, data={"text": text})


def question(task: Task, text: str, *, at: datetime, answered: bool) -> None:
    """One question of the assistant."""
    turn = Turn(
        task=task, kind=TurnKind.QUESTION, by=task.assistant, waits_on=task.entrepreneur, text=text, created_at=at
    )
    if answered:
        turn.state, turn.answer, turn.answer_text = TurnState.ANSWERED, "answered", "Yes, that one is fine."
        turn.answered_by, turn.answered_at = task.entrepreneur, at + timedelta(minutes=20)
    turn.save()


def lend(task: Task, names: list[str], *, by: User, now: datetime) -> None:
    """Resources of the team, lent to the task."""
    for name in names:
        resource = Resource.objects.create(
            team=task.team, kind=ResourceKind.NOTE, name=name, content="Ask at the desk.", created_by=by, created_at=now
        )
        task.resources.add(resource)


def targets(owner: User, task: Task) -> dict[str, str]:
    """The cookie of a logged-in owner, and for each page something that only the whole page shows."""
    open_tasks = Task.objects.filter(entrepreneur=owner).exclude(state__in=sorted(CLOSED))
    last_in_list = open_tasks.order_by("-changed_at", "-id")[24]
    return {
        "cookie": f"{settings.SESSION_COOKIE_NAME}={session_of(owner)}",
        "last_in_list": last_in_list.title,
        "task": task.get_absolute_url(),
        "task_title": task.title,
        "last_words": LAST_WORDS,
    }


def session_of(user: User) -> str:
    """The key of a session as logging in makes it."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


if __name__ == "__main__":
    main()
