"""What is agreed in the demo: proposed by one side, accepted by the other, as in the app."""

from collections.abc import Mapping
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from accounts.models import Team, User
from delegation.models import Agreement, AgreementKind, AgreementState
from tasks.actions.agreements import accept_agreement, propose_agreement
from tasks.demo.stage import Aside, Clock

CHRISTMAS_EVE = {"month": 12, "day": 24, "multiplier": "2.00"}


def terms(clock: Clock, assistant: User, team: Team, rate: int, **said: Any) -> dict[str, Any]:
    """Weekdays from eight to six at the rate, double at Christmas. `said`: whatever else was agreed."""
    values: dict[str, Any] = {
        "kind": AgreementKind.FREELANCE,
        "signed_on": clock.back(29, "12:00").date(),
        "valid_from": clock.back(29, "12:00").date(),
        "rate": Decimal(rate),
        "currency": team.currency,
        "increment": 15,
        "rush_multiplier": Decimal("1.5"),
        "rush_hours": 24,
        "regular_days": "01234",
        "regular_from": time(8),
        "regular_until": time(18),
        "out_of_hours_multiplier": Decimal("1.5"),
        "holiday_multiplier": Decimal(2 if assistant.country else 1),
        "special_days": [CHRISTMAS_EVE],
        "time_zone": assistant.time_zone,
        "country": assistant.country,
        "response_hours_assistant": 4,
        "response_hours_entrepreneur": 8,
    }
    return values | said


def agree(aside: Aside, clock: Clock, team: Team, by: User, assistant: User, fields: Mapping[str, Any]) -> None:
    """Proposed by the one who hands over, and accepted the same day."""
    common = {"team": team, "assistant": assistant}
    aside.then(clock.back(29, "10:00"), by, propose_agreement, fields=fields, **common)
    aside.then(clock.back(29, "14:30"), assistant, _accept, **common)


def _accept(*, team: Team, assistant: User, by: User, now: datetime) -> Agreement:
    waiting = Agreement.objects.get(team=team, assistant=assistant, state=AgreementState.PROPOSED)
    return accept_agreement(agreement_id=waiting.pk, by=by, now=now)
