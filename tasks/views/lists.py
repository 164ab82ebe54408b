"""The task list."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.ids import id_in
from accounts.pages import Cursor
from delegation.levels import LEVELS
from delegation.workflow import State
from tasks.models.task import LEVEL_CHOICES, STATE_CHOICES
from tasks.queries import Filters, assistants_in, person_for, task_page

SHOWN = [("open", _("Open")), ("closed", _("Done and stopped")), ("all", _("All")), *STATE_CHOICES]


@require_GET
def task_list(request: HttpRequest) -> HttpResponse:
    """Tasks with filters and search, a page at a time."""
    person = person_for(request)
    filters = _filters(request)
    tasks, following = task_page(person, filters, Cursor.parse(request.GET.get("before", "")))
    context = {
        "tasks": tasks,
        "following": following,
        "filters": filters,
        "filtered": filters != Filters(),
        "paged": "before" in request.GET,
        "shown": SHOWN,
        "levels": LEVEL_CHOICES,
        "assistants": assistants_in(person) if person.may_hand_over else [],
        "teams": {team.pk: team for team in person.teams},
        "several_teams": len(person.teams) > 1,
    }
    return render(request, "tasks/list.html", context)


def _filters(request: HttpRequest) -> Filters:
    """What the address asks for; anything that makes no sense narrows nothing."""
    show = request.GET.get("show", "open")
    level = request.GET.get("level", "")
    return Filters(
        search=request.GET.get("q", "").strip().replace("\x00", "")[:200],
        show=show if show in {"open", "closed", "all", *State} else "open",
        level=level if level in LEVELS else "",
        assistant=id_in(request.GET.get("assistant", "")),
        team=id_in(request.GET.get("team", "")),
    )
