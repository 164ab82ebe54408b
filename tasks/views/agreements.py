"""What the team and each assistant have agreed on: the list, one pair, one version, proposing and answering."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.pages import Cursor
from accounts.recent_login import recent_login_required
from delegation.agreements import agreements_of, in_force_on
from delegation.models import Agreement
from tasks.access import Sides, agreement_for_reading, sides_for_proposing, sides_for_reading, team_for_agreements
from tasks.actions.agreements import (
    ONE_AT_A_TIME,
    NotAgreed,
    accept_agreement,
    decline_agreement,
    may_answer,
    may_withdraw,
    propose_agreement,
    withdraw_agreement,
)
from tasks.agreed import former_rows, rows_of, standing, version_before, versions_of
from tasks.agreement_words import differences, sections
from tasks.file_versions import with_earlier
from tasks.files_away import NotStored
from tasks.forms.agreements import AgreementForm, DeclineForm
from tasks.forms.files import keep_files
from tasks.models import StoredFile
from tasks.queries import person_for


@require_safe
def agreements(request: HttpRequest, team_id: UUID) -> HttpResponse:
    """Everybody's, for who hands over; an assistant goes to their own."""
    team, hands_over = team_for_agreements(request, team_id)
    if not hands_over:
        return redirect("agreement_pair", team_id=team.pk, assistant_id=person_for(request).user.pk)
    before = Cursor.parse(request.GET.get("before", ""))
    today = timezone.now().astimezone(team.zone).date()
    rows, next_page = rows_of(team, today=today, before=before)
    former = [] if before else former_rows(team, today=today)
    context = {"team": team, "rows": rows, "next_page": next_page, "former": former, "before": before}
    return render(request, "tasks/agreements.html", context)


@require_safe
def agreement_pair(request: HttpRequest, team_id: UUID, assistant_id: UUID) -> HttpResponse:
    """What counts between a team and one assistant, what waits for an answer, and what there was before."""
    return _pair_page(request, sides_for_reading(request, team_id, assistant_id))


@require_safe
def agreement(request: HttpRequest, team_id: UUID, assistant_id: UUID, agreement_id: UUID) -> HttpResponse:
    """One version as a whole."""
    found, sides = agreement_for_reading(request, team_id, assistant_id, agreement_id)
    earlier = version_before(found)
    context = {
        "sides": sides,
        "agreement": found,
        "sections": sections(found),
        "earlier": earlier,
        "differences": differences(earlier, found) if earlier else [],
        "files": _attachments(found),
    }
    return render(request, "tasks/agreement.html", context)


@require_http_methods(["GET", "POST"])
@recent_login_required
def agreement_propose(request: HttpRequest, team_id: UUID, assistant_id: UUID) -> HttpResponse:
    """Propose a version, which starts from the latest one."""
    sides, now = sides_for_proposing(request, team_id, assistant_id), timezone.now()
    today = now.astimezone(sides.team.zone).date()
    known = standing(sides.team, sides.assistant, today=today)
    kept = list(known.latest.files.order_by("created_at", "name")) if known.latest else []
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = AgreementForm(
        *posted, team=sides.team, assistant=sides.assistant, today=today, latest=known.latest, kept=kept
    )
    form.begin_files(by=person_for(request).user, team=sides.team)
    if known.proposed and request.method == "GET":
        messages.warning(request, str(ONE_AT_A_TIME))
        return _to_pair(sides)
    if form.is_valid():
        try:
            propose_agreement(
                team=sides.team,
                assistant=sides.assistant,
                by=person_for(request).user,
                fields=form.terms,
                uploads=form.cleaned_data["attachments"],
                keep=form.kept_files,
                now=now,
            )
        except NotAgreed as refused:
            form.add_error(refused.field or None, str(refused.text))
        except NotStored as away:
            form.add_error("attachments", str(away.text))
        else:
            messages.success(request, _("Proposed. It counts once the other side accepts it."))
            return redirect("agreement_pair", team_id=team_id, assistant_id=assistant_id)
    if form.is_bound:
        keep_files(form, now=now)
    context = {"sides": sides, "form": form, "latest": known.latest, "in_force": known.in_force}
    return render(request, "tasks/agreement_propose.html", context, status=422 if form.errors else 200)


@require_POST
@recent_login_required
def agreement_accept(request: HttpRequest, team_id: UUID, assistant_id: UUID, agreement_id: UUID) -> HttpResponse:
    """Say yes."""
    found, sides = agreement_for_reading(request, team_id, assistant_id, agreement_id)
    try:
        accept_agreement(agreement_id=found.pk, by=person_for(request).user, now=timezone.now())
    except NotAgreed as refused:
        return _pair_page(request, sides, said=refused.text)
    messages.success(request, _("Agreed."))
    return _to_pair(sides)


@require_POST
def agreement_decline(request: HttpRequest, team_id: UUID, assistant_id: UUID, agreement_id: UUID) -> HttpResponse:
    """Say no, and what should be different."""
    found, sides = agreement_for_reading(request, team_id, assistant_id, agreement_id)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _pair_page(request, sides, decline_form=form)
    text = form.cleaned_data["text"]
    try:
        decline_agreement(agreement_id=found.pk, by=person_for(request).user, text=text, now=timezone.now())
    except NotAgreed as refused:
        return _pair_page(request, sides, said=refused.text, typed=text)
    messages.success(request, _("Declined. They read what you wrote."))
    return _to_pair(sides)


@require_POST
def agreement_withdraw(request: HttpRequest, team_id: UUID, assistant_id: UUID, agreement_id: UUID) -> HttpResponse:
    """Take one's own proposal back."""
    found, sides = agreement_for_reading(request, team_id, assistant_id, agreement_id)
    try:
        withdraw_agreement(agreement_id=found.pk, by=person_for(request).user, now=timezone.now())
    except NotAgreed as refused:
        return _pair_page(request, sides, said=refused.text)
    messages.success(request, _("Withdrawn."))
    return _to_pair(sides)


def _attachments(found: Agreement) -> list[StoredFile]:
    return with_earlier(found.files.order_by("created_at", "name"))


def _to_pair(sides: Sides) -> HttpResponse:
    return redirect("agreement_pair", team_id=sides.team.pk, assistant_id=sides.assistant.pk)


def _pair_page(
    request: HttpRequest,
    sides: Sides,
    *,
    said: str | Promise = "",
    typed: str = "",
    decline_form: DeclineForm | None = None,
) -> HttpResponse:
    """The page of a pair. `said`: why something could not be done; `typed`: what was written with it."""
    user = person_for(request).user
    today = timezone.now().astimezone(sides.team.zone).date()
    known = standing(sides.team, sides.assistant, today=today)
    before = request.GET.get("before", "")
    versions, next_page = versions_of(
        sides.team, sides.assistant, before=int(before) if before.isdecimal() and len(before) < 9 else None
    )
    context: dict[str, Any] = {
        "sides": sides,
        "in_force": known.in_force,
        "sections": sections(known.in_force) if known.in_force else [],
        "files": _attachments(known.in_force) if known.in_force else [],
        "coming": known.coming,
        "versions": versions,
        "next_page": next_page,
        "said": said,
        "typed": typed,
    }
    if known.proposed:
        context |= _proposal(known.proposed, sides, user.pk == known.proposed.proposed_by_id)
        context["may_answer"] = may_answer(known.proposed, user, hands_over=sides.hands_over)
        context["may_withdraw"] = may_withdraw(known.proposed, user, hands_over=sides.hands_over)
        context["decline_form"] = decline_form or DeclineForm()
    status = 409 if said else 422 if decline_form and decline_form.errors else 200
    return render(request, "tasks/agreement_pair.html", context, status=status)


def _proposal(proposed: Agreement, sides: Sides, is_mine: bool) -> dict[str, Any]:
    """What waits for an answer: what it says otherwise than what would count on its first day, or all of it."""
    agreed = agreements_of(proposed.team_id, proposed.assistant_id)
    counts = in_force_on(agreed, proposed.valid_from) or version_before(proposed)
    return {
        "proposed": proposed,
        "is_mine": is_mine,
        "differences": differences(counts, proposed) if counts else [],
        "proposed_sections": [] if counts else sections(proposed),
        "proposed_files": _attachments(proposed),
        "compared": counts,
    }
