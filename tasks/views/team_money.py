"""What a team finds worth discussing."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from delegation.agreements import team_money as money_of
from tasks.access import team_for_money
from tasks.actions.team_money import save_team_money
from tasks.forms.agreements import TeamMoneyForm


@require_http_methods(["GET", "POST"])
def team_money(request: HttpRequest, team_id: UUID) -> HttpResponse:
    """An hour of the owner's own, and the tolerance."""
    team = team_for_money(request, team_id)
    posted = request.POST if request.method == "POST" else None
    form = TeamMoneyForm(posted, known=money_of(team), currency=team.currency)
    if form.is_valid():
        save_team_money(team=team, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("team_money", team_id=team.pk)
    return render(request, "tasks/team_money.html", {"team": team, "form": form}, status=422 if form.errors else 200)
