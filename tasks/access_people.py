"""The first line of each view about members: who leaves, who has left, and up to which level somebody works."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import Membership, Role, Team
from tasks.leaving import may_let_go
from tasks.models import SecretToRotate
from tasks.queries import person_for


def member_for_leaving(request: HttpRequest, membership_id: UUID) -> Membership:
    """A member whose place this person may end, or their own. 403 for the owner's place, and for other members."""
    member, role = _member(request, membership_id)
    if not may_let_go(role, member, person_for(request).user):
        raise PermissionDenied
    return member


def member_for_role(request: HttpRequest, membership_id: UUID) -> Membership:
    """The membership to change, of a team that this person owns. 403 for other members and for the owner's own."""
    member, role = _member(request, membership_id)
    if role != Role.OWNER or member.owns:
        raise PermissionDenied
    return member


def member_for_ceiling(request: HttpRequest, membership_id: UUID) -> Membership:
    """An assistant or guest of a team that this person owns. 403 for who hands over, and for other members."""
    member = member_for_role(request, membership_id)
    if member.hands_over:
        raise PermissionDenied
    return member


def team_for_departures(request: HttpRequest, team_id: UUID) -> Team:
    """A team in which this person hands over, to see who has left it; 403 for other members."""
    person = person_for(request)
    if team_id not in person.roles:
        raise Http404
    if person.roles[team_id] not in Role.entrepreneurs():
        raise PermissionDenied
    return next(team for team in person.teams if team.pk == team_id)


def secret_for_ticking(request: HttpRequest, team_id: UUID, secret_id: UUID) -> SecretToRotate:
    """What somebody saw who has left this team, for the same people."""
    team = team_for_departures(request, team_id)
    secret = get_object_or_404(SecretToRotate.objects.select_related("person"), pk=secret_id, team=team)
    secret.team = team
    return secret


def _member(request: HttpRequest, membership_id: UUID) -> tuple[Membership, str]:
    """A member of a team of one's own, and one's own role there."""
    person = person_for(request)
    found = Membership.objects.select_related("team", "user").filter(team__in=person.roles)
    member = get_object_or_404(found, pk=membership_id)
    return member, person.roles[member.team_id]
