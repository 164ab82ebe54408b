"""What was spent on a task."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from delegation.levels import LevelKey
from delegation.workflow import Action, Refusal, State, decide
from tasks.access import expense_for_withdrawing, task_for_both_sides
from tasks.actions.base import Refused
from tasks.actions.expenses import withdraw_expense
from tasks.expenses import expense_page
from tasks.queries import person_for
from tasks.templatetags.handover import money
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
        "page": expense_page(task, person_for(request).user, _id_in(request.GET.get("after", ""))),
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


def _id_in(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
