"""Giving a team to somebody else."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import membership_for_owning
from accounts.actions.ownership import NotGiven, give_team
from accounts.forms import OwnerForm
from accounts.http import PersonRequest
from accounts.recent_login import recent_login_required
from accounts.signing_in import address_of
from accounts.views.teams import to_team


@require_http_methods(["GET", "HEAD", "POST"])
@recent_login_required
def team_owner(request: PersonRequest, team_id: UUID) -> HttpResponse:
    """Give the team to one of its entrepreneurs."""
    membership = membership_for_owning(request.user, team_id)
    team = membership.team
    form = OwnerForm(request.POST if request.method == "POST" else None, team=team)
    if form.is_bound and form.is_valid():
        to = form.cleaned_data["to"]
        try:
            give_team(team=team, by=request.user, to=to, now=timezone.now(), ip=address_of(request))
        except NotGiven as refused:
            form.add_error("to", str(refused))
        else:
            said = _("%(team)s now belongs to %(name)s. You stay in it as an entrepreneur.")
            messages.success(request, said % {"team": team.name, "name": to})
            return to_team(team_id)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "accounts/team_owner.html", {"team": team, "form": form}, status=status)
