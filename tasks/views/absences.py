"""Who is away, and who answers meanwhile."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.absence_forms import AbsenceForm
from accounts.access import absence_for_ending, membership_for_inviting
from accounts.actions.absences import AbsenceError, absences_shown, end_absence
from accounts.deputies import absences_at, lasts
from accounts.http import PersonRequest
from accounts.models import Membership
from accounts.signing_in import address_of
from tasks.actions.absences import go_away


@require_http_methods(["GET", "HEAD", "POST"])
def absences(request: PersonRequest, team_id: UUID) -> HttpResponse:
    """For who hands over: who is away when, and the form to arrange it for oneself."""
    membership = membership_for_inviting(request.user, team_id)
    form = AbsenceForm(request.POST or None, team=membership.team, user=request.user)
    if request.method == "POST" and form.is_valid():
        person, ip = request.user, address_of(request)
        try:
            made = go_away(team=membership.team, person=person, now=timezone.now(), ip=ip, **form.cleaned_data)
        except AbsenceError as refused:
            form.add_error(refused.field, str(refused))
        else:
            messages.success(request, _("%(name)s answers for you then, and has been told.") % {"name": made.deputy})
            return redirect("absences", team_id=team_id)
    return _page(request, membership, form)


@require_POST
def absence_end(request: PersonRequest, absence_id: UUID) -> HttpResponse:
    """Back earlier, or not away after all."""
    absence = absence_for_ending(request.user, absence_id)
    if end_absence(absence=absence, by=request.user, now=timezone.now(), ip=address_of(request)):
        messages.success(request, _("Ended. %(name)s has been told.") % {"name": absence.deputy})
    else:
        messages.info(request, _("That was over or ended already."))
    return redirect("absences", team_id=absence.team_id)


def _page(request: PersonRequest, membership: Membership, form: AbsenceForm) -> HttpResponse:
    now = timezone.now()
    shown = absences_shown(membership.team, now=now)
    answered = set(absences_at(now).filter(team=membership.team).values_list("pk", flat=True))
    for absence in shown:
        absence.now = lasts(absence, now)  # type: ignore[attr-defined]
        absence.unanswered = absence.now and absence.pk not in answered  # type: ignore[attr-defined]
        absence.may_end = membership.owns or absence.person_id == request.user.pk  # type: ignore[attr-defined]
    context = {
        "team": membership.team,
        "absences": shown,
        "form": form,
        "may_be_answered": form.fields["deputy"].queryset.exists(),  # type: ignore[attr-defined]
    }
    return render(request, "tasks/absences.html", context, status=422 if form.errors else 200)
