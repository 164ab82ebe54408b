"""The fields that read what people write, in Dutch and in English."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from tasks.forms.fields import HoursField, LinesField, MoneyField, WordsField, check_day, text_area


def told(field: Any, value: Any) -> str:
    """What is said about a value that is refused."""
    with pytest.raises(ValidationError) as caught:
        field.clean(value)
    return str(caught.value.messages[0])


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("", None), ("  ", None), ("0", 0), ("100", 100), ("99,50", "99.50"), ("99.50", "99.50"),
        ("€ 1.000,50", "1000.50"), ("٥٠", 50),
        ("1,000.50", "1000.50"), ("1.000", 1000), ("12,-", 12), ("EUR 40", 40), ("€40", 40), (" 7 ", 7),
        ("10000000", 10_000_000),
    ],
)  # fmt: skip
def test_money_is_read_in_either_notation(typed: str, amount: Any, language: str) -> None:
    with translation.override(language):
        assert MoneyField().clean(typed) == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("", None), ("2", 120), ("1,5", 90), ("1.5", 90), ("1:30", 90), ("90 min", 90), ("2 uur", 120),
        ("2 hours", 120),
        ("0", 0), ("10000", 600_000),
    ],
)  # fmt: skip
def test_hours_are_read_in_either_notation(typed: str, minutes: int | None, language: str) -> None:
    with translation.override(language):
        assert HoursField().clean(typed) == minutes


ABSURD = ["a lot", "1.2.3,4", "--5", "1e9", "NaN", "Infinity", "0x10", "5\x006", "💶", "<b>5</b>", "9" * 5_000]


@pytest.mark.parametrize("field", [MoneyField(), HoursField()])
@pytest.mark.parametrize("typed", ABSURD)
def test_an_amount_that_cannot_be_read_is_refused_in_words(field: Any, typed: str) -> None:
    assert told(field, typed).startswith(("This can't be read as", "That is more than"))


def test_two_megabytes_of_digits_are_refused_in_words() -> None:
    assert told(MoneyField(), "9" * 2_000_000)
    assert told(HoursField(), "9" * 2_000_000)
    assert told(HoursField(), "1:" + "3" * 2_000_000)


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        (MoneyField(), "-1", "An amount can't be below zero."),
        (MoneyField(), "-0,01", "An amount can't be below zero."),
        (HoursField(), "-2", "A time can't be below zero."),
        (MoneyField(), "10.000.001", "That is more than 10 million. Is it right?"),
        (HoursField(), "10001", "That is more than 10,000 hours. Is it right?"),
    ],
)
def test_an_absurd_amount_is_refused_in_words(field: Any, typed: str, message: str) -> None:
    assert told(field, typed) == message


@pytest.mark.parametrize(("language", "shown"), [("nl", "99,50"), ("en", "99.50")])
def test_an_amount_is_shown_as_the_reader_writes_it(language: str, shown: str) -> None:
    with translation.override(language):
        assert MoneyField().prepare_value(Decimal("99.50")) == shown
        assert MoneyField().prepare_value(Decimal("1000.00")) == "1000"
        assert MoneyField().clean(shown) == Decimal("99.50")


@pytest.mark.parametrize(("minutes", "shown"), [(90, "1:30"), (120, "2"), (5, "0:05"), (0, "0")])
def test_hours_are_shown_as_they_are_read(minutes: int, shown: str) -> None:
    assert HoursField().prepare_value(minutes) == shown
    assert HoursField().clean(shown) == minutes


def test_what_cannot_be_read_is_shown_as_it_was_typed() -> None:
    assert MoneyField().prepare_value("a lot") == "a lot"
    assert HoursField().prepare_value("ages") == "ages"


def lines(**limits: int) -> LinesField:
    return LinesField(most_items=limits.get("items", 3), most_length=limits.get("length", 10))


def test_each_line_is_one_item_without_its_bullet() -> None:
    assert lines().clean("- one\r\n\r\n• two\n*  three  \n") == ["one", "two", "three"]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("a\nb\nc\nd", "At most 3 lines, and these are 4."),
        ("a" * 11, "One line has more than 10 characters."),
        ("a\n" * 1_000_000, "At most 3 lines, and these are 1000000."),
        ("a" * 2_000_000, "One line has more than 10 characters."),
        ("a\x00b", "Null characters are not allowed."),
    ],
)
def test_too_much_in_a_list_is_refused_in_words(typed: str, message: str) -> None:
    assert told(lines(), typed) == message


def test_a_text_has_a_length_that_a_person_can_read() -> None:
    assert text_area("Text").clean("x" * 10_000) == "x" * 10_000
    assert "10000" in told(text_area("Text"), "x" * 10_001)
    assert told(text_area("Text"), "x" * 2_000_000)


def test_the_browser_does_not_cut_a_paste_off() -> None:
    for field in (WordsField(max_length=5), text_area("Text"), MoneyField()):
        assert "maxlength" not in field.widget.attrs


@pytest.mark.parametrize(
    "text", ["💥🎉", "שלום עולם", "مرحبا", "naïve café", "a\u200db", "<b>bold</b>", "&amp;", "Z͑ͫ̓a̴l̡g̢o"]
)
def test_any_script_is_taken_as_it_is(text: str) -> None:
    assert text_area("Text").clean(text) == text
    assert lines(length=99).clean(text) == [text]


@pytest.mark.parametrize(
    ("day", "message"),
    [
        (date(2026, 11, 22), "This moment has passed already."),
        (date(1, 1, 1), "This moment has passed already."),
        (date(2047, 1, 1), "That is more than 20 years away. Is the year right?"),
        (date(9999, 12, 31), "That is more than 20 years away. Is the year right?"),
    ],
)
def test_a_day_that_nobody_means_is_refused(day: date, message: str) -> None:
    with pytest.raises(ValidationError, match=message.replace("?", r"\?")):
        check_day(day, today=date(2026, 11, 23))


def test_today_and_the_farthest_year_are_fine() -> None:
    for day in (date(2026, 11, 23), date(2046, 12, 31)):
        check_day(day, today=date(2026, 11, 23))
