"""Tasks for tests, driven into each state through the actions themselves, so that every row is one that can exist."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.models import User
from delegation.checkins import Rule
from delegation.levels import LEVELS, Gate, LevelKey
from delegation.milestones import Phase
from delegation.workflow import State
from tasks.actions import delivery, flags, gates, handing_over, milestones
from tasks.models import Resource, ResourceKind, Task
from tasks.payloads import CriterionCheck, Finding, FlagCause, FlagContent, FlagKind, Option
from tests.conftest import Cast
from tests.factories import TeamFactory, UserFactory

# The worked examples of the six levels: each holds just what its level requires.
BRIEFS: dict[LevelKey, dict[str, Any]] = {
    LevelKey.JUST_DO_IT: {"title": "File the tax return", "deliverable": "A filed return and a copy of it"},
    LevelKey.WITHIN_LIMITS: {"title": "Find a caterer", "money_limit": Decimal(100)},
    LevelKey.PROPOSE: {
        "title": "List ten influencers",
        "deliverable": "A list of ten, each with a first approach",
        "criteria": ["Ten names", "A first approach for each"],
    },
    LevelKey.ADVISE: {"title": "Find a social-media tool", "criteria": ["Costs less than EUR 30 a month"]},
    LevelKey.RESEARCH: {"title": "Find all events in my field", "purpose": "To choose where to advertise"},
    LevelKey.INSTRUCTIONS: {"title": "Book the hotel", "steps": ["Look for rooms", "Book one", "Send me the receipt"]},
}

# Four phases of a larger task; the first on the Tuesday after `now`.
PHASES = [
    Phase(title="Plan", due_on=date(2026, 12, 1)),
    Phase(title="Design", working_days=5),
    Phase(title="Build", working_days=10),
    Phase(title="Test", working_days=3),
]
FINDINGS = [Finding(fact="Horecava, 60,000 visitors", source="https://example.com/horecava")]


def brief_fields(level: LevelKey | str, **fields: Any) -> dict[str, Any]:
    """A brief that is complete at its level, with whatever is given on top."""
    return {"level": LevelKey(level), "time_zone": "Europe/Amsterdam", **BRIEFS[LevelKey(level)], **fields}


def options(count: int = 2) -> list[Option]:
    """So many options, the first one recommended."""
    return [
        Option(title=f"Option {number}", cost=Decimal(10 * number), recommended=number == 1)
        for number in range(1, count + 1)
    ]


def flag_content(**fields: Any) -> FlagContent:
    """A flag about the budget, for which EUR 240 would do."""
    values = {"kind": FlagKind.BUDGET, "cause": FlagCause.CIRCUMSTANCES, "money": Decimal(240)}
    return FlagContent(**{**values, **fields})


def checks(task: Task, *, met: bool = True) -> list[CriterionCheck]:
    """The same verdict about each success criterion of the task."""
    return [CriterionCheck(criterion=criterion, met=met) for criterion in task.criteria]


# --- tasks in a state ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Drive:
    """Takes one task through its actions, all at one moment, each by who may."""

    task_id: UUID
    entrepreneur: User
    assistant: User
    now: datetime

    def start(self) -> Task:
        """Hand over and accept."""
        self.offer()
        return handing_over.accept_task(
            **self._by_assistant(), read_back="You get a short list on Friday.", estimate=120
        )

    def offer(self) -> Task:
        """Hand over."""
        return handing_over.delegate(**self._by_entrepreneur())

    def wait_for_approval(self) -> Task:
        """Send a proposal."""
        self.start()
        return gates.propose(**self._by_assistant(), text="I would ask these ten.")

    def wait_for_decision(self) -> Task:
        """Submit options, or ask to deviate from a step."""
        task = self.start()
        if task.level_parts.gate == Gate.OPTIONS:
            return gates.submit_options(**self._by_assistant(), options=options())
        return gates.ask_to_deviate(**self._by_assistant(), text="May I call instead?")

    def flag(self) -> Task:
        """Raise a flag while the work is going on."""
        self.start()
        return flags.flag(**self._by_assistant(), text="Not for this money.", content=flag_content())

    def pass_gates(self) -> Task:
        """Do all that has to be done before the result can be handed in."""
        task = self.start()
        match task.level_parts.gate:
            case Gate.PROPOSAL:
                gates.propose(**self._by_assistant(), text="I would ask these ten.")
                task = gates.approve(**self._by_entrepreneur())
            case Gate.OPTIONS:
                gates.submit_options(**self._by_assistant(), options=options())
                task = gates.choose(**self._by_entrepreneur(), option=1)
        for number in range(1, task.steps_open + 1):
            task = gates.tick_step(**self._by_assistant(), step_number=number)
        for _number in range(task.milestones_open):
            milestones.deliver_milestone(**self._by_assistant(), text="As agreed.")
            task = milestones.accept_milestone(**self._by_entrepreneur())
        return task

    def hand_in(self) -> Task:
        """Deliver, with everything before it. At "just do it" the task is done then."""
        return deliver(self.pass_gates(), self.assistant, self.now)

    def finish(self) -> Task:
        """Deliver, and accept the result where that is asked."""
        task = self.hand_in()
        return task if task.state == State.DONE else delivery.accept_result(**self._by_entrepreneur())

    def stop(self) -> Task:
        """Stop while the work is going on."""
        self.start()
        return handing_over.stop(**self._by_entrepreneur(), text="No longer needed.")

    def _by_entrepreneur(self) -> dict[str, Any]:
        return {"task_id": self.task_id, "by": self.entrepreneur, "now": self.now}

    def _by_assistant(self) -> dict[str, Any]:
        return {"task_id": self.task_id, "by": self.assistant, "now": self.now}


ROUTES: dict[State, Callable[[Drive], Task]] = {
    State.OFFERED: Drive.offer,
    State.IN_PROGRESS: Drive.start,
    State.AWAITING_APPROVAL: Drive.wait_for_approval,
    State.AWAITING_DECISION: Drive.wait_for_decision,
    State.FLAGGED: Drive.flag,
    State.DELIVERED: Drive.hand_in,
    State.DONE: Drive.finish,
    State.STOPPED: Drive.stop,
}


def reachable(level: LevelKey) -> list[State]:
    """The states that a task at this level can be in."""
    parts = LEVELS[level]
    never = set()
    if parts.gate != Gate.PROPOSAL:
        never.add(State.AWAITING_APPROVAL)
    if parts.gate != Gate.OPTIONS and not parts.has_steps:
        never.add(State.AWAITING_DECISION)
    if parts.accepted_on_delivery:
        never.add(State.DELIVERED)
    return [state for state in State if state not in never]


# For parametrize: each state at each level that knows it.
EVERYWHERE = [(state, level) for level in LevelKey for state in reachable(level)]


def task_in(
    state: State | str,
    level: LevelKey | str,
    cast: Cast,
    now: datetime,
    *,
    entrepreneur: User | None = None,
    assistant: User | None = None,
    rules: Sequence[Rule] = (),
    resources: Sequence[Resource] = (),
    phases: Sequence[Phase] = (),
    **fields: Any,
) -> Task:
    """A task of Eva's, for Sam unless told otherwise, in this state, as if all of it happened at `now`.

    `fields`: columns of the brief that differ from the worked example of the level.
    """
    state, level = State(state), LevelKey(level)
    if state not in reachable(level):
        raise ValueError(f"no task at {level} is ever {state}")
    by, assistant = entrepreneur or cast.owner, assistant or cast.assistant
    fields = brief_fields(level, assistant=assistant, **fields)
    task = handing_over.create_draft(
        team=cast.team, by=by, fields=fields, rules=rules, resources=resources, milestones=phases, now=now
    )
    if state == State.DRAFT:
        return task
    return ROUTES[state](Drive(task.pk, by, assistant, now))


def ready_to_deliver(level: LevelKey | str, cast: Cast, now: datetime, **fields: Any) -> Task:
    """A task in progress of which every gate has been passed."""
    task = task_in(State.DRAFT, level, cast, now, **fields)
    return Drive(task.pk, task.entrepreneur, task.assistant or cast.assistant, now).pass_gates()


def deliver(task: Task, by: User, now: datetime) -> Task:
    """Hand the result in, as findings or otherwise, as the level has it."""
    if task.level_parts.findings:
        return delivery.submit_findings(task_id=task.pk, by=by, findings=FINDINGS, now=now)
    return delivery.deliver(task_id=task.pk, by=by, text="Here it is.", checks=checks(task), now=now)


# --- plain rows ---------------------------------------------------------------------------------------------------


class TaskFactory(DjangoModelFactory[Task]):
    """A draft at "just do it", as a bare row: for long lists. What acts on a task wants `task_in`."""

    class Meta:
        model = Task

    team = factory.SubFactory(TeamFactory)
    entrepreneur = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda n: f"Task {n}")
    deliverable = "A list of ten"
    level = LevelKey.JUST_DO_IT
    time_zone = "Europe/Amsterdam"
    created_at = factory.LazyFunction(timezone.now)
    changed_at = factory.SelfAttribute("created_at")


class ResourceFactory(DjangoModelFactory[Resource]):
    """A link that the team was given."""

    class Meta:
        model = Resource

    team = factory.SubFactory(TeamFactory)
    kind = ResourceKind.LINK
    name = factory.Sequence(lambda n: f"Resource {n}")
    content = "https://example.com"
    created_at = factory.LazyFunction(timezone.now)
