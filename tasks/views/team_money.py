"""What a team finds worth discussing."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from delegation.agreements import team_money as money_of
from tasks.access import team_for_money
from tasks.actions.team_money import CurrencyStays, change_currency, currency_stays, save_team_money
from tasks.forms.agreements import TeamMoneyForm, stays


@require_http_methods(["GET", "POST"])
def team_money(request: HttpRequest, team_id: UUID) -> HttpResponse:
    """An hour of the owner's own, the tolerance, and the currency of both until there are amounts in it."""
    team = team_for_money(request, team_id)
    posted = request.POST if request.method == "POST" else None
    form = TeamMoneyForm(posted, known=money_of(team), currency=team.currency, currency_stays=currency_stays(team))
    if form.is_valid():
        try:
            with transaction.atomic():
                change_currency(team=team, currency=form.cleaned_data.pop("currency"))
                save_team_money(team=team, **form.cleaned_data)
        except CurrencyStays:
            form.currency_stays = True
            form.add_error("currency", stays(team.currency))
        else:
            messages.success(request, _("Saved."))
            return redirect("team_money", team_id=team.pk)
    values = {"team": team, "form": form, "stays": stays(team.currency) if form.currency_stays else ""}
    return render(request, "tasks/team_money.html", values, status=422 if form.errors else 200)
