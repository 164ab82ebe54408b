"""The tray: what came up along the way, and what becomes of it."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.ids import id_in
from accounts.models import Team
from accounts.pages import Cursor
from tasks.access import task_of_tray, tray_for_adding, trays_for_adding, wish_for_deciding, wish_for_dropping
from tasks.actions.wishes import WishDecided, add_wish, drop_wish, wish_to_task
from tasks.forms.wishes import DropWishForm, WishForm
from tasks.models import Task, Wish, WishState
from tasks.queries import Person, person_for
from tasks.templatetags.wishes import price_tag
from tasks.wishes import WishFilters, tray_page, wish_made_by


@require_http_methods(["GET", "POST"])
def wishes(request: HttpRequest) -> HttpResponse:
    """The wishes of all one's teams, a page at a time, and a line for one more."""
    task = task_of_tray(request)
    form = None
    if request.method == "POST":
        team, task = tray_for_adding(request)
        form = WishForm(request.POST, team=team)
        if form.is_valid():
            _add(request, form, team, task)
            return redirect(task if task and "task" in request.POST else request.get_full_path())
    return _show(request, task, form)


def _show(request: HttpRequest, task: Task | None, form: WishForm | None) -> HttpResponse:
    person = person_for(request)
    filters = WishFilters(
        closed=request.GET.get("show") == "closed",
        team=id_in(request.GET.get("team", "")),
        task=task.pk if task else None,
    )
    trays = [task.team] if task else trays_for_adding(request)
    chosen = next((team for team in trays if team.pk == filters.team), None)
    if form is None and trays and not filters.closed:
        form = WishForm(team=chosen or trays[0])
    rows, following = tray_page(person, filters, Cursor.parse(request.GET.get("before", "")))
    context = {
        "rows": rows,
        "following": following,
        "paged": "before" in request.GET,
        "filters": filters,
        "narrowing": _narrowing(filters),
        "form": form,
        "task": task,
        "trays": [] if task or chosen else trays,
        "chosen": chosen,
        "teams": person.teams,
        "several_teams": len(person.teams) > 1,
    }
    return render(request, "tasks/wishes.html", context, status=422 if form and form.errors else 200)


def _narrowing(filters: WishFilters) -> str:
    """What of the address stays when somebody goes to the other page of the tray, or drops something in."""
    found = {name: key for name in ("team", "task") if (key := getattr(filters, name))}
    return urlencode(found)


def _add(request: HttpRequest, form: WishForm, team: Team, task: Task | None) -> None:
    """Drop it in, once, however often it is sent; and say how it was read."""
    wish = _added(person_for(request), form, team, task)
    tag = price_tag(wish, team.currency)
    if tag:
        messages.success(request, _("In the tray: %(wish)s (%(tag)s).") % {"wish": wish.text, "tag": tag})
    else:
        messages.success(request, _("In the tray: %(wish)s.") % {"wish": wish.text.rstrip(".")})


def _added(person: Person, form: WishForm, team: Team, task: Task | None) -> Wish:
    new_id: UUID | None = form.cleaned_data["new_id"]
    data = {name: form.cleaned_data[name] for name in ("text", "minutes", "amount")}
    common: dict[str, Any] = {"team": team, "task": task, "by": person.user, "now": timezone.now(), **data}

    def made_before() -> Wish | None:
        """What the first of two presses made. A form that was opened again and changed makes a wish of its own."""
        wish = wish_made_by(person, new_id)
        return wish if wish and wish.text == data["text"] else None

    try:
        return made_before() or add_wish(wish_id=new_id, **common)
    except IntegrityError:  # the other press was a little quicker, or the id is nothing of theirs
        return made_before() or add_wish(**common)


@require_POST
def wish_task(request: HttpRequest, wish_id: UUID) -> HttpResponse:
    """Make it a task, and on to its brief."""
    wish = wish_for_deciding(request, wish_id)
    try:
        task = wish_to_task(wish=wish, by=person_for(request).user, now=timezone.now())
    except WishDecided as decided:
        return _decided(request, decided.wish)
    messages.success(request, _("This is a draft now. Add what is still missing, then hand it over."))
    return redirect("task_edit", task_id=task.pk)


@require_http_methods(["GET", "POST"])
def wish_drop(request: HttpRequest, wish_id: UUID) -> HttpResponse:
    """Decide that it won't be done, with a few words if one likes."""
    wish = wish_for_dropping(request, wish_id)
    form = DropWishForm(request.POST if request.method == "POST" else None)
    if wish.state != WishState.OPEN:
        return _decided(request, wish, typed=form["text"].value() or "")
    if form.is_valid():
        try:
            drop_wish(wish=wish, by=person_for(request).user, text=form.cleaned_data["text"], now=timezone.now())
        except WishDecided as decided:
            return _decided(request, decided.wish, typed=form.cleaned_data["text"])
        messages.success(request, _("Dropped. It stays in sight among what was decided."))
        return redirect("wishes")
    context = {"wish": wish, "form": form}
    return render(request, "tasks/wish_drop.html", context, status=422 if form.errors else 200)


def _decided(request: HttpRequest, wish: Wish, typed: str = "") -> HttpResponse:
    """The page for a press that came too late: what became of the wish, and who decided."""
    context = {"wish": wish, "typed": typed}
    return render(request, "tasks/wish_decided.html", context, status=409)
