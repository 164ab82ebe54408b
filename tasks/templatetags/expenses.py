"""How an expense is written on a page: why it waits, and what it was in another currency."""

from decimal import Decimal

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext

from tasks.models import Expense, Task, Turn
from tasks.payloads import ExpenseAsked
from tasks.templatetags.handover import money

register = template.Library()


@register.filter
def why_it_waits(turn: Turn, task: Task) -> list[str]:
    """What stands in the way of an expense, as the limits are now: one short phrase for each."""
    asked, reasons = turn.asked, []
    if "ask_above" in asked.why:
        reasons.append(
            gettext("above %(amount)s, what may be spent without asking")
            % {"amount": money(asked.ask_above, asked.currency)}
        )
    if "budget" in asked.why:
        limit = task.money_limit
        over = task.money_spent + asked.amount - limit if limit is not None else Decimal(0)
        if over > 0:
            values = {"over": money(over, asked.currency), "limit": money(limit, asked.currency)}
            reasons.append(gettext("%(over)s beyond the budget of %(limit)s") % values)
        else:
            reasons.append(gettext("beyond the budget when it was asked; by now it fits"))
    return reasons


@register.filter
def as_paid(expense: Expense | ExpenseAsked, ours: str) -> str:
    """What it was where it was paid: "$ 65.20, at 1 USD = 0.92 EUR"; nothing when that was in the team's currency."""
    if expense.original_amount is None or expense.rate is None:
        return ""
    rate = number_format(expense.rate.normalize(), use_l10n=True, force_grouping=False)
    return gettext("%(paid)s, at 1 %(theirs)s = %(rate)s %(ours)s") % {
        "paid": money(expense.original_amount, expense.original_currency),
        "theirs": expense.original_currency,
        "rate": rate,
        "ours": ours,
    }
