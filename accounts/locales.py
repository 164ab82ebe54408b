"""What people can choose from: languages, time zones, currencies. Knows no model."""

from functools import cache
from zoneinfo import available_timezones

from babel import Locale
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language

DEFAULT_LANGUAGE = "nl"
DEFAULT_TIME_ZONE = "Europe/Amsterdam"
DEFAULT_CURRENCY = "EUR"

CURRENCIES = ("EUR", "GBP", "USD", "CHF", "DKK", "NOK", "SEK", "PLN", "CZK", "HUF", "RON", "CAD", "AUD", "NZD", "ZAR")
AREAS = frozenset(
    ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"),
)


def languages() -> list[tuple[str, str | Promise]]:
    """The languages of the interface, as (code, name)."""
    return list(settings.LANGUAGES)


def browser_language() -> str:
    """The active language as one of ours ("en-gb" is "en"); the default one when it is none of them."""
    code = (get_language() or "").split("-")[0]
    return code if code in dict(settings.LANGUAGES) else DEFAULT_LANGUAGE


@cache
def time_zones() -> tuple[tuple[str, str], ...]:
    """The time zones named after a place ("Europe/Amsterdam"), as (name, label), sorted."""
    names = sorted(name for name in available_timezones() if name.partition("/")[0] in AREAS and "/" in name)
    return tuple((name, name.replace("_", " ")) for name in names)


def currencies() -> list[tuple[str, str]]:
    """The currencies to choose from, as (ISO 4217 code, code and name in the active language)."""
    locale = Locale.parse(browser_language())
    return [(code, f"{code} · {locale.currencies.get(code, code)}") for code in CURRENCIES]


@cache
def country_codes() -> tuple[str, ...]:
    """The countries whose public holidays are known, by ISO 3166-1 alpha-2 code."""
    import holidays  # takes a tenth of a second, which most processes never need

    return tuple(sorted(code for code in holidays.list_supported_countries() if len(code) == 2))


def countries() -> list[tuple[str, str]]:
    """The countries to choose from, as (code, name in the active language), by name."""
    names = Locale.parse(browser_language()).territories
    return sorted(((code, names.get(code, code)) for code in country_codes()), key=lambda pair: pair[1])
