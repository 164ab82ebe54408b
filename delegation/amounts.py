"""Reading money and hours as people write them, in Dutch and in English."""

import re
from decimal import ROUND_HALF_UP, Decimal

MOST_MONEY = Decimal("10000000")
MOST_MINUTES = 10_000 * 60
MOST_DIGITS = 20  # beyond this no amount is meant, and arithmetic would lose digits

_CURRENCY_WORDS = re.compile(r"(?i)€|\$|£|(?<![a-z])(?:euros?|eur|usd|gbp|chf)(?![a-z])")
_HOUR_WORDS = re.compile(r"(?i)\s*(?:hours?|hrs?|h|uur|uren|u)\.?$")
_MINUTE_WORDS = re.compile(r"(?i)\s*(?:minutes?|minuten|minuut|min|m)\.?$")
_CLOCK = re.compile(r"^(\d{1,5}):([0-5]\d)$")


class UnreadableAmount(ValueError):
    """The text can't be read as an amount, or could be read in two ways."""


def parse_money(text: str) -> Decimal:
    """The amount in `text`, in whole cents: "100", "€ 1.000,50", "1,000.50", "12,-".

    The last separator is the decimal one when one or two digits follow it. Three digits after a single separator
    ("1.000") are read as thousands, as both Dutch and English writers mean it, unless nothing but a zero stands in
    front ("0.125"). Raises UnreadableAmount for anything else.
    """
    bare = re.sub(r"[,.][-–=]$", "", _CURRENCY_WORDS.sub("", text).replace("\u00a0", "").replace(" ", ""))
    return _decimal(bare).quantize(Decimal("0.01"), ROUND_HALF_UP)


def parse_minutes(text: str) -> int:
    """The time in `text`, in minutes: "2", "1,5 uur", "1:30", "90 min". A bare number means hours.

    Raises UnreadableAmount when it can't be read.
    """
    bare = text.replace("\u00a0", " ").strip()
    if _MINUTE_WORDS.search(bare):
        return round(_decimal(_MINUTE_WORDS.sub("", bare)))
    bare = _HOUR_WORDS.sub("", bare)
    if clock := _CLOCK.match(bare):
        return int(clock[1]) * 60 + int(clock[2])
    return round(_decimal(bare) * 60)


def _decimal(bare: str) -> Decimal:
    if len(bare) > MOST_DIGITS or not re.fullmatch(r"-?\d[\d.,']*", bare):
        raise UnreadableAmount(bare)
    sign = -1 if bare.startswith("-") else 1
    return sign * Decimal(_plain(bare.lstrip("-")))


def _plain(bare: str) -> str:
    """The number with a point as its only separator."""
    marks = re.findall(r"[.,']", bare)
    if not marks:
        return bare
    head, tail = bare.rsplit(marks[-1], 1)
    ends_in_decimals = marks.count(marks[-1]) == 1 and marks[-1] != "'" and (len(tail) in {1, 2} or head == "0")
    if not ends_in_decimals:
        return _without_thousands(bare, marks)
    return f"{_without_thousands(head, marks[:-1])}.{tail}"


def _without_thousands(bare: str, marks: list[str]) -> str:
    """The whole number of which `marks` part the thousands."""
    first, *groups = re.split(r"[.,']", bare)
    well_formed = not groups or (len(first) <= 3 and first != "0" and all(len(group) == 3 for group in groups))
    if not well_formed or len(set(marks)) > 1:
        raise UnreadableAmount(bare)
    return "".join([first, *groups])
