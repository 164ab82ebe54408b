"""Fields for what an agreement says about money: multipliers and special days, read as people write them."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from tasks.forms.fields import WordsField

MOST_TIMES = Decimal(10)
MOST_SPECIAL_DAYS = 30
LEAP_YEAR = 2024  # a special day may be the 29th of February

_NUMBER = re.compile(r"^(\d{1,4})(?:[.,](\d{1,2}))?\s*(%?)$")
_WORDS = {"double": "2", "dubbel": "2", "dubbele": "2"}
_MONTHS = (
    ("jan", 1), ("feb", 2), ("mar", 3), ("maa", 3), ("mrt", 3), ("apr", 4), ("may", 5), ("mei", 5), ("jun", 6),
    ("jul", 7), ("aug", 8), ("sep", 9), ("oct", 10), ("okt", 10), ("nov", 11), ("dec", 12),
)  # fmt: skip
_LINE = re.compile(
    r"^(\d{1,2})(?:\s*[-/.]\s*|\s+)(\d{1,2}|[^\W\d]{3,9})(?=[\s.:=×x*])\.?\s*[:=]?\s*(?:[×x*]\s*)?(\S.*)$",
    re.IGNORECASE,
)

UNREADABLE = _("This can't be read. Write it like 1.5 or 2; 2 is double.")
TOO_SMALL = _("That would be less than the rate. Write 1 when it makes no difference.")
TOO_LARGE = _("This reads as %(read)s times the rate. The most is 10.")


def times_in(text: str) -> Decimal:
    """How many times the rate: "1,5", "× 2", "150 %", "double". Raises ValidationError."""
    bare = text.strip().lower().lstrip("×x*").strip()
    found = _NUMBER.match(_WORDS.get(bare, bare))
    if not found:
        raise ValidationError(UNREADABLE, code="unreadable")
    times = Decimal(f"{found[1]}.{found[2] or 0}") / (100 if found[3] else 1)
    times = times.quantize(Decimal("0.01"))
    if times < 1:
        raise ValidationError(TOO_SMALL, code="too_small")
    if times > MOST_TIMES:
        raise ValidationError(TOO_LARGE, code="too_large", params={"read": times_text(times)})
    return times


def times_text(times: Decimal) -> str:
    """A multiplier as it is written and typed: 2, 1.5 (in Dutch 1,5)."""
    text = f"{times:f}"
    bare = Decimal(text.rstrip("0").rstrip(".") if "." in text else text)
    return str(number_format(bare, use_l10n=True))


class TimesField(WordsField):
    """A multiplier of the rate -> Decimal of at least 1; empty is 1."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=20, **kwargs)
        self.widget.attrs.update(inputmode="decimal", autocomplete="off")

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return times_in(text) if text else Decimal("1.00")

    def run_validators(self, value: Any) -> None:
        """What was read has been looked at already."""

    def prepare_value(self, value: Any) -> Any:
        return times_text(value) if isinstance(value, Decimal) else value


class SpecialDaysField(forms.CharField):
    """One day a line with its multiplier -> [{"month": 12, "day": 24, "multiplier": "2.00"}, ...], in their order."""

    unreadable: Any = _("“%(line)s” can't be read. Write a day and its multiplier, like 24-12 × 2.")
    no_day: Any = _("“%(line)s” is no day of the year. Write the day first: 24-12 is 24 December.")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 3}), **kwargs)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        lines = [line.strip().lstrip("-•").strip() for line in text.splitlines()]
        days = [self._read(line[:80]) for line in lines if line]
        if len(days) > MOST_SPECIAL_DAYS:
            raise ValidationError(
                _("At most %(most)d lines, and these are %(count)d."),
                params={"most": MOST_SPECIAL_DAYS, "count": len(days)},
            )
        for number, row in enumerate(days):
            if (row["month"], row["day"]) in {(other["month"], other["day"]) for other in days[:number]}:
                raise ValidationError(_("%(day)s stands there twice."), params={"day": f"{row['day']}-{row['month']}"})
        return sorted(days, key=lambda row: (row["month"], row["day"]))

    def run_validators(self, value: Any) -> None:
        """Each line has been looked at already."""

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(f"{row['day']}-{row['month']} × {times_text(Decimal(row['multiplier']))}" for row in value)

    def _read(self, line: str) -> dict[str, Any]:
        found = _LINE.match(line)
        if not found:
            raise self._error(self.unreadable, line)
        month = _month(found[2].lower())
        try:
            day = date(LEAP_YEAR, month, int(found[1]))
        except ValueError as error:
            raise self._error(self.no_day, line) from error
        try:
            times = times_in(found[3])
        except ValidationError as error:
            if error.code == "unreadable":
                raise self._error(self.unreadable, line) from error
            raise
        return {"month": day.month, "day": day.day, "multiplier": f"{times:.2f}"}

    @staticmethod
    def _error(text: Any, line: str) -> ValidationError:
        return ValidationError(text, code="unreadable", params={"line": line})


def _month(text: str) -> int:
    """The month that a number or a name means, in Dutch or in English; 0 for none."""
    if text.isdigit():
        return int(text)
    return next((number for name, number in _MONTHS if text.startswith(name)), 0)
