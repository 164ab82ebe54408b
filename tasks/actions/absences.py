"""Being away, with what it means for the work that waits on somebody (accounts/actions/absences.py has the rules)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from accounts.actions.absences import arrange_absence
from accounts.models import Absence, Team, User
from delegation.checkins import MOST_NUDGES
from tasks.models import Turn, TurnState


@transaction.atomic
def go_away(
    *, team: Team, person: User, deputy: User, first: date, last: date, now: datetime, ip: str | None = None
) -> Absence:
    """Arrange an absence. Raises AbsenceError.

    Who answers has working hours of their own: when to remind of what waits already is worked out anew.
    """
    absence = arrange_absence(team=team, person=person, deputy=deputy, first=first, last=last, now=now, ip=ip)
    waiting = Turn.objects.filter(waits_on=person, task__team=team, state=TurnState.OPEN, nudges__lt=MOST_NUDGES)
    waiting.filter(nudge_at__gt=now).update(nudge_at=now)
    return absence
