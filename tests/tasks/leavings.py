"""What the tests about leaving a team share."""

from datetime import datetime

from accounts.audit import Happened, note
from accounts.models import Departure, Membership, User
from tasks.actions.leaving import let_go
from tasks.models import Resource
from tests.conftest import Cast


def place_of(cast: Cast, person: User) -> Membership:
    """Somebody's membership of Eva's team."""
    return Membership.objects.get(team=cast.team, user=person)


def gone(cast: Cast, person: User, now: datetime, *, by: User | None = None) -> Departure:
    """Eva, or whoever is named, ends somebody's access."""
    return let_go(membership_id=place_of(cast, person).pk, by=by or cast.owner, now=now)


def seen(cast: Cast, resource: Resource, at: datetime) -> None:
    """Sam looked at its password, for a task that has ended since."""
    note(
        Happened.SECRET_SHOWN,
        now=at,
        actor=cast.assistant,
        team=cast.team,
        resource=resource.name,
        resource_id=str(resource.pk),
        part="password",
        reason="",
        task="",
    )
