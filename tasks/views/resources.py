"""Resources of the team."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tasks import uploads
from tasks.access import team_for_handing_over
from tasks.actions.resources import add_resource
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
        if request.method == "POST" and form.is_valid():
            data, now = form.cleaned_data, timezone.now()
            files = uploads.store([data["file"]], team=team, task=None, by=person.user, now=now) if data["file"] else []
            add_resource(
                team=team, by=person.user, kind=data["kind"], name=data["name"], content=data["content"],
                stored_file=files[0] if files else None, now=now,
            )  # fmt: skip
            messages.success(request, _("Added. You can attach it to any task."))
            return redirect(request.get_full_path())
    found = resources_for(person).select_related("team", "stored_file").order_by("name", "id")[:200]
    context = {"resources": found, "form": form, "several_teams": len(person.teams) > 1}
    return render(request, "tasks/resources.html", context, status=422 if form and form.errors else 200)
