"""Resources of the team."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Role, Team, User
from tasks import uploads
from tasks.access import resource_for_editing, team_for_handing_over
from tasks.actions.resources import ResourceInUseError, add_resource, change_resource, remove_resource
from tasks.forms.resources import ResourceForm
from tasks.queries import person_for, resources_for


@require_http_methods(["GET", "POST"])
def resources(request: HttpRequest) -> HttpResponse:
    """What I may use, and for who hands over a form to add something."""
    person = person_for(request)
    form = None
    if person.may_hand_over or request.method == "POST":
        team = team_for_handing_over(request)
        form = ResourceForm(request.POST or None, request.FILES or None)
        if form.is_valid():
            add_resource(team=team, by=person.user, now=timezone.now(), **_values(form, team, person.user))
            messages.success(request, _("Added. You can attach it to any task."))
            return redirect(request.get_full_path())
    found = resources_for(person).select_related("team", "stored_file").order_by("name", "id")[:200]
    mine = {team.pk for team in person.teams_as(*Role.entrepreneurs())}
    context = {"resources": found, "form": form, "mine": mine, "several_teams": len(person.teams) > 1}
    return render(request, "tasks/resources.html", context, status=422 if form and form.errors else 200)


@require_http_methods(["GET", "POST"])
def resource_edit(request: HttpRequest, resource_id: UUID) -> HttpResponse:
    """Correct a resource."""
    found = resource_for_editing(request, resource_id)
    form = ResourceForm(request.POST or None, request.FILES or None, resource=found)
    if form.is_valid():
        change_resource(resource=found, **_values(form, found.team, person_for(request).user))
        messages.success(request, _("Saved."))
        return redirect("resources")
    context = {"resource": found, "form": form}
    return render(request, "tasks/resource_edit.html", context, status=422 if form.errors else 200)


@require_POST
def resource_remove(request: HttpRequest, resource_id: UUID) -> HttpResponse:
    """Take a resource back, unless an assistant needs it now."""
    found = resource_for_editing(request, resource_id)
    try:
        remove_resource(resource=found)
    except ResourceInUseError:
        messages.error(request, _("This is lent to a task that somebody is working on. Take it off that task first."))
        return redirect("resource_edit", resource_id=resource_id)
    messages.success(request, _("Removed."))
    return redirect("resources")


def _values(form: ResourceForm, team: Team, by: User) -> dict[str, Any]:
    data = form.cleaned_data
    files = [data["file"]] if data["file"] else []
    stored = uploads.store(files, team=team, task=None, by=by, now=timezone.now())
    return {
        "kind": data["kind"],
        "name": data["name"],
        "content": data["content"],
        "stored_file": stored[0] if stored else None,
    }
