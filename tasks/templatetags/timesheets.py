"""How months, prices and decimal hours are written on a timesheet, on a page and in its exports."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django import template
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from delegation.models import Agreement
from delegation.pricing import Part, Why
from tasks.months import month_in
from tasks.templatetags.handover import hours, money

register = template.Library()

WHY: dict[str, Promise] = {
    Why.RUSH: _("rush"),
    Why.OUT_OF_HOURS: _("outside regular hours"),
    Why.HOLIDAY: _("public holiday"),
    Why.SPECIAL_DAY: _("special day"),
}


@register.filter
def month(value: date | str) -> str:
    """November 2026. A text as it stands in an address is read first."""
    found = month_in(value) if isinstance(value, str) else value
    return date_format(found, "F Y") if found else str(value)


@register.filter
def sums(text: str) -> str:
    """Amounts as a message carries them ("120.50 EUR + 30.00 USD"), as they are written here."""
    pairs = [part.split(" ") for part in text.split(" + ") if part]
    return " + ".join(money(amount, currency) for amount, currency in pairs)


@register.filter
def times(multiplier: Decimal) -> str:
    """1.5 or 2: no more decimals than it has."""
    return number_format(f"{multiplier.normalize():f}", use_l10n=True)


@register.filter
def why(part: Part) -> str:
    """Why a part has its multiplier; nothing for plain hours."""
    return str(WHY.get(part.why, ""))


@register.filter
def priced(part: Part, agreement: Agreement) -> str:
    """How a part came to its amount: "2 hours × € 30 × 1.5 (rush)"."""

    plain = f"{hours(part.minutes)} × {money(agreement.rate, agreement.currency)}"
    if part.multiplier == 1:
        return plain
    return gettext("%(plain)s × %(multiplier)s (%(why)s)") % {
        "plain": plain,
        "multiplier": times(part.multiplier),
        "why": why(part),
    }


def decimal_hours(minutes: int) -> str:
    """1.50 or 1,50: what accountants add up."""
    return number_format((Decimal(minutes) / 60).quantize(Decimal("0.01"), ROUND_HALF_UP), 2, use_l10n=True)
