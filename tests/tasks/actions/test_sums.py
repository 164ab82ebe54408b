"""Whatever is logged, corrected, taken out, approved, or moved as a limit: the sums are those of the rows."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Message
from delegation.levels import LevelKey
from delegation.limits import reached_threshold
from delegation.workflow import State
from tasks.actions import handing_over
from tasks.actions.base import Refused
from tasks.actions.entries import correct_work, log_work, strike_work
from tasks.actions.timing import start_timer, still_at_it, stop_timer
from tasks.metering import paid_limit
from tasks.models import EntryState, Event, Task, TimeEntry, Timer
from tasks.sweeps import look_at_timers
from tests.conftest import Cast
from tests.tasks.factories import task_in

STEPS = ("log", "correct", "strike", "start", "stop", "still", "limit", "approve", "sweep")


@dataclass
class Week:
    """One task, what is done to it, and what is told of its limit."""

    task: Task
    cast: Cast
    now: datetime
    limit_moves: int = 0
    told: Counter[tuple[int, int]] = field(default_factory=Counter)

    def does(self, step: str, minutes: int, which: int) -> None:
        """One thing; a refusal changes nothing that counts."""
        self.now += timedelta(minutes=minutes)
        before = Event.objects.filter(task=self.task, kind="limit-reached").count()
        try:
            with transaction.atomic():
                getattr(self, f"_{step}")(minutes, which)
        except Refused:
            pass
        events = Event.objects.filter(task=self.task, kind="limit-reached").order_by("id")[before:]
        self.told.update((self.limit_moves, event.data["percent"]) for event in events)
        self.keeps_its_sums()

    def keeps_its_sums(self) -> None:
        task = self.task = Task.objects.get(pk=self.task.pk)
        rows = TimeEntry.objects.filter(task=task, state=EntryState.COUNTED)
        sums = rows.aggregate(minutes=Sum("minutes", default=0), paid=Sum("billed", default=0))
        assert (task.minutes_logged, task.minutes_billed) == (sums["minutes"], sums["paid"])
        approved = rows.filter(approved_at__isnull=False).aggregate(paid=Sum("billed", default=0))["paid"]
        limit = paid_limit(task)
        assert limit is None or task.minutes_billed <= max(limit, approved)
        # Nothing within the limit goes unpaid either.
        assert (
            task.minutes_billed >= min(task.minutes_logged, task.minutes_logged if limit is None else limit) or approved
        )
        assert not TimeEntry.objects.filter(task=task, billed__gt=0).exclude(state=EntryState.COUNTED).exists()
        assert max(self.told.values(), default=0) <= 1
        assert task.time_told >= reached_threshold(task.minutes_logged, task.time_limit)

    def _log(self, minutes: int, which: int) -> None:
        log_work(task_id=self.task.pk, by=self.cast.assistant, minutes=minutes, day=self.now.date(), now=self.now)

    def _entry(self, which: int) -> TimeEntry:
        entries = list(TimeEntry.objects.filter(task=self.task).order_by("created_at", "id"))
        if not entries:
            raise Refused(self.task, "")
        return entries[which % len(entries)]

    def _correct(self, minutes: int, which: int) -> None:
        entry = self._entry(which)
        correct_work(
            entry_id=entry.pk, by=self.cast.assistant, minutes=minutes, day=entry.day, reason="Oops", now=self.now
        )

    def _strike(self, minutes: int, which: int) -> None:
        strike_work(entry_id=self._entry(which).pk, by=self.cast.assistant, reason="Oops", now=self.now)

    def _start(self, minutes: int, which: int) -> None:
        start_timer(task_id=self.task.pk, by=self.cast.assistant, now=self.now)

    def _stop(self, minutes: int, which: int) -> None:
        stop_timer(by=self.cast.assistant, now=self.now)
        assert not Timer.objects.exists()

    def _still(self, minutes: int, which: int) -> None:
        still_at_it(by=self.cast.assistant, now=self.now)

    def _limit(self, minutes: int, which: int) -> None:
        self.limit_moves += 1
        limit = None if which == 0 else minutes * which
        handing_over.amend(task_id=self.task.pk, by=self.cast.owner, fields={"time_limit": limit}, now=self.now)

    def _approve(self, minutes: int, which: int) -> None:
        entry = self._entry(which)
        if entry.state == EntryState.COUNTED:
            TimeEntry.objects.filter(pk=entry.pk).update(approved_by=self.cast.owner, approved_at=self.now)

    def _sweep(self, minutes: int, which: int) -> None:
        look_at_timers(now=self.now)


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(STEPS), st.integers(min_value=1, max_value=200), st.integers(0, 6)),
        min_size=4,
        max_size=25,
    ),
    limit=st.none() | st.integers(min_value=1, max_value=600),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_sums_are_always_those_of_the_rows(
    cast: Cast, now: datetime, steps: list[tuple[str, int, int]], limit: int | None
) -> None:
    with transaction.atomic():
        task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, time_limit=limit)
        week = Week(task, cast, now)
        for step, minutes, which in steps:
            week.does(step, minutes, which)
        assert not Message.objects.filter(template="limit_reached").exclude(params__what="time").exists()
        transaction.set_rollback(True)
