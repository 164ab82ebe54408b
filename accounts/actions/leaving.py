"""Ending somebody's place in a team, as far as this floor knows of it.

A membership ends only through `tasks.actions.leaving.let_go`, which sees to the work first.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from accounts.actions.absences import drop_absences
from accounts.actions.invitations import withdraw
from accounts.audit import Happened, note
from accounts.models import Departure, Invitation, Membership, MessageKind, Role, User
from accounts.outbox import Tell, tell
from accounts.second_factor import recount
from accounts.signing_out import sign_out_everywhere


class OwnerStays(Exception):
    """A team can't be without its owner: somebody else becomes it first."""


def end_membership(
    *, membership: Membership, by: User, now: datetime, ip: str | None = None, keep_session: str | None = None
) -> Departure:
    """Take the place in the team away, with everything that hangs on it, and sign the person out everywhere.

    `membership`: locked by the caller, with team and user. Withdraws the open invitations that they sent, so that
    nobody comes in by the word of somebody who has left. `keep_session`: the key of the session in which somebody
    leaves by themselves. Raises OwnerStays.
    """
    team, person = membership.team, membership.user
    with transaction.atomic():
        if membership.owns:
            raise OwnerStays
        withdrawn = withdraw_sent(membership=membership, by=by, now=now, ip=ip)
        drop_absences(team=team, person=person, by=by, now=now, ip=ip)
        role = membership.role
        Membership.objects.filter(pk=membership.pk).delete()
        departure = Departure.objects.create(team=team, person=person, role=role, ended_by=by, at=now)
        note(
            Happened.LEFT,
            now=now,
            actor=by,
            team=team,
            about=person,
            ip=ip,
            role=role,
            by_themselves=by.pk == person.pk,
            invitations=withdrawn,
        )
        tell(_news(departure), now=now)
        recount([person])
        sign_out_everywhere(person, but=keep_session)
    return departure


def open_invitations_of(membership: Membership) -> QuerySet[Invitation]:
    """What this member sent in the team and was neither accepted nor withdrawn."""
    return Invitation.objects.filter(
        team=membership.team_id, invited_by=membership.user_id, accepted_at__isnull=True, withdrawn_at__isnull=True
    )


def withdraw_sent(*, membership: Membership, by: User, now: datetime, ip: str | None = None) -> int:
    """Withdraw what this member sent and is still open, in the caller's transaction. Returns how many.

    `membership`: locked by the caller, and inviting locks it too, so that nothing is sent meanwhile.
    """
    sent = open_invitations_of(membership).select_related("team").order_by("pk")
    return sum(withdraw(invitation=one, by=by, now=now, ip=ip) for one in sent)


def _news(departure: Departure) -> list[Tell]:
    """To who left, also when they did so themselves: then it is the receipt. And to the owner."""
    team, person, by = departure.team, departure.person, departure.ended_by
    owner = User.objects.filter(memberships__team=team, memberships__role=Role.OWNER).exclude(pk=by.pk).first()
    themselves = by.pk == person.pk
    told = [
        Tell(
            to=person,
            kind=MessageKind.ACCOUNT,
            template="access_ended",
            params={"team": team.name, "actor": by.short_name, "themselves": themselves},
            path=reverse("now"),
            dedup_key=f"departure:{departure.pk}:person",
        )
    ]
    if owner:
        told.append(
            Tell(
                to=owner,
                kind=MessageKind.ACCOUNT,
                template="member_left",
                params={"team": team.name, "actor": by.short_name, "person": str(person), "themselves": themselves},
                path=f"{reverse('team')}?team={team.pk}",
                dedup_key=f"departure:{departure.pk}:owner",
            )
        )
    return told
