"""Resources of the team: found, given, corrected and taken back."""

from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.ids import id_in
from accounts.models import Role, Team, User
from accounts.pages import Cursor
from accounts.signing_in import address_of
from tasks import uploads
from tasks.access import resource_for_editing, team_for_handing_over
from tasks.actions.resources import ResourceInUseError, add_resource, change_resource, remove_resource
from tasks.file_versions import earlier_of
from tasks.files_away import NotStored
from tasks.forms.files import keep_files
from tasks.forms.resources import ResourceForm
from tasks.lending import NameCursor, ResourceFilters, clean_search, open_tasks_with, put_parts, resource_page
from tasks.models import ResourceKind, StoredFile
from tasks.queries import Person, person_for
from tasks.secrets import reveals_of


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def resources(request: HttpRequest) -> HttpResponse:
    """What I may use, a page at a time, and for who hands over a form to add something."""
    person, filters = person_for(request), _filters(request)
    team = team_for_handing_over(request) if request.method == "POST" else _team_to_add_to(person, filters)
    form = None
    if team:
        form = ResourceForm(request.POST or None, request.FILES or None, by=person.user, now=timezone.now())
        if form.is_valid() and _add(form, team, person.user, ip=address_of(request)):
            messages.success(request, _("Added. You can attach it to any task."))
            return redirect(request.get_full_path())
        keep_files(form, now=timezone.now())
    context = _list(request, person, filters) | {"form": form, "add_to": team}
    return render(request, "tasks/resources.html", context, status=422 if form and form.errors else 200)


@require_GET
def resource(request: HttpRequest, resource_id: UUID) -> HttpResponse:
    """One resource, for who hands over: what it is, where it is lent, and who was shown its secrets."""
    found = resource_for_editing(request, resource_id)
    put_parts([found])
    tasks, more = open_tasks_with(found)
    seen, older = reveals_of(found, Cursor.parse(request.GET.get("before", "")))
    context = {
        "resource": found,
        "earlier": earlier_of([found.stored_file])[found.stored_file.pk] if found.stored_file else [],
        "tasks": tasks,
        "more_tasks": more,
        "seen": seen,
        "older": older,
        "paged": "before" in request.GET,
    }
    return render(request, "tasks/resource_page.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def resource_edit(request: HttpRequest, resource_id: UUID) -> HttpResponse:
    """Correct a resource."""
    found, ip = resource_for_editing(request, resource_id), address_of(request)
    by, now = person_for(request).user, timezone.now()
    form = ResourceForm(request.POST or None, request.FILES or None, by=by, now=now, resource=found)
    if form.is_valid():
        try:
            with _storing(form, found.team, by) as stored:
                change_resource(resource=found, by=by, stored_file=_first(stored), now=now, ip=ip, **form.values())
        except NotStored as away:
            form.add_error("file", away.text)
        else:
            messages.success(request, _("Saved."))
            return redirect("resource", resource_id=found.pk)
    keep_files(form, now=now)
    context = {"resource": found, "form": form}
    return render(request, "tasks/resource_edit.html", context, status=422 if form.errors else 200)


@require_POST
def resource_remove(request: HttpRequest, resource_id: UUID) -> HttpResponse:
    """Take a resource back, unless an assistant needs it now."""
    found = resource_for_editing(request, resource_id)
    try:
        remove_resource(resource=found, by=person_for(request).user, now=timezone.now(), ip=address_of(request))
    except ResourceInUseError:
        messages.error(request, _("This is lent to a task that somebody is working on. Take it off that task first."))
        return redirect("resource", resource_id=resource_id)
    messages.success(request, _("Removed."))
    return redirect("resources")


def _filters(request: HttpRequest) -> ResourceFilters:
    """What the address asks for; anything that makes no sense narrows nothing."""
    kind = request.GET.get("kind", "")
    return ResourceFilters(
        search=clean_search(request.GET.get("q", "")),
        kind=kind if kind in ResourceKind.values else "",
        team=id_in(request.GET.get("team", "")),
    )


def _team_to_add_to(person: Person, filters: ResourceFilters) -> Team | None:
    """Where something new goes: to the team that the list is narrowed to, else the first; None for who can't add."""
    teams = person.teams_as(*Role.entrepreneurs())
    return next((team for team in teams if filters.team in {None, team.pk}), None)


def _list(request: HttpRequest, person: Person, filters: ResourceFilters) -> dict[str, Any]:
    found, following = resource_page(person, filters, NameCursor.parse(request.GET.get("after", "")))
    return {
        "resources": found,
        "following": following,
        "paged": "after" in request.GET,
        "filters": filters,
        "filtered": filters != ResourceFilters(),
        "kinds": ResourceKind.choices,
        "teams": person.teams,
        "several_teams": len(person.teams) > 1,
        "mine": {team.pk for team in person.teams_as(*Role.entrepreneurs())},
    }


def _add(form: ResourceForm, team: Team, by: User, *, ip: str | None) -> bool:
    """Whether it is there now; its file may find no place."""
    try:
        with _storing(form, team, by) as stored:
            now = timezone.now()
            add_resource(team=team, by=by, stored_file=_first(stored), now=now, ip=ip, **form.values())
    except NotStored as away:
        form.add_error("file", away.text)
        return False
    return True


def _storing(form: ResourceForm, team: Team, by: User) -> AbstractContextManager[list[StoredFile]]:
    given = [form.cleaned_data["file"]] if form.cleaned_data["file"] else []
    return uploads.storing(given, team=team, task=None, by=by, now=timezone.now())


def _first(stored: list[StoredFile]) -> StoredFile | None:
    return stored[0] if stored else None
