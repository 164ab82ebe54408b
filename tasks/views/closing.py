"""Deleting one's account, and deleting a team."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import PersonRequest
from accounts.recent_login import recent_login_required
from accounts.signing_in import address_of
from accounts.views.teams import to_team
from tasks.access_data import team_for_deleting
from tasks.actions.closing import GRACE, NotDeleted, ask_to_delete_team, call_off, delete_account
from tasks.erasing.accounts import obstacles_of, teams_alone
from tasks.forms.closing import TypeOverForm


@require_http_methods(["GET", "HEAD", "POST"])
@recent_login_required
def profile_delete(request: PersonRequest) -> HttpResponse:
    """What comes first, or the form that deletes the account."""
    person, refused, status = request.user, "", 200
    form = TypeOverForm(request.POST or None, asked=person.email, label=_("Your e-mail address"))
    if request.method == "POST":
        status = 422
        if form.is_valid():
            language = person.language
            try:
                delete_account(person=person, now=timezone.now())
            except NotDeleted as not_deleted:
                refused, status = str(not_deleted.text), 409
            else:
                return _goodbye(request, language)
    context = {
        "form": form,
        "obstacles": obstacles_of(person),
        "alone": teams_alone(person),
        "refused": refused,
    }
    return render(request, "tasks/profile_delete.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@recent_login_required
def team_delete(request: PersonRequest, team_id: UUID) -> HttpResponse:
    """What goes and when, and the form that asks for it; or calling it off."""
    team, refused, status = team_for_deleting(request.user, team_id), "", 200
    form = TypeOverForm(request.POST or None, asked=team.name, label=_("The name of the team"))
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                ask_to_delete_team(team=team, by=request.user, now=timezone.now(), ip=address_of(request))
            except NotDeleted as not_deleted:
                refused, status = str(not_deleted.text), 409
            else:
                messages.success(request, _("The team will be deleted. Until then you can call it off here."))
                return redirect("team_delete", team_id=team.pk)
    context = {"team": team, "form": form, "refused": refused, "days": GRACE.days}
    return render(request, "tasks/team_delete.html", context, status=status)


@require_POST
@recent_login_required
def team_delete_call_off(request: PersonRequest, team_id: UUID) -> HttpResponse:
    """The team stays after all."""
    team = team_for_deleting(request.user, team_id)
    try:
        call_off(team=team, by=request.user, now=timezone.now(), ip=address_of(request))
    except NotDeleted as refused:
        form = TypeOverForm(asked=team.name, label=_("The name of the team"))
        context = {"team": team, "form": form, "refused": str(refused.text), "days": GRACE.days}
        return render(request, "tasks/team_delete.html", context, status=409)
    messages.success(request, _("Called off. The team stays."))
    return to_team(team.pk)


def _goodbye(request: PersonRequest, language: str) -> HttpResponse:
    """Logged out, to the login page, in their own language once more."""
    logout(request)
    with override(language):
        messages.success(request, _("Your account is deleted. Thank you for having been here."))
    response = redirect(reverse("account_login"))
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax")
    return response
