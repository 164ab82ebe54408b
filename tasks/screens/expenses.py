"""The screens for what is spent. Taking an expense back is a press on the page with all of them (views/expenses.py)."""

from typing import Any
from uuid import uuid4

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from delegation.workflow import Action
from tasks import uploads
from tasks.actions import expenses
from tasks.forms.actions import ActionForm
from tasks.forms.expenses import ApproveExpenseForm, LogExpenseForm, RefuseExpenseForm
from tasks.models import Expense, ExpenseState, Task
from tasks.screens.base import Screen
from tasks.templatetags.handover import money


def log_expense(form: ActionForm, common: dict[str, Any]) -> Task:
    """Log it, with its receipt; the receipt goes again when the expense is refused."""
    data, task, by, now = form.cleaned_data, form.task, common["by"], common["now"]
    data["entry"] = data["entry"] or uuid4()
    given = [data["receipt"]] if data["receipt"] else []
    with uploads.storing(given, team=task.team, task=task, by=by, now=now, versions=False) as stored:
        return expenses.log_expense(
            task_id=task.pk,
            by=by,
            amount=data["amount"],
            what=data["what"],
            currency=data["currency"],
            rate=data["rate"],
            day=data["day"],
            receipt=stored[0] if stored else None,
            entry_id=data["entry"],
            now=now,
        )


def said(form: ActionForm) -> str:
    """How the amount was read, and whether it counts or waits."""
    expense = Expense.objects.get(pk=form.cleaned_data["entry"])
    amount = money(expense.amount, form.task.team.currency)
    if expense.original_amount is not None:
        amount = f"{amount} ({money(expense.original_amount, expense.original_currency)})"
    if expense.state == ExpenseState.WAITING:
        return gettext("Asked: %(amount)s. It counts once there is a yes.") % {"amount": amount}
    return gettext("Logged: %(amount)s.") % {"amount": amount}


def approve_expense(form: ActionForm, common: dict[str, Any]) -> Task:
    """Which one is said by its turn; what else happened on the task does not matter to it."""
    data = form.cleaned_data
    return expenses.approve_expense(
        task_id=common["task_id"], by=common["by"], now=common["now"], turn_id=data["turn"], text=data["text"]
    )


def refuse_expense(form: ActionForm, common: dict[str, Any]) -> Task:
    """Likewise."""
    data = form.cleaned_data
    return expenses.refuse_expense(
        task_id=common["task_id"], by=common["by"], now=common["now"], turn_id=data["turn"], text=data["text"]
    )


MONEY: dict[str, Screen] = {
    "log-expense": Screen(
        action=Action.LOG_EXPENSE,
        title=_("Log an expense"),
        button=_("Log it"),
        done=_("Logged."),
        said=said,
        run=log_expense,
        form=LogExpenseForm,
        template="tasks/expense_form.html",
        quiet=True,
        lede=_("Log what you spent, or ask before you spend it."),
    ),
    "approve-expense": Screen(
        action=Action.APPROVE_EXPENSE,
        title=_("Approve the expense"),
        button=_("Approve"),
        done=_("Approved. It counts now."),
        run=approve_expense,
        form=ApproveExpenseForm,
    ),
    "refuse-expense": Screen(
        action=Action.REFUSE_EXPENSE,
        title=_("Refuse the expense"),
        button=_("Refuse"),
        done=_("Refused. Your assistant knows why."),
        run=refuse_expense,
        form=RefuseExpenseForm,
        quiet=True,
    ),
}
