"""The transition table: single rules by name, and a random walk by everyone at every level."""

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from delegation.levels import LEVELS, Gate, LevelKey, Part
from delegation.workflow import (
    CLOSED,
    OPEN,
    REFUSALS,
    TABLE,
    UNDER_WAY,
    WHOSE_TURN,
    WITH_ASSISTANT,
    Action,
    Facts,
    Refusal,
    Role,
    State,
    Why,
    decide,
    possible_actions,
)

# What anybody may do about work of their own, also after the task went to somebody else; the action looks whose it is.
OWN_WORK = [action for action, row in TABLE.items() if Role.ONLOOKER in row.roles]
SETTLING = [*OWN_WORK, Action.APPROVE_EXPENSE, Action.REFUSE_EXPENSE]


def outcome(state: State, action: Action, role: Role, level: LevelKey, **facts: object) -> State | Why:
    found = decide(state=state, action=action, role=role, level=level, facts=Facts(**facts))  # type: ignore[arg-type]
    return found.why if isinstance(found, Refusal) else found


# --- the table as such --------------------------------------------------------------------------------------------


def test_the_table_has_one_row_for_each_action() -> None:
    assert set(TABLE) == set(Action)


def test_every_refusal_has_a_sentence() -> None:
    assert set(REFUSALS) == set(Why)
    assert all(str(Refusal(why).text) for why in Why)


def test_it_is_somebody_s_turn_exactly_as_long_as_a_task_is_open() -> None:
    assert set(WHOSE_TURN) == set(State)
    assert {state for state, role in WHOSE_TURN.items() if role is None} == CLOSED
    assert set(State) == OPEN | CLOSED
    assert UNDER_WAY < WITH_ASSISTANT < OPEN


@pytest.mark.parametrize("level", LevelKey)
@pytest.mark.parametrize("state", State)
def test_an_onlooker_can_do_nothing_but_set_right_what_they_worked(state: State, level: LevelKey) -> None:
    facts = Facts(gate_passed=True, resume=State.IN_PROGRESS)
    assert possible_actions(state=state, role=Role.ONLOOKER, level=level, facts=facts) == OWN_WORK
    assert OWN_WORK == [Action.STOP_TIMER, Action.CORRECT_WORK, Action.ADD_RECEIPT, Action.WITHDRAW_EXPENSE]


@pytest.mark.parametrize("level", LevelKey)
@pytest.mark.parametrize("state", sorted(OPEN))
def test_whoever_has_the_turn_can_do_something(state: State, level: LevelKey) -> None:
    role = WHOSE_TURN[state]
    assert role is not None
    facts = Facts(gate_passed=False, steps_open=1, resume=State.IN_PROGRESS)
    assert possible_actions(state=state, role=role, level=level, facts=facts)


def test_a_stopped_task_stays_stopped() -> None:
    for level in LevelKey:
        for action in TABLE:
            for role in Role:
                assert outcome(State.STOPPED, action, role, level) in {State.STOPPED, *Why}


def test_what_was_worked_is_settled_also_after_the_end() -> None:
    found = possible_actions(state=State.STOPPED, role=Role.ENTREPRENEUR, level=LevelKey.ADVISE, facts=Facts())
    assert found == SETTLING


def test_only_reopening_leads_out_of_done() -> None:
    moving = {
        action
        for action in TABLE
        if outcome(State.DONE, action, Role.ENTREPRENEUR, LevelKey.ADVISE) not in {State.DONE, *Why}
    }
    assert moving == {Action.REOPEN}


def test_what_is_possible_is_what_would_not_be_refused_in_the_order_of_the_table() -> None:
    found = possible_actions(state=State.DRAFT, role=Role.ENTREPRENEUR, level=LevelKey.JUST_DO_IT, facts=Facts())
    moving = [action for action in found if action not in SETTLING]
    assert moving == [Action.EDIT, Action.DELEGATE, Action.PASS_ON, Action.STOP]
    assert found == [action for action in TABLE if action in found]


# --- handing over -------------------------------------------------------------------------------------------------


def test_an_incomplete_brief_can_not_be_handed_over() -> None:
    missing = (Part.DELIVERABLE,)
    found = outcome(State.DRAFT, Action.DELEGATE, Role.ENTREPRENEUR, LevelKey.JUST_DO_IT, missing=missing)
    assert found == Why.BRIEF_INCOMPLETE


def test_a_brief_without_an_assistant_can_not_be_handed_over() -> None:
    found = outcome(State.DRAFT, Action.DELEGATE, Role.ENTREPRENEUR, LevelKey.JUST_DO_IT, has_assistant=False)
    assert found == Why.NO_ASSISTANT


# --- gates --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "facts", "why"),
    [
        (LevelKey.PROPOSE, Facts(), Why.NEEDS_APPROVAL),
        (LevelKey.ADVISE, Facts(), Why.NEEDS_CHOICE),
        (LevelKey.INSTRUCTIONS, Facts(steps_open=1), Why.STEPS_OPEN),
    ],
)
def test_without_its_gate_a_task_can_not_be_delivered_from_any_state(level: LevelKey, facts: Facts, why: Why) -> None:
    for state in State:
        for role in Role:
            found = decide(state=state, action=Action.DELIVER, role=role, level=level, facts=facts)
            assert isinstance(found, Refusal)
    assert outcome(State.IN_PROGRESS, Action.DELIVER, Role.ASSISTANT, level, steps_open=facts.steps_open) == why


def test_just_do_it_is_done_on_delivery_and_the_others_are_reviewed() -> None:
    for level in LevelKey:
        action = Action.SUBMIT_FINDINGS if LEVELS[level].findings else Action.DELIVER
        found = outcome(State.IN_PROGRESS, action, Role.ASSISTANT, level, gate_passed=True)
        assert found == (State.DONE if level == LevelKey.JUST_DO_IT else State.DELIVERED)


def test_research_is_delivered_as_findings_and_nothing_else_is() -> None:
    for level in LevelKey:
        wrong = Action.DELIVER if level == LevelKey.RESEARCH else Action.SUBMIT_FINDINGS
        found = outcome(State.IN_PROGRESS, wrong, Role.ASSISTANT, level, gate_passed=True)
        assert found == Why.NOT_AT_THIS_LEVEL


@pytest.mark.parametrize(
    ("action", "only_at"),
    [
        (Action.PROPOSE, LevelKey.PROPOSE),
        (Action.APPROVE, LevelKey.PROPOSE),
        (Action.ASK_FOR_CHANGES, LevelKey.PROPOSE),
        (Action.SUBMIT_OPTIONS, LevelKey.ADVISE),
        (Action.CHOOSE, LevelKey.ADVISE),
        (Action.ASK_FOR_OTHER_OPTIONS, LevelKey.ADVISE),
        (Action.TICK_STEP, LevelKey.INSTRUCTIONS),
        (Action.ASK_TO_DEVIATE, LevelKey.INSTRUCTIONS),
        (Action.ALLOW_DEVIATION, LevelKey.INSTRUCTIONS),
        (Action.REFUSE_DEVIATION, LevelKey.INSTRUCTIONS),
    ],
)
def test_the_actions_of_a_gate_exist_at_its_level_only(action: Action, only_at: LevelKey) -> None:
    assert [level for level in LevelKey if TABLE[action].belongs_to(LEVELS[level])] == [only_at]


@pytest.mark.parametrize("action", [Action.TICK_STEP, Action.ASK_TO_DEVIATE])
def test_with_every_step_ticked_there_is_nothing_to_tick_or_to_deviate_from(action: Action) -> None:
    assert outcome(State.IN_PROGRESS, action, Role.ASSISTANT, LevelKey.INSTRUCTIONS, steps_open=0) == Why.NOT_NOW


# --- flags, reopening ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", [Action.GIVE_MORE, Action.SWAP, Action.HOLD])
@pytest.mark.parametrize("resume", [State.OFFERED, State.IN_PROGRESS, State.AWAITING_APPROVAL])
def test_an_answered_flag_leads_back_to_where_it_was_raised(action: Action, resume: State) -> None:
    assert outcome(State.FLAGGED, action, Role.ENTREPRENEUR, LevelKey.PROPOSE, resume=resume) == resume


@pytest.mark.parametrize("action", [Action.GIVE_MORE, Action.SWAP, Action.HOLD])
def test_a_task_stays_flagged_until_the_last_flag_is_answered(action: Action) -> None:
    facts = {"resume": State.OFFERED, "other_flags": 1}
    assert outcome(State.FLAGGED, action, Role.ENTREPRENEUR, LevelKey.PROPOSE, **facts) == State.FLAGGED


def test_stopping_on_one_flag_stops_the_task_whatever_else_is_flagged() -> None:
    found = outcome(State.FLAGGED, Action.STOP_FLAGGED, Role.ENTREPRENEUR, LevelKey.PROPOSE, other_flags=2)
    assert found == State.STOPPED


def test_what_is_flagged_can_be_flagged_again() -> None:
    assert outcome(State.FLAGGED, Action.FLAG, Role.ASSISTANT, LevelKey.PROPOSE, resume=State.OFFERED) == State.FLAGGED


@pytest.mark.parametrize(("days", "found"), [(0, State.IN_PROGRESS), (13, State.IN_PROGRESS), (14, Why.TOO_LATE)])
def test_a_task_can_be_opened_again_for_fourteen_days(days: int, found: State | Why) -> None:
    assert outcome(State.DONE, Action.REOPEN, Role.ENTREPRENEUR, LevelKey.JUST_DO_IT, days_done=days) == found


@pytest.mark.parametrize("action", [Action.LOG_WORK, Action.LOG_EXPENSE])
@pytest.mark.parametrize(
    ("state", "days", "found"),
    [
        (State.DELIVERED, 0, State.DELIVERED),
        (State.DONE, 0, State.DONE),
        (State.DONE, 13, State.DONE),
        (State.DONE, 14, Why.TOO_LATE_TO_LOG),
        (State.STOPPED, 0, Why.NOT_NOW),
        (State.OFFERED, 0, Why.NOT_NOW),
    ],
)
def test_what_was_forgotten_is_logged_until_fourteen_days_after_it_is_done(
    action: Action, state: State, days: int, found: State | Why
) -> None:
    assert outcome(state, action, Role.ASSISTANT, LevelKey.JUST_DO_IT, days_done=days) == found
    assert outcome(state, Action.START_TIMER, Role.ASSISTANT, LevelKey.JUST_DO_IT, days_done=days) == Why.NOT_NOW


# --- a walk by everyone at every level ----------------------------------------------------------------------------


class Walk(RuleBasedStateMachine):
    """Anybody tries anything in any order; beside the table stands the simplest model of what the actions write."""

    @initialize(level=st.sampled_from(LevelKey), steps=st.integers(min_value=1, max_value=3))
    def hand_over(self, level: LevelKey, steps: int) -> None:
        self.level, self.state = level, State.DRAFT
        self.facts = Facts(steps_open=steps if LEVELS[level].has_steps else 0)

    @rule(action=st.sampled_from(Action), role=st.sampled_from(Role))
    def anybody_tries_anything(self, action: Action, role: Role) -> None:
        self._try(action, role)

    @rule(number=st.integers(min_value=0, max_value=len(Action)))
    def whose_turn_it_is_does_something(self, number: int) -> None:
        role = WHOSE_TURN[self.state]
        if role is not None:
            choice = self._possible(role)
            self._try(choice[number % len(choice)], role)

    @precondition(lambda self: self.state == State.DONE)
    @rule(days=st.integers(min_value=0, max_value=30))
    def time_goes_by(self, days: int) -> None:
        self.facts = replace(self.facts, days_done=days)

    @rule(steps=st.integers(min_value=1, max_value=2))
    def an_amendment_adds_steps(self, steps: int) -> None:
        if LEVELS[self.level].has_steps and not isinstance(self._decide(Action.AMEND, Role.ENTREPRENEUR), Refusal):
            self.facts = replace(self.facts, steps_open=self.facts.steps_open + steps)

    def _decide(self, action: Action, role: Role) -> State | Refusal:
        return decide(state=self.state, action=action, role=role, level=self.level, facts=self.facts)

    def _try(self, action: Action, role: Role) -> None:
        found, possible = self._decide(action, role), self._possible(role)
        assert (action in possible) == isinstance(found, State)
        if isinstance(found, Refusal):
            return
        assert role in TABLE[action].roles
        self._remember(action)
        self.state = found

    def _possible(self, role: Role) -> list[Action]:
        return possible_actions(state=self.state, role=role, level=self.level, facts=self.facts)

    def _remember(self, action: Action) -> None:
        """What each action writes that the table looks at."""
        match action:
            case Action.APPROVE | Action.CHOOSE:
                self.facts = replace(self.facts, gate_passed=True)
            case Action.PROPOSE | Action.SUBMIT_OPTIONS:
                self.facts = replace(self.facts, gate_passed=False)
            case Action.TICK_STEP:
                self.facts = replace(self.facts, steps_open=self.facts.steps_open - 1)
            case Action.FLAG | Action.GIVE_MORE | Action.SWAP | Action.HOLD:
                self._count_flags(action)
            case Action.STOP_FLAGGED | Action.STOP | Action.HAND_BACK | Action.REASSIGN:  # all flags are withdrawn
                self.facts = replace(self.facts, other_flags=0)
            case Action.REOPEN:
                self.facts = replace(self.facts, days_done=0)

    def _count_flags(self, action: Action) -> None:
        others = self.facts.other_flags
        if action != Action.FLAG:
            self.facts = replace(self.facts, other_flags=max(0, others - 1))
        elif self.state == State.FLAGGED:
            self.facts = replace(self.facts, other_flags=others + 1)
        else:
            self.facts = replace(self.facts, resume=self.state)

    @invariant()
    def only_states_of_the_table(self) -> None:
        assert isinstance(self.state, State)

    @invariant()
    def whose_turn_is_never_empty_for_an_open_task(self) -> None:
        assert (WHOSE_TURN[self.state] is None) == (self.state in CLOSED)

    @invariant()
    def a_flag_never_leads_to_a_flag(self) -> None:
        assert self.facts.resume not in {State.FLAGGED, State.DELIVERED, *CLOSED}

    @invariant()
    def nothing_is_handed_in_without_its_gate(self) -> None:
        if self.state in {State.DELIVERED, State.DONE}:
            assert self.facts.gate_passed or LEVELS[self.level].gate == Gate.NONE
            assert self.facts.steps_open == 0


TestWalk = Walk.TestCase
TestWalk.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
