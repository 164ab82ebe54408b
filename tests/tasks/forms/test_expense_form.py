"""What people type when they log an expense is read right, or refused beside the field."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.forms.expenses import LogExpenseForm
from tests.conftest import Cast
from tests.tasks.factories import task_in

TOO_MUCH = "That is more than 10 million. Is it right?"


@pytest.fixture
def fill(cast: Cast, now: datetime) -> Any:
    """Gives the form as it was sent, in a team that counts in euros."""
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)

    def filled(files: Any = None, **sent: str) -> LogExpenseForm:
        values = {"amount": "12", "what": "Rolls", **sent}
        return LogExpenseForm(values, files, task=task, by=cast.assistant, now=now)

    return filled


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("12", "12"),
        ("1.000,50", "1000.50"),
        ("1,000.50", "1000.50"),
        ("€ 12", "12"),
        ("12,-", "12"),
        ("1.000", "1000"),
        ("0.125", "0.13"),
        ("12,5", "12.50"),
        ("EUR 12.34", "12.34"),
    ],
)
def test_an_amount_is_read_as_people_write_it(typed: str, read: str, fill: Any) -> None:
    form = fill(amount=typed)
    assert form.errors == {}
    assert form.cleaned_data["amount"] == Decimal(read)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "This field is required."),
        ("0", "Log an amount above zero."),
        ("0.001", "Log an amount above zero."),
        ("-5", "An amount can't be below zero."),
        ("99999999", TOO_MUCH),
        ("9" * 30, "This can't be read as an amount. Write it like 100 or 99.50."),
        ("about 12", "This can't be read as an amount. Write it like 100 or 99.50."),
        ("1.2.3", "This can't be read as an amount. Write it like 100 or 99.50."),
        ("12 kr", "This can't be read as an amount. Write it like 100 or 99.50."),
        ("$ 12", "This says another currency than the one chosen. Choose the currency that you paid in."),
        ("12 USD", "This says another currency than the one chosen. Choose the currency that you paid in."),
        ("€ 12 $", "This says another currency than the one chosen. Choose the currency that you paid in."),
    ],
)
def test_what_can_not_be_read_or_could_be_two_is_refused_and_kept(typed: str, said: str, fill: Any) -> None:
    form = fill(amount=typed)
    assert form.errors == {"amount": [said]}
    assert form["amount"].value() == typed


@pytest.mark.parametrize("typed", ["12.50", "$ 12.50", "12,50 USD"])
def test_in_the_currency_that_is_chosen_its_sign_is_fine(typed: str, fill: Any) -> None:
    form = fill(amount=typed, currency="USD", rate="0,9213")
    assert form.errors == {}
    assert (form.cleaned_data["amount"], form.cleaned_data["rate"]) == (Decimal("12.50"), Decimal("0.9213"))
    assert form.is_foreign


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"currency": "USD"}, {"rate": ["1 USD = … EUR? Fill in the rate."]}),
        ({"currency": "USD", "rate": "x"}, {"rate": ["This can't be read as a rate. Write it like 0.92."]}),
        ({"currency": "USD", "rate": "0"}, {"rate": ["This can't be read as a rate. Write it like 0.92."]}),
        ({"currency": "USD", "rate": "-1"}, {"rate": ["This can't be read as a rate. Write it like 0.92."]}),
        ({"currency": "USD", "rate": "999999", "amount": "12000"}, {"amount": [TOO_MUCH]}),
        ({"currency": "USD", "rate": "0.000001"}, {"amount": ["Log an amount above zero."]}),
        ({"currency": "XXX"}, {"currency": ["Select a valid choice. XXX is not one of the available choices."]}),
        ({"day": "2026-11-24"}, {"day": ["This day has not come yet."]}),
        ({"day": "2026-11-22"}, {"day": ["On this day the task was not handed over yet."]}),
        ({"day": "2025-11-01"}, {"day": ["That is more than a year ago. Is the date right?"]}),
        ({"what": " "}, {"what": ["This field is required."]}),
    ],
)  # fmt: skip
def test_what_is_missing_or_can_not_be_is_told_at_its_field(sent: dict[str, str], said: Any, fill: Any) -> None:
    form = fill(**sent)
    assert form.errors == said
    if {"currency", "rate"} & set(said):
        assert form.is_foreign  # its fields stand open


def test_a_rate_for_the_teams_own_currency_says_nothing(fill: Any) -> None:
    form = fill(currency="EUR", rate="2")
    assert form.errors == {}
    assert form.cleaned_data["rate"] is None
    assert not form.is_foreign


def test_without_a_day_it_is_today(fill: Any, now: datetime) -> None:
    form = fill(day="")
    assert form.errors == {}
    assert form.cleaned_data["day"] == now.date()


def test_a_receipt_that_is_none_is_refused_at_its_field(fill: Any) -> None:
    form = fill({"receipt": SimpleUploadedFile("bon.png", b"<html>", content_type="image/png")})
    assert form.errors == {"receipt": ["This is no image and no PDF."]}
