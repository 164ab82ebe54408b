"""The one transition table: (state, action, role, level) -> state, or a refusal that says why.

The buttons on a page, the permission check in each action, docs/workflow.md and the property-based tests all read
this table. Nothing else in the code decides whether something may happen to a task.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from delegation.levels import LEVELS, REOPEN_DAYS, Gate, Level, LevelKey, Part


class State(StrEnum):
    """Where a task stands."""

    DRAFT = "draft"
    OFFERED = "offered"
    IN_PROGRESS = "in_progress"
    AWAITING_APPROVAL = "awaiting_approval"
    AWAITING_DECISION = "awaiting_decision"
    FLAGGED = "flagged"
    DELIVERED = "delivered"
    DONE = "done"
    STOPPED = "stopped"


class Role(StrEnum):
    """What somebody is to one task: who hands over, who carries out, or merely looks on."""

    ENTREPRENEUR = "entrepreneur"
    ASSISTANT = "assistant"
    ONLOOKER = "onlooker"


class Action(StrEnum):
    """Everything that can be done to a task, one verb each."""

    EDIT = "edit"
    DELEGATE = "delegate"
    ACCEPT_TASK = "accept-task"
    DECLINE = "decline"
    AMEND = "amend"
    ACKNOWLEDGE = "acknowledge"
    ASK = "ask"
    ANSWER = "answer"
    PROPOSE = "propose"
    APPROVE = "approve"
    ASK_FOR_CHANGES = "ask-for-changes"
    SUBMIT_OPTIONS = "submit-options"
    CHOOSE = "choose"
    ASK_FOR_OTHER_OPTIONS = "ask-for-other-options"
    TICK_STEP = "tick-step"
    ASK_TO_DEVIATE = "ask-to-deviate"
    ALLOW_DEVIATION = "allow-deviation"
    REFUSE_DEVIATION = "refuse-deviation"
    ANSWER_CHECKIN = "answer-checkin"
    PAUSE_CHECKIN_RULE = "pause-checkin-rule"
    RESUME_CHECKIN_RULE = "resume-checkin-rule"
    START_TIMER = "start-timer"
    STOP_TIMER = "stop-timer"
    LOG_WORK = "log-work"
    CORRECT_WORK = "correct-work"
    LOG_EXPENSE = "log-expense"
    ADD_RECEIPT = "add-receipt"
    WITHDRAW_EXPENSE = "withdraw-expense"
    APPROVE_EXPENSE = "approve-expense"
    REFUSE_EXPENSE = "refuse-expense"
    FLAG = "flag"
    GIVE_MORE = "give-more"
    SWAP = "swap"
    HOLD = "hold"
    STOP_FLAGGED = "stop-flagged"
    DROP_SCOPE = "drop-scope"
    SWAP_WISH = "swap-wish"
    DELIVER_MILESTONE = "deliver-milestone"
    ACCEPT_MILESTONE = "accept-milestone"
    SEND_BACK_MILESTONE = "send-back-milestone"
    SUBMIT_FINDINGS = "submit-findings"
    DELIVER = "deliver"
    ACCEPT_RESULT = "accept-result"
    SEND_BACK = "send-back"
    REOPEN = "reopen"
    HAND_BACK = "hand-back"
    REASSIGN = "reassign"
    TAKE_BACK = "take-back"
    PASS_ON = "pass-on"  # noqa: S105 - an action, not a password
    STOP = "stop"


WHOSE_TURN: dict[State, Role | None] = {
    State.DRAFT: Role.ENTREPRENEUR,
    State.OFFERED: Role.ASSISTANT,
    State.IN_PROGRESS: Role.ASSISTANT,
    State.AWAITING_APPROVAL: Role.ENTREPRENEUR,
    State.AWAITING_DECISION: Role.ENTREPRENEUR,
    State.FLAGGED: Role.ENTREPRENEUR,
    State.DELIVERED: Role.ENTREPRENEUR,
    State.DONE: None,
    State.STOPPED: None,
}

CLOSED = frozenset({State.DONE, State.STOPPED})
OPEN = frozenset(State) - CLOSED
WITH_ASSISTANT = OPEN - {State.DRAFT}
# States in which work has been accepted and is not yet handed in: check-ins are asked in these only.
UNDER_WAY = WITH_ASSISTANT - {State.OFFERED, State.DELIVERED}


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the table needs to know of one task beside its state and level.

    `resume`: the state in which the open flag was raised. `other_flags`: how many stay open when one is answered.
    `days_done`: whole days since the task was done.
    """

    missing: tuple[Part, ...] = ()
    has_assistant: bool = True
    gate_passed: bool = False
    steps_open: int = 0
    milestones_open: int = 0
    other_flags: int = 0
    resume: State | None = None
    days_done: int = 0


class Why(StrEnum):
    """Why an action is refused."""

    NOT_YOURS = "not_yours"
    NOT_NOW = "not_now"
    NOT_AT_THIS_LEVEL = "not_at_this_level"
    BRIEF_INCOMPLETE = "brief_incomplete"
    NO_ASSISTANT = "no_assistant"
    NEEDS_APPROVAL = "needs_approval"
    NEEDS_CHOICE = "needs_choice"
    STEPS_OPEN = "steps_open"
    MILESTONES_OPEN = "milestones_open"
    TOO_LATE = "too_late"
    TOO_LATE_TO_LOG = "too_late_to_log"


@dataclass(frozen=True)
class Refusal:
    """An action that can't be done, and why."""

    why: Why

    @property
    def text(self) -> Promise:
        """One sentence for the person who tried."""
        return REFUSALS[self.why]


REFUSALS: dict[Why, Promise] = {
    Why.NOT_YOURS: _("This is not yours to do."),
    Why.NOT_NOW: _("This can't be done any more, or not yet: the task stands elsewhere now."),
    Why.NOT_AT_THIS_LEVEL: _("This does not belong to the level at which the task was handed over."),
    Why.BRIEF_INCOMPLETE: _("The brief still lacks something that this level needs."),
    Why.NO_ASSISTANT: _("Choose an assistant first."),
    Why.NEEDS_APPROVAL: _("This can't be delivered yet: there is no approved proposal."),
    Why.NEEDS_CHOICE: _("This can't be delivered yet: no option has been chosen."),
    Why.STEPS_OPEN: _("This can't be delivered yet: there are steps that are not ticked off."),
    Why.MILESTONES_OPEN: _("This can't be delivered yet: there are milestones that are not accepted."),
    Why.TOO_LATE: _("A task can be opened again for 14 days after it is done. That time has passed."),
    Why.TOO_LATE_TO_LOG: _("Time and money can be logged for 14 days after a task is done. That time has passed."),
}


@dataclass(frozen=True)
class Transition:
    """One row of the table. `to` maps each state in which the action may be done to the state it leads to.

    RESUME stands for the state in which the flag was raised, once no other flag is open. `finishing`: hands the result
    in, so the gates must hold.
    """

    action: Action
    roles: frozenset[Role]
    to: Mapping[State, State | None]
    gate: Gate | None = None
    steps: bool = False
    findings: bool | None = None
    finishing: bool = False

    def belongs_to(self, level: Level) -> bool:
        """Whether this action exists at the level at all."""
        return (
            (self.gate is None or self.gate == level.gate)
            and (not self.steps or level.has_steps)
            and (self.findings is None or self.findings == level.findings)
        )


RESUME = None
_E = frozenset({Role.ENTREPRENEUR})
_A = frozenset({Role.ASSISTANT})
_BOTH = _E | _A
# What people may do about work of their own also after the task went to somebody else; the action looks whose it is.
_ANYBODY = frozenset(Role)


def _stay(states: frozenset[State]) -> dict[State, State | None]:
    return {state: state for state in State if state in states}


def _all_to(target: State, states: frozenset[State]) -> dict[State, State | None]:
    return {state: target for state in State if state in states}


_BEFORE_DELIVERY = frozenset({State.OFFERED}) | UNDER_WAY
_AMENDABLE = _BEFORE_DELIVERY - {State.FLAGGED}
# Hours that were forgotten, or an invoice that came later: also once it is delivered, and for a while once it is done.
LOGGABLE = UNDER_WAY | {State.DELIVERED, State.DONE}

TABLE: dict[Action, Transition] = {
    row.action: row
    for row in (
        Transition(Action.EDIT, _E, _stay(frozenset({State.DRAFT}))),
        Transition(Action.DELEGATE, _E, {State.DRAFT: State.OFFERED}),
        Transition(Action.ACCEPT_TASK, _A, {State.OFFERED: State.IN_PROGRESS}),
        Transition(Action.DECLINE, _A, {State.OFFERED: State.DRAFT}),
        Transition(Action.AMEND, _E, _stay(_AMENDABLE)),
        Transition(Action.ACKNOWLEDGE, _A, _stay(WITH_ASSISTANT)),
        Transition(Action.ASK, _BOTH, _stay(WITH_ASSISTANT)),
        Transition(Action.ANSWER, _BOTH, _stay(WITH_ASSISTANT)),
        Transition(Action.PROPOSE, _A, {State.IN_PROGRESS: State.AWAITING_APPROVAL}, gate=Gate.PROPOSAL),
        Transition(Action.APPROVE, _E, {State.AWAITING_APPROVAL: State.IN_PROGRESS}, gate=Gate.PROPOSAL),
        Transition(Action.ASK_FOR_CHANGES, _E, {State.AWAITING_APPROVAL: State.IN_PROGRESS}, gate=Gate.PROPOSAL),
        Transition(Action.SUBMIT_OPTIONS, _A, {State.IN_PROGRESS: State.AWAITING_DECISION}, gate=Gate.OPTIONS),
        Transition(Action.CHOOSE, _E, {State.AWAITING_DECISION: State.IN_PROGRESS}, gate=Gate.OPTIONS),
        Transition(Action.ASK_FOR_OTHER_OPTIONS, _E, {State.AWAITING_DECISION: State.IN_PROGRESS}, gate=Gate.OPTIONS),
        Transition(Action.TICK_STEP, _A, _stay(frozenset({State.IN_PROGRESS})), steps=True),
        # The steps are done in order, so a question about one of them holds up all that follow: the task waits.
        Transition(Action.ASK_TO_DEVIATE, _A, {State.IN_PROGRESS: State.AWAITING_DECISION}, steps=True),
        Transition(Action.ALLOW_DEVIATION, _E, {State.AWAITING_DECISION: State.IN_PROGRESS}, steps=True),
        Transition(Action.REFUSE_DEVIATION, _E, {State.AWAITING_DECISION: State.IN_PROGRESS}, steps=True),
        Transition(Action.ANSWER_CHECKIN, _A, _stay(UNDER_WAY)),
        Transition(Action.PAUSE_CHECKIN_RULE, _E, _stay(WITH_ASSISTANT)),
        Transition(Action.RESUME_CHECKIN_RULE, _E, _stay(WITH_ASSISTANT)),
        Transition(Action.START_TIMER, _A, _stay(UNDER_WAY)),
        # Whatever became of the task, and of their place in the team: a timer can always be stopped.
        Transition(Action.STOP_TIMER, _ANYBODY, _stay(frozenset(State))),
        Transition(Action.LOG_WORK, _A, _stay(LOGGABLE)),
        Transition(Action.CORRECT_WORK, _ANYBODY, _stay(frozenset(State))),
        Transition(Action.LOG_EXPENSE, _A, _stay(LOGGABLE)),
        Transition(Action.ADD_RECEIPT, _ANYBODY, _stay(frozenset(State))),
        Transition(Action.WITHDRAW_EXPENSE, _ANYBODY, _stay(frozenset(State))),
        # Money may have been spent, whatever became of the work since: also when the task was handed back.
        Transition(Action.APPROVE_EXPENSE, _E, _stay(frozenset(State))),
        Transition(Action.REFUSE_EXPENSE, _E, _stay(frozenset(State))),
        Transition(Action.FLAG, _A, _all_to(State.FLAGGED, _BEFORE_DELIVERY)),
        Transition(Action.GIVE_MORE, _E, {State.FLAGGED: RESUME}),
        Transition(Action.SWAP, _E, {State.FLAGGED: RESUME}),
        Transition(Action.HOLD, _E, {State.FLAGGED: RESUME}),
        Transition(Action.STOP_FLAGGED, _E, {State.FLAGGED: State.STOPPED}),
        Transition(Action.DROP_SCOPE, _E, _stay(_AMENDABLE)),
        Transition(Action.SWAP_WISH, _E, _stay(_AMENDABLE)),
        Transition(Action.DELIVER_MILESTONE, _A, _stay(frozenset({State.IN_PROGRESS}))),
        Transition(Action.ACCEPT_MILESTONE, _E, _stay(UNDER_WAY)),
        Transition(Action.SEND_BACK_MILESTONE, _E, _stay(UNDER_WAY)),
        Transition(Action.SUBMIT_FINDINGS, _A, {State.IN_PROGRESS: State.DELIVERED}, findings=True, finishing=True),
        Transition(Action.DELIVER, _A, {State.IN_PROGRESS: State.DELIVERED}, findings=False, finishing=True),
        Transition(Action.ACCEPT_RESULT, _E, {State.DELIVERED: State.DONE}),
        Transition(Action.SEND_BACK, _E, {State.DELIVERED: State.IN_PROGRESS}),
        Transition(Action.REOPEN, _E, {State.DONE: State.IN_PROGRESS}),
        Transition(Action.HAND_BACK, _A, _all_to(State.DRAFT, UNDER_WAY)),
        Transition(Action.REASSIGN, _E, _all_to(State.OFFERED, _BEFORE_DELIVERY)),
        Transition(Action.TAKE_BACK, _E, _all_to(State.DRAFT, _BEFORE_DELIVERY)),
        # To another entrepreneur of the team, who answers for it from then on.
        Transition(Action.PASS_ON, _E, _stay(OPEN)),
        Transition(Action.STOP, _E, _all_to(State.STOPPED, OPEN)),
    )
}

# What can be done for a while after a task is done, and what is said when that has passed.
_UNTIL_LONG_DONE = {
    Action.REOPEN: Why.TOO_LATE,
    Action.LOG_WORK: Why.TOO_LATE_TO_LOG,
    Action.LOG_EXPENSE: Why.TOO_LATE_TO_LOG,
}


def decide(*, state: State, action: Action, role: Role, level: LevelKey, facts: Facts) -> State | Refusal:
    """The state that the action leads to, or why it can't be done. This is the only place that knows."""
    row = TABLE[action]
    if role not in row.roles:
        return Refusal(Why.NOT_YOURS)
    if not row.belongs_to(LEVELS[level]):
        return Refusal(Why.NOT_AT_THIS_LEVEL)
    if state not in row.to:
        return Refusal(Why.NOT_NOW)
    if refusal := _unmet(row, LEVELS[level], facts):
        return refusal
    target = row.to[state]
    if target is RESUME:
        return State.FLAGGED if facts.other_flags else facts.resume or State.IN_PROGRESS
    if row.finishing and LEVELS[level].accepted_on_delivery:
        return State.DONE
    return target


def _unmet(row: Transition, level: Level, facts: Facts) -> Refusal | None:
    if row.action == Action.DELEGATE:
        if facts.missing:
            return Refusal(Why.BRIEF_INCOMPLETE)
        if not facts.has_assistant:
            return Refusal(Why.NO_ASSISTANT)
    if row.action in {Action.TICK_STEP, Action.ASK_TO_DEVIATE} and facts.steps_open == 0:
        return Refusal(Why.NOT_NOW)
    if row.action == Action.DELIVER_MILESTONE:
        # Part of the result, so nothing of it is handed in before the yes or the choice either.
        return Refusal(Why.NOT_NOW) if facts.milestones_open == 0 else _gate_not_passed(level, facts)
    if row.action in _UNTIL_LONG_DONE and facts.days_done >= REOPEN_DAYS:
        return Refusal(_UNTIL_LONG_DONE[row.action])
    return gate_refusal(level, facts) if row.finishing else None


def gate_refusal(level: Level, facts: Facts) -> Refusal | None:
    """Why the result can't be delivered at this level yet, or None. The database holds the same as a constraint."""
    if refusal := _gate_not_passed(level, facts):
        return refusal
    if level.has_steps and facts.steps_open:
        return Refusal(Why.STEPS_OPEN)
    if facts.milestones_open:
        return Refusal(Why.MILESTONES_OPEN)
    return None


def _gate_not_passed(level: Level, facts: Facts) -> Refusal | None:
    if level.gate == Gate.PROPOSAL and not facts.gate_passed:
        return Refusal(Why.NEEDS_APPROVAL)
    if level.gate == Gate.OPTIONS and not facts.gate_passed:
        return Refusal(Why.NEEDS_CHOICE)
    return None


def possible_actions(*, state: State, role: Role, level: LevelKey, facts: Facts) -> list[Action]:
    """The actions that this person can do now, in the order of the table. What a page offers as buttons."""
    return [
        action
        for action in TABLE
        if not isinstance(decide(state=state, action=action, role=role, level=level, facts=facts), Refusal)
    ]
