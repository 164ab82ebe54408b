"""The first line of the views about taking along and deleting; as in tasks/access.py."""

from uuid import UUID

from django.http import Http404

from accounts.access import membership_for_owning
from accounts.models import Membership, Role, Team, User
from tasks.models import DataExport


def export_for_download(user: User, export_id: UUID) -> DataExport:
    """An export of one's own; of a team only while one still owns it. Anybody else's is a 404."""
    found = DataExport.objects.select_related("team").filter(pk=export_id, person=user).first()
    if found is None:
        raise Http404
    if found.team_id and not Membership.objects.filter(team=found.team_id, user=user, role=Role.OWNER).exists():
        raise Http404
    return found


def team_for_export(user: User, text: str) -> Team | None:
    """The team that a form names, which one owns; None where it names none. 404 for an outsider, 403 for a member."""
    if not text:
        return None
    try:
        return membership_for_owning(user, UUID(text)).team
    except ValueError:
        raise Http404 from None


def team_for_deleting(user: User, team_id: UUID) -> Team:
    """A team that one owns; 403 for other members."""
    return membership_for_owning(user, team_id).team


def team_for_kept_money(user: User, team_id: UUID) -> Team:
    """The same, to read what the law has it keep."""
    return membership_for_owning(user, team_id).team
