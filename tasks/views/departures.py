"""Who has left a team, and what of what they saw is still to be changed."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.pages import Cursor
from accounts.signing_in import address_of
from tasks.access_people import secret_for_ticking, team_for_departures
from tasks.actions.departures import tick_rotated
from tasks.departures import departures_page
from tasks.queries import person_for


@require_GET
def departures(request: HttpRequest, team_id: UUID) -> HttpResponse:
    """Who left, the last one first, each with the secrets that they saw."""
    team = team_for_departures(request, team_id)
    left, following = departures_page(team, Cursor.parse(request.GET.get("before", "")))
    return render(request, "tasks/departures.html", {"team": team, "left": left, "following": following})


@require_POST
def departure_secret_done(request: HttpRequest, team_id: UUID, secret_id: UUID) -> HttpResponse:
    """Tick one off: its new value is in place."""
    secret = secret_for_ticking(request, team_id, secret_id)
    if tick_rotated(secret=secret, by=person_for(request).user, now=timezone.now(), ip=address_of(request)):
        messages.success(request, _("Ticked off: %(name)s.") % {"name": secret.resource_name})
    else:
        messages.info(request, _("That was ticked off already."))
    return redirect("departures", team_id=team_id)
