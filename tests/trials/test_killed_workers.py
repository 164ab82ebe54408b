"""Workers killed with SIGKILL at random points: no check-in is lost, and only a kill repeats a mail.

The workers are processes that run `manage.py run_jobs`, two at a time, each killed after a random time; some are killed
by the mail server itself, right after it took a mail and before it said so. The 15 minutes after which a mail counts as
stuck are not waited for: when both workers of a round are dead, `inflight_since` is moved back in the database.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from accounts.models import MailState, Message, OutgoingMail
from accounts.sending import STUCK_AFTER
from tasks.models import Checkin, CheckinState, Event
from tests.conftest import Cast
from tests.trials.mail_server import Witness, witness
from tests.trials.stage import due_checkins
from tests.trials.workers import NAME, Surroundings, jobs_once, jobs_without_end, processes, start

pytestmark = [pytest.mark.mail, pytest.mark.django_db(transaction=True)]

CHECKINS = 200
KILLS = 64
ROUNDS = KILLS // 2
BETWEEN_KILLS_BY_THE_SERVER = (4, 16)  # mails
BATCH = 4
STEPS = 3 * CHECKINS


@dataclass(kw_only=True)
class Trial:
    """Rounds of workers that are killed, and an account of it."""

    surroundings: Surroundings
    server: Witness
    dice: random.Random
    killed: set[str] = field(default_factory=set)
    while_: Counter[str] = field(default_factory=Counter)
    running: dict[str, ForkServerProcess] = field(default_factory=dict)
    mails_to_go: int = BETWEEN_KILLS_BY_THE_SERVER[0]
    longest_life: float = 0.2  # seconds; see `pace`

    @property
    def kills_at_work(self) -> int:
        """Kills of workers that had something to do."""
        return len(self.killed) - self.while_["idle"]

    def round_of_kills(self) -> None:
        """Two workers, each killed after a random time; then what they left under way is as if 15 minutes old."""
        ready = [processes.Event() for _ in range(2)]
        workers = [start(jobs_without_end, self.surroundings, event) for event in ready]
        self.running = {NAME.format(worker.pid): worker for worker in workers}
        assert all(event.wait(10) for event in ready)
        began = time.monotonic()
        for life in sorted(self.dice.uniform(0, self.longest_life) for _ in workers):
            time.sleep(max(0.0, began + life - time.monotonic()))
            self.kill(workers.pop())
        for name, worker in self.running.items():
            worker.join(10)
            assert worker.exitcode == -9, f"{name} ended by itself"
        let_time_pass()

    def pace(self, done: int) -> None:
        """Longer or shorter lives, so that the work lasts as long as the kills on a fast machine and on a busy one."""
        self.longest_life *= 1.2 if done < STEPS / ROUNDS else 0.85

    def kill(self, worker: ForkServerProcess) -> None:
        name = NAME.format(worker.pid)
        if name not in self.killed:
            self.while_[what_is_left()] += 1
            self.killed.add(name)
            worker.kill()

    def by_the_server(self, name: str) -> int | None:
        """Whether the mail server kills who just brought a mail."""
        worker = self.running.get(name)
        self.mails_to_go -= worker is not None
        if worker is None or name in self.killed or self.mails_to_go > 0:
            return None
        self.mails_to_go = self.dice.randint(*BETWEEN_KILLS_BY_THE_SERVER)
        self.while_["between send and mark"] += 1
        self.killed.add(name)
        return worker.pid

    def unexplained_repeats(self) -> list[str]:
        """Mails brought more than once, although not every worker but the last was killed just after bringing it."""
        bad = []
        for message_id, times in self.server.times_taken.items():
            cut_off = [
                worker
                for worker, mails in self.server.brought.items()
                if mails[-1] == message_id and worker in self.killed
            ]
            if times > 1 and times - 1 > len(cut_off):
                bad.append(message_id)
        return bad


def what_is_left() -> str:
    """What the workers are at."""
    if Checkin.objects.filter(state=CheckinState.DUE, due_at__lte=timezone.now()).exists():
        return "asking"
    if Message.objects.filter(mail_at__lte=timezone.now(), mail=None).exists():
        return "posting"
    if OutgoingMail.objects.filter(state__in=[MailState.QUEUED, MailState.INFLIGHT]).exists():
        return "sending"
    return "idle"


def steps_left() -> int:
    """To be asked, put in a mail and sent: three steps for each check-in."""
    due = Checkin.objects.filter(state=CheckinState.DUE, due_at__lte=timezone.now()).count()
    unsent = OutgoingMail.objects.exclude(state=MailState.SENT).count()
    return 3 * due + 2 * Message.objects.filter(mail=None).count() + unsent


def let_time_pass() -> None:
    """Nobody is sending now; what was under way is found stuck by the next worker."""
    stuck = OutgoingMail.objects.filter(state=MailState.INFLIGHT)
    stuck.update(inflight_since=F("inflight_since") - STUCK_AFTER - timedelta(minutes=1))


@pytest.fixture
def trial(tmp_path: Path, say: Callable[[str], None]) -> Iterator[Trial]:
    """Everything but the check-ins. KILL_SEED repeats the dice of a run, though not the timing of the machine."""
    seed = int(os.environ.get("KILL_SEED") or random.SystemRandom().randrange(10**6))
    with witness() as server:
        surroundings = Surroundings(
            database=str(connection.settings_dict["NAME"]),
            mail_port=server.port,
            log=str(tmp_path / "workers.log"),
            batch=BATCH,
        )
        trial = Trial(surroundings=surroundings, server=server, dice=random.Random(seed))
        server.whom_to_kill = trial.by_the_server
        say(f"KILL_SEED={seed}")
        yield trial
        for worker in trial.running.values():
            worker.kill()
            worker.join(10)


@pytest.fixture
def settled(trial: Trial, cast: Cast, say: Callable[[str], None]) -> Trial:
    """The trial when it is over: all those kills, and then one worker that is left to finish."""
    began = time.monotonic()
    due_checkins(CHECKINS, cast, timezone.now())
    while trial.kills_at_work < KILLS and (left := steps_left()):
        trial.round_of_kills()
        trial.pace(left - steps_left())
    last = start(jobs_once, trial.surroundings)
    last.join(60)
    repeats = sum(trial.server.times_taken.values()) - len(trial.server.times_taken)
    say(
        f"{trial.kills_at_work} kills over {CHECKINS} check-ins {dict(trial.while_)}, {repeats} mails repeated, "
        f"{time.monotonic() - began:.0f} s"
    )
    print(Path(trial.surroundings.log).read_text())
    assert last.exitcode == 0
    return trial


def test_two_hundred_check_ins_survive_the_kills(settled: Trial) -> None:
    assert settled.kills_at_work >= 50
    assert all(settled.while_[what] for what in ("asking", "sending", "between send and mark"))

    # Asked once, in the database: one row that was asked a rule, and the next one due once.
    asked = Checkin.objects.filter(state=CheckinState.ASKED)
    assert asked.count() == asked.values("rule").distinct().count() == CHECKINS
    assert Checkin.objects.filter(state=CheckinState.DUE).values("rule").distinct().count() == CHECKINS
    assert Checkin.objects.count() == 2 * CHECKINS
    for rows in (Event.objects.filter(kind="checkin-asked"), Event.objects.all()):
        assert rows.count() == rows.values("task").distinct().count() == CHECKINS
    keys = {f"checkin:{checkin.pk}" for checkin in asked}
    assert sorted(Message.objects.values_list("dedup_key", flat=True)) == sorted(keys)

    # Mailed: one mail for each, all sent, and nothing left under way.
    mails = OutgoingMail.objects.all()
    assert Counter(mails.values_list("state", flat=True)) == {MailState.SENT: CHECKINS}
    assert not Message.objects.exclude(mail=F("id")).exists()
    taken = settled.server.times_taken
    assert set(taken) == set(mails.values_list("message_id", flat=True))
    assert settled.unexplained_repeats() == []
