"""Anybody tries anything, in any order, on real rows: whatever happens, a task keeps its word."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from delegation.checkins import Rule, Trigger
from delegation.levels import LEVELS, Gate, LevelKey
from delegation.milestones import Phase
from delegation.workflow import CLOSED, TABLE, UNDER_WAY, WHOSE_TURN, Action, State
from tasks.actions.base import Refused
from tasks.models import Checkin, CheckinState, Event, Milestone, MilestoneState, Task, Turn, TurnKind, TurnState
from tasks.models.turns import EXCLUSIVE, OUTLASTING
from tasks.sweeps import ask_due_checkins
from tests.conftest import Cast
from tests.tasks.actions.verbs import attempt
from tests.tasks.factories import PHASES, task_in

RULES = [Rule(trigger=Trigger.AFTER_START, hours=3), Rule(trigger=Trigger.WEEKDAYS, at_time=datetime.min.time())]
# What must be waiting in a state: nothing else may, but questions and changes to the brief.
WAITS: dict[State, set[TurnKind]] = {
    State.OFFERED: {TurnKind.OFFER},
    State.AWAITING_APPROVAL: {TurnKind.PROPOSAL},
    State.AWAITING_DECISION: {TurnKind.OPTIONS, TurnKind.DEVIATION},
    State.FLAGGED: {TurnKind.FLAG},
    State.DELIVERED: {TurnKind.DELIVERY},
}
PEOPLE = ("owner", "entrepreneur", "assistant", "guest", "outsider")


@dataclass
class Walker:
    """One task, and everything that is tried on it."""

    task: Task
    cast: Cast
    now: datetime

    def tries(self, action: Action, person: str) -> None:
        """One attempt; a refusal changes nothing, a success leaves one event."""
        by: User = getattr(self.cast, person)
        other = self.cast.guest if self.task.assistant == self.cast.assistant else self.cast.assistant
        before = self.trace()
        try:
            attempt(action, self.task, by, self.now, to=other)
        except Refused:
            assert self.trace() == before
        else:
            assert person != "outsider"
            # A draft is nobody's business yet; everything else is told on the timeline, once.
            assert self.trace()[1] == before[1] + (0 if action == Action.EDIT else 1)
        self.task = Task.objects.select_related("assistant").get(pk=self.task.pk)
        self.keeps_its_word()

    def trace(self) -> tuple[object, int, list[object]]:
        turns = Turn.objects.filter(task=self.task).order_by("pk").values_list("pk", "state")
        row = Task.objects.filter(pk=self.task.pk).values().get()
        # What follows from an action by itself (a limit is reached) is told without an actor, beside its event.
        return row, Event.objects.filter(task=self.task, actor__isnull=False).count(), list(turns)

    def keeps_its_word(self) -> None:
        task, state = self.task, State(self.task.state)
        turns = list(Turn.objects.filter(task=task, state=TurnState.OPEN).select_related("waits_on"))
        waiting = {TurnKind(turn.kind) for turn in turns}
        assert (WHOSE_TURN[state] is None) == (state in CLOSED)
        assert sum(turn.kind in EXCLUSIVE for turn in turns) <= 1
        assert {turn.waits_on for turn in turns} <= {task.entrepreneur, task.assistant, self.cast.entrepreneur}
        assert (TurnKind.FLAG in waiting) == (state == State.FLAGGED)
        if state in CLOSED:
            assert waiting <= set(OUTLASTING)
            assert not Checkin.objects.filter(task=task, state__in=[CheckinState.DUE, CheckinState.ASKED]).exists()
        elif state in WAITS:
            assert len(waiting & WAITS[state]) == 1
        assert Turn.objects.filter(task=task, state=TurnState.PARKED).exists() <= (state == State.FLAGGED)
        self.gates_hold(state)
        self.milestones_are_in_order(state)

    def gates_hold(self, state: State) -> None:
        if state in {State.DELIVERED, State.DONE}:
            assert self.task.gate_passed_at or LEVELS[LevelKey(self.task.level)].gate == Gate.NONE
            assert self.task.steps_open == 0
            assert self.task.milestones_open == 0

    def milestones_are_in_order(self, state: State) -> None:
        """Accepted ones first, then at most one under way, which waits for an answer exactly when it is delivered."""
        rows = list(Milestone.objects.filter(task=self.task).order_by("position"))
        assert [row.position for row in rows] == list(range(1, len(rows) + 1))
        states = [MilestoneState(row.state) for row in rows]
        still_to_accept = [found for found in states if found != MilestoneState.ACCEPTED]
        assert (self.task.milestone_count, self.task.milestones_open) == (len(rows), len(still_to_accept))
        assert states == [MilestoneState.ACCEPTED] * (len(rows) - len(still_to_accept)) + still_to_accept
        assert set(still_to_accept[1:]) <= {MilestoneState.LOCKED}
        if state in UNDER_WAY and self.task.started_at:  # not flagged before it was accepted
            put = Turn.objects.filter(
                task=self.task, kind=TurnKind.MILESTONE, state__in=[TurnState.OPEN, TurnState.PARKED]
            )
            assert put.count() == (still_to_accept[:1] == [MilestoneState.DELIVERED])
            assert still_to_accept[:1] != [MilestoneState.LOCKED]
            assert all(row.due_on for row in rows if row.state != MilestoneState.LOCKED)


@given(
    level=st.sampled_from(LevelKey),
    phases=st.sampled_from([(), PHASES[:2]]),
    tries=st.lists(
        st.tuples(
            st.sampled_from(Action), st.sampled_from(PEOPLE), st.integers(min_value=0, max_value=30), st.booleans()
        ),
        min_size=5,
        max_size=20,
    ),
)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_anybody_does_a_task_keeps_its_word(
    cast: Cast, now: datetime, level: LevelKey, phases: list[Phase], tries: list[tuple[Action, str, int, bool]]
) -> None:
    with transaction.atomic():
        walker = Walker(task_in(State.DRAFT, level, cast, now, rules=RULES, phases=phases), cast, now)
        for action, person, hours, likely in tries:
            walker.now += timedelta(hours=hours)
            ask_due_checkins(now=walker.now)
            walker.tries(*_likely(walker.task, action) if likely else (action, person))
        transaction.set_rollback(True)


def _likely(task: Task, action: Action) -> tuple[Action, str]:
    """Something that fits the state, chosen by the same draw: else hardly any walk would come far."""
    fitting = [found for found in Action if task.state in TABLE[found].to]
    fitting = [found for found in fitting if TABLE[found].belongs_to(task.level_parts)] or [action]
    chosen = fitting[list(Action).index(action) % len(fitting)]
    by_assistant = "assistant" in TABLE[chosen].roles and task.assistant is not None
    name = "guest" if task.assistant and task.assistant.short_name == "Gus" else "assistant"
    return chosen, name if by_assistant else "owner"
