"""Handing over: the form for a new brief, for a draft, and for changing one that is agreed."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.ids import id_in
from accounts.models import Team, User
from accounts.signing_in import address_of
from delegation.clarity import check
from delegation.levels import LEVELS
from delegation.workflow import REFUSALS, TABLE, Action, State, Why
from tasks import uploads
from tasks.access import task_for_action, team_for_handing_over
from tasks.actions import handing_over
from tasks.actions.base import Refused
from tasks.actions.resources import add_resource
from tasks.files_away import NotStored
from tasks.forms.brief import BriefForm
from tasks.forms.brief_resources import PickerForm
from tasks.forms.files import keep_files
from tasks.lending import clean_search
from tasks.models import Resource, StoredFile, Task
from tasks.queries import person_for, task_made_by, visible_to
from tasks.views.actions import changed, typed_texts

DELEGATE, ENTER, FIND = "delegate", "enter", "find"


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def task_new(request: HttpRequest) -> HttpResponse:
    """Write a brief and hand it over, or keep it as a draft."""
    team = team_for_handing_over(request)
    by, now, do = person_for(request).user, timezone.now(), _pressed(request)
    handing = do in {DELEGATE, ENTER}
    form = BriefForm(request.POST or None, request.FILES or None, team=team, by=by, now=now, handing_over=handing)
    if do == FIND:
        form.hold_back_errors()
    elif request.method == "POST" and form.is_valid():
        return _made_before(request, form) or _save(request, form, team, by)
    return _show(request, form, team, None)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def task_edit(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Change a draft, or make a new version of a brief that is agreed."""
    task, _role = task_for_action(request, task_id, Action.EDIT)
    state = State(task.state)
    if request.method == "GET" and state not in TABLE[Action.EDIT].to and state not in TABLE[Action.AMEND].to:
        return changed(request, Refused(task, REFUSALS[Why.NOT_NOW]))
    by, now, do = person_for(request).user, timezone.now(), _pressed(request)
    handing = do == DELEGATE or (do == ENTER and state == State.DRAFT)
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = BriefForm(data, files, team=task.team, by=by, now=now, task=task, handing_over=handing)
    if do == FIND:
        form.hold_back_errors()
    elif form.is_bound and form.is_valid():
        return _save(request, form, task.team, by)
    return _show(request, form, task.team, task)


@sensitive_post_parameters()
@require_POST
def clarity(request: HttpRequest) -> HttpResponse:
    """The clarity check of what is in the form now. Writes nothing."""
    team = team_for_handing_over(request)
    form = BriefForm(request.POST, team=team, by=person_for(request).user, now=timezone.now())
    form.is_valid()
    return render(request, "tasks/clarity.html", {"remarks": check(form.brief())})


@sensitive_post_parameters()
@require_POST
def resource_picker(request: HttpRequest) -> HttpResponse:
    """The resources to choose from, for what is in the form now. Writes nothing."""
    team = team_for_handing_over(request)
    wanted = id_in(request.GET.get("task", ""))
    task = visible_to(person_for(request)).filter(team=team, pk=wanted).first() if wanted else None
    return render(request, "tasks/picker.html", {"picker": PickerForm(request.POST, team=team, task=task).picker()})


def _pressed(request: HttpRequest) -> str:
    """Which button was pressed. Enter presses the first of the form: a search, where somebody was searching."""
    do = request.POST.get("do", "")
    return FIND if do == ENTER and clean_search(request.POST.get("resource_search", "")) else do


def _show(request: HttpRequest, form: BriefForm, team: Team, task: Task | None) -> HttpResponse:
    if form.is_bound:
        form.is_valid()
        keep_files(form, now=form.now)
        keep_files(form.new_resource, now=form.now)
        remarks = check(form.brief())
    else:
        remarks = check(task.as_brief()) if task else []
    context: dict[str, Any] = {
        "form": form,
        "team": team,
        "task": task,
        "levels": list(LEVELS.values()),
        "level": form["level"].value() if "level" in form.fields else None,
        "remarks": remarks,
        "new": task is None or task.state == State.DRAFT,
        "picker": form.picker(),
        "picker_address": f"{reverse('resource_picker')}?team={team.pk}" + (f"&task={task.pk}" if task else ""),
    }
    return render(request, "tasks/handover.html", context, status=422 if form.is_bound and form.errors else 200)


def _save(request: HttpRequest, form: BriefForm, team: Team, by: User) -> HttpResponse:
    now = timezone.now()
    upload = form.new_resource.cleaned_data["file"] if form.new_resource.is_given() else None
    writing = partial(uploads.writing, team=team, by=by, now=now)
    try:
        with (
            writing([upload] if upload else []) as stored,
            writing(form.cleaned_data["example_files"], examples=True) as examples,
            transaction.atomic(),
        ):
            resources = [*form.cleaned_data["resources"], *_new_resource(request, form, team, stored)]
            task = _write(form, team, by, resources, [*form.kept_examples(), *examples])
            if form.handing_over:
                handing_over.delegate(task_id=task.pk, by=by, now=now)
    except NotStored as away:
        form.add_error(None, away.text)
        return _show(request, form, team, form.task)
    except Refused as refused:
        return changed(request, refused, typed=[*typed_texts(form), *form.typed_in_resource()])
    except IntegrityError:
        if form.cleaned_data["new_id"] is None:
            raise
        # There is a task with this id by now: the first of two presses made it, or it is nothing of theirs.
        made = _made_before(request, form)
        form.cleaned_data["new_id"] = None
        return made or _save(request, form, team, by)
    messages.success(request, _done(form, task))
    return redirect(task)


def _made_before(request: HttpRequest, form: BriefForm) -> HttpResponse | None:
    """The second of two presses, or a try after an answer that got lost: on to the task that the first one made.

    A form that was opened again and changed makes a task of its own.
    """
    task = task_made_by(person_for(request), form.cleaned_data["new_id"])
    if task is None:
        return None
    same = all(getattr(task, name) == value for name, value in form.columns().items())
    if not same or form.handing_over == (task.state == State.DRAFT):
        form.cleaned_data["new_id"] = None
        return None
    messages.success(request, _done(form, task))
    return redirect(task)


def _write(form: BriefForm, team: Team, by: User, resources: list[Resource], examples: list[StoredFile]) -> Task:
    common: dict[str, Any] = {
        "by": by,
        "fields": form.columns(),
        "rules": form.rules(),
        "milestones": form.milestones(),
        "resources": resources,
        "examples": examples,
        "now": timezone.now(),
    }
    if form.task is None:
        return handing_over.create_draft(team=team, task_id=form.cleaned_data["new_id"], **common)
    common["revision"] = form.cleaned_data["revision"]
    if form.task.state == State.DRAFT:
        return handing_over.edit_draft(task_id=form.task.pk, **common)
    return handing_over.amend(task_id=form.task.pk, **common)


def _new_resource(request: HttpRequest, form: BriefForm, team: Team, stored: list[StoredFile]) -> list[Resource]:
    given = form.new_resource
    if not given.is_given():
        return []
    file = next(iter(uploads.keep(stored)), None)
    by, now, ip = person_for(request).user, timezone.now(), address_of(request)
    return [add_resource(team=team, by=by, stored_file=file, now=now, ip=ip, **given.values())]


def _done(form: BriefForm, task: Task) -> str:
    if form.handing_over:
        name = form.cleaned_data["assistant"].short_name
        return _("Handed over to %(name)s. You hear as soon as there is an answer.") % {"name": name}
    if form.task is None or form.task.state == State.DRAFT:
        return _("Kept as a draft.")
    return _("Saved. Your assistant sees what changed.")
