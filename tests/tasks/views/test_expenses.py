"""Expenses on the screens: logging and asking, answering in one press, the page with all of them, taking back."""

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import Settings

from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions import handing_over
from tasks.actions.expenses import log_expense
from tasks.models import Expense, ExpenseState, StoredFile, Task, Turn, TurnKind
from tests.accounts.conftest import queries_of
from tests.conftest import Cast
from tests.factories import MembershipFactory
from tests.tasks.factories import task_in
from tests.tasks.test_receipts import GOOD
from tests.tasks.views.conftest import ClientFor, text_of


@pytest.fixture(autouse=True)
def files_folder(settings: Settings, tmp_path: Path) -> Path:
    """Nothing is left behind in the real one."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path


@pytest.fixture
def task(cast: Cast, now: datetime) -> Task:
    """At most EUR 100, and above EUR 50 a question first."""
    return task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, ask_above=Decimal(50))


def log(client: Client, task: Task, **sent: Any) -> Any:
    """Fill in the form and send it; the page that follows."""
    values = {"amount": "12", "what": "Rolls", "entry": uuid4(), **sent}
    return client.post(reverse("task_action", args=[task.pk, "log-expense"]), values, follow=True)


def page_of(task: Task) -> str:
    return reverse("task_expenses", args=[task.pk])


# --- logging ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("10,5", "Logged: €\xa010.50."),
        ("1.000", "Asked: €\xa01,000. It counts once there is a yes."),
        ("1.000,50", "Asked: €\xa01,000.50. It counts once there is a yes."),
        ("0.125", "Logged: €\xa00.13."),
    ],
)
def test_how_the_amount_was_read_is_said(typed: str, said: str, task: Task, cast: Cast, client_for: ClientFor) -> None:
    assert said in text_of(log(client_for(cast.assistant), task, amount=typed))


def test_it_is_said_as_the_reader_writes_amounts(task: Task, cast: Cast, client_for: ClientFor) -> None:
    cast.assistant.language = "nl"
    cast.assistant.save()
    with translation.override("nl"):
        assert "€\xa01.000,50" in text_of(log(client_for(cast.assistant), task, amount="1.000,50"))


def test_another_currency_is_shown_with_what_it_was(task: Task, cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.assistant)
    page = log(client, task, amount="$ 20", currency="USD", rate="0.92")
    assert "Logged: €\xa018.40 ($\xa020)." in text_of(page)
    assert "$\xa020, at 1 USD = 0.92 EUR" in text_of(client.get(page_of(task)))


def test_the_form_says_what_may_be_spent(task: Task, cast: Cast, client_for: ClientFor) -> None:
    page = text_of(client_for(cast.assistant).get(reverse("task_action", args=[task.pk, "log-expense"])))
    for words in (
        "Log what you spent, or ask before you spend it.",
        "Above €\xa050 it waits for a yes first.",
        "Of the budget of €\xa0100, €\xa00 is spent.",
    ):
        assert words in page


def test_what_is_wrong_is_told_and_nothing_typed_is_lost(task: Task, cast: Cast, client_for: ClientFor) -> None:
    page = log(client_for(cast.assistant), task, amount="$ 12", what="A bus ticket")
    assert page.status_code == 422
    assert "Choose the currency that you paid in." in text_of(page)
    assert 'value="$ 12"' in text_of(page)
    assert 'value="A bus ticket"' in text_of(page)
    assert not Expense.objects.exists()


# --- receipts -----------------------------------------------------------------------------------------------------


def test_a_receipt_is_there_for_both(task: Task, cast: Cast, client_for: ClientFor) -> None:
    log(client_for(cast.assistant), task, amount="60", receipt=SimpleUploadedFile("bon.png", GOOD["png"]))
    stored = StoredFile.objects.get()
    assert Expense.objects.get().receipt == stored
    for person in (cast.assistant, cast.owner):
        client = client_for(person)
        assert reverse("file", args=[stored.pk]) in text_of(client.get(page_of(task)))
        assert b"".join(client.get(reverse("file", args=[stored.pk])).streaming_content) == GOOD["png"]  # type: ignore[attr-defined]
    assert "bon.png" in text_of(client_for(cast.owner).get(reverse("now")))
    assert client_for(cast.outsider).get(reverse("file", args=[stored.pk])).status_code == 404


def test_a_receipt_is_called_what_it_is(task: Task, cast: Cast, client_for: ClientFor) -> None:
    for name in ("bon.exe", "bon.PNG", "bon.tar.gz"):
        log(client_for(cast.assistant), task, amount="1", receipt=SimpleUploadedFile(name, GOOD["png"]))
    assert set(StoredFile.objects.values_list("name", flat=True)) == {"bon.png", "bon.PNG", "bon.tar.png"}


def test_a_fellow_assistant_gets_no_receipt(task: Task, cast: Cast, client_for: ClientFor) -> None:
    log(client_for(cast.assistant), task, amount="1", receipt=SimpleUploadedFile("bon.png", GOOD["png"]))
    fellow = client_for(MembershipFactory.create(team=cast.team).user)
    assert fellow.get(reverse("file", args=[StoredFile.objects.get().pk])).status_code == 403
    assert fellow.get(page_of(task)).status_code == 403
    assert page_of(task) not in text_of(fellow.get(task.get_absolute_url()))


def test_the_receipt_of_what_was_asked_for_comes_afterwards(task: Task, cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.assistant)
    log(client, task, amount="60")
    path = reverse("expense_receipt", args=[task.pk, Expense.objects.get().pk])
    assert f'action="{path}"' in text_of(client.get(page_of(task)))
    assert f'action="{path}"' not in text_of(client_for(cast.owner).get(page_of(task)))
    page = client.post(path, {"receipt": SimpleUploadedFile("bon.png", b"<html>")}, follow=True)
    assert "This is no image and no PDF." in text_of(page)
    assert "The receipt is there." in text_of(
        client.post(path, {"receipt": SimpleUploadedFile("bon.png", GOOD["png"])}, follow=True)
    )
    assert "bon.png" in text_of(client_for(cast.owner).get(reverse("now")))
    again = client.post(path, {"receipt": SimpleUploadedFile("other.png", GOOD["png"])})
    assert again.status_code == 409
    assert "This has its receipt already." in text_of(again)
    assert [stored.name for stored in StoredFile.objects.all()] == ["bon.png"]


def test_who_worked_on_it_before_sees_their_own(task: Task, cast: Cast, client_for: ClientFor, now: datetime) -> None:
    client = client_for(cast.assistant)
    log(client, task, what="Mine", amount="1")
    successor = MembershipFactory.create(team=cast.team).user
    handing_over.reassign(task_id=task.pk, by=cast.owner, assistant=successor, now=now)
    handing_over.accept_task(task_id=task.pk, by=successor, read_back="", estimate=None, now=now)
    log(client_for(successor), task, what="Theirs", amount="1")
    assert page_of(task) in text_of(client.get(task.get_absolute_url()))
    page = text_of(client.get(page_of(task)))
    assert "Mine" in page
    assert "Theirs" not in page


def test_a_page_called_an_image_is_refused(task: Task, cast: Cast, client_for: ClientFor) -> None:
    receipt = SimpleUploadedFile("bon.png", b"<html>", content_type="image/png")
    page = log(client_for(cast.assistant), task, receipt=receipt)
    assert (page.status_code, StoredFile.objects.count()) == (422, 0)
    assert "This is no image and no PDF." in text_of(page)


def test_an_expense_that_is_refused_leaves_no_receipt_behind(
    task: Task, cast: Cast, client_for: ClientFor, files_folder: Path
) -> None:
    client, entry = client_for(cast.assistant), uuid4()
    log(client, task, entry=entry)
    again = log(client, task, entry=entry, receipt=SimpleUploadedFile("bon.pdf", GOOD["pdf"]))
    assert (again.status_code, StoredFile.objects.count(), Expense.objects.count()) == (409, 0, 1)
    assert not [found for found in files_folder.rglob("*") if found.is_file()]


# --- answering ----------------------------------------------------------------------------------------------------


def test_it_waits_on_now_and_on_the_task_with_what_it_is_about(
    task: Task, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    log_expense(task_id=task.pk, by=cast.assistant, amount=Decimal(45), what="Rolls", now=now)
    log_expense(task_id=task.pk, by=cast.assistant, amount=Decimal(67), what="Deposit for the room", now=now)
    client = client_for(cast.owner)
    for page in (text_of(client.get(reverse("now"))), text_of(client.get(task.get_absolute_url()))):
        for words in (
            "Deposit for the room",
            "€\xa067",
            "above €\xa050, what may be spent without asking",
            "€\xa012 beyond the budget of €\xa0100",
            "Approve",
            "Refuse…",
        ):
            assert words in page
    assert "Sam asks for a yes to an expense" in text_of(client.get(task.get_absolute_url()))
    theirs = text_of(client_for(cast.assistant).get(task.get_absolute_url()))
    assert "Waits on Eva" in theirs
    assert "€\xa067 waits for a yes." in theirs


def test_each_is_approved_or_refused_by_itself(task: Task, cast: Cast, client_for: ClientFor, now: datetime) -> None:
    for amount in (60, 61):
        log_expense(task_id=task.pk, by=cast.assistant, amount=Decimal(amount), what="Deposit", now=now)
        now += timedelta(minutes=1)
    first, second = Turn.objects.filter(kind=TurnKind.EXPENSE).order_by("created_at")
    client = client_for(cast.owner)
    form = client.get(reverse("task_action", args=[task.pk, "refuse-expense"]), {"turn": str(second.pk)})
    assert "€\xa061" in text_of(form)
    assert f'name="turn" value="{second.pk}"' in text_of(form)
    no = client.post(reverse("task_action", args=[task.pk, "refuse-expense"]), {"turn": second.pk, "text": "Too dear"})
    assert no.status_code == 302
    yes = client.post(
        reverse("task_action", args=[task.pk, "approve-expense"]), {"turn": first.pk, "next": reverse("now")}
    )
    assert yes.headers["Location"] == reverse("now")
    assert dict(Expense.objects.values_list("amount", "state")) == {60: ExpenseState.COUNTED, 61: ExpenseState.REFUSED}
    page = text_of(client.get(page_of(task)))
    assert "Eva said yes" in page
    assert "Eva said no" in page
    assert "Too dear" in page


def test_a_refusal_needs_a_reason(task: Task, cast: Cast, client_for: ClientFor, now: datetime) -> None:
    log_expense(task_id=task.pk, by=cast.assistant, amount=Decimal(60), what="Deposit", now=now)
    page = client_for(cast.owner).post(reverse("task_action", args=[task.pk, "refuse-expense"]), {"text": " "})
    assert page.status_code == 422
    assert Expense.objects.get().state == ExpenseState.WAITING


@pytest.mark.parametrize("slug", ["approve-expense", "refuse-expense"])
def test_when_nothing_waits_there_is_nothing_to_answer(
    slug: str, task: Task, cast: Cast, client_for: ClientFor
) -> None:
    page = client_for(cast.owner).get(reverse("task_action", args=[task.pk, slug]))
    assert page.status_code == 409
    assert "This has been answered already." in text_of(page)
    assert slug not in text_of(client_for(cast.owner).get(task.get_absolute_url()))


def test_after_the_task_was_stopped_it_still_waits_on_now(
    task: Task, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    log_expense(task_id=task.pk, by=cast.assistant, amount=Decimal(60), what="Deposit", now=now)
    handing_over.stop(task_id=task.pk, by=cast.owner, now=now)
    client, turn = client_for(cast.owner), Turn.objects.get(kind=TurnKind.EXPENSE)
    assert "approve-expense" in text_of(client.get(reverse("now")))
    assert "approve-expense" in text_of(client.get(task.get_absolute_url()))
    client.post(reverse("task_action", args=[task.pk, "approve-expense"]), {"turn": turn.pk})
    assert Expense.objects.get().state == ExpenseState.COUNTED


# --- the page with all of them ------------------------------------------------------------------------------------


def test_without_expenses_the_page_says_so(task: Task, cast: Cast, client_for: ClientFor) -> None:
    assert "Nothing has been spent on this task" in text_of(client_for(cast.owner).get(page_of(task)))


def many(task: Task, cast: Cast, count: int, now: datetime) -> None:
    Expense.objects.bulk_create(
        Expense(
            task=task, by=cast.assistant, amount=1, what=f"Thing {number}", at=now + timedelta(minutes=number),
            day=now.date() + timedelta(days=number % 3), state=ExpenseState.COUNTED,
        )
        for number in range(count)
    )  # fmt: skip


def test_the_newest_day_comes_first_and_pages_follow_each_other(
    task: Task, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    many(task, cast, 60, now)
    client, seen, address = client_for(cast.owner), [], page_of(task)
    while address:
        page = client.get(address).context["page"]
        seen += [line.expense for line in page.lines]
        address = f"{page_of(task)}?after={page.older}" if page.older else ""
    assert seen == sorted(seen, key=lambda row: (row.day, row.at), reverse=True)
    assert len({row.pk for row in seen}) == 60


@pytest.mark.parametrize("after", ["x", "0", "8bdf056f-c5d2-41ed-977a-8bc8a18bc6fd", "\x00"])
def test_an_altered_address_shows_the_first_page(after: str, task: Task, cast: Cast, client_for: ClientFor) -> None:
    assert client_for(cast.owner).get(page_of(task), {"after": after}).status_code == 200


def test_many_expenses_take_no_more_queries(task: Task, cast: Cast, client_for: ClientFor, now: datetime) -> None:
    client = client_for(cast.owner)
    many(task, cast, 10, now)
    few = [queries_of(partial(client.get, path)) for path in (page_of(task), task.get_absolute_url())]
    many(task, cast, 20, now)
    for amount in range(51, 61):
        log_expense(task_id=task.pk, by=cast.assistant, amount=Decimal(amount), what="Deposit", now=now)
    more = [queries_of(partial(client.get, path)) for path in (page_of(task), task.get_absolute_url())]
    assert more == few
    assert few[0] <= 8


# --- taking back --------------------------------------------------------------------------------------------------


def test_who_logged_it_takes_it_back_in_one_press(task: Task, cast: Cast, client_for: ClientFor, now: datetime) -> None:
    log_expense(task_id=task.pk, by=cast.assistant, amount=Decimal(20), what="Rolls", now=now)
    expense, client = Expense.objects.get(), client_for(cast.assistant)
    path = reverse("expense_withdraw", args=[task.pk, expense.pk])
    assert path in text_of(client.get(page_of(task)))
    assert path not in text_of(client_for(cast.owner).get(page_of(task)))
    page = client.post(path, {"seen": "counted"}, follow=True)
    assert "Taken back: €\xa020." in text_of(page)
    assert path not in text_of(page)
    assert client.post(path, {"seen": "counted"}).status_code == 409


def test_an_approval_meanwhile_is_told(task: Task, cast: Cast, client_for: ClientFor, now: datetime) -> None:
    log_expense(task_id=task.pk, by=cast.assistant, amount=Decimal(60), what="Rolls", now=now)
    expense = Expense.objects.get()
    client_for(cast.owner).post(reverse("task_action", args=[task.pk, "approve-expense"]), {})
    page = client_for(cast.assistant).post(reverse("expense_withdraw", args=[task.pk, expense.pk]), {"seen": "waiting"})
    assert page.status_code == 409
    assert "This has been approved meanwhile" in text_of(page)


def test_of_another_task_or_none_there_is_nothing_to_take_back(
    task: Task, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    other = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    log_expense(task_id=other.pk, by=cast.assistant, amount=Decimal(60), what="Rolls", now=now)
    for expense in (Expense.objects.get().pk, uuid4()):
        path = reverse("expense_withdraw", args=[task.pk, expense])
        assert client_for(cast.assistant).post(path).status_code == 404
