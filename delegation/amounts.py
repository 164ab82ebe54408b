"""Reading money and hours as people write them, in Dutch and in English."""

import re
from decimal import Decimal, InvalidOperation

MOST_MONEY = Decimal("10000000")
MOST_MINUTES = 10_000 * 60

_CURRENCY_WORDS = re.compile(r"(?i)€|\$|£|\b(?:eur|euro|usd|gbp|chf)\b")
_HOUR_WORDS = re.compile(r"(?i)\s*(?:hours?|hrs?|h|uur|uren|u)\.?$")
_MINUTE_WORDS = re.compile(r"(?i)\s*(?:minutes?|minuten|minuut|min|m)\.?$")
_CLOCK = re.compile(r"^(\d{1,5}):([0-5]\d)$")


class UnreadableAmount(ValueError):
    """The text can't be read as an amount, or could be read in two ways."""


def parse_money(text: str) -> Decimal:
    """The amount in `text`, in whole cents: "100", "€ 1.000,50", "1,000.50", "12,-".

    The last separator is the decimal one when one or two digits follow it. Three digits after a single separator
    ("1.000") are read as thousands, as both Dutch and English writers mean it. Raises UnreadableAmount for anything else.
    """
    bare = _CURRENCY_WORDS.sub("", text).replace("\u00a0", "").replace(" ", "")
    bare = re.sub(r"[,.]-$", "", bare)
    return _decimal(bare).quantize(Decimal("0.01"))


def parse_minutes(text: str) -> int:
    """The time in `text`, in minutes: "2", "1,5 uur", "1:30", "90 min". A bare number means hours.

    Raises UnreadableAmount when it can't be read.
    """
    bare = text.replace("\u00a0", " ").strip()
    if clock := _CLOCK.match(bare):
        return int(clock[1]) * 60 + int(clock[2])
    if _MINUTE_WORDS.search(bare):
        return round(_decimal(_MINUTE_WORDS.sub("", bare)))
    return round(_decimal(_HOUR_WORDS.sub("", bare)) * 60)


def _decimal(bare: str) -> Decimal:
    if not re.fullmatch(r"-?\d[\d.,']*", bare):
        raise UnreadableAmount(bare)
    separators = re.findall(r"[.,']", bare)
    if separators:
        bare = _plain(bare, separators)
    try:
        return Decimal(bare)
    except InvalidOperation as error:
        raise UnreadableAmount(bare) from error


def _plain(bare: str, separators: list[str]) -> str:
    """The number with a point as its only separator."""
    last = separators[-1]
    head, tail = bare.rsplit(last, 1)
    decimal = separators.count(last) == 1 and last != "'" and len(tail) in {1, 2}
    groups = re.split(r"[.,']", head if decimal else bare)
    thousands = [mark for mark in (separators[:-1] if decimal else separators)]
    if len(set(thousands)) > 1 or (decimal and last in thousands):
        raise UnreadableAmount(bare)
    if len(groups) > 1 and any(len(group) != 3 for group in groups[1:]):
        raise UnreadableAmount(bare)
    return "".join(groups) + (f".{tail}" if decimal else "")
