"""Agreements for tests, proposed and accepted through the actions."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from accounts.models import User
from delegation.models import Agreement
from tasks.actions.agreements import accept_agreement, propose_agreement
from tests.conftest import Cast

TODAY = date(2026, 11, 23)


def terms(**fields: Any) -> dict[str, Any]:
    """€ 40 an hour from today on, Monday to Friday 8:00 to 18:00, and nothing else."""
    values: dict[str, Any] = {
        "kind": "freelance",
        "signed_on": None,
        "valid_from": TODAY,
        "rate": Decimal(40),
        "currency": "EUR",
        "increment": 1,
        "rush_multiplier": Decimal(1),
        "rush_hours": None,
        "regular_days": "01234",
        "regular_from": time(8),
        "regular_until": time(18),
        "out_of_hours_multiplier": Decimal(1),
        "holiday_multiplier": Decimal(1),
        "special_days": [],
        "time_zone": "Europe/Amsterdam",
        "country": "NL",
        "escalation": [],
        "risks": [],
    }
    return values | fields


def proposed(cast: Cast, now: datetime, *, by: User | None = None, **fields: Any) -> Agreement:
    """What Eva proposes to Sam, or somebody else to the other side."""
    return propose_agreement(
        team=cast.team, assistant=cast.assistant, by=by or cast.owner, fields=terms(**fields), now=now
    )


def agreed(cast: Cast, now: datetime, **fields: Any) -> Agreement:
    """What Eva proposed and Sam accepted."""
    return accept_agreement(agreement_id=proposed(cast, now, **fields).pk, by=cast.assistant, now=now)
