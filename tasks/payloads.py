"""The small documents that travel with a turn: options, findings, checks, the content of a flag.

They are written once and never change, so they are stored as JSON beside the turn and read back as these dataclasses.
"""

from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Self, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

T = TypeVar("T", Decimal, int, date)


class DeclineReason(models.TextChoices):
    """Why an assistant says no to an offer."""

    EXPERTISE = "expertise", _("Not my expertise")
    TIME = "time", _("No time")
    UNCLEAR = "unclear", _("Unclear")
    OTHER = "other", _("Something else")


class FlagKind(models.TextChoices):
    """What can't be done like this."""

    BUDGET = "budget", _("The budget is too small")
    TIME = "time", _("It takes more time")
    DEADLINE = "deadline", _("The deadline can't be met")
    SCOPE = "scope", _("It is more than was agreed")
    RESOURCE = "resource", _("Something is missing that I need")
    EXPERTISE = "expertise", _("It is not my expertise")


class FlagCause(models.TextChoices):
    """Why it came to that."""

    GREW = "grew", _("The request grew")
    CIRCUMSTANCES = "circumstances", _("Circumstances")
    ESTIMATE = "estimate", _("My estimate was off")


def _amount(value: str | None) -> Decimal | None:
    return Decimal(value) if value else None


@dataclass(frozen=True, kw_only=True)
class Option:
    """One of two or three options. `cost` in the team's currency; `cost_note` says per what ("a month")."""

    title: str
    cost: Decimal | None = None
    cost_note: str = ""
    pros: str = ""
    cons: str = ""
    recommended: bool = False

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Self:
        return cls(**{**row, "cost": _amount(row.get("cost"))})


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One fact and where it comes from."""

    fact: str
    detail: str = ""
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class CriterionCheck:
    """Whether one success criterion is met, in the eyes of who checked it."""

    criterion: str
    met: bool
    note: str = ""


def _beyond(asked: T | None, limit: T | None) -> T | None:
    return None if asked is None or (limit is not None and asked <= limit) else asked


@dataclass(frozen=True, kw_only=True)
class FlagContent:
    """What a flag says. `money`: what it would take in all, in the team's currency; `minutes`: the same in time."""

    kind: str
    cause: str
    alternatives: str = ""
    money: Decimal | None = None
    minutes: int | None = None
    deadline: date | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Self:
        return cls(
            kind=row["kind"],
            cause=row["cause"],
            alternatives=row.get("alternatives", ""),
            money=_amount(row.get("money")),
            minutes=row.get("minutes"),
            deadline=date.fromisoformat(row["deadline"]) if row.get("deadline") else None,
        )

    def beyond(self, *, money: Decimal | None, minutes: int | None, deadline: date | None) -> Self:
        """The same flag with only what it asks beyond these limits: another answer may have moved them meanwhile."""
        return replace(
            self,
            money=_beyond(self.money, money),
            minutes=_beyond(self.minutes, minutes),
            deadline=_beyond(self.deadline, deadline),
        )

    def is_covered(self, *, money: Decimal | None, minutes: int | None, deadline: date | None) -> bool:
        """Whether it asks for something, and these limits give all of it."""
        left = self.beyond(money=money, minutes=minutes, deadline=deadline)
        return self._asked() != (None, None, None) and left._asked() == (None, None, None)

    def _asked(self) -> tuple[Decimal | None, int | None, date | None]:
        return self.money, self.minutes, self.deadline

    @property
    def kind_label(self) -> str:
        return str(FlagKind(self.kind).label)

    @property
    def cause_label(self) -> str:
        return str(FlagCause(self.cause).label)


@dataclass(frozen=True, kw_only=True)
class ExpenseAsked:
    """An expense that waits for a yes. `why`: ask_above, budget, or both, with what they were when it was asked.

    `amount` and `over` (what it goes beyond the budget) are in the team's currency `currency`. `receipt`: the id of the
    file; empty without one.
    """

    expense: str
    amount: Decimal
    currency: str
    why: list[str]
    ask_above: Decimal | None = None
    over: Decimal | None = None
    day: date | None = None
    original_amount: Decimal | None = None
    original_currency: str = ""
    rate: Decimal | None = None
    receipt: str = ""
    receipt_name: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Self:
        amounts = {name: _amount(row.get(name)) for name in ("ask_above", "over", "original_amount", "rate")}
        day = date.fromisoformat(row["day"]) if row.get("day") else None
        return cls(**{**row, **amounts, "amount": Decimal(row["amount"]), "day": day})
