"""What worked time costs by an agreement (SPEC section 7). Pure: an entry and terms in, parts and an amount out.

The rules, which the page of an agreement says in words as well:

- The rate is per hour. A multiplier is of the rate; where several fit, the highest one counts and they don't add up.
- They fit: rush work; outside the regular days and hours; on a public holiday of the country; on a special day.
- Work with clock times is cut at midnight and where the regular hours begin and end, on the clock of the agreement's
  zone, and each part has its own multiplier. A minute is one that really passed: where the clocks go forward, a night
  from 01:00 to 04:00 is two hours. Seconds are rounded to the minute, also at a cut.
- Work without clock times is priced by its day. So is work whose minutes are not those of its clock times: with a break
  in it, nobody knows when that was.
- Only the first `billed` minutes cost anything: the rest is cut off at the end. They are rounded up to the increment,
  an entry at a time, and the minutes that this adds count for the last part.
- Each part comes to whole cents, half a cent up. The amount of an entry is the sum of its parts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from accounts.reach import ONE_DAY, Reach, is_day_off, wall_moment

CENT = Decimal("0.01")
PLAIN = Decimal(1)
ONE_MINUTE = timedelta(minutes=1)
# No clock shows 24:00: hours until one minute to midnight last until midnight.
LAST_MINUTE = time(23, 59)


class Why(StrEnum):
    """Why a part has its multiplier. Where two that fit are equally high, the one further down is named."""

    PLAIN = "plain"
    RUSH = "rush"
    OUT_OF_HOURS = "out_of_hours"
    HOLIDAY = "holiday"
    SPECIAL_DAY = "special_day"


class SpecialDay(NamedTuple):
    """A day that has a multiplier of its own each year."""

    month: int
    day: int
    multiplier: Decimal


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What an agreement says about money. `rate`: of an hour, in `currency`; `increment`: minutes.

    `rush`, `out_of_hours` and `holiday` are multipliers, 1 for none. `regular_days`: Monday is 0. `country`: ISO 3166-1
    alpha-2, for the public holidays; "" for none.
    """

    rate: Decimal
    currency: str
    increment: int
    rush: Decimal
    out_of_hours: Decimal
    regular_days: frozenset[int]
    regular_from: time
    regular_until: time
    holiday: Decimal
    special_days: tuple[SpecialDay, ...]
    zone: ZoneInfo
    country: str


@dataclass(frozen=True, kw_only=True)
class Work:
    """What was worked: minutes on a day, with the clock times where they are known (both or neither)."""

    minutes: int
    day: date
    started_at: datetime | None = None
    ended_at: datetime | None = None
    is_rush: bool = False


@dataclass(frozen=True, kw_only=True)
class Part:
    """Minutes that cost the same. `minutes`: after rounding up; `why`: one of Why."""

    minutes: int
    multiplier: Decimal
    why: str
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class Price:
    """What an entry costs: its parts in the order in which they were worked, and what they come to together."""

    parts: tuple[Part, ...]
    minutes: int
    amount: Decimal


class _Reason(NamedTuple):
    multiplier: Decimal
    why: Why


def price(work: Work, terms: Terms, *, billed: int) -> Price:
    """What the first `billed` minutes of this work cost. Nothing billed costs nothing, and has no parts.

    Raises ValueError when more is billed than was worked, or less than nothing.
    """
    if not 0 <= billed <= work.minutes:
        raise ValueError(f"{billed} of {work.minutes} minutes can't be billed")
    counted = _rounded_up(_first(_pieces(work, terms), billed), terms.increment)
    parts = tuple(
        Part(
            minutes=minutes,
            multiplier=reason.multiplier,
            why=reason.why,
            amount=(terms.rate * reason.multiplier * minutes / 60).quantize(CENT, ROUND_HALF_UP),
        )
        for minutes, reason in counted
    )
    return Price(
        parts=parts,
        minutes=sum(part.minutes for part in parts),
        amount=sum((part.amount for part in parts), Decimal("0.00")),
    )


_Pieces = list[tuple[int, _Reason]]


def _first(pieces: _Pieces, minutes: int) -> _Pieces:
    """As much of the pieces as makes so many minutes, from the beginning; those that cost the same as one."""
    taken: _Pieces = []
    for length, reason in pieces:
        taken.append((min(length, minutes), reason))
        minutes -= taken[-1][0]
    groups = groupby((piece for piece in taken if piece[0]), key=lambda piece: piece[1])
    return [(sum(length for length, _reason in group), reason) for reason, group in groups]


def _rounded_up(pieces: _Pieces, increment: int) -> _Pieces:
    if not pieces:
        return []
    *before, (length, reason) = pieces
    return [*before, (length - sum(minutes for minutes, _reason in pieces) % -increment, reason)]


def _pieces(work: Work, terms: Terms) -> _Pieces:
    if work.started_at is None or work.ended_at is None:
        return [(work.minutes, _reason(work, terms, work.day))]
    start, end = work.started_at.astimezone(UTC), work.ended_at.astimezone(UTC)
    if abs(end - start - work.minutes * ONE_MINUTE) >= ONE_MINUTE:
        return [(work.minutes, _reason(work, terms, work.day))]
    pieces, done = [], 0
    for until, reason in _stretches(work, terms, start, end):
        upto = min(work.minutes, (until - start + ONE_MINUTE / 2) // ONE_MINUTE)
        pieces.append((upto - done, reason))
        done = upto
    # What the seconds leave over belongs to the end.
    pieces.append((work.minutes - done, pieces[-1][1]))
    return pieces


def _stretches(work: Work, terms: Terms, start: datetime, end: datetime) -> Iterator[tuple[datetime, _Reason]]:
    """The stretches between start and end that have one multiplier each, by where they end."""
    day = start.astimezone(terms.zone).date() - ONE_DAY
    moment = start
    while moment < end:
        day_ends = wall_moment(day + ONE_DAY, time(), terms.zone)
        opens = wall_moment(day, terms.regular_from, terms.zone)
        closes = wall_moment(day, terms.regular_until, terms.zone) if terms.regular_until < LAST_MINUTE else day_ends
        for until, regular in ((opens, False), (closes, True), (day_ends, False)):
            if moment < min(until, end):
                moment = min(until, end)
                yield moment, _reason(work, terms, day, in_hours=regular)
        day += ONE_DAY


def _reason(work: Work, terms: Terms, day: date, *, in_hours: bool = True) -> _Reason:
    """The highest multiplier that fits, and why."""
    special = max((s.multiplier for s in terms.special_days if (s.month, s.day) == (day.month, day.day)), default=PLAIN)
    regular = in_hours and day.weekday() in terms.regular_days
    holiday = is_day_off(Reach(zone=terms.zone, country=terms.country), day)
    fitting = [
        _Reason(special, Why.SPECIAL_DAY),
        _Reason(terms.holiday if holiday else PLAIN, Why.HOLIDAY),
        _Reason(PLAIN if regular else terms.out_of_hours, Why.OUT_OF_HOURS),
        _Reason(terms.rush if work.is_rush else PLAIN, Why.RUSH),
    ]
    highest = max(fitting, key=lambda reason: reason.multiplier)
    return highest if highest.multiplier > PLAIN else _Reason(PLAIN, Why.PLAIN)
