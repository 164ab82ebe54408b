"""Reading a wish as people write it in one line: "extra vegan menu 2h €40" is a wish with a price tag."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from delegation.amounts import MOST_MINUTES, MOST_MONEY, UnreadableAmount, parse_minutes, parse_money

_NUMBER = r"\d[\d.,']*(?:,[-–=])?"
# Only what can be nothing but time, always with its unit: "9:00" is a clock time, and "20 m" is a length.
_TIME = re.compile(
    rf"(?i)(?<![\w.,:/+-])(?P<whole>(?P<hours>\d+)\s*(?:h|u|hours?|uur)\s*(?P<rest>[0-5]?\d)(?:\s*(?:min|minutes|minuten))?"
    rf"|(?:\d{{1,4}}:[0-5]\d|{_NUMBER})\s*(?:hours?|hrs?|h|uur|uren|u)"
    rf"|{_NUMBER}\s*(?:minutes?|minuten|minuut|mins?))\.?$"
)
_MARKS = {
    "EUR": r"€|eur|euros?",
    "USD": r"\$|usd|dollars?",
    "GBP": r"£|gbp|pounds?",
}
# What joins one price tag to the words before it, or to another one.
# No character fits in two ways, or a line of them would be tried in all combinations.
_JOINS = re.compile(r"(?i)(?:[\s,;:(\[+&/–—-]|(?<=\s)(?:and|en))+$")
# After these, the amount belongs to the sentence: "a gift card of € 40", "call at 9 h", "binnen 2 uur".
_PART_OF_SENTENCE = re.compile(
    r"(?i)(?:^|\s)(?:a|about|above|after|an?|around|at|before|below|by|each|every|first|for|from|in|last|max|maximum|"
    r"next|of|over|per|than|the|to|under|until|up|within|worth|aan|af|binnen|boven|de|dan|eerste|elke|het|hoogstens|"
    r"iedere|laatste|met|minimaal|maximaal|minstens|na|naar|om|omstreeks|onder|op|rond|te|tot|uiterlijk|van|vanaf|voor|"
    r"à|with|x|×)$"
)


@dataclass(frozen=True, kw_only=True)
class WishLine:
    """A line as it was read. `amount`: in the team's currency."""

    text: str
    minutes: int | None = None
    amount: Decimal | None = None


def read_wish(line: str, *, currency: str = "EUR", time: bool = True, money: bool = True) -> WishLine:
    """Take the estimate out of the end of the line, where it can mean nothing else; otherwise it stays in the text.

    `time`, `money`: whether to look for one; not for what was filled in elsewhere. An amount in another currency than
    `currency`, two of a kind, a clock time, or an amount that is part of the sentence is no price tag.
    """
    line = " ".join(line.split())
    found: dict[str, int | Decimal] = {}
    rest = line
    while tag := _tag_at_end(rest, currency):
        kind, value, before = tag
        wanted = time if kind == "minutes" else money
        if kind in found:
            return WishLine(text=line)
        if not wanted or not before or _PART_OF_SENTENCE.search(before):
            break
        found[kind], rest = value, before
    minutes, amount = found.get("minutes"), found.get("amount")
    return WishLine(
        text=rest,
        minutes=minutes if isinstance(minutes, int) else None,
        amount=amount if isinstance(amount, Decimal) else None,
    )


def _tag_at_end(text: str, currency: str) -> tuple[str, int | Decimal, str] | None:
    """The price tag at the end, as (minutes or amount, its value, what stands before it)."""
    bare = text.rstrip(" .,;)]")
    for kind, pattern, read, most in (
        ("minutes", _TIME, _minutes, MOST_MINUTES),
        ("amount", _money_in(currency), _amount, MOST_MONEY),
    ):
        if match := pattern.search(bare):
            value = _value(read, match, most)
            if value is not None:
                return kind, value, _JOINS.sub("", bare[: match.start()]).rstrip()
    return None


def _money_in(currency: str) -> re.Pattern[str]:
    mark = rf"(?:{_MARKS[currency]}|{currency})" if currency in _MARKS else currency
    return re.compile(rf"(?i)(?<![\w.,:/+-])(?:{mark}\s*(?P<after>{_NUMBER})|(?P<before>{_NUMBER})\s*{mark}(?!\w))$")


def _minutes(match: re.Match[str]) -> int:
    if match["hours"]:
        return int(match["hours"]) * 60 + int(match["rest"])
    return parse_minutes(re.sub(r"(?i)mins\.?$", "min", match["whole"]))


def _amount(match: re.Match[str]) -> Decimal:
    return parse_money(match["after"] or match["before"])


def _value(
    read: Callable[[re.Match[str]], int | Decimal], match: re.Match[str], most: int | Decimal
) -> int | Decimal | None:
    """What was read, unless it can't be read, or is nothing or more than anybody means."""
    try:
        value = read(match)
    except (UnreadableAmount, ValueError):
        return None
    return value if 0 < value <= most else None
