"""What the tests about leaving a team share."""

from datetime import datetime

from accounts.models import Departure, Membership, User
from tasks.actions.leaving import let_go
from tests.conftest import Cast


def place_of(cast: Cast, person: User) -> Membership:
    """Somebody's membership of Eva's team."""
    return Membership.objects.get(team=cast.team, user=person)


def gone(cast: Cast, person: User, now: datetime, *, by: User | None = None) -> Departure:
    """Eva, or whoever is named, ends somebody's access."""
    return let_go(membership_id=place_of(cast, person).pk, by=by or cast.owner, now=now)
