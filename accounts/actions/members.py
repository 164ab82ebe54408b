"""Coming into a team without an invitation, and telling the owner of who hands over in it from now on."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from accounts.audit import Happened, note
from accounts.models import Membership, MessageKind, Role, Team, User
from accounts.outbox import Tell, tell
from accounts.second_factor import recount


@transaction.atomic
def add_member(*, team: Team, person: User, role: str, by: User, now: datetime, ip: str | None = None) -> Membership:
    """Give somebody a place in a team by the word of an administrator; they are told, and so is the owner.

    Raises IntegrityError for who is in the team already, and for a second owner.
    """
    membership = Membership.objects.create(team=team, user=person, role=role, created_at=now)
    note(Happened.JOINED, now=now, actor=by, team=team, about=person, ip=ip, role=str(role))
    recount([person])
    tell_of_entrepreneur(membership=membership, by=by, now=now)
    if person.pk != by.pk:
        tell([_welcome(membership, by)], now=now)
    return membership


def tell_of_entrepreneur(*, membership: Membership, by: User, now: datetime) -> None:
    """Tell the owner that this member hands over from now on, and sees the resources; not of what they did themselves.

    Nothing for who doesn't hand over. In the caller's transaction, once the role is written.
    """
    if membership.role != Role.ENTREPRENEUR:
        return
    team = membership.team
    owner = User.objects.filter(memberships__team=team, memberships__role=Role.OWNER).exclude(pk=by.pk).first()
    if owner is None:
        return
    news = Tell(
        to=owner,
        kind=MessageKind.ACCOUNT,
        template="new_entrepreneur",
        params={"team": team.name, "person": str(membership.user), "actor": str(by)},
        path=_team_page(team),
        dedup_key=f"entrepreneur:{membership.pk}:{now.isoformat()}",
    )
    tell([news], now=now)


def _welcome(membership: Membership, by: User) -> Tell:
    return Tell(
        to=membership.user,
        kind=MessageKind.ACCOUNT,
        template="added_to_team",
        params={"team": membership.team.name, "actor": str(by), "role": membership.role},
        path=_team_page(membership.team),
        dedup_key=f"added:{membership.pk}",
    )


def _team_page(team: Team) -> str:
    return f"{reverse('team')}?team={team.pk}"
