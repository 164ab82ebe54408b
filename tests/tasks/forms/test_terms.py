"""Multipliers and special days, as people write them."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from tasks.forms.terms import SpecialDaysField, TimesField, times_in, times_text

CHRISTMAS_EVE = [{"month": 12, "day": 24, "multiplier": "2.00"}]


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("2", "2"),
        ("1.5", "1.5"),
        ("1,25", "1.25"),
        ("× 2", "2"),
        ("x2", "2"),
        ("150 %", "1.5"),
        ("200%", "2"),
        ("double", "2"),
        ("Dubbel", "2"),
        ("1", "1"),
        ("10", "10"),
    ],
)
def test_a_multiplier_is_read(text: str, times: str) -> None:
    assert times_in(text) == Decimal(times)


@pytest.mark.parametrize("text", ["", "a lot", "-2", "1.2.3", "1,555", "² ", "½", "9" * 30, "two"])
def test_what_is_no_multiplier_is_refused(text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        times_in(text)
    assert refused.value.code == "unreadable"


@pytest.mark.parametrize(("text", "code"), [("0", "too_small"), ("0.5", "too_small"), ("50%", "too_small")])
def test_less_than_the_rate_is_refused(text: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        times_in(text)
    assert refused.value.code == code


def test_more_than_ten_times_is_refused_with_how_it_was_read() -> None:
    with pytest.raises(ValidationError) as refused:
        times_in("150")
    assert refused.value.messages == ["This reads as 150 times the rate. The most is 10."]


def test_nothing_is_the_rate_itself() -> None:
    assert TimesField().clean("") == Decimal(1)


@pytest.mark.parametrize(("language", "text"), [("en", "1.5"), ("nl", "1,5")])
def test_a_multiplier_is_shown_as_the_reader_writes_it(language: str, text: str) -> None:
    with translation.override(language):
        assert times_text(Decimal("1.50")) == TimesField().prepare_value(Decimal("1.50")) == text
        assert times_text(Decimal("10.00")) == "10"


@pytest.mark.parametrize(
    "text",
    [
        "24-12 2",
        "24-12 2,0",
        "24-12 × 2",
        "24/12 x2",
        "24.12 2.00",
        "24 dec 2",
        "24 dec. 2",
        "24 December: double",
        "24 december dubbel",
        "24-12: 200%",
        "  - 24-12 2  ",
        "24-12=2",
    ],
)
def test_a_special_day_is_read(text: str) -> None:
    assert SpecialDaysField().clean(text) == CHRISTMAS_EVE


def test_several_days_come_in_their_order() -> None:
    found = SpecialDaysField().clean("31-12 1,5\n\n5 mei 2\n29-2 3\n24-12 2")
    assert [(row["day"], row["month"], row["multiplier"]) for row in found] == [
        (29, 2, "3.00"),
        (5, 5, "2.00"),
        (24, 12, "2.00"),
        (31, 12, "1.50"),
    ]


@pytest.mark.parametrize("language", ["en", "nl"])
def test_what_is_shown_reads_the_same_again(language: str) -> None:
    days: list[dict[str, Any]] = [{"month": 5, "day": 5, "multiplier": "1.25"}, *CHRISTMAS_EVE]
    with translation.override(language):
        field = SpecialDaysField()
        assert field.clean(field.prepare_value(days)) == days


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("12-24 2", "“12-24 2” is no day of the year. Write the day first: 24-12 is 24 December."),
        ("30-2 2", "“30-2 2” is no day of the year. Write the day first: 24-12 is 24 December."),
        ("24 xyz 2", "“24 xyz 2” is no day of the year. Write the day first: 24-12 is 24 December."),
        ("Christmas", "“Christmas” can't be read. Write a day and its multiplier, like 24-12 × 2."),
        ("24-12", "“24-12” can't be read. Write a day and its multiplier, like 24-12 × 2."),
        ("24-122", "“24-122” can't be read. Write a day and its multiplier, like 24-12 × 2."),
        ("24-12-2026 2", "“24-12-2026 2” can't be read. Write a day and its multiplier, like 24-12 × 2."),
        ("24-12 0", "That would be less than the rate. Write 1 when it makes no difference."),
        ("24-12 20", "This reads as 20 times the rate. The most is 10."),
        ("24-12 2\n24 dec 3", "24-12 stands there twice."),
        ("\n".join(f"{day}-1 2" for day in range(1, 32)), "At most 30 lines, and these are 31."),
    ],
)
def test_what_can_not_be_read_is_told_with_its_line(text: str, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        SpecialDaysField().clean(text)
    assert refused.value.messages == [said]
