"""One view for every action on a task: find it, show the form, act, say what happened."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import came_from
from delegation.levels import LevelKey
from delegation.workflow import REFUSALS, TABLE, Refusal, Role, State, Why, decide
from tasks.access import task_for_press, task_out_of_sight
from tasks.actions.base import ALREADY_ANSWERED, Refused
from tasks.files_away import NotStored
from tasks.forms.actions import ActionForm
from tasks.forms.files import keep_files
from tasks.models import Task, Turn, TurnKind, TurnState
from tasks.queries import person_for, visible_to
from tasks.screens import SCREENS, Screen
from tasks.talks import talks_about
from tasks.timeline import last_event, sentence_of

# What an action answers is shown above its form.
ANSWERS: dict[str, TurnKind] = {
    "answer": TurnKind.QUESTION,
    "to-tray": TurnKind.QUESTION,
    "acknowledge": TurnKind.AMENDMENT,
    "approve": TurnKind.PROPOSAL,
    "ask-for-changes": TurnKind.PROPOSAL,
    "choose": TurnKind.OPTIONS,
    "ask-for-other-options": TurnKind.OPTIONS,
    "allow-deviation": TurnKind.DEVIATION,
    "refuse-deviation": TurnKind.DEVIATION,
    "approve-expense": TurnKind.EXPENSE,
    "refuse-expense": TurnKind.EXPENSE,
    "answer-flag": TurnKind.FLAG,
    "accept-milestone": TurnKind.MILESTONE,
    "send-back-milestone": TurnKind.MILESTONE,
    "accept-result": TurnKind.DELIVERY,
    "send-back": TurnKind.DELIVERY,
}


@require_http_methods(["GET", "POST"])
def task_action(request: HttpRequest, task_id: UUID, slug: str) -> HttpResponse:
    """Do one thing to a task. A wrong or stale press answers with what changed and what can be done now."""
    screen = SCREENS.get(slug)
    if screen is None:
        raise Http404
    if task_out_of_sight(request, task_id):
        messages.info(request, _("This task is no longer with you. What you did before has been kept."))
        return redirect("now")
    task, role = task_for_press(request, task_id, screen.action)
    by, now = person_for(request).user, timezone.now()
    if request.method == "POST":
        form = screen.form(request.POST, request.FILES, task=task, by=by, now=now)
        if form.is_valid() and not form.wants_more():
            try:
                return _act(request, screen, form)
            except NotStored as away:
                form.add_error("attachments" if "attachments" in form.fields else "receipt", away.text)
        # Where it went to somebody else, what the form would show of it is not theirs any more.
        no_use: str | Promise | None = None if role in TABLE[screen.action].roles else REFUSALS[Why.NOT_YOURS]
    else:
        form = screen.form(task=task, by=by, now=now, initial=_given(request, screen.form))
        no_use = _no_use(slug, screen, form, role)
    if no_use is not None:
        return changed(request, Refused(task, no_use), typed=typed_texts(form) if form.is_bound else None)
    return _show(request, slug, screen, form, role)


def _no_use(slug: str, screen: Screen, form: ActionForm, role: Role) -> str | Promise | None:
    """Why the form is of no use now; None when it is. The action itself asks again, with the row locked."""
    task = form.task
    facts = task.facts(now=form.now, resume=State.IN_PROGRESS)
    refusal = decide(state=State(task.state), action=screen.action, role=role, level=LevelKey(task.level), facts=facts)
    if isinstance(refusal, Refusal):
        return refusal.text
    return ALREADY_ANSWERED if _nothing_waits(slug, form, role) else form.refusal()


def _act(request: HttpRequest, screen: Screen, form: ActionForm) -> HttpResponse:
    common: dict[str, Any] = {
        "task_id": form.task.pk,
        "by": form.by,
        "now": form.now,
        "revision": form.cleaned_data["revision"],
    }
    try:
        done = screen.run(form, common)
    except Refused as refused:
        return changed(request, refused, typed=typed_texts(form))
    messages.success(request, screen.said(form) if screen.said else str(screen.done))
    return redirect(_next(request, done))


def _given(request: HttpRequest, form: type[ActionForm]) -> dict[str, Any]:
    """What the address fills in beforehand: a link to a form can say what it is about (`flag/?kind=time`)."""
    fields = {name for name, field in form.base_fields.items() if not field.widget.is_hidden}
    given: dict[str, Any] = {name: text for name, text in request.GET.items() if name in fields}
    with suppress(ValueError):  # which of several flags, or questions; what is no id names none
        given["turn"] = UUID(request.GET.get("turn", ""))
    return given


def _next(request: HttpRequest, task: Task) -> str:
    """Where the press came from, else the task if it is still in sight, else Now."""
    if page := came_from(request):
        return page
    person = person_for(request)
    in_sight = visible_to(person).filter(pk=task.pk).exists()
    return task.get_absolute_url() if in_sight else reverse("now")


def _show(request: HttpRequest, slug: str, screen: Screen, form: ActionForm, role: Role) -> HttpResponse:
    if form.is_bound:
        keep_files(form, now=form.now)
    turn = _turn(slug, form, role)
    context = {
        "task": form.task,
        "slug": slug,
        "screen": screen,
        "form": form,
        "turn": turn,
        "talks": talks_about([turn] if turn else [], on=form.now.astimezone(form.task.team.zone).date()),
        "next": request.POST.get("next", ""),
    }
    status = 422 if form.is_bound and form.errors and not form.wants_more() else 200
    return render(request, screen.template, context, status=status)


def _nothing_waits(slug: str, form: ActionForm, role: Role) -> bool:
    """Whether what this would answer has been answered, or was never asked."""
    if slug == "answer-checkin":
        return form.initial["checkin"] is None
    return slug in ANSWERS and _turn(slug, form, role) is None


def _turn(slug: str, form: ActionForm, role: Role) -> Turn | None:
    """What is answered: the turn that the press names, else the oldest that was put to this side."""
    kind = ANSWERS.get(slug)
    if kind is None:
        return None
    turns = Turn.objects.filter(task=form.task, kind=kind, state=TurnState.OPEN).select_related("by")
    # Another entrepreneur of the team may answer instead.
    mine = Q(waits_on=form.by) if role == Role.ASSISTANT else ~Q(waits_on=form.task.assistant_id)
    turns = turns.filter(mine)
    wanted = form["turn"].value()
    if wanted and not form["turn"].errors:
        turns = turns.filter(pk=wanted)
    return turns.order_by("created_at").first()


def typed_texts(form: Form) -> list[str]:
    """The texts that would be lost: they are shown, so that they can be taken along."""
    values = form.cleaned_data.values()
    lists = [item for value in values if isinstance(value, list) for item in value]
    return [text for text in [*values, *lists] if isinstance(text, str) and len(text) > 20]


def changed(request: HttpRequest, refused: Refused, typed: list[str] | None = None) -> HttpResponse:
    """The page for a press that came too late: why not, what happened last, and the way to what can be done now."""
    task = refused.task
    event = last_event(task)
    context = {
        "task": task,
        "text": refused.text,
        "event": event,
        "last_line": sentence_of(event) if event else "",
        "typed": typed or [],
        "way_out": refused.way_out,
    }
    return render(request, "tasks/changed.html", context, status=409)
