"""Eight processes sweep the same 200 rows at the same moment: each row once, and nobody complains of a lock."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, QuerySet

from accounts.models import MailState, Message, OutgoingMail
from tasks.models import Checkin, CheckinState, Event
from tests.conftest import Cast
from tests.trials.mail_server import Witness, witness
from tests.trials.stage import due_checkins
from tests.trials.workers import Surroundings, processes, send_together, start, sweep_together

pytestmark = [pytest.mark.mail, pytest.mark.django_db(transaction=True)]

CHECKINS = 200
PROCESSES = 8
BATCH = 10


def all_at_once(work: Callable[..., None], surroundings: Surroundings, now: datetime) -> list[int]:
    """What each of the eight did. None may fail, wait in vain, or say a word about it."""
    barrier, found = processes.Barrier(PROCESSES), processes.SimpleQueue()
    workers = [start(work, surroundings, barrier, found, now) for _ in range(PROCESSES)]
    try:
        for worker in workers:
            worker.join(60)
        assert Path(surroundings.log).read_text() == ""
        assert [worker.exitcode for worker in workers] == [0] * PROCESSES
        return [found.get() for _ in workers]
    finally:
        for worker in workers:
            worker.kill()
            worker.join(10)


def once_each(rows: QuerySet[Any], key: str) -> int:
    """How many rows there are, no two of them with the same key."""
    counts = Counter(rows.values_list(key, flat=True))
    assert set(counts.values()) <= {1}
    return len(counts)


def test_eight_processes_take_each_step_once(
    cast: Cast, now: datetime, tmp_path: Path, say: Callable[[str], None]
) -> None:
    due_checkins(CHECKINS, cast, now)
    with witness() as server:
        surroundings = Surroundings(
            database=str(connection.settings_dict["NAME"]),
            mail_port=server.port,
            log=str(tmp_path / "workers.log"),
            batch=BATCH,
        )
        took = {
            "asked": all_at_once(sweep_together, surroundings, now),
            "mailed": all_at_once(send_together, surroundings, now),
            "reminded": all_at_once(sweep_together, surroundings, now + timedelta(hours=2)),
            "escalated": all_at_once(sweep_together, surroundings, now + timedelta(hours=5)),
        }
    say("\n".join(f"{step} by each of the eight: {counts}" for step, counts in took.items()))
    assert [sum(counts) for counts in took.values()] == [CHECKINS] * len(took)
    assert_nothing_doubled(server)


def assert_nothing_doubled(server: Witness) -> None:
    assert once_each(Checkin.objects.filter(state=CheckinState.ESCALATED), "rule") == CHECKINS
    assert once_each(Checkin.objects.filter(state=CheckinState.DUE), "rule") == CHECKINS
    assert Checkin.objects.count() == 2 * CHECKINS
    for kind in ("asked", "reminded", "escalated"):
        assert once_each(Event.objects.filter(kind=f"checkin-{kind}"), "task") == CHECKINS
    assert Message.objects.count() == once_each(Message.objects.all(), "dedup_key") == 3 * CHECKINS
    mails = OutgoingMail.objects.all()
    assert Counter(mails.values_list("state", flat=True)) == {MailState.SENT: CHECKINS}
    assert once_each(Message.objects.filter(template="checkin", mail=F("id")), "thread") == CHECKINS
    assert server.times_taken == dict.fromkeys(mails.values_list("message_id", flat=True), 1)
