"""The six levels at which a task can be handed over, as one frozen table (SPEC section 2).

A level is a contract. The rest of the code never asks "is this level 3?", it asks for the part that matters: is there
a gate, must there be steps, is the task done on delivery. A seventh level is a seventh row.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Decider(StrEnum):
    """Who decides about how the work is done."""

    ASSISTANT = "assistant"
    ASSISTANT_WITHIN_LIMITS = "assistant_within_limits"
    ASSISTANT_AFTER_APPROVAL = "assistant_after_approval"
    ENTREPRENEUR = "entrepreneur"
    ENTREPRENEUR_LATER = "entrepreneur_later"
    ENTREPRENEUR_BEFOREHAND = "entrepreneur_beforehand"


class Gate(StrEnum):
    """What the entrepreneur must have said yes to before the result can be delivered."""

    NONE = "none"
    PROPOSAL = "proposal"
    OPTIONS = "options"


class Part(StrEnum):
    """A part of the brief that a level can require before the task is handed over."""

    DELIVERABLE = "deliverable"
    LIMIT = "limit"
    CRITERIA = "criteria"
    PURPOSE = "purpose"
    STEPS = "steps"


class LevelKey(StrEnum):
    """The stable keys, as they stand in code and data. People see the name, never the key or a bare number."""

    JUST_DO_IT = "just_do_it"
    WITHIN_LIMITS = "within_limits"
    PROPOSE = "propose"
    ADVISE = "advise"
    RESEARCH = "research"
    INSTRUCTIONS = "instructions"


@dataclass(frozen=True, kw_only=True)
class Level:
    """One level as a set of parts.

    `number` counts from most (1) to least (6) freedom. `options` is the smallest and largest number of options that
    may be submitted, (0, 0) without an options gate. `findings`: the result is a table of facts with sources, and
    nothing else. `advice`: the assistant may say what they would do. `deviation_needs_yes`: leaving the brief takes an
    answered question first. `accepted_on_delivery`: done at once, without review. `default_checkins`: the rules, as
    codes (see Rule.code), that a new brief at this level begins with; what needs a limit or a deadline counts only when
    the brief has it.
    """

    key: LevelKey
    number: int
    name: Promise
    promise: Promise
    decider: Decider
    who_decides: Promise
    gate: Gate = Gate.NONE
    options: tuple[int, int] = (0, 0)
    advice: bool = True
    findings: bool = False
    deviation_needs_yes: bool = False
    required: frozenset[Part] = frozenset()
    accepted_on_delivery: bool = False
    default_checkins: tuple[str, ...] = ()

    @property
    def has_steps(self) -> bool:
        """Whether the assistant follows written steps and ticks them off in order."""
        return Part.STEPS in self.required

    @property
    def segments(self) -> int:
        """How many of the dial's six segments are filled: the fuller, the more is out of your hands."""
        return 7 - self.number


LEVELS: dict[LevelKey, Level] = {
    level.key: level
    for level in (
        Level(
            key=LevelKey.JUST_DO_IT,
            number=1,
            name=_("Just do it"),
            promise=_("Your assistant decides everything. You hear about it when it is done."),
            decider=Decider.ASSISTANT,
            who_decides=_("The assistant decides"),
            required=frozenset({Part.DELIVERABLE}),
            accepted_on_delivery=True,
        ),
        Level(
            key=LevelKey.WITHIN_LIMITS,
            number=2,
            name=_("Stay within my limits"),
            promise=_("Your assistant decides, within your time and money. If that can't be done, you hear at once."),
            decider=Decider.ASSISTANT_WITHIN_LIMITS,
            who_decides=_("The assistant decides, inside the limits"),
            required=frozenset({Part.LIMIT}),
            default_checkins=("time_used 80", "money_used 80"),  # while there is something left to steer with
        ),
        Level(
            key=LevelKey.PROPOSE,
            number=3,
            name=_("You decide, I approve first"),
            promise=_("Your assistant makes a proposal. It is carried out only after your yes."),
            decider=Decider.ASSISTANT_AFTER_APPROVAL,
            who_decides=_("The assistant decides, after approval"),
            gate=Gate.PROPOSAL,
            required=frozenset({Part.DELIVERABLE, Part.CRITERIA}),
            default_checkins=("before_deadline 24",),
        ),
        Level(
            key=LevelKey.ADVISE,
            number=4,
            name=_("Advise me, I decide"),
            promise=_("You get two or three options. You choose, your assistant carries it out."),
            decider=Decider.ENTREPRENEUR,
            who_decides=_("The entrepreneur decides"),
            gate=Gate.OPTIONS,
            options=(2, 3),
            required=frozenset({Part.CRITERIA}),
            default_checkins=("before_deadline 24",),
        ),
        Level(
            key=LevelKey.RESEARCH,
            number=5,
            name=_("Research only"),
            promise=_("Facts and sources. No advice, no decision."),
            decider=Decider.ENTREPRENEUR_LATER,
            who_decides=_("The entrepreneur decides, later"),
            advice=False,
            findings=True,
            required=frozenset({Part.PURPOSE}),
            default_checkins=("after_work 2",),  # is this the right direction? There is no gate to say so
        ),
        Level(
            key=LevelKey.INSTRUCTIONS,
            number=6,
            name=_("Follow my instructions"),
            promise=_("Exactly your steps, in your order."),
            decider=Decider.ENTREPRENEUR_BEFOREHAND,
            who_decides=_("The entrepreneur decided beforehand"),
            deviation_needs_yes=True,
            required=frozenset({Part.STEPS}),
        ),
    )
}

# How long a task that is done can be opened again (SPEC section 2 names it for "just do it"; the same goes for an
# acceptance that was pressed too soon).
REOPEN_DAYS = 14


def level_for(key: str) -> Level:
    """The level with this key. Raises ValueError for an unknown key."""
    return LEVELS[LevelKey(key)]
