"""The check-ins that are usual in a team: what each new brief begins with."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from delegation.checkins import Rule
from delegation.levels import LEVELS
from tasks.access import team_for_usual_checkins
from tasks.actions.usual import NoRoom, add_usual_rule, remove_usual_rule
from tasks.forms.rules import UsualRuleForm
from tasks.usual import by_level, team_rules


@require_http_methods(["GET", "POST"])
def team_checkins(request: HttpRequest, team_id: UUID) -> HttpResponse:
    """What is usual at each level, and a form for one more."""
    team = team_for_usual_checkins(request, team_id)
    rows = team_rules(team.pk)
    form = UsualRuleForm(request.POST if request.method == "POST" else None, there=by_level(rows))
    if form.is_valid():
        try:
            add_usual_rule(team=team, level=form.cleaned_data["level"], rule=form.found[0])
        except NoRoom:  # somebody else was quicker
            form.refuse_more()
        else:
            messages.success(request, _("Added. From now on it goes into each new brief."))
            return redirect("team_checkins", team_id=team.pk)
    for_all = [row for row in rows if not row.level]
    levels = [(level, [row for row in rows if row.level == key]) for key, level in LEVELS.items()]
    context = {
        "team": team,
        "form": form,
        "for_all": for_all,
        # Without any of its own, a level goes by what stands for all, else by what Handover begins with.
        "levels": [(level, own, [] if own or for_all else _ours(level.default_checkins)) for level, own in levels],
    }
    return render(request, "tasks/team_checkins.html", context, status=422 if form.errors else 200)


@require_POST
def team_checkin_remove(request: HttpRequest, team_id: UUID, rule_id: UUID) -> HttpResponse:
    """Take a usual rule out; briefs that have it keep it."""
    remove_usual_rule(team=team_for_usual_checkins(request, team_id), rule_id=rule_id)
    messages.success(request, _("Removed. Tasks that have it keep it."))
    return redirect("team_checkins", team_id=team_id)


def _ours(codes: tuple[str, ...]) -> list[Rule]:
    return [Rule.from_code(code) for code in codes]
