"""Starting and changing a team."""

from datetime import datetime

from django.db import transaction

from accounts.locales import DEFAULT_CURRENCY
from accounts.models import Membership, Role, Team, User


@transaction.atomic
def start_team(*, owner: User, name: str, currency: str = DEFAULT_CURRENCY, now: datetime) -> Team:
    """A new team with `owner` in it, in the owner's language and time zone."""
    team = Team.objects.create(
        name=name, language=owner.language, currency=currency, time_zone=owner.time_zone, created_at=now
    )
    Membership.objects.create(team=team, user=owner, role=Role.OWNER, created_at=now)
    return team


def save_team(*, team: Team, name: str, language: str, time_zone: str) -> None:
    """Change a team's settings."""
    team.name, team.language, team.time_zone = name, language, time_zone
    team.save(update_fields=["name", "language", "time_zone"])


def change_role(*, membership: Membership, role: Role) -> bool:
    """Give a member another role. False when they have become the owner meanwhile, whose role is fixed."""
    if role not in Role.given():
        raise ValueError(f"{role} can't be given to a member.")
    changed = Membership.objects.filter(id=membership.id).exclude(role=Role.OWNER).update(role=role)
    return changed == 1
