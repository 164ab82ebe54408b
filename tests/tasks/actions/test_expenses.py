"""Money that is spent: what counts at once, what waits for a yes, and how it is answered or taken back."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from accounts.models import Membership, Message, Role, User
from delegation.checkins import Rule, Trigger
from delegation.levels import LevelKey
from delegation.models import TeamMoney
from delegation.workflow import State, Why
from tasks.actions import delivery, expenses, flags, handing_over
from tasks.actions.base import ALREADY_ANSWERED
from tasks.actions.once import LOGGED
from tasks.models import Event, Expense, ExpenseState, Task, ToleranceUse, Turn, TurnKind, TurnState
from tasks.timeline import sentence_of
from tasks.uploads import store
from tests.conftest import Cast
from tests.tasks.actions.watching import last_event, refused, story, told, turn_of, waiting
from tests.tasks.factories import deliver, flag_content, task_in

GivenTask = Callable[..., Task]
LIMITED = partial(dict[str, Any], money_limit=Decimal(100), ask_above=Decimal(50))


def spend(task: Task, amount: str, now: datetime, *, by: User | None = None, **more: Any) -> Task:
    """Log so much; by who carries the task out unless told otherwise."""
    who = by or task.assistant
    assert who is not None
    what = more.pop("what", "Rolls")
    return expenses.log_expense(task_id=task.pk, by=who, amount=Decimal(amount), what=what, now=now, **more)


def states(task: Task) -> list[str]:
    """Of the task's expenses, as they were logged."""
    return list(Expense.objects.filter(task=task).order_by("at", "amount").values_list("state", flat=True))


def spent(task: Task) -> Any:
    """What counts on its meter."""
    return Task.objects.get(pk=task.pk).money_spent


@pytest.fixture
def limited(given_task: GivenTask) -> Task:
    """At most EUR 100, and above EUR 50 a question first."""
    return given_task(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, **LIMITED())


# --- what counts and what waits -----------------------------------------------------------------------------------


def test_what_may_be_spent_counts_at_once_and_disturbs_nobody(limited: Task, now: datetime) -> None:
    task = spend(limited, "49.99", now)
    assert (states(task), spent(task), told(task)) == (["counted"], Decimal("49.99"), set())
    assert last_event(task).data == {"amount": "49.99", "currency": "EUR", "text": "Rolls"}


@pytest.mark.parametrize(
    ("before", "amount", "state", "why"),
    [
        ("0", "50", "counted", None),
        ("0", "50.01", "waiting", ["ask_above"]),
        ("50", "50", "counted", None),
        ("50", "50.01", "waiting", ["ask_above", "budget"]),
        ("50.01", "0.01", "counted", None),
    ],
)
def test_above_what_may_be_spent_or_beyond_the_budget_it_waits(
    before: str, amount: str, state: str, why: list[str] | None, limited: Task, cast: Cast, now: datetime
) -> None:
    if before != "0":
        spend(limited, "50", now)
    if before == "50.01":
        spend(limited, "0.01", now)
    task = spend(limited, amount, now + timedelta(minutes=1))
    assert states(task)[-1] == state
    if why:
        turn = turn_of(task, TurnKind.EXPENSE)
        assert (turn.asked.why, turn.asked.amount, turn.waits_on) == (why, Decimal(amount), cast.owner)
        assert Event.objects.filter(task=task, kind="log-expense").latest("id").data["asked"]
        assert "asks for a yes to an expense" in sentence_of(Event.objects.filter(kind="log-expense").latest("id"))


def test_without_limits_everything_counts(given_task: GivenTask, now: datetime) -> None:
    task = spend(given_task(State.IN_PROGRESS), "10000000", now)
    assert states(task) == ["counted"]


def test_who_hands_over_is_told_and_has_to_answer(limited: Task, cast: Cast, now: datetime) -> None:
    task = spend(limited, "60", now, what="Deposit")
    assert waiting(task) == {TurnKind.EXPENSE: cast.owner}
    message = Message.objects.get(template="expense_asked")
    assert (message.recipient, message.must_do, message.params["amount"]) == (cast.owner, True, "60.00")
    assert (task.state, spent(task)) == (State.IN_PROGRESS, 0)


def test_what_goes_over_says_by_how_much(limited: Task, now: datetime) -> None:
    spend(limited, "50", now)
    spend(limited, "40", now)
    task = spend(limited, "22", now)
    asked = turn_of(task, TurnKind.EXPENSE).asked
    assert (asked.why, asked.over, asked.ask_above) == (["budget"], Decimal(12), Decimal(50))


def test_what_waits_takes_no_room_in_the_budget(limited: Task, now: datetime) -> None:
    spend(limited, "60", now)
    task = spend(limited, "45", now)
    assert (sorted(states(task)), spent(task)) == (["counted", "waiting"], 45)


# --- tolerance ----------------------------------------------------------------------------------------------------


@pytest.fixture
def tolerant(cast: Cast) -> None:
    TeamMoney.objects.create(team=cast.team, tolerance_amount=Decimal(20), tolerance_percent=15)


def test_a_small_overrun_is_approved_at_once_and_told(limited: Task, tolerant: None, now: datetime) -> None:
    spend(limited, "50", now)
    spend(limited, "50", now)
    task = spend(limited, "15", now)
    assert (set(states(task)), spent(task)) == ({"counted"}, 115)
    assert "tolerance-used" in story(task)
    use = ToleranceUse.objects.get(task=task)
    assert use.amount == use.cap == 15


def test_it_is_approved_once_a_day_and_never_beyond_its_cap(limited: Task, tolerant: None, now: datetime) -> None:
    for amount in ("50", "50", "10"):
        spend(limited, amount, now)
    spend(limited, "1", now + timedelta(minutes=1))
    assert states(limited)[-1] == "waiting"
    tomorrow = now + timedelta(days=1)
    spend(limited, "6", tomorrow)  # 16 beyond the limit in all, and 15 is the cap
    assert states(limited)[-1] == "waiting"
    task = spend(limited, "5", tomorrow)
    assert spent(task) == 115


def test_what_must_be_asked_is_asked_however_small_the_overrun(limited: Task, tolerant: None, now: datetime) -> None:
    spend(limited, "50", now)
    task = spend(limited, "51", now)
    assert "waiting" in states(task)
    assert not ToleranceUse.objects.exists()


# --- amounts, currencies and days ---------------------------------------------------------------------------------


def test_another_currency_is_kept_as_it_was_with_its_rate(given_task: GivenTask, now: datetime) -> None:
    task = spend(given_task(State.IN_PROGRESS), "12.50", now, currency="USD", rate=Decimal("0.9213"))
    expense = Expense.objects.get(task=task)
    assert (expense.amount, expense.original_amount, expense.original_currency, expense.rate) == (
        Decimal("11.52"), Decimal("12.50"), "USD", Decimal("0.9213"),
    )  # fmt: skip
    assert spent(task) == Decimal("11.52")


def test_half_a_cent_goes_up(given_task: GivenTask, now: datetime) -> None:
    task = spend(given_task(State.IN_PROGRESS), "0.50", now, currency="USD", rate=Decimal("0.25"))
    assert spent(task) == Decimal("0.13")


def test_the_teams_own_currency_needs_no_rate(given_task: GivenTask, now: datetime) -> None:
    task = spend(given_task(State.IN_PROGRESS), "12.50", now, currency="EUR", rate=Decimal(2))
    expense = Expense.objects.get(task=task)
    assert (expense.amount, expense.original_amount, expense.original_currency) == (Decimal("12.50"), None, "")


@pytest.mark.parametrize(
    ("amount", "more", "said"),
    [
        ("0", {}, expenses.NO_MONEY),
        ("-1", {}, expenses.NO_MONEY),
        ("10000001", {}, expenses.NO_MONEY),
        ("5", {"currency": "USD"}, expenses.NO_RATE),
        ("0.01", {"currency": "USD", "rate": Decimal("0.1")}, expenses.NO_MONEY),
        ("10000000", {"currency": "USD", "rate": Decimal(2)}, expenses.NO_MONEY),
        ("5", {"day": date(2026, 11, 24)}, expenses.NOT_YET),
        ("5", {"day": date(2026, 11, 22)}, expenses.BEFORE_THE_TASK),
        ("5", {"day": date(2025, 11, 1)}, expenses.TOO_LONG_AGO),
    ],
)
def test_what_can_not_be_is_refused(
    amount: str, more: dict[str, Any], said: Any, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.IN_PROGRESS)
    with refused(task, str(said)):
        spend(task, amount, now, **more)
    assert not Expense.objects.exists()


def test_the_same_expense_sent_again_is_counted_once(given_task: GivenTask, now: datetime) -> None:
    task, entry = given_task(State.IN_PROGRESS), uuid4()
    spend(task, "5", now, entry_id=entry)
    with refused(task, str(LOGGED)):
        spend(task, "5", now, entry_id=entry)
    assert spent(task) == 5


# --- answering ----------------------------------------------------------------------------------------------------


def test_a_yes_counts_it_also_beyond_the_budget_and_the_limit_stays(limited: Task, cast: Cast, now: datetime) -> None:
    spend(limited, "130", now)
    task = expenses.approve_expense(task_id=limited.pk, by=cast.owner, text="Fine", now=now)
    assert (states(task), spent(task)) == (["counted"], 130)
    assert task.money_limit == 100
    assert ("Sam", "expense_approved", False) in told_of(task, "approve-expense")
    assert turn_of(task, TurnKind.EXPENSE).answered_by == cast.owner
    assert not Message.objects.filter(template="expense_asked", read_at__isnull=True).exists()


def told_of(task: Task, kind: str) -> set[tuple[str, str, bool]]:
    """Who was told what by the newest event of this kind."""
    event = Event.objects.filter(task=task, kind=kind).latest("id")
    messages = Message.objects.filter(dedup_key__startswith=f"event:{event.pk}:").select_related("recipient")
    return {(message.recipient.short_name, message.template, message.must_do) for message in messages}


def test_a_no_counts_nothing_and_says_why(limited: Task, cast: Cast, now: datetime) -> None:
    spend(limited, "60", now)
    task = expenses.refuse_expense(task_id=limited.pk, by=cast.entrepreneur, text="Too dear", now=now)
    assert (states(task), spent(task), waiting(task)) == (["refused"], 0, {})
    assert told(task) == {("Sam", "expense_refused", False)}
    assert last_event(task).data["text"] == "Too dear"
    # Finn answered what was put to Eva: it asks nothing of her any more.
    assert not Message.objects.filter(template="expense_asked", read_at__isnull=True).exists()


def test_of_several_each_is_answered_by_itself(limited: Task, cast: Cast, now: datetime) -> None:
    spend(limited, "60", now)
    spend(limited, "70", now + timedelta(minutes=1))
    second = turn_of(limited, TurnKind.EXPENSE)
    task = expenses.approve_expense(task_id=limited.pk, by=cast.owner, turn_id=second.pk, now=now)
    assert (states(task), spent(task)) == (["waiting", "counted"], 70)
    with refused(task, str(ALREADY_ANSWERED)):
        expenses.refuse_expense(task_id=limited.pk, by=cast.owner, turn_id=second.pk, text="No", now=now)


def test_nobody_approves_their_own(limited: Task, cast: Cast, now: datetime) -> None:
    spend(limited, "60", now)
    for person in (cast.assistant, cast.guest, cast.outsider):
        with refused(limited, Why.NOT_YOURS):
            expenses.approve_expense(task_id=limited.pk, by=person, now=now)


# --- taking back --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("amount", ["20", "60"])
def test_who_logged_it_takes_it_back(amount: str, limited: Task, cast: Cast, now: datetime) -> None:
    spend(limited, amount, now)
    expense = Expense.objects.get()
    task = expenses.withdraw_expense(task_id=limited.pk, by=cast.assistant, expense_id=expense.pk, now=now)
    assert (states(task), spent(task), waiting(task)) == (["withdrawn"], 0, {})
    assert not Message.objects.filter(template="expense_asked", read_at__isnull=True).exists()
    with refused(task, str(expenses.TAKEN_BACK)):
        expenses.withdraw_expense(task_id=limited.pk, by=cast.assistant, expense_id=expense.pk, now=now)


def test_others_do_not(limited: Task, cast: Cast, now: datetime) -> None:
    spend(limited, "20", now)
    for person in (cast.owner, cast.guest, cast.outsider):
        with refused(limited, Why.NOT_YOURS):
            expenses.withdraw_expense(task_id=limited.pk, by=person, expense_id=Expense.objects.get().pk, now=now)


def test_also_after_the_task_went_to_somebody_else(limited: Task, cast: Cast, now: datetime) -> None:
    spend(limited, "60", now)
    handing_over.reassign(task_id=limited.pk, by=cast.owner, assistant=cast.guest, now=now)
    expense = Expense.objects.get()
    task = expenses.withdraw_expense(task_id=limited.pk, by=cast.assistant, expense_id=expense.pk, now=now)
    assert (states(task), TurnKind.EXPENSE in waiting(task)) == (["withdrawn"], False)


def test_what_is_approved_on_a_timesheet_stays(limited: Task, cast: Cast, now: datetime) -> None:
    spend(limited, "20", now)
    Expense.objects.update(approved_at=now, approved_by=cast.owner)
    with refused(limited, str(expenses.ON_A_TIMESHEET)):
        expenses.withdraw_expense(task_id=limited.pk, by=cast.assistant, expense_id=Expense.objects.get().pk, now=now)


def test_nobody_approves_their_own_expense(limited: Task, cast: Cast, now: datetime) -> None:
    task = spend(limited, "60", now)
    Membership.objects.filter(user=cast.assistant).update(role=Role.ENTREPRENEUR)
    with refused(task, "Nobody approves their own expense. Ask somebody else in the team."):
        expenses.approve_expense(task_id=task.pk, by=cast.assistant, now=now)
    expenses.approve_expense(task_id=task.pk, by=cast.entrepreneur, now=now)
    assert (states(task), spent(task)) == (["counted"], 60)


def test_what_was_refused_is_not_there_to_take_back(limited: Task, cast: Cast, now: datetime) -> None:
    spend(limited, "60", now)
    expenses.refuse_expense(task_id=limited.pk, by=cast.owner, text="No", now=now)
    with refused(limited, str(expenses.WAS_REFUSED)):
        expenses.withdraw_expense(
            task_id=limited.pk, by=cast.assistant, expense_id=Expense.objects.get().pk, seen="waiting", now=now
        )


def test_who_saw_it_wait_is_told_that_it_was_approved_meanwhile(limited: Task, cast: Cast, now: datetime) -> None:
    spend(limited, "60", now)
    expenses.approve_expense(task_id=limited.pk, by=cast.owner, now=now)
    take_back = partial(
        expenses.withdraw_expense, task_id=limited.pk, by=cast.assistant, expense_id=Expense.objects.get().pk, now=now
    )
    with refused(limited, str(expenses.APPROVED_MEANWHILE)):
        take_back(seen="waiting")
    assert spent(take_back(seen="counted")) == 0


# --- when the task moves on ---------------------------------------------------------------------------------------


def stop(task: Task, cast: Cast, now: datetime) -> Task:
    return handing_over.stop(task_id=task.pk, by=cast.owner, now=now)


def hand_back(task: Task, cast: Cast, now: datetime) -> Task:
    return handing_over.hand_back(task_id=task.pk, by=cast.assistant, text="Ill", now=now)


def finish(task: Task, cast: Cast, now: datetime) -> Task:
    deliver(task, cast.assistant, now)
    return delivery.accept_result(task_id=task.pk, by=cast.owner, now=now)


def flag(task: Task, cast: Cast, now: datetime) -> Task:
    return flags.flag(task_id=task.pk, by=cast.assistant, text="No", content=flag_content(), now=now)


def stop_flagged(task: Task, cast: Cast, now: datetime) -> Task:
    flag(task, cast, now)
    return flags.stop_flagged(task_id=task.pk, by=cast.owner, now=now)


@pytest.mark.parametrize("move", [stop, hand_back, finish, flag, stop_flagged])
@pytest.mark.parametrize("answer", [expenses.approve_expense, partial(expenses.refuse_expense, text="No")])
def test_what_was_asked_outlasts_the_work_and_can_still_be_answered(
    move: Callable[..., Task], answer: Callable[..., Task], limited: Task, cast: Cast, now: datetime
) -> None:
    spend(limited, "60", now)
    task = move(limited, cast, now)
    turn = turn_of(task, TurnKind.EXPENSE)
    assert (turn.state, turn.waits_on) == (TurnState.OPEN, cast.owner)
    assert Message.objects.filter(template="expense_asked", read_at__isnull=True).exists()
    state = task.state
    task = answer(task_id=task.pk, by=cast.owner, turn_id=turn.pk, now=now)
    assert (task.state, spent(task)) == (state, 60 if states(task) == [ExpenseState.COUNTED] else 0)
    asks = Message.objects.filter(template="expense_asked", read_at__isnull=True).exists()
    assert asks == (cast.owner in waiting(task).values())


def test_an_answer_after_the_end_asks_for_no_check_in(given_task: GivenTask, cast: Cast, now: datetime) -> None:
    rule = Rule(trigger=Trigger.MONEY_USED, percent=50)
    task = given_task(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, rules=[rule], **LIMITED())
    spend(task, "60", now)
    stop(task, cast, now)
    expenses.approve_expense(task_id=task.pk, by=cast.owner, now=now)
    assert not task.checkins.exists()


def test_a_receipt_that_was_lent_stays_with_its_expense(limited: Task, now: datetime, tmp_path: Any) -> None:
    with override_settings(MEDIA_ROOT=tmp_path):
        upload = SimpleUploadedFile("bon.pdf", b"%PDF-1.7 %%EOF")
        assert limited.assistant
        receipt = store([upload], team=limited.team, task=limited, by=limited.assistant, now=now)[0]
        task = spend(limited, "60", now, receipt=receipt)
    asked = turn_of(task, TurnKind.EXPENSE).asked
    assert (asked.receipt, asked.receipt_name) == (str(receipt.pk), "bon.pdf")
    assert Expense.objects.get().receipt == receipt


def test_an_open_expense_is_one_of_several_things_that_wait(limited: Task, cast: Cast, now: datetime) -> None:
    for amount in ("60", "61", "62"):
        spend(limited, amount, now)
    assert Turn.objects.filter(task=limited, kind=TurnKind.EXPENSE, state=TurnState.OPEN).count() == 3


def test_a_task_in_a_state_without_work_takes_no_expenses(cast: Cast, now: datetime) -> None:
    for state in (State.OFFERED, State.STOPPED):
        task = task_in(state, LevelKey.WITHIN_LIMITS, cast, now)
        with refused(task, Why.NOT_NOW):
            spend(task, "5", now)
