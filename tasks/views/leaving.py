"""Somebody leaves a team: one page with what is left to do first, and the press that ends it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.http import PersonRequest
from accounts.models import Membership, Role
from accounts.recent_login import recent_login_required
from accounts.signing_in import address_of
from delegation.workflow import Action
from tasks.access_people import member_for_leaving
from tasks.actions import handing_over, passing_on
from tasks.actions.base import Refused
from tasks.actions.leaving import NotEnded, let_go, stop_their_timer
from tasks.forms.leaving import DECLINED_BECAUSE, Answer, OpenWorkForm
from tasks.leaving import leaving_of
from tasks.queries import person_for


@require_GET
def member_leaving(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """What is left to do before this member can go, in order."""
    member = member_for_leaving(request, membership_id)
    return _page(request, member)


@require_POST
def member_leaving_work(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """Give open tasks to others, one or all at once. What can't be done stays on the page, with why."""
    member = member_for_leaving(request, membership_id)
    leaving = leaving_of(member, reader=person_for(request).user)
    form = OpenWorkForm(request.POST, leaving=leaving)
    if not form.is_valid():
        return _page(request, member, form=form, status=422)
    answers = form.answers(request.POST.get("do", "all"))
    done = 0
    for answer in answers:
        try:
            _act(answer, request, form.cleaned_data["text"])
        except Refused as refused:
            form.refused[answer.task.pk] = str(refused.text)
        else:
            done += 1
    if form.refused:
        return _page(request, member, form=_without_done(request, member, form), status=409)
    _say(request, done)
    return redirect("member_leaving", membership_id=member.pk)


@require_POST
def member_leaving_timer(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """Stop and log the timer that runs."""
    member = member_for_leaving(request, membership_id)
    try:
        stop_their_timer(membership_id=member.pk, by=person_for(request).user, now=timezone.now())
    except (NotEnded, Refused) as refused:
        return _page(request, member, refused=str(refused.text), status=409)
    messages.success(request, _("Stopped and logged."))
    return redirect("member_leaving", membership_id=member.pk)


@require_POST
@recent_login_required
def member_leaving_end(request: PersonRequest, membership_id: UUID) -> HttpResponse:
    """End the access: at once, and everywhere."""
    member = member_for_leaving(request, membership_id)
    by, own = person_for(request).user, member.user_id == person_for(request).user.pk
    try:
        let_go(
            membership_id=member.pk,
            by=by,
            now=timezone.now(),
            ip=address_of(request),
            keep_session=request.session.session_key if own else None,
        )
    except (NotEnded, Refused) as refused:
        return _page(request, member, refused=str(refused.text), status=409)
    if own:
        messages.success(request, _("You have left %(team)s.") % {"team": member.team.name})
        return redirect("now")
    said = _("%(name)s has no access to %(team)s any more, and is logged out everywhere.")
    messages.success(request, said % {"name": member.user, "team": member.team.name})
    return redirect("departures", team_id=member.team_id)


def _act(answer: Answer, request: HttpRequest, text: str) -> None:
    common: dict[str, Any] = {
        "task_id": answer.task.pk,
        "by": person_for(request).user,
        "text": text,
        "now": timezone.now(),
        "revision": answer.revision,
    }
    if answer.to is not None:
        if answer.action == Action.PASS_ON:
            passing_on.pass_on(to=answer.to, **common)
        else:
            handing_over.reassign(assistant=answer.to, **common)
        return
    match answer.action:
        case Action.TAKE_BACK:
            handing_over.take_back(**common)
        case Action.HAND_BACK:
            handing_over.hand_back(**common)
        case Action.DECLINE:
            handing_over.decline(reason=DECLINED_BECAUSE, **common)
        case _:
            handing_over.stop(**common)


def _without_done(request: HttpRequest, member: Membership, form: OpenWorkForm) -> OpenWorkForm:
    """What is left, with what was chosen for it and why it could not be done."""
    left = OpenWorkForm(request.POST, leaving=leaving_of(member, reader=person_for(request).user))
    left.refused = form.refused
    return left


def _say(request: HttpRequest, done: int) -> None:
    if done:
        said = ngettext("Done for %(count)d task.", "Done for %(count)d tasks.", done)
        messages.success(request, said % {"count": done})
    else:
        messages.info(request, _("Nothing was chosen yet. Choose what becomes of each task."))


def _page(
    request: HttpRequest,
    member: Membership,
    *,
    form: OpenWorkForm | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    leaving = form.leaving if form else leaving_of(member, reader=person_for(request).user)
    context = {
        "leaving": leaving,
        "member": member,
        "person": member.user,
        "team": member.team,
        "own": leaving.own,
        "form": form or OpenWorkForm(leaving=leaving),
        "refused": refused,
        "here": reverse("member_leaving", args=[member.pk]),
        "hands_over": person_for(request).roles[member.team_id] in Role.entrepreneurs(),
    }
    return render(request, "tasks/leaving.html", context, status=status)
