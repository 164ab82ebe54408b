"""How fast check-ins are asked and mailed, next to the least that the database and a mail server allow.

A program of its own, for the database in DATABASE_URL (docs/benchmarks.md). One line of JSON a measurement on stdout.
"""

import argparse
import json
import os
import resource
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)  # started by its path; the house is one up
os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from accounts.models import Message  # noqa: E402
from accounts.outbox import post_letters, send_queued  # noqa: E402
from benchmarks import checkin_rows as rows  # noqa: E402
from benchmarks.fill import drop_indexes, step  # noqa: E402
from benchmarks.rows import HELPERS, PEOPLE  # noqa: E402
from tasks.models import Checkin, Event  # noqa: E402
from tasks.sweeps import ask_due_checkins  # noqa: E402
from tasks.sweeps.asking import BATCH, take_due  # noqa: E402

TEAMS = 2_000
NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)  # a Wednesday, and working time for all
DUE = NOW - timedelta(minutes=5)
MAILS = 500
HOST = "127.0.0.1"
TARGETS = {"claim": 0.5, "end_to_end": 0.1, "two_dispatchers": 1.5}


def main() -> None:
    """Fills the database and measures, each pair in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkins", type=int, default=1_000_000)
    parser.add_argument("--due", type=int, default=10_000, help="how many are due in a round")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    fill(options.checkins // 10)
    bare = (bare_claim, options.due)
    measure("claim", (claim, options.due), bare, options.rounds)
    measure("end_to_end", (end_to_end, options.due), bare, options.rounds)
    measure("two_dispatchers", (dispatched(2), 2 * options.due), (dispatched(1), 2 * options.due), options.rounds)
    with mail_server() as port:
        measure("smtp", (mails(port), MAILS), (bare_mails(port), MAILS), options.rounds)
    say(f"at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB of memory")


def fill(tasks: int) -> None:
    """All rows, in sets. Foreign keys are not checked one by one: the rows are made to fit."""
    with step("tables"):
        call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(HELPERS)
        indexes = drop_indexes(cursor)
        for name in ("PEOPLE", "WORKING_HOURS", "UNDER_WAY", "CHECKINS"):
            sql = PEOPLE if name == "PEOPLE" else getattr(rows, name)
            sql = sql.replace("{teams}", str(TEAMS)).replace("{tasks}", str(tasks))
            with step(name.lower().replace("_", " ")):
                cursor.execute(sql, {"due": DUE} if "%(due)s" in sql else None)
        with step("indexes"):
            cursor.execute(";".join(indexes))
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")


def prepare(count: int, salt: int) -> None:
    """As before any round, and other rows are due. Old versions of rows are swept up, for both alike."""
    with connection.cursor() as cursor:
        for statement in rows.CLEAR.split(";")[:-1]:
            cursor.execute(statement, {"due": DUE})
        cursor.execute(rows.MAKE_DUE, {"due": DUE, "salt": str(salt), "count": count})
        cursor.execute("VACUUM ANALYZE tasks_checkin")
        cursor.execute(rows.WARM_UP, {"due": DUE})


Contestant = tuple[Callable[[], float], int]


def measure(name: str, ours: Contestant, bound: Contestant, rounds: int) -> None:
    """Both in turn, round after round: rows a second, and the median of each round's own ratio."""
    found: dict[Contestant, list[float]] = {bound: [], ours: []}
    for number in range(rounds + 1):
        for contestant, rates in found.items():
            run, count = contestant
            prepare(count, number)
            rate = count / run()
            if number:  # the first round is for warming up
                rates.append(rate)
    ratio = median(one / other for one, other in zip(found[ours], found[bound], strict=True))
    result = {"name": name, "ours": round(median(found[ours]), 1), "bound": round(median(found[bound]), 1)}
    print(json.dumps(result | {"ratio": round(ratio, 3)}), flush=True)
    say(f"{name}: {ratio:.2f} of the bound, target {TARGETS.get(name, 'none')}")


def say(text: str) -> None:
    """Progress, apart from the results."""
    print(text, file=sys.stderr, flush=True)


def timed(work: Callable[[], int], expected: int | None = None) -> float:
    """How long it took. Raises RuntimeError when it did not do all of it."""
    began = time.perf_counter()
    count = work()
    seconds = time.perf_counter() - began
    if expected is not None and count != expected:
        raise RuntimeError(f"{count} instead of {expected}")
    return seconds


# --- claiming and asking ------------------------------------------------------------------------------------------


def due_now() -> int:
    return Checkin.objects.filter(state="due", due_at__lte=NOW).count()


def bare_claim() -> float:
    """The bare loop, a thousand at a time."""

    def work() -> int:
        count, batch = 0, BATCH
        with connection.cursor() as cursor:
            while batch == BATCH:
                cursor.execute(rows.BARE_CLAIM, {"now": NOW})
                batch = len(cursor.fetchall())
                count += batch
        return count

    return timed(work, due_now())


def claim() -> float:
    """Our own claim, with what has to be known of the tasks."""

    def work() -> int:
        count, batch = 0, BATCH
        while batch == BATCH:
            with transaction.atomic():
                batch = len(take_due(NOW))
            count += batch
        return count

    return timed(work, due_now())


def end_to_end() -> float:
    """Everything: claimed, the next one due, event and message written."""
    count = due_now()
    seconds = timed(lambda: ask_due_checkins(now=NOW), count)
    check_once(count)
    return seconds


def check_once(count: int) -> None:
    """Raises RuntimeError unless each was asked exactly once, and has its successor."""
    asked = Checkin.objects.filter(asked_at=NOW, state="asked").count()
    events, told = Event.objects.filter(kind="checkin-asked"), Message.objects.filter(template="checkin")
    following = Checkin.objects.filter(state="due", due_at__gt=NOW, asked_at=None).exclude(
        due_at=DUE + timedelta(days=1)
    )
    found = (asked, events.values("task").distinct().count(), events.count(), told.count(), following.count())
    if set(found) != {count}:
        raise RuntimeError(f"{found} instead of {count}")


def dispatched(processes: int) -> Callable[[], float]:
    """So many processes at once, from the moment on that all are ready."""

    def work() -> float:
        count = due_now()
        program = [sys.executable, "benchmarks/dispatcher.py", NOW.isoformat()]
        pipe = subprocess.PIPE
        started = [
            subprocess.Popen(program, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) for _number in range(processes)
        ]
        for process in started:
            assert process.stdout is not None
            process.stdout.readline()
        began = time.perf_counter()
        for process in started:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        asked = [process.communicate()[0] for process in started]
        seconds = time.perf_counter() - began
        if sum(map(int, asked)) != count:
            raise RuntimeError(f"{asked} instead of {count}")
        check_once(count)
        return seconds

    return work


# --- mail ---------------------------------------------------------------------------------------------------------


@contextmanager
def mail_server() -> Iterator[int]:
    """A real mail server in a process of its own, which takes everything and keeps nothing; its port."""
    process = subprocess.Popen(
        [sys.executable, "benchmarks/mail_server.py"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()


def mails(port: int) -> Callable[[], float]:
    """From the messages of check-ins to the mail server: written, posted and sent."""

    def work() -> float:
        ask_due_checkins(now=NOW)
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = HOST, port
        return timed(send_all, MAILS)

    return work


def send_all() -> int:
    post_letters(now=NOW)
    sent, batch = 0, 1
    while batch:
        batch = send_queued(now=NOW).sent
        sent += batch
    return sent


def bare_mails(port: int) -> Callable[[], float]:
    """The same bytes, ready made, over one connection of smtplib."""

    def work() -> float:
        ask_due_checkins(now=NOW)
        settings.EMAIL_BACKEND = "benchmarks.keeping.KeepingBackend"
        from benchmarks.keeping import kept

        kept.clear()
        send_all()
        return timed(lambda: deliver(kept), MAILS)

    def deliver(letters: list[Any]) -> int:
        with smtplib.SMTP(HOST, port) as server:
            for sender, to, content in letters:
                server.sendmail(sender, to, content)
        return len(letters)

    return work


if __name__ == "__main__":
    main()
