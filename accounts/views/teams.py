"""My teams: who is in it, and how it is set up."""

from copy import copy
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import actions
from accounts.access import member_for_address, membership_for_owning
from accounts.forms import InviteForm, NewTeamForm, RoleForm, TeamForm
from accounts.http import PersonRequest
from accounts.models import Membership
from accounts.queries import members_seen_by, memberships_of, open_invitations
from accounts.recent_login import recent_login_required
from accounts.second_factor import without_one
from accounts.signing_in import address_of


@require_safe
def team(request: PersonRequest) -> HttpResponse:
    """One team (`?team=<id>`, else the first); someone without a team is asked to start one."""
    mine = list(memberships_of(request.user))
    wanted = request.GET.get("team", "")
    if not mine and not wanted:
        return redirect("team_new")
    found = next((membership for membership in mine if wanted in ("", str(membership.team_id))), None)
    if found is None:
        raise Http404
    return team_page(request, found, mine=mine)


def team_page(
    request: PersonRequest,
    membership: Membership,
    *,
    mine: list[Membership] | None = None,
    invite_form: InviteForm | None = None,
    team_form: TeamForm | None = None,
) -> HttpResponse:
    """The page itself, with the form that was refused in the place of a fresh one."""
    members = list(members_seen_by(membership))
    if membership.owns:
        for member in members:
            member.role_form = RoleForm(initial={"role": member.role}, auto_id=f"{member.id}-%s")  # type: ignore[attr-defined]
    asks = membership.owns and membership.team.asks_second_factor
    context = {
        "without_second_step": list(without_one(membership.team)) if asks else [],
        "membership": membership,
        "team": membership.team,
        "mine": mine if mine is not None else list(memberships_of(request.user)),
        "members": members,
        "invitations": list(open_invitations(membership, now=timezone.now())),
        "invite_form": invite_form or InviteForm(),
        "team_form": team_form or TeamForm(instance=membership.team, auto_id="team-%s"),
    }
    return render(request, "accounts/team.html", context)


@require_POST
def settings(request: PersonRequest, team_id: UUID) -> HttpResponse:
    """Save the team's settings."""
    membership = membership_for_owning(request.user, team_id)
    form = TeamForm(request.POST, instance=copy(membership.team), auto_id="team-%s")
    if not form.is_valid():
        return team_page(request, membership, team_form=form)
    team, ip = membership.team, address_of(request)
    actions.save_team(team=team, by=request.user, now=timezone.now(), ip=ip, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return to_team(team_id)


@require_POST
@recent_login_required
def second_step(request: PersonRequest, team_id: UUID) -> HttpResponse:
    """Ask everybody in the team for a second step, or no longer."""
    team, ip = membership_for_owning(request.user, team_id).team, address_of(request)
    if request.POST.get("ask") != "1":
        actions.stop_asking_second_factor(team=team, by=request.user, ip=ip, now=timezone.now())
        messages.success(request, _("%(team)s no longer asks for a second step.") % {"team": team})
        return to_team(team_id)
    try:
        actions.ask_second_factor(team=team, by=request.user, ip=ip, now=timezone.now())
    except actions.OwnFactorFirst:
        messages.error(request, _("Set up a second step for yourself first. Then you can ask it of the others."))
        return redirect("mfa_index")
    messages.success(request, _("Everybody in %(team)s is asked for a second step from now on.") % {"team": team})
    return to_team(team_id)


@require_POST
def address_again(request: PersonRequest, membership_id: UUID) -> HttpResponse:
    """The address of a member refused mail; try it again."""
    membership = member_for_address(request.user, membership_id)
    actions.try_address_again(user=membership.user)
    said = _("The address of %(name)s is tried again from now on.") % {"name": membership.user}
    messages.success(request, said)
    return to_team(membership.team_id)


@require_http_methods(["GET", "HEAD", "POST"])
def new_team(request: PersonRequest) -> HttpResponse:
    """Start another team, with oneself as the owner."""
    form = NewTeamForm(request.POST or None)
    if form.is_valid():
        started = actions.start_team(owner=request.user, **form.cleaned_data, now=timezone.now())
        return to_team(started.id)
    return render(request, "accounts/team_new.html", {"form": form})


def to_team(team_id: UUID) -> HttpResponse:
    """Back to the page of one team."""
    return redirect(f"{reverse('team')}?team={team_id}")
