"""Money that was spent, or is about to be: logged, asked for where it needs a yes, answered, taken back.

Whatever is counted is within what may be spent without asking, or somebody said yes to it, or the team's tolerance did.
"""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import MessageKind, User
from accounts.outbox import mark_done
from delegation.amounts import MOST_MONEY
from delegation.workflow import REFUSALS, Action, Role, Why
from tasks.actions.base import ALREADY_ANSWERED, Refused, Step, acting
from tasks.actions.once import new_id
from tasks.metering import recount
from tasks.models import STANDING_EXPENSES, Event, Expense, ExpenseState, StoredFile, Task, Turn, TurnKind, TurnState
from tasks.payloads import ExpenseAsked
from tasks.tolerance import use_tolerance

NO_MONEY = _("Log an amount above zero.")
TOO_MUCH = _("That is more than 10 million. Is it right?")
NO_RATE = _("Say what one of that currency was in the team's.")
NOT_YET = _("This day has not come yet.")
BEFORE_THE_TASK = _("On this day the task was not handed over yet.")
TOO_LONG_AGO = _("That is more than a year ago. Is the date right?")
ON_A_TIMESHEET = _("This has been approved on a timesheet, so it stays as it is.")
OWN_EXPENSE = _("Nobody approves their own expense. Ask somebody else in the team.")
HAS_A_RECEIPT = _("This has its receipt already.")
DOES_NOT_COUNT = _("This does not count, so it needs no receipt.")
TAKEN_BACK = _("This has been taken back already.")
WAS_REFUSED = _("This was refused, so it does not count. There is nothing to take back.")
APPROVED_MEANWHILE = _("This has been approved meanwhile, so it counts. You can still take it back.")

# Longer ago is a typing error, or nothing that anybody still remembers.
MOST_DAYS_BACK = 366
CENT = Decimal("0.01")


def log_expense(
    *,
    task_id: UUID,
    by: User,
    amount: Decimal,
    what: str,
    currency: str = "",
    rate: Decimal | None = None,
    day: date | None = None,
    receipt: StoredFile | None = None,
    entry_id: UUID | None = None,
    now: datetime,
) -> Task:
    """Log money that was spent on `day` (today unless told otherwise), or ask for it before it is spent.

    `currency`: of `amount`; empty for the team's. Another one needs its `rate`, what one of it was in the team's.
    `entry_id`: chosen beforehand, so that sending the same again can't log it twice. What may be spent without asking
    and fits the budget counts at once, as does an overrun within the team's tolerance; all else waits for a yes. Raises
    Refused for an amount or a day that can't be.
    """
    with acting(Action.LOG_EXPENSE, task_id=task_id, by=by, now=now) as step:
        team_currency = step.task.team.currency
        foreign = currency if currency != team_currency else ""
        if foreign and not rate:
            raise Refused(step.task, NO_RATE)
        counts = in_team_currency(amount, rate if foreign else None)
        if not 0 < counts <= MOST_MONEY or not 0 < amount <= MOST_MONEY:
            raise Refused(step.task, NO_MONEY)
        today = now.astimezone(by.zone).date()
        if complaint := day_complaint(step.task, day or today, by=by, now=now):
            raise Refused(step.task, complaint)
        expense = Expense(
            id=new_id(Expense, entry_id, step),
            task=step.task,
            by=by,
            amount=counts,
            what=what,
            at=now,
            day=day or today,
            original_amount=amount if foreign else None,
            original_currency=foreign,
            rate=rate if foreign else None,
            receipt=receipt,
        )
        why = needs_a_yes(step.task, counts)
        if why == ["budget"] and _tolerated(step, counts):
            why = []
        expense.state = ExpenseState.WAITING if why else ExpenseState.COUNTED
        expense.save(force_insert=True)
        data = {"amount": f"{counts:.2f}", "currency": team_currency, "text": what}
        step.record(**data, **({"asked": True} if why else {}))
        if why:
            _ask(step, expense, why)
        recount(step)
    return step.task


def approve_expense(*, task_id: UUID, by: User, turn_id: UUID | None = None, text: str = "", now: datetime) -> Task:
    """Say yes to an expense that waits: it counts, also beyond the budget, which stays what it is.

    `turn_id`: which one; else the one that waits longest. Raises Refused when it is answered or taken back, and for
    who spent it themselves, whatever they are in the team by now.
    """
    with acting(Action.APPROVE_EXPENSE, task_id=task_id, by=by, now=now) as step:
        expense = _answer(step, turn_id, "expense_approved", ExpenseState.COUNTED, text)
        if expense.by_id == by.pk:
            raise Refused(step.task, OWN_EXPENSE)
        amount, currency = _record(step, expense, text)
        step.tell(expense.by, "expense_approved", what=expense.what, text=text, amount=amount, currency=currency)
        recount(step)
    return step.task


def refuse_expense(*, task_id: UUID, by: User, turn_id: UUID | None = None, text: str, now: datetime) -> Task:
    """Say no to an expense that waits: it does not count. `text`: why. Otherwise as `approve_expense`."""
    with acting(Action.REFUSE_EXPENSE, task_id=task_id, by=by, now=now) as step:
        expense = _answer(step, turn_id, "expense_refused", ExpenseState.REFUSED, text)
        amount, currency = _record(step, expense, text)
        step.tell(expense.by, "expense_refused", what=expense.what, text=text, amount=amount, currency=currency)
        recount(step)
    return step.task


def withdraw_expense(*, task_id: UUID, by: User, expense_id: UUID, seen: str | None = None, now: datetime) -> Task:
    """Take one's own expense back, also after the task went to somebody else: it counts, or waits, no more.

    `seen`: the state in which it was when they pressed; when it was answered meanwhile, they are told so instead. What
    is approved on a timesheet stays. Raises Refused.
    """
    with acting(Action.WITHDRAW_EXPENSE, task_id=task_id, by=by, now=now) as step:
        expense = Expense.objects.filter(task=step.task, pk=expense_id, by=by).first()
        if expense is None:
            raise Refused(step.task, REFUSALS[Why.NOT_YOURS], Why.NOT_YOURS)
        if complaint := _stays(expense, seen):
            raise Refused(step.task, complaint)
        left = Expense.objects.filter(pk=expense.pk, state=expense.state, approved_at__isnull=True)
        if left.update(state=ExpenseState.WITHDRAWN) != 1:  # a timesheet was quicker
            raise Refused(step.task, ON_A_TIMESHEET)
        for turn in _asked_about(expense):
            Turn.objects.filter(pk=turn.pk).update(state=TurnState.WITHDRAWN)
            _asks_no_more(step, turn.waits_on)
        _record(step, expense, expense.what)
        recount(step)
    return step.task


def add_receipt(*, task_id: UUID, by: User, expense_id: UUID, receipt: StoredFile, now: datetime) -> Task:
    """Give the receipt of one's own expense afterwards: what was asked for beforehand has none until it is paid.

    A receipt that is there stays. Raises Refused; also for what does not count and waits for nothing.
    """
    with acting(Action.ADD_RECEIPT, task_id=task_id, by=by, now=now) as step:
        expense = Expense.objects.filter(task=step.task, pk=expense_id, by=by).first()
        if expense is None:
            raise Refused(step.task, REFUSALS[Why.NOT_YOURS], Why.NOT_YOURS)
        without = Expense.objects.filter(pk=expense.pk, receipt=None, state__in=STANDING_EXPENSES)
        if without.update(receipt=receipt) != 1:
            raise Refused(step.task, HAS_A_RECEIPT if expense.receipt_id else DOES_NOT_COUNT)
        for turn in _asked_about(expense):
            turn.payload |= {"receipt": str(receipt.pk), "receipt_name": receipt.name}
            turn.save(update_fields=["payload"])
        _record(step, expense, expense.what)
    return step.task


def count_what_fits(step: Step, *, before: Decimal | None) -> None:
    """Count what waits for nothing but the budget and fits in it now that it is higher: one yes for one thing.

    `before`: the money limit as it was; where it is not higher now, nothing happens. The longest waiting goes first;
    what doesn't fit goes on waiting, and so does their own. It reads as approved by who raised the limit. Before
    `recount`, after `record`.
    """
    task = step.task
    if before is None or (task.money_limit is not None and task.money_limit <= before):
        return
    waiting = Turn.objects.filter(task=task, kind=TurnKind.EXPENSE, state=TurnState.OPEN).select_related("waits_on")
    turns = [turn for turn in waiting.order_by("created_at", "id") if turn.asked.why == ["budget"]]
    rows = Expense.objects.select_related("by").in_bulk([UUID(turn.asked.expense) for turn in turns])
    more = Decimal(0)
    for turn in turns:
        expense = rows[UUID(turn.asked.expense)]
        if expense.by_id == step.by.pk or needs_a_yes(task, expense.amount, already=more):
            continue
        _decide(step, turn, expense, "expense_approved", ExpenseState.COUNTED)
        more += expense.amount
        what, amount, currency = expense.what, f"{expense.amount:.2f}", task.team.currency
        data = {"amount": amount, "currency": currency, "text": what}
        approved = Event.objects.create(task=task, at=step.now, actor=step.by, kind=Action.APPROVE_EXPENSE, data=data)
        step.tell(expense.by, "expense_approved", about=approved, what=what, text="", amount=amount, currency=currency)


def _asked_about(expense: Expense) -> list[Turn]:
    """What waits for a yes to it."""
    turns = Turn.objects.filter(kind=TurnKind.EXPENSE, state=TurnState.OPEN, payload__expense=str(expense.pk))
    return list(turns.filter(task=expense.task_id).select_related("waits_on"))


def in_team_currency(amount: Decimal, rate: Decimal | None) -> Decimal:
    """The amount at that rate (None: it is in the team's currency), in whole cents, half up."""
    return (amount * rate if rate else amount).quantize(CENT, ROUND_HALF_UP)


def needs_a_yes(task: Task, amount: Decimal, *, already: Decimal = Decimal(0)) -> list[str]:
    """Why this much more may not be spent without asking; empty when it may.

    `already`: what counts by now on top of the task's own sum.
    """
    why = []
    if task.ask_above is not None and amount > task.ask_above:
        why.append("ask_above")
    if task.money_limit is not None and task.money_spent + already + amount > task.money_limit:
        why.append("budget")
    return why


def day_complaint(task: Task, day: date, *, by: User, now: datetime) -> Promise | None:
    """Why nothing can have been spent on that day, on the calendar of who spends; None when it can."""
    today = now.astimezone(by.zone).date()
    if day > today:
        return NOT_YET
    if (today - day).days > MOST_DAYS_BACK:
        return TOO_LONG_AGO
    first = task.versions.filter(number=1).values_list("created_at", flat=True).first() or task.created_at
    return BEFORE_THE_TASK if day < first.astimezone(by.zone).date() else None


def _ask(step: Step, expense: Expense, why: list[str]) -> None:
    task, receipt = step.task, expense.receipt
    beyond = task.money_spent + expense.amount - (task.money_limit or 0)
    asked = ExpenseAsked(
        expense=str(expense.pk),
        amount=expense.amount,
        currency=task.team.currency,
        why=why,
        ask_above=task.ask_above,
        over=beyond if "budget" in why else None,
        day=expense.day,
        original_amount=expense.original_amount,
        original_currency=expense.original_currency,
        rate=expense.rate,
        receipt=str(receipt.pk) if receipt else "",
        receipt_name=receipt.name if receipt else "",
    )
    step.put(TurnKind.EXPENSE, to=task.entrepreneur, text=expense.what, payload=asked.as_json())
    step.tell(
        task.entrepreneur,
        "expense_asked",
        kind=MessageKind.YOUR_TURN,
        must_do=True,
        amount=f"{expense.amount:.2f}",
        currency=task.team.currency,
        what=expense.what,
    )


def _tolerated(step: Step, amount: Decimal) -> bool:
    """Whether the overrun is small enough to be approved at once. What lies beyond the limit counts as a whole."""
    limit = step.task.money_limit
    return limit is not None and use_tolerance(step, step.task.money_spent + amount - limit, limit)


def _answer(step: Step, turn_id: UUID | None, answer: str, state: ExpenseState, text: str) -> Expense:
    turn = step.open_turn(TurnKind.EXPENSE, turn_id, asked_of=Role.ENTREPRENEUR)
    expense = Expense.objects.select_related("by").get(pk=turn.payload["expense"])
    _decide(step, turn, expense, answer, state, text)
    return expense


def _decide(step: Step, turn: Turn, expense: Expense, answer: str, state: ExpenseState, text: str = "") -> None:
    step.answer(turn, answer, text=text)
    if Expense.objects.filter(pk=expense.pk, state=ExpenseState.WAITING).update(state=state) != 1:
        raise Refused(step.task, ALREADY_ANSWERED)
    _asks_no_more(step, turn.waits_on)


def _record(step: Step, expense: Expense, text: str) -> tuple[str, str]:
    """Returns the amount and its currency, as messages tell them."""
    amount, currency = f"{expense.amount:.2f}", step.task.team.currency
    step.record(amount=amount, currency=currency, text=text or expense.what)
    return amount, currency


def _asks_no_more(step: Step, person: User) -> None:
    """When nothing here waits on them any more, what asked them something has been done, whoever did it."""
    if not Turn.objects.filter(task=step.task, waits_on=person, state=TurnState.OPEN).exists():
        mark_done(thread=str(step.task.pk), user=person, now=step.now)


def _stays(expense: Expense, seen: str | None) -> Promise | None:
    """Why an expense can't be taken back; None when it can."""
    if expense.approved_at:
        return ON_A_TIMESHEET
    if expense.state == ExpenseState.WITHDRAWN:
        return TAKEN_BACK
    if expense.state == ExpenseState.REFUSED:
        return WAS_REFUSED
    return APPROVED_MEANWHILE if seen and seen != expense.state else None
