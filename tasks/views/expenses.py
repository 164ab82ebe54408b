"""What was spent on a task."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.ids import id_in
from delegation.levels import LevelKey
from delegation.workflow import Action, Refusal, State, decide
from tasks.access import expense_for_withdrawing, task_for_both_sides, whose
from tasks.actions.base import Refused
from tasks.actions.expenses import add_receipt, withdraw_expense
from tasks.expenses import expense_page
from tasks.files_away import NotStored
from tasks.forms.expenses import ReceiptForm
from tasks.queries import person_for
from tasks.templatetags.handover import money
from tasks.uploads import storing
from tasks.views.actions import changed


@require_GET
def task_expenses(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """The expenses of a task, the newest first, for both sides."""
    task, role = task_for_both_sides(request, task_id)
    may_log = decide(
        state=State(task.state),
        action=Action.LOG_EXPENSE,
        role=role,
        level=LevelKey(task.level),
        facts=task.facts(now=timezone.now(), resume=State.IN_PROGRESS),
    )
    context = {
        "task": task,
        "page": expense_page(
            task, person_for(request).user, id_in(request.GET.get("after", "")), of=whose(request, role)
        ),
        "first": "after" not in request.GET,
        "may_log": not isinstance(may_log, Refusal),
    }
    return render(request, "tasks/expenses.html", context)


@require_POST
def expense_withdraw(request: HttpRequest, task_id: UUID, expense_id: UUID) -> HttpResponse:
    """Take one's own expense back."""
    expense = expense_for_withdrawing(request, task_id, expense_id)
    by, seen = person_for(request).user, request.POST.get("seen", "")
    try:
        task = withdraw_expense(task_id=task_id, by=by, expense_id=expense.pk, seen=seen, now=timezone.now())
    except Refused as refused:
        return changed(request, refused)
    messages.success(request, _("Taken back: %(amount)s.") % {"amount": money(expense.amount, task.team.currency)})
    return redirect("task_expenses", task_id=task_id)


@require_POST
def expense_receipt(request: HttpRequest, task_id: UUID, expense_id: UUID) -> HttpResponse:
    """Give the receipt of one's own expense afterwards."""
    expense = expense_for_withdrawing(request, task_id, expense_id)
    by, now = person_for(request).user, timezone.now()
    form = ReceiptForm(request.POST, request.FILES)
    if not form.is_valid():
        for error in form.errors["receipt"]:
            messages.error(request, f"{expense.what}: {error}")
        return redirect("task_expenses", task_id=task_id)
    try:
        given = [form.cleaned_data["receipt"]]
        with storing(given, team=expense.task.team, task=expense.task, by=by, now=now, versions=False) as stored:
            add_receipt(task_id=task_id, by=by, expense_id=expense_id, receipt=stored[0], now=now)
    except Refused as refused:
        return changed(request, refused)
    except NotStored as away:
        messages.error(request, f"{expense.what}: {away.text}")
        return redirect("task_expenses", task_id=task_id)
    messages.success(request, _("The receipt is there."))
    return redirect("task_expenses", task_id=task_id)
