"""Who may: the first line of each view. The person is in the query, so an outsider gets the same 404 as a wrong id."""

from uuid import UUID

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.models import Absence, DaysOff, Invitation, Membership, Message, User


def membership_for_team(user: User, team_id: UUID) -> Membership:
    """The person's own place in the team, with the team. 404 for anyone outside it."""
    found = Membership.objects.select_related("team").filter(user=user, team_id=team_id).first()
    if found is None:
        raise Http404
    return found


def membership_for_inviting(user: User, team_id: UUID) -> Membership:
    """For inviting and withdrawing: the owner and the entrepreneurs. 403 for other members."""
    membership = membership_for_team(user, team_id)
    if not membership.hands_over:
        raise PermissionDenied
    return membership


def membership_for_owning(user: User, team_id: UUID) -> Membership:
    """For the team's settings and roles: the owner. 403 for other members."""
    membership = membership_for_team(user, team_id)
    if not membership.owns:
        raise PermissionDenied
    return membership


def member_for_address(user: User, membership_id: UUID) -> Membership:
    """A member, also oneself, of a team that `user` owns, to see to their address. 403 for other members."""
    found = Membership.objects.select_related("user").filter(id=membership_id, team__members=user).first()
    if found is None:
        raise Http404
    membership_for_owning(user, found.team_id)
    return found


def absence_for_ending(user: User, absence_id: UUID) -> Absence:
    """An absence to end earlier: one's own, or anybody's in a team that `user` owns. 403 for other members."""
    found = Absence.objects.select_related("team", "person", "deputy").filter(id=absence_id, team__members=user).first()
    if found is None:
        raise Http404
    membership = membership_for_inviting(user, found.team_id)
    if found.person_id != user.pk and not membership.owns:
        raise PermissionDenied
    return found


def days_off_for_removal(user: User, days_off_id: UUID) -> DaysOff:
    """One's own days off; anyone else's are a 404."""
    found = DaysOff.objects.select_related("user").filter(id=days_off_id, user=user).first()
    if found is None:
        raise Http404
    return found


def invitation_for_withdrawal(user: User, invitation_id: UUID) -> Invitation:
    """The invitation to withdraw, of a team in which `user` may invite."""
    found = Invitation.objects.select_related("team").filter(id=invitation_id, team__members=user).first()
    if found is None:
        raise Http404
    membership_for_inviting(user, found.team_id)
    return found


def invitation_for_link(token: str) -> Invitation | None:
    """The invitation that a link names, in whatever state; None when the link was altered or its team has gone."""
    try:
        invitation_id = UUID(signing.Signer(salt=Invitation.SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    return Invitation.objects.select_related("team", "invited_by").filter(id=invitation_id).first()


def message_for_reading(user: User, message_id: UUID) -> Message:
    """One's own message; anyone else's is a 404."""
    found = Message.objects.filter(id=message_id, recipient=user).first()
    if found is None:
        raise Http404
    return found
