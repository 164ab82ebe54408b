"""What the owner decides about a member that has to do with their work: role, and up to which level."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import RoleForm
from accounts.models import Role
from accounts.recent_login import recent_login_required
from accounts.signing_in import address_of
from accounts.views.teams import to_team
from delegation.levels import LEVELS
from tasks.access_people import member_for_ceiling, member_for_role
from tasks.actions.roles import NotChanged, change_role, set_ceiling
from tasks.ceilings import choices
from tasks.forms.members import CeilingForm
from tasks.queries import person_for


@require_POST
@recent_login_required
def member_role(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """Give a member another role, unless a task would end up with somebody who can't act on it."""
    member = member_for_role(request, membership_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("That role can't be given. Choose one from the list."))
        return to_team(member.team_id)
    role, by, ip = Role(form.cleaned_data["role"]), person_for(request).user, address_of(request)
    try:
        change_role(membership_id=member.pk, role=role, by=by, now=timezone.now(), ip=ip)
    except NotChanged as refused:
        way_out = (reverse("member_leaving", args=[member.pk]), _("See what is open")) if refused.work_left else None
        text = str(refused.text)
        said = format_html('{} <a href="{}">{}</a>', text, *way_out) if way_out else text
        messages.error(request, said)
    else:
        messages.success(request, _("%(name)s is now %(role)s.") % {"name": member.user, "role": role.label})
    return to_team(member.team_id)


@require_http_methods(["GET", "HEAD", "POST"])
def member_ceiling(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """Say up to which level work may be handed to a member."""
    member = member_for_ceiling(request, membership_id)
    form = CeilingForm(initial={"ceiling": member.ceiling})
    if request.method == "POST":
        form = CeilingForm(request.POST)
        if form.is_valid():
            level, by, ip = form.level(), person_for(request).user, address_of(request)
            try:
                set_ceiling(membership=member, ceiling=level, by=by, now=timezone.now(), ip=ip)
            except NotChanged as refused:
                messages.error(request, str(refused.text))
            else:
                messages.success(request, _said(member.user.short_name, level))
            return to_team(member.team_id)
    context = {"member": member, "person": member.user, "team": member.team, "form": form, "levels": choices()}
    return render(request, "tasks/ceiling.html", context, status=422 if form.errors else 200)


def _said(name: str, level: str | None) -> str:
    if level is None:
        return _("%(name)s may have work at any level.") % {"name": name}
    said = _("%(name)s works in this team up to “%(level)s”. What is under way goes on as it was agreed.")
    return said % {"name": name, "level": next(found.name for found in LEVELS.values() if found.key == level)}
