"""What time costs, against a table that was worked out by hand.

The agreement of the table: € 40 an hour; rush × 1.5; outside Monday to Friday, 8:00 to 18:00, × 1.25; on Dutch public
holidays × 1.75; on 24 December × 2 and on 31 December × 1.5; on the clock of Amsterdam.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from delegation.pricing import Price, SpecialDay, Terms, Why, Work, price

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
TERMS = Terms(
    rate=Decimal(40),
    currency="EUR",
    increment=1,
    rush=Decimal("1.5"),
    out_of_hours=Decimal("1.25"),
    regular_days=frozenset(range(5)),
    regular_from=time(8),
    regular_until=time(18),
    holiday=Decimal("1.75"),
    special_days=(SpecialDay(12, 24, Decimal(2)), SpecialDay(12, 31, Decimal("1.5"))),
    zone=AMSTERDAM,
    country="NL",
)
MONDAY = date(2026, 11, 23)


def moment(text: str) -> datetime:
    """ "2026-11-23 17:00", on the clock of Amsterdam; the second time that it shows this with an * after it."""
    return datetime.fromisoformat(text.rstrip("*")).replace(tzinfo=AMSTERDAM, fold=text.endswith("*"))


def worked(start: str, end: str, *, is_rush: bool = False) -> Work:
    started, ended = moment(start).astimezone(UTC), moment(end).astimezone(UTC)
    minutes = (ended - started) // timedelta(minutes=1)
    return Work(minutes=minutes, day=moment(start).date(), started_at=started, ended_at=ended, is_rush=is_rush)


def by_hand(minutes: int, day: date = MONDAY, *, is_rush: bool = False) -> Work:
    return Work(minutes=minutes, day=day, is_rush=is_rush)


def whole(work: Work, terms: Terms = TERMS) -> Price:
    return price(work, terms, billed=work.minutes)


def in_short(found: Price) -> list[str]:
    """Each part as "60 × 1.25 = 50.00 out_of_hours"."""
    return [f"{part.minutes} × {part.multiplier.normalize():f} = {part.amount} {part.why}" for part in found.parts]


TABLE: list[tuple[str, Work, str, list[str]]] = [
    # what, work, amount, parts
    ("two plain hours", worked("2026-11-23 09:00", "2026-11-23 11:00"), "80.00", ["120 × 1 = 80.00 plain"]),
    ("an hour and a half by hand", by_hand(90), "60.00", ["90 × 1 = 60.00 plain"]),
    ("a minute", by_hand(1), "0.67", ["1 × 1 = 0.67 plain"]),
    ("rush", worked("2026-11-23 09:00", "2026-11-23 10:00", is_rush=True), "60.00", ["60 × 1.5 = 60.00 rush"]),
    ("rush by hand", by_hand(30, is_rush=True), "30.00", ["30 × 1.5 = 30.00 rush"]),
    (
        "into the evening: cut at 18:00",
        worked("2026-11-23 17:00", "2026-11-23 19:30"),
        "115.00",
        ["60 × 1 = 40.00 plain", "90 × 1.25 = 75.00 out_of_hours"],
    ),
    (
        "from early in the morning: cut at 8:00",
        worked("2026-11-23 07:40", "2026-11-23 08:20"),
        "30.00",
        ["20 × 1.25 = 16.67 out_of_hours", "20 × 1 = 13.33 plain"],
    ),
    (
        "a whole long day, cut twice",
        worked("2026-11-23 07:00", "2026-11-23 19:00"),
        "500.00",
        ["60 × 1.25 = 50.00 out_of_hours", "600 × 1 = 400.00 plain", "60 × 1.25 = 50.00 out_of_hours"],
    ),
    ("Saturday", worked("2026-11-21 10:00", "2026-11-21 12:00"), "100.00", ["120 × 1.25 = 100.00 out_of_hours"]),
    ("Sunday, by hand", by_hand(60, date(2026, 11, 22)), "50.00", ["60 × 1.25 = 50.00 out_of_hours"]),
    (
        "rush in the evening: the highest counts, they don't add up",
        worked("2026-11-23 17:30", "2026-11-23 18:30", is_rush=True),
        "60.00",
        ["60 × 1.5 = 60.00 rush"],
    ),
    (
        "Christmas Eve, double, also in the evening and in a rush",
        worked("2026-12-24 16:00", "2026-12-24 20:00", is_rush=True),
        "320.00",
        ["240 × 2 = 320.00 special_day"],
    ),
    ("Christmas Eve by hand", by_hand(45, date(2026, 12, 24)), "60.00", ["45 × 2 = 60.00 special_day"]),
    (
        "from Christmas Eve into Christmas Day",
        worked("2026-12-24 22:00", "2026-12-25 01:00"),
        "230.00",
        ["120 × 2 = 160.00 special_day", "60 × 1.75 = 70.00 holiday"],
    ),
    ("King's Day, a Tuesday", by_hand(60, date(2027, 4, 27)), "70.00", ["60 × 1.75 = 70.00 holiday"]),
    (
        "New Year's Eve in a rush: the special day is named, being as high",
        by_hand(60, date(2026, 12, 31), is_rush=True),
        "60.00",
        ["60 × 1.5 = 60.00 special_day"],
    ),
    (
        "over midnight into Saturday: the same price before and after",
        worked("2026-11-27 23:00", "2026-11-28 01:00"),
        "100.00",
        ["120 × 1.25 = 100.00 out_of_hours"],
    ),
    # On 29 March 2026 the clocks go from 2:00 to 3:00; on 25 October from 3:00 back to 2:00.
    (
        "a night in spring from 1:00 to 4:00 is two hours",
        worked("2026-03-29 01:00", "2026-03-29 04:00"),
        "100.00",
        ["120 × 1.25 = 100.00 out_of_hours"],
    ),
    (
        "a night in autumn from 1:00 to 4:00 is four hours",
        worked("2026-10-25 01:00", "2026-10-25 04:00"),
        "200.00",
        ["240 × 1.25 = 200.00 out_of_hours"],
    ),
    (
        "the hour that comes twice",
        worked("2026-10-25 02:30", "2026-10-25 02:30*"),
        "50.00",
        ["60 × 1.25 = 50.00 out_of_hours"],
    ),
]


@pytest.mark.parametrize(("work", "amount", "parts"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_the_table(work: Work, amount: str, parts: list[str]) -> None:
    found = whole(work)
    assert in_short(found) == parts
    assert found.amount == Decimal(amount)
    assert found.minutes == work.minutes


INCREMENTS = [
    # minutes, increment, billed after rounding, amount
    (1, 15, 15, "10.00"),
    (15, 15, 15, "10.00"),
    (16, 15, 30, "20.00"),
    (50, 15, 60, "40.00"),
    (61, 60, 120, "80.00"),
    (7, 6, 12, "8.00"),
    (50, 1, 50, "33.33"),
]


@pytest.mark.parametrize(("minutes", "increment", "rounded", "amount"), INCREMENTS)
def test_an_entry_is_rounded_up_to_the_increment(minutes: int, increment: int, rounded: int, amount: str) -> None:
    found = whole(by_hand(minutes), replace(TERMS, increment=increment))
    assert (found.minutes, found.amount) == (rounded, Decimal(amount))


def test_what_rounding_adds_costs_what_the_last_part_costs() -> None:
    found = whole(worked("2026-11-23 17:00", "2026-11-23 18:05"), replace(TERMS, increment=15))
    assert in_short(found) == ["60 × 1 = 40.00 plain", "15 × 1.25 = 12.50 out_of_hours"]


PARTLY = [
    # of 17:00 to 19:30: billed, amount, parts
    (150, "115.00", ["60 × 1 = 40.00 plain", "90 × 1.25 = 75.00 out_of_hours"]),
    (90, "65.00", ["60 × 1 = 40.00 plain", "30 × 1.25 = 25.00 out_of_hours"]),
    (60, "40.00", ["60 × 1 = 40.00 plain"]),
    (20, "20.00", ["30 × 1 = 20.00 plain"]),
    (0, "0.00", []),
]


@pytest.mark.parametrize(("billed", "amount", "parts"), PARTLY)
def test_what_is_not_billed_is_cut_off_at_the_end(billed: int, amount: str, parts: list[str]) -> None:
    terms = replace(TERMS, increment=30)
    found = price(worked("2026-11-23 17:00", "2026-11-23 19:30"), terms, billed=billed)
    assert (in_short(found), found.amount) == (parts, Decimal(amount))


@pytest.mark.parametrize("billed", [-1, 61])
def test_more_than_was_worked_is_not_billed(billed: int) -> None:
    with pytest.raises(ValueError, match="can't be billed"):
        price(by_hand(60), TERMS, billed=billed)


def test_with_a_break_in_it_the_day_decides() -> None:
    evening = worked("2026-11-23 17:00", "2026-11-23 19:30")
    assert in_short(whole(replace(evening, minutes=120))) == ["120 × 1 = 80.00 plain"]


def test_seconds_are_rounded_to_the_minute() -> None:
    start = moment("2026-11-23 17:00").replace(second=40)
    end = moment("2026-11-23 18:10").replace(second=20)
    work = Work(minutes=70, day=MONDAY, started_at=start, ended_at=end)
    assert in_short(whole(work)) == ["59 × 1 = 39.33 plain", "11 × 1.25 = 9.17 out_of_hours"]


def test_hours_until_one_minute_to_midnight_last_until_midnight() -> None:
    terms = replace(TERMS, regular_from=time(0), regular_until=time(23, 59))
    assert in_short(whole(worked("2026-11-23 23:00", "2026-11-24 01:00"), terms)) == ["120 × 1 = 80.00 plain"]


def test_the_clock_is_that_of_the_agreement() -> None:
    """18:30 in Amsterdam is 12:30 in New York."""
    terms = replace(TERMS, zone=ZoneInfo("America/New_York"))
    assert in_short(whole(worked("2026-11-23 18:30", "2026-11-23 19:30"), terms)) == ["60 × 1 = 40.00 plain"]


def test_without_a_country_there_are_no_holidays() -> None:
    assert in_short(whole(by_hand(60, date(2027, 4, 27)), replace(TERMS, country=""))) == ["60 × 1 = 40.00 plain"]


def test_an_hour_that_costs_nothing_costs_nothing() -> None:
    assert whole(by_hand(60), replace(TERMS, rate=Decimal(0))).amount == Decimal("0.00")


# --- whatever is worked -------------------------------------------------------------------------------------------

times = st.decimals(1, 4, places=2)
all_terms = st.builds(
    Terms,
    rate=st.decimals(0, 999, places=2),
    currency=st.just("EUR"),
    increment=st.integers(1, 60),
    rush=times,
    out_of_hours=times,
    regular_days=st.frozensets(st.integers(0, 6)),
    regular_from=st.times(max_value=time(12)),
    regular_until=st.times(min_value=time(12, 1)),
    holiday=times,
    special_days=st.lists(st.builds(SpecialDay, st.integers(1, 12), st.integers(1, 28), times), max_size=3).map(tuple),
    zone=st.sampled_from(["Europe/Amsterdam", "Asia/Manila", "America/Havana", "Australia/Lord_Howe"]).map(ZoneInfo),
    country=st.sampled_from(["", "NL", "PH"]),
)


@st.composite
def all_works(draw: st.DrawFn) -> Work:
    """Up to a day of work, with or without clock times, and often with other minutes than those."""
    start = draw(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)))
    minutes = draw(st.integers(1, 24 * 60))
    day = start.date()
    if draw(st.booleans()):
        return Work(minutes=minutes, day=day, is_rush=draw(st.booleans()))
    seconds = timedelta(seconds=draw(st.integers(-70, 70)))
    end = start + minutes * timedelta(minutes=1) + seconds
    assume(end > start)
    return Work(minutes=minutes, day=day, started_at=start, ended_at=end, is_rush=draw(st.booleans()))


def most_times(terms: Terms) -> Decimal:
    special = (day.multiplier for day in terms.special_days)
    return max(terms.rush, terms.out_of_hours, terms.holiday, *special, Decimal(1))


@given(all_works(), all_terms, st.data())
def test_the_parts_are_the_whole(work: Work, terms: Terms, data: st.DataObject) -> None:
    billed = data.draw(st.integers(0, work.minutes))
    found = price(work, terms, billed=billed)
    assert found.minutes == sum(part.minutes for part in found.parts) == -(-billed // terms.increment) * terms.increment
    assert found.amount == sum(part.amount for part in found.parts)
    assert all(part.minutes > 0 and part.why in list(Why) for part in found.parts)
    assert found.amount == found.amount.quantize(Decimal("0.01"))


@example(  # just half a cent, rounded up
    by_hand(151, is_rush=True), replace(TERMS, rate=Decimal("857.17"), increment=50, rush=Decimal("3.15"))
)
@given(all_works(), all_terms)
def test_it_costs_at_least_the_rate_and_at_most_the_highest_multiplier(work: Work, terms: Terms) -> None:
    found = whole(work, terms)
    plain = Fraction(terms.rate) * found.minutes / 60
    cents = Fraction("0.005") * len(found.parts)  # each part is rounded
    assert plain - cents <= found.amount <= plain * Fraction(most_times(terms)) + cents


@given(all_works(), all_terms, st.data())
def test_working_longer_never_costs_less(work: Work, terms: Terms, data: st.DataObject) -> None:
    """In whole increments: what rounding adds costs what the last part costs, and that may be dearer than the next."""
    steps = work.minutes // terms.increment
    more = data.draw(st.integers(0, steps))
    less = data.draw(st.integers(0, more))
    first, second = (price(work, terms, billed=count * terms.increment).amount for count in (less, more))
    assert first <= second


@given(all_works(), all_terms, times)
def test_a_higher_rate_or_multiplier_never_costs_less(work: Work, terms: Terms, higher: Decimal) -> None:
    now = whole(work, terms).amount
    assert now <= whole(work, replace(terms, rate=terms.rate + higher)).amount
    for name in ("rush", "out_of_hours", "holiday"):
        raised = replace(terms, **{name: max(getattr(terms, name), higher)})
        # Parts that were priced apart may become one, and are rounded once then.
        assert now <= whole(work, raised).amount + Decimal("0.01") * 3
