"""The limits that are usual in a team: what each new brief begins with."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tasks.access import team_for_usual_checkins
from tasks.actions.usual import remove_usual_limits, set_usual_limits
from tasks.forms.limits import UsualLimitsForm, whom_of
from tasks.usual_limits import in_words, limits_of, usual_limits, whose


@require_http_methods(["GET", "POST"])
def team_limits(request: HttpRequest, team_id: UUID) -> HttpResponse:
    """What is usual for all, for levels and for people, and a form to say or change it."""
    team = team_for_usual_checkins(request, team_id)
    rows = usual_limits(team.pk)
    given = request.POST if request.method == "POST" else None
    # What was set before is filled in for who came to change it: else it would be saved for somebody else in passing.
    initial = {"whom": request.GET["whom"]} if "whom" in request.GET else {}
    form = UsualLimitsForm(given, team=team, rows=rows, initial=initial)
    if form.is_valid():
        set_usual_limits(team=team, level=form.level(), assistant=form.assistant(), limits=form.limits())
        messages.success(request, _("Saved. From now on a new brief begins with it."))
        return redirect("team_limits", team_id=team.pk)
    context = {
        "team": team,
        "form": form,
        "rows": [(row, whose(row), whom_of(row), in_words(limits_of(row), team.currency)) for row in rows],
    }
    return render(request, "tasks/team_limits.html", context, status=422 if form.errors else 200)


@require_POST
def team_limits_remove(request: HttpRequest, team_id: UUID, limits_id: UUID) -> HttpResponse:
    """Take usual limits out; briefs that have them keep them."""
    remove_usual_limits(team=team_for_usual_checkins(request, team_id), limits_id=limits_id)
    messages.success(request, _("Removed. Tasks that have it keep it."))
    return redirect("team_limits", team_id=team_id)
