"""Fields that read what people write: money, hours, one item a line."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from delegation.amounts import (
    MOST_MINUTES,
    MOST_MONEY,
    UnreadableAmount,
    currencies_named,
    parse_minutes,
    parse_money,
)

MOST_TEXT = 10_000
MOST_YEARS_AHEAD = 20

PASSED = _("This moment has passed already.")
TOO_FAR = _("That is more than 20 years away. Is the year right?")


class WordsField(forms.CharField):
    """A text of which too much is refused in words; the browser's maxlength would cut a paste off without one."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


def text_area(
    label: Any, *, rows: int = 3, help_text: Any = "", required: bool = False, most: int = MOST_TEXT
) -> forms.CharField:
    """A text of several lines, with a length that a person can still read."""
    return WordsField(
        label=label,
        required=required,
        max_length=most,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class AmountField(WordsField):
    """A text that is read as an amount; the subclass says how, and between what it must lie."""

    unreadable: Any
    negative: Any
    too_much: Any
    read: Callable[[str], Any]
    most: Any

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=kwargs.pop("required", False), max_length=40, **kwargs)
        self.widget.attrs.setdefault("inputmode", "decimal")
        self.widget.attrs.setdefault("autocomplete", "off")

    def to_python(self, value: Any) -> Any:
        if value is not None and not isinstance(value, str):
            return value
        text = super().to_python(value)
        if not text:
            return None
        try:
            amount = type(self).read(text)
        except UnreadableAmount as error:
            raise ValidationError(self.unreadable, code="unreadable") from error
        if amount < 0:
            raise ValidationError(self.negative, code="negative")
        if amount > self.most:
            raise ValidationError(self.too_much, code="too_much")
        return amount

    def run_validators(self, value: Any) -> None:
        """The length of the text was looked at when it was read; an amount has none."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial) != data)


class MoneyField(AmountField):
    """An amount of money -> Decimal in whole cents, or None.

    `currency`: the one that it is in, where that is known; a text that names another one is refused.
    """

    currency = ""
    unreadable = _("This can't be read as an amount. Write it like 100 or 99.50.")
    negative = _("An amount can't be below zero.")
    other_currency = _("This says another currency than %(currency)s.")
    too_much = _("That is more than 10 million. Is it right?")
    read = staticmethod(parse_money)
    most = MOST_MONEY

    def to_python(self, value: Any) -> Any:
        amount = super().to_python(value)
        named = currencies_named(value) if isinstance(value, str) else None
        if self.currency and named is not None and self.currency not in named:
            raise ValidationError(self.other_currency, code="currency", params={"currency": self.currency})
        return amount

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            whole = value == value.to_integral()
            return number_format(value.quantize(Decimal(1)) if whole else value, use_l10n=True, force_grouping=False)
        return value


class HoursField(AmountField):
    """A duration -> whole minutes, or None. A bare number means hours."""

    unreadable = _("This can't be read as hours. Write it like 2, 1.5 or 1:30.")
    negative = _("A time can't be below zero.")
    too_much = _("That is more than 10,000 hours. Is it right?")
    read = staticmethod(parse_minutes)
    most = MOST_MINUTES

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            hours, minutes = divmod(value, 60)
            return f"{hours}:{minutes:02}" if minutes else str(hours)
        return value


class LinesField(forms.CharField):
    """One item a line -> list of strings without the empty lines."""

    def __init__(self, *, most_items: int, most_length: int, rows: int = 3, **kwargs: Any) -> None:
        super().__init__(required=kwargs.pop("required", False), widget=forms.Textarea(attrs={"rows": rows}), **kwargs)
        self.most_items = most_items
        self.most_length = most_length

    def to_python(self, value: Any) -> Any:
        text = "\n".join(value) if isinstance(value, list) else super().to_python(value) or ""
        lines = [line.strip().lstrip("-•*").strip() for line in text.splitlines()]
        items = [line for line in lines if line]
        if len(items) > self.most_items:
            raise ValidationError(
                _("At most %(most)d lines, and these are %(count)d."),
                params={"most": self.most_items, "count": len(items)},
            )
        if any(len(item) > self.most_length for item in items):
            raise ValidationError(_("One line has more than %(most)d characters."), params={"most": self.most_length})
        return items

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        for item in value:
            super().run_validators(item)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


def check_day(day: date, *, today: date) -> None:
    """Refuse a day that has passed, or in a year that nobody means. Raises ValidationError."""
    if day < today:
        raise ValidationError(PASSED, code="passed")
    if day.year > today.year + MOST_YEARS_AHEAD:
        raise ValidationError(TOO_FAR, code="too_far")


def check_moment(form: forms.Form, name: str, moment: datetime, *, now: datetime) -> None:
    """Put it beside the field when a moment has passed, or lies in a year that nobody means."""
    if moment < now:
        form.add_error(name, PASSED)
    elif moment.year > now.year + MOST_YEARS_AHEAD:
        form.add_error(name, TOO_FAR)
