"""What a brief must hold at a level before it can be handed over (SPEC sections 2 and 3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from delegation.levels import LEVELS, LevelKey, Part


@dataclass(frozen=True, kw_only=True)
class Brief:
    """The parts of a brief that the rules look at. Money in the team's currency, time in minutes."""

    level: LevelKey
    title: str = ""
    purpose: str = ""
    purpose_open: bool = False
    deliverable: str = ""
    criteria: Sequence[str] = ()
    steps: Sequence[str] = ()
    guidelines: str = ""
    money_limit: Decimal | None = None
    time_limit: int | None = None
    ask_above: Decimal | None = None
    deadline: date | None = None


MISSING: dict[Part, Promise] = {
    Part.DELIVERABLE: _("Say what you want to get back: the deliverable."),
    Part.LIMIT: _("Set at least one limit: money, time or a guideline."),
    Part.CRITERIA: _("Say when it has succeeded: at least one success criterion."),
    Part.PURPOSE: _("Say what the findings will be used for, or choose to keep it open."),
    Part.STEPS: _("Write at least one step."),
}


def missing_parts(brief: Brief) -> list[Part]:
    """The required parts that this brief lacks at its level, in the order of `Part`."""
    held = {
        Part.DELIVERABLE: bool(brief.deliverable.strip()),
        Part.LIMIT: brief.money_limit is not None or brief.time_limit is not None or bool(brief.guidelines.strip()),
        Part.CRITERIA: bool(brief.criteria),
        Part.PURPOSE: bool(brief.purpose.strip()) or brief.purpose_open,
        Part.STEPS: bool(brief.steps),
    }
    required = LEVELS[brief.level].required
    return [part for part in Part if part in required and not held[part]]
