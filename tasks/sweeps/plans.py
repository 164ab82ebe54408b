"""What the agreements of a batch say about what waits for an answer."""

import logging
from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from delegation.escalation import USUAL, Plan, plan_of
from delegation.models import Agreement, AgreementState

logger = logging.getLogger("handover.sweeps")

Pair = tuple[UUID, UUID]


class Agreed(NamedTuple):
    """What an agreement says about answering."""

    team_id: UUID
    assistant_id: UUID
    valid_from: date
    time_zone: str
    escalation: list[dict[str, str | int]]
    response_hours_assistant: int | None
    response_hours_entrepreneur: int | None


class Plans:
    """Made for a batch: the agreements of these teams and people, in one query."""

    def __init__(self, pairs: Collection[Pair]) -> None:
        agreed = Agreement.objects.filter(
            team__in={team for team, _person in pairs},
            assistant__in={person for _team, person in pairs},
            state=AgreementState.AGREED,
        )
        self._agreed: dict[Pair, list[Agreed]] = defaultdict(list)
        if pairs:
            for row in agreed.order_by("-valid_from").values_list(*Agreed._fields):
                self._agreed[row[0], row[1]].append(Agreed._make(row))

    def of(self, team_id: UUID, assistant_id: UUID, *, waits_on: UUID, since: datetime) -> Plan:
        """The plan for something between this assistant and an entrepreneur of the team, by what counted at `since`."""
        try:
            for row in self._agreed.get((team_id, assistant_id), ()):
                if row.valid_from <= since.astimezone(ZoneInfo(row.time_zone)).date():
                    by_assistant = waits_on == assistant_id
                    hours = row.response_hours_assistant if by_assistant else row.response_hours_entrepreneur
                    return plan_of(row.escalation, hours)
        except Exception:
            # One that can't be read must not hold up the others.
            logger.exception("no plan by the agreements of %s in team %s", assistant_id, team_id)
        return USUAL
