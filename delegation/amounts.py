"""Reading money and hours as people write them, in Dutch and in English."""

import re
from decimal import ROUND_HALF_UP, Decimal

MOST_MONEY = Decimal("10000000")
MOST_MINUTES = 10_000 * 60
MOST_DIGITS = 20  # beyond this no amount is meant, and arithmetic would lose digits

# What a sign or a word can mean: several countries have dollars.
_DOLLARS = frozenset({"USD", "CAD", "AUD", "NZD"})
_CURRENCIES = {
    "€": {"EUR"}, "euro": {"EUR"}, "euros": {"EUR"}, "$": _DOLLARS, "dollar": _DOLLARS, "dollars": _DOLLARS,
    "£": {"GBP"}, "pond": {"GBP"}, "pound": {"GBP"}, "pounds": {"GBP"},
    **{code.lower(): {code} for code in (
        "EUR", "GBP", "USD", "CHF", "DKK", "NOK", "SEK", "PLN", "CZK", "HUF", "RON", "CAD", "AUD", "NZD", "ZAR",
    )},
}  # fmt: skip
_CURRENCY_WORDS = re.compile(
    r"(?i)[€$£]|(?<![a-z])(?:" + "|".join(word for word in _CURRENCIES if word.isalpha()) + r")(?![a-z])"
)
_RATE = re.compile(r"^\d{1,6}(?:[.,]\d{1,12})?$")
_HOUR_WORDS = re.compile(r"(?i)\s*(?:hours?|hrs?|h|uur|uren|u)\.?$")
_MINUTE_WORDS = re.compile(r"(?i)\s*(?:minutes?|minuten|minuut|min|m)\.?$")
_CLOCK = re.compile(r"^(\d{1,5}):([0-5]\d)$")
# "1u30", "2h15", "1 hour 30 min", "1 uur en 5 minuten".
_HOURS_AND_MINUTES = re.compile(
    r"(?i)^(\d{1,5})\s*(?:hours?|hrs?|h|uur|uren|u)\.?\s*(?:and|en|,)?\s*([0-5]?\d)\s*(?:minutes?|minuten|minuut|min|m)?\.?$"
)
_MARKS = re.compile(r"[.,']")
# A number may have them between its thousands; a narrow one is what a spreadsheet writes.
_SPACES = re.compile("[\u00a0\u2009\u202f]")
# Cents that are none: "12,-".
_NO_CENTS = re.compile(r" ?[,.][-–=]$")


class UnreadableAmount(ValueError):
    """The text can't be read as an amount, or could be read in two ways."""


def parse_money(text: str) -> Decimal:
    """The amount in `text`, in whole cents: "100", "€ 1.000,50", "1,000.50", "1 000", "12,-", "12 euro".

    The last separator is the decimal one when one or two digits follow it. Three digits after a single separator
    ("1.000") are read as thousands, as both Dutch and English writers mean it, unless nothing but a zero stands in
    front ("0.125"). A space parts thousands only. Raises UnreadableAmount for anything else, also for "12 50" and
    "12 euro 50": whoever takes them for 1250 is a hundred times wrong.
    """
    parts = [part.strip() for part in _CURRENCY_WORDS.split(_SPACES.sub(" ", text))]
    parts = [part for part in parts if part]
    sign = "-" if len(parts) == 2 and parts[0] == "-" else ""  # "-€ 5"
    if len(parts) != (2 if sign else 1):
        raise UnreadableAmount(text)
    bare = sign + _NO_CENTS.sub("", parts[-1])
    return _decimal(re.sub("^- ", "-", bare)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def currencies_named(text: str) -> frozenset[str] | None:
    """The currencies that the text can mean, by ISO code: "$ 12" is in some kind of dollars. None: it names none."""
    named = [frozenset(_CURRENCIES[word.lower()]) for word in _CURRENCY_WORDS.findall(text)]
    return frozenset.intersection(*named) if named else None


def parse_rate(text: str) -> Decimal:
    """A rate of exchange in six decimals: "0,92", "1.0835". Its only separator is always the decimal one.

    Raises UnreadableAmount when it can't be read, or is zero.
    """
    bare = text.replace("\u00a0", "").replace(" ", "")
    if not _RATE.fullmatch(bare):
        raise UnreadableAmount(bare)
    rate = Decimal(bare.replace(",", ".")).quantize(Decimal("0.000001"), ROUND_HALF_UP)
    if not rate:
        raise UnreadableAmount(bare)
    return rate


def parse_minutes(text: str) -> int:
    """The time in `text`, in minutes: "2", "1,5 uur", "1:30", "1u30", "90 min". A bare number means hours.

    Raises UnreadableAmount when it can't be read, or could be read in two ways ("1.000,50").
    """
    bare = text.replace("\u00a0", " ").strip()
    if len(bare) <= MOST_DIGITS * 2 and (parts := _HOURS_AND_MINUTES.match(bare)):
        return int(parts[1]) * 60 + int(parts[2])
    if len(_MARKS.findall(bare)) > 1:  # nobody writes thousands of hours like that
        raise UnreadableAmount(bare)
    if _MINUTE_WORDS.search(bare):
        return round(_decimal(_MINUTE_WORDS.sub("", bare)))
    bare = _HOUR_WORDS.sub("", bare)
    if clock := _CLOCK.match(bare):
        return int(clock[1]) * 60 + int(clock[2])
    return round(_decimal(bare) * 60)


def _decimal(bare: str) -> Decimal:
    if len(bare) > MOST_DIGITS or not re.fullmatch(r"-?\d[\d.,' ]*", bare):
        raise UnreadableAmount(bare)
    sign = -1 if bare.startswith("-") else 1
    return sign * Decimal(_plain(bare.lstrip("-")))


def _plain(bare: str) -> str:
    """The number with a point as its only separator."""
    marks = re.findall(r"[.,' ]", bare)
    if not marks:
        return bare
    head, tail = bare.rsplit(marks[-1], 1)
    ends_in_decimals = marks.count(marks[-1]) == 1 and marks[-1] in ".," and (len(tail) in {1, 2} or head == "0")
    if not ends_in_decimals:
        return _without_thousands(bare, marks)
    return f"{_without_thousands(head, marks[:-1])}.{tail}"


def _without_thousands(bare: str, marks: list[str]) -> str:
    """The whole number of which `marks` part the thousands."""
    first, *groups = re.split(r"[.,' ]", bare)
    well_formed = not groups or (len(first) <= 3 and first != "0" and all(len(group) == 3 for group in groups))
    if not well_formed or len(set(marks)) > 1:
        raise UnreadableAmount(bare)
    return "".join([first, *groups])
