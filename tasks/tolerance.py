"""The team's tolerance: a small overrun is approved at once, for a task at most once a day, and never unseen.

More time counts at the plain rate: when it will be worked, and so what a rush or an evening adds, is not known yet.
"""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import MessageKind
from delegation.agreements import agreement_in_force, team_money
from delegation.proportions import priced
from delegation.tolerance import CENT, cap, is_within
from tasks.actions.base import Step
from tasks.models import Task, ToleranceUse


def use_tolerance(step: Step, over: Decimal, limit: Decimal, *, minutes: int | None = None, **data: Any) -> bool:
    """Whether an overrun `over` of `limit` is approved at once. If so, that is written down and both sides are told.

    Both amounts are in the team's currency; `minutes`: how many they stand for, if it is about time. `data`: what else
    the timeline should know of it. Of two that come at once the database's own constraint lets one through.
    """
    task = step.task
    money = team_money(task.team)
    over, most = over.quantize(CENT, ROUND_HALF_UP), cap(limit, money.tolerance_amount, money.tolerance_percent)
    if most is None or not is_within(over, most):
        return False
    day = step.now.astimezone(task.team.zone).date()
    try:
        with transaction.atomic():
            ToleranceUse.objects.create(task=task, day=day, amount=over, cap=most, at=step.now)
    except IntegrityError:
        return False
    # The timeline is for the whole team: of time it tells the time, or the price of an hour could be worked out.
    used = {"minutes": minutes} if minutes else {"amount": f"{over:.2f}", "currency": task.team.currency}
    event = step.note("tolerance-used", **used, **data)
    step.tell_both(
        event,
        "tolerance_used",
        kind=MessageKind.LIMIT,
        amount=f"{over:.2f}",
        most=f"{most:.2f}",
        currency=task.team.currency,
    )
    return True


def tolerance_left(task: Task, *, now: datetime) -> Decimal | None:
    """How much beyond the money limit would be approved at once by now; None when nothing would."""
    if task.money_limit is None:
        return None
    money, day = team_money(task.team), now.astimezone(task.team.zone).date()
    most = cap(task.money_limit, money.tolerance_amount, money.tolerance_percent)
    if not most or ToleranceUse.objects.filter(task=task, day=day).exists():
        return None
    return most


def rate_of(task: Task, step: Step) -> Decimal | None:
    """What an hour of who carries the task out costs today, in the team's currency; None when nothing was agreed."""
    if task.assistant_id is None:
        return None
    day = step.now.astimezone(task.team.zone).date()
    agreement = agreement_in_force(task.team_id, task.assistant_id, day)
    return agreement.rate if agreement and agreement.currency == task.team.currency else None


def in_money(minutes: int, limit: int, rate: Decimal) -> tuple[Decimal, Decimal]:
    """So many minutes beyond a limit of minutes, and that limit, as what they cost: for `use_tolerance`."""
    return priced(minutes, rate), priced(limit, rate)
