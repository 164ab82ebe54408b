"""Starting and changing a team."""

from datetime import datetime

from django.db import transaction

from accounts.actions.leaving import withdraw_sent
from accounts.actions.members import tell_of_entrepreneur
from accounts.audit import Happened, note
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


@transaction.atomic
def save_team(
    *, team: Team, by: User, name: str, language: str, time_zone: str, now: datetime, ip: str | None = None
) -> None:
    """Change a team's settings."""
    wanted = {"name": name, "language": language, "time_zone": time_zone}
    changed = [field for field, value in wanted.items() if getattr(team, field) != value]
    if not changed:
        return
    for field in changed:
        setattr(team, field, wanted[field])
    team.save(update_fields=changed)
    note(Happened.TEAM_CHANGED, now=now, actor=by, team=team, ip=ip, fields=",".join(changed))


@transaction.atomic
def change_role(*, membership: Membership, role: Role, by: User, now: datetime, ip: str | None = None) -> bool:
    """Give a member another role. False when they have become the owner meanwhile, whose role is fixed.

    `membership`: locked by the caller, with team and user. Who hands over no more brings nobody in either: the
    invitations that they sent and are still open are withdrawn. The owner hears of a new entrepreneur.
    """
    if role not in Role.given():
        raise ValueError(f"{role} can't be given to a member.")
    was = membership.role
    changed = Membership.objects.filter(id=membership.id).exclude(role=Role.OWNER).update(role=role)
    if changed == 1 and was != role:
        about, team = membership.user, membership.team
        note(Happened.ROLE_CHANGED, now=now, actor=by, team=team, about=about, ip=ip, role=role.value, was=was)
        membership.role = role
        if was in Role.entrepreneurs() and not membership.hands_over:
            withdraw_sent(membership=membership, by=by, now=now, ip=ip)
        tell_of_entrepreneur(membership=membership, by=by, now=now)
    return changed == 1
