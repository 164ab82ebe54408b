"""The form of every action: what is missing, too much or absurd is told beside its field, and nothing typed is lost."""

import html
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django import forms
from django.http import QueryDict

from tasks.forms.actions import ActionForm
from tasks.forms.fields import HoursField, MoneyField, WordsField
from tasks.screens import SCREENS
from tests.conftest import Cast
from tests.tasks.views.presses import PRESSES, Press, ready

PASTE = "p" * 2_000_000
EVERY = pytest.mark.parametrize("press", PRESSES, ids=str)


Fill = Callable[..., ActionForm]


@pytest.fixture
def fill(press: Press, cast: Cast, now: datetime) -> Fill:
    """Gives the form as it is sent for a press, with the differences given."""
    given = ready(press, cast, now)
    form = SCREENS[press.slug].form

    def filled(**changes: Any) -> ActionForm:
        sent = QueryDict(mutable=True)
        for name, value in {**given.sent, **changes}.items():
            sent.setlist(name, value if isinstance(value, list) else [str(value)])
        return form(sent, task=given.task, by=given.by, now=now)

    return filled


def fields(kind: type[forms.Field]) -> list[Any]:
    """Each field of this kind in each form, to parametrize with: (press, name)."""
    return [
        pytest.param(press, name, id=f"{press.slug} {name}")
        for press in PRESSES
        for name, field in SCREENS[press.slug].form.base_fields.items()
        if type(field) is kind
    ]


def longest(fill: Fill, name: str) -> int:
    """How many characters this text may have."""
    field = fill().fields[name]
    assert isinstance(field, forms.CharField)
    assert field.max_length in {200, 10_000}
    return field.max_length


@EVERY
def test_what_a_person_sends_is_understood(press: Press, fill: Fill) -> None:
    assert fill().errors == {}


@EVERY
def test_each_required_field_is_asked_for(press: Press, fill: Fill) -> None:
    for name, field in fill().fields.items():
        nothing: Any = [] if isinstance(field, forms.MultipleChoiceField) else "  "
        if field.required:
            assert list(fill(**{name: nothing}).errors) == [name]


@pytest.mark.parametrize(("press", "name"), fields(WordsField))
def test_a_text_that_is_too_much_is_refused_and_kept(press: Press, name: str, fill: Fill) -> None:
    most = longest(fill, name)
    for typed, message in {
        "x" * (most + 1): f"at most {most} characters",
        PASTE: f"at most {most} characters",
        "a\x00b": "Null characters are not allowed.",
    }.items():
        form = fill(**{name: typed})
        assert list(form.errors) == [name]
        assert message in form.errors[name][0]
        assert typed in html.unescape(str(form[name]))


@pytest.mark.parametrize(("press", "name"), fields(WordsField))
def test_any_text_of_a_bearable_length_is_taken(press: Press, name: str, fill: Fill) -> None:
    for typed in ("💥 שלום <script>alert(1)</script> مرحبا", "x" * longest(fill, name)):
        form = fill(**{name: typed})
        assert form.errors == {}
        assert form.cleaned_data[name] == typed


@pytest.mark.parametrize(("press", "name"), [*fields(MoneyField), *fields(HoursField)])
def test_an_amount_that_makes_no_sense_is_refused_and_kept(press: Press, name: str, fill: Fill) -> None:
    for typed in ("a lot", "-1", "9" * 5_000, "99999999999"):
        form = fill(**{name: typed})
        assert list(form.errors) == [name]
        assert typed in html.unescape(str(form[name]))


@pytest.mark.parametrize(
    ("press", "name"), [*fields(forms.ChoiceField), *fields(forms.ModelChoiceField), *fields(forms.TypedChoiceField)]
)
def test_a_choice_that_there_is_not_is_refused(press: Press, name: str, fill: Fill) -> None:
    for typed in ("boss", "\x00", "-1", "x" * 5_000):
        assert list(fill(**{name: typed}).errors) == [name]


@pytest.mark.parametrize(("press", "name"), [*fields(forms.IntegerField), *fields(forms.UUIDField)])
def test_a_number_or_an_id_that_there_is_not_is_refused(press: Press, name: str, fill: Fill) -> None:
    for typed in ("one", "\x00", "1.5", "9" * 5_000):
        assert name in fill(**{name: typed}).errors


@pytest.mark.parametrize(("press", "name"), fields(forms.DateField))
def test_a_day_that_makes_no_sense_is_refused_and_kept(press: Press, name: str, fill: Fill) -> None:
    is_past = press.slug in {"log-work", "log-expense"}  # what was done lies in the past, all else ahead
    other_side = "2026-11-24" if is_past else "2026-11-22"
    for typed in ("soon", "2026-13-45", other_side, "0001-01-01", "9999-12-31", "\x00", "0000-00-00"):
        form = fill(**{name: typed})
        assert list(form.errors) == [name]
        assert typed in html.unescape(str(form[name]))


@pytest.mark.parametrize("press", [press for press in PRESSES if press.slug == "answer-checkin"], ids=str)
def test_a_percentage_lies_between_nothing_and_everything(press: Press, fill: Fill) -> None:
    for percent in ("-1", "101", "half", "1.5"):
        assert list(fill(percent=percent).errors) == ["percent"]
