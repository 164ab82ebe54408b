"""Now: what waits on me, what runs, what waits on others."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from delegation.workflow import UNDER_WAY
from tasks.entries import waiting_entries
from tasks.models import Mood
from tasks.queries import now_for, person_for
from tasks.talks import talks_about
from tasks.upcoming import next_checkins


@require_GET
def now(request: HttpRequest) -> HttpResponse:
    """Home, for both roles."""
    person = person_for(request)
    found = now_for(person)
    context = {
        "now": found,
        "coming": next_checkins([task for task in [*found.under_way, *found.waiting] if task.state in UNDER_WAY]),
        "greeting": greeting(timezone.localtime().hour),
        "teams": {team.pk: team for team in person.teams},
        "several_teams": len(person.teams) > 1,
        "empty": not (found.turns or found.checkins or found.drafts or found.under_way or found.waiting),
        "moods": Mood.choices,
        "waiting_entries": waiting_entries(person.user),
        "talks": talks_about(found.turns, on=timezone.localdate()),
    }
    return render(request, "tasks/now.html", context)


def greeting(hour: int) -> str:
    """Which greeting fits the hour of the reader's day."""
    if hour < 6 or hour >= 18:
        return "evening"
    return "morning" if hour < 12 else "afternoon"
