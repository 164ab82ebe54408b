"""Flags and answers at random: no limit moves without a yes that was written down, and the tolerance keeps its cap."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from delegation.levels import LevelKey
from delegation.models import TeamMoney
from delegation.tolerance import cap
from delegation.workflow import State
from tasks.actions import flags
from tasks.actions.base import Refused
from tasks.metering import paid_limit
from tasks.models import Task, TimeEntry, ToleranceUse, Turn, TurnKind, TurnState
from tasks.payloads import FlagCause, FlagKind
from tests.conftest import Cast
from tests.tasks.factories import flag_content, task_in

TOLERANCE, PERCENT = Decimal(20), 15
# Often near the limit of EUR 100, so that the tolerance comes into play.
MONEY = st.one_of(
    st.none(), st.decimals(min_value=1, max_value=400, places=2), st.decimals(min_value=100, max_value=130, places=0)
)
MINUTES = st.one_of(st.none(), st.integers(min_value=1, max_value=900))


@dataclass(frozen=True)
class Move:
    """One thing that somebody does: raising a flag, or answering the `number`-th one that is open."""

    does: str
    money: Decimal | None = None
    minutes: int | None = None
    kind: str = FlagKind.TIME
    cause: str = FlagCause.GREW
    number: int = 0
    hours: int = 0


MOVES = st.builds(
    Move,
    does=st.sampled_from(["flag", "flag", "more", "swap", "hold"]),
    money=MONEY,
    minutes=MINUTES,
    kind=st.sampled_from([FlagKind.BUDGET, FlagKind.TIME, FlagKind.SCOPE]),
    cause=st.sampled_from(FlagCause.values),
    number=st.integers(min_value=0, max_value=3),
    hours=st.integers(min_value=0, max_value=20),
)


@dataclass
class Walker:
    """One task with limits, and what was seen of it before."""

    task: Task
    cast: Cast
    now: datetime
    raised: list[UUID] = field(default_factory=list)  # the flags, in their order, so that a walk can be walked again

    def makes(self, move: Move) -> None:
        """One move; whatever comes of it, the limits keep their word."""
        self.now += timedelta(hours=move.hours)
        before, turn = self.task, self._open(move.number)
        common: dict[str, Any] = {"task_id": before.pk, "now": self.now}
        limits = {"money_limit": move.money, "time_limit": move.minutes}
        answers = {**common, "by": self.cast.owner, "turn_id": turn.pk if turn else None, "text": "So be it"}
        try:
            match move.does:
                case "flag":
                    content = flag_content(kind=move.kind, cause=move.cause, money=move.money, minutes=move.minutes)
                    flags.flag(by=self.cast.assistant, text="Not like this", content=content, **common)
                case "more":
                    flags.give_more(more=limits, **answers)
                case "swap":
                    flags.swap(limits=limits, **answers)
                case _:
                    flags.hold(**answers)
            refused = False
        except Refused:
            refused = True
        self.task = Task.objects.get(pk=before.pk)
        self.keeps_its_word(before, turn, refused=refused)

    def _open(self, number: int) -> Turn | None:
        flags_of_task = {turn.pk: turn for turn in Turn.objects.filter(task=self.task, kind=TurnKind.FLAG)}
        self.raised += [pk for pk in flags_of_task if pk not in self.raised]
        turns = [flags_of_task[pk] for pk in self.raised if flags_of_task[pk].state == TurnState.OPEN]
        return turns[number % len(turns)] if turns else None

    def keeps_its_word(self, before: Task, turn: Turn | None, *, refused: bool) -> None:
        after = self.task
        open_flags = after.turns.filter(kind=TurnKind.FLAG, state=TurnState.OPEN).count()
        assert (after.state == State.FLAGGED) == (open_flags > 0)
        assert after.brief_version == after.versions.count()
        if refused:
            assert after.revision == before.revision
        self._limits_moved_with_a_yes(before, turn)
        self._only_an_own_estimate_is_not_billed(before, turn)
        self._tolerance_keeps_its_cap()
        paid = paid_limit(after)
        assert after.minutes_billed <= (after.minutes_logged if paid is None else paid)

    def _limits_moved_with_a_yes(self, before: Task, turn: Turn | None) -> None:
        after = self.task
        if (after.money_limit, after.time_limit) == (before.money_limit, before.time_limit):
            return
        assert after.brief_version == before.brief_version + 1
        assert after.versions.get(number=after.brief_version).reason
        answered = turn and Turn.objects.filter(pk=turn.pk, answer__in=["more", "swap"], answered_by=self.cast.owner)
        if answered and answered.exists():
            return
        note = after.events.filter(kind="tolerance-used").latest("id")
        assert (note.at, note.data["version"]) == (self.now, after.brief_version)
        assert ToleranceUse.objects.filter(task=after, at=self.now, amount=Decimal(note.data["amount"])).exists()

    def _only_an_own_estimate_is_not_billed(self, before: Task, turn: Turn | None) -> None:
        more = self.task.minutes_unpaid - before.minutes_unpaid
        if more < 0:  # a lower limit takes away first what is not billed
            lower = (before.time_limit or 0) - (self.task.time_limit or 0)
            assert more == -min(lower, before.minutes_unpaid)
        if more > 0:
            assert turn is not None
            assert turn.flag.cause == FlagCause.ESTIMATE
            assert self.task.time_limit == (before.time_limit or 0) + more

    def _tolerance_keeps_its_cap(self) -> None:
        uses = list(ToleranceUse.objects.filter(task=self.task))
        assert len({use.day for use in uses}) == len(uses)
        assert all(0 < use.amount <= use.cap <= TOLERANCE for use in uses)
        for use in uses:
            if use.at == self.now and self.task.money_limit:
                assert use.cap <= (cap(self.task.money_limit, TOLERANCE, PERCENT) or 0)


# More after an own wrong estimate, of which a swap takes some back.
GIVEN_AND_TAKEN = [
    Move("flag", cause=FlagCause.ESTIMATE, minutes=880),
    Move("more", minutes=880),
    Move("flag"),
    Move("swap", minutes=555),
]


@given(moves=st.lists(MOVES, min_size=4, max_size=14), worked=st.integers(min_value=1, max_value=900))
@example(moves=GIVEN_AND_TAKEN, worked=1)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_limit_moves_without_a_recorded_yes(cast: Cast, now: datetime, moves: list[Move], worked: int) -> None:
    with transaction.atomic():
        TeamMoney.objects.create(team=cast.team, tolerance_amount=TOLERANCE, tolerance_percent=PERCENT)
        task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, time_limit=240)
        TimeEntry.objects.create(task=task, user=cast.assistant, minutes=worked, day=now.date(), created_at=now)
        walker = Walker(Task.objects.get(pk=task.pk), cast, now)
        for move in moves:
            walker.makes(move)
        transaction.set_rollback(True)
