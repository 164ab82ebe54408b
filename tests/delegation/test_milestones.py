"""Milestones: the chain of days worked out by hand, what slow acceptance costs, and fewer days to keep a deadline."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.reach import Reach
from delegation.milestones import (
    Count,
    Phase,
    PlanProblem,
    Stage,
    counting_in,
    forecast,
    plan,
    problems,
    shortened,
)
from delegation.working_time import WorkingTime

OFFICE = ((time(9), time(17)),) * 5 + (None, None)


def working(country: str = "", days_off: tuple[tuple[date, date], ...] = (), zone: str = "Europe/Amsterdam") -> Count:
    reach = Reach(zone=ZoneInfo(zone), country=country, days_off=days_off)
    return counting_in(WorkingTime(reach=reach, hours=OFFICE))


def day(text: str) -> date:
    """Of December 2026, or of January 2027 when it says so: "18", "jan 4"."""
    month, _space, number = text.rpartition(" ")
    return date(2027, 1, int(number)) if month else date(2026, 12, int(number))


# Four phases: the first on Friday 11 December, then 5, 6 and 4 working days.
CHAIN = [Stage(due_on=day("11")), Stage(working_days=5), Stage(working_days=6), Stage(working_days=4)]
DAYS = [5, 6, 4]

# By hand, for somebody who works Monday to Friday.
#   nowhere:      14 15 16 17 [18] · 21 22 23 24 25 [28] · 29 30 31 [1 Jan]
#   Netherlands:  25 December is a holiday, 26 is a Saturday, 1 January is a holiday:
#                 14 15 16 17 [18] · 21 22 23 24 28 [29] · 30 31 4 Jan [5 Jan]
#   Philippines:  8 December is before it begins; 24, 25, 30 and 31 December and 1 January are holidays:
#                 14 15 16 17 [18] · 21 22 23 28 29 [4 Jan] · 5 6 7 [8 Jan]
BY_HAND = {
    "": ["11", "18", "28", "jan 1"],
    "NL": ["11", "18", "29", "jan 5"],
    "PH": ["11", "18", "jan 4", "jan 8"],
}


@pytest.mark.parametrize("country", BY_HAND)
def test_a_chain_of_four_over_christmas(country: str) -> None:
    assert plan(day("11"), DAYS, working(country)) == [day(text) for text in BY_HAND[country]]


def test_a_day_off_of_the_assistant_moves_what_comes_after_it() -> None:
    # As for the Netherlands, without Wednesday 16 and Monday 4 January:
    #   14 15 17 18 [21] · 22 23 24 28 29 [30] · 31 5 Jan 6 Jan [7 Jan]
    away = ((day("16"), day("16")), (day("jan 4"), day("jan 4")))
    found = plan(day("11"), DAYS, working("NL", away))
    assert found == [day("11"), day("21"), day("30"), day("jan 7")]


def test_late_acceptance_moves_the_rest_over_a_holiday_and_a_day_off() -> None:
    count = working("NL", ((day("22"), day("22")),))
    # Accepted on Tuesday 15 instead of Friday 11:
    #   16 17 18 21 [23] · 24 28 29 30 31 [4 Jan] · 5 6 7 [8 Jan]
    accepted = [replace(CHAIN[0], accepted_on=day("15")), replace(CHAIN[1], due_on=day("23")), *CHAIN[2:]]
    found = forecast(accepted, today=day("15"), count=count)
    assert found == [day("15"), day("23"), day("jan 4"), day("jan 8")]
    # The second one, delivered on time, is accepted on Monday 28 only:
    #   29 30 31 4 Jan 5 Jan [6 Jan] · 7 8 11 [12 Jan]
    second = [
        accepted[0],
        replace(accepted[1], accepted_on=day("28")),
        replace(CHAIN[2], due_on=day("jan 6")),
        CHAIN[3],
    ]
    assert forecast(second, today=day("28"), count=count) == [day("15"), day("28"), day("jan 6"), day("jan 12")]


def test_each_day_that_a_delivered_one_waits_moves_what_follows() -> None:
    delivered = [replace(CHAIN[0], is_delivered=True), *CHAIN[1:]]
    count = working("NL")
    assert forecast(delivered, today=day("10"), count=count)[1] == day("17")  # earlier than planned, too
    assert forecast(delivered, today=day("11"), count=count)[1] == day("18")
    assert forecast(delivered, today=day("14"), count=count)[1] == day("21")
    assert forecast(delivered, today=day("18"), count=count)[1] == day("28")


def test_one_that_is_late_is_expected_today() -> None:
    assert forecast(CHAIN, today=day("14"), count=working("NL"))[:2] == [day("14"), day("21")]


def test_before_anybody_takes_it_over_again_the_next_one_counts_from_today() -> None:
    stages = [replace(CHAIN[0], accepted_on=day("11")), *CHAIN[1:]]
    assert forecast(stages, today=day("16"), count=working("NL"))[1] == day("23")


def test_who_never_works_is_counted_in_plain_days() -> None:
    never = WorkingTime(reach=Reach(zone=ZoneInfo("Europe/Amsterdam")), hours=(None,) * 7)
    for count in (counting_in(never), counting_in(None)):
        assert plan(day("11"), [5], count) == [day("11"), day("16")]


def test_many_working_days_of_who_works_one_day_a_week_are_counted_out() -> None:
    mondays = WorkingTime(reach=Reach(zone=ZoneInfo("Europe/Amsterdam")), hours=(OFFICE[0], *(None,) * 6))
    assert counting_in(mondays)(day("14"), 250) == day("14") + timedelta(weeks=250)


# --- what holds always --------------------------------------------------------------------------------------------

NUMBERS = st.lists(st.integers(1, 20), min_size=1, max_size=5)
STARTS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
COUNTRIES = st.sampled_from(["", "NL", "PH"])


@given(first=STARTS, numbers=NUMBERS, country=COUNTRIES)
def test_on_time_it_goes_as_planned(first: date, numbers: list[int], country: str) -> None:
    count = working(country)
    stages = [Stage(due_on=first), *(Stage(working_days=number) for number in numbers)]
    assert forecast(stages, today=first - timedelta(days=3), count=count) == plan(first, numbers, count)


@given(first=STARTS, numbers=NUMBERS, country=COUNTRIES, late=st.integers(0, 40), later=st.integers(0, 40))
def test_the_later_it_is_accepted_the_later_all_the_rest(
    first: date, numbers: list[int], country: str, late: int, later: int
) -> None:
    count = working(country)
    rest = [Stage(working_days=number) for number in numbers]

    def accepted(days: int) -> list[date]:
        on = first + timedelta(days=days)
        return forecast([Stage(due_on=first, accepted_on=on), *rest], today=on, count=count)

    planned, one, other = plan(first, numbers, count), accepted(late), accepted(late + later)
    assert all(early <= then <= last for early, then, last in zip(planned, one, other, strict=True))


@given(first=STARTS, numbers=NUMBERS, today=STARTS, country=COUNTRIES)
def test_each_is_after_the_one_before_and_none_has_passed(
    first: date, numbers: list[int], today: date, country: str
) -> None:
    stages = [Stage(due_on=first), *(Stage(working_days=number) for number in numbers)]
    found = forecast(stages, today=today, count=working(country))
    assert found[0] == max(first, today)
    assert all(one < next_one for one, next_one in pairwise(found))
    assert all(
        (next_one - one).days >= number for one, next_one, number in zip(found, found[1:], numbers, strict=False)
    )


@given(numbers=NUMBERS, by=st.integers(0, 80), country=COUNTRIES)
def test_fewer_days_are_as_few_fewer_as_the_deadline_asks_for(numbers: list[int], by: int, country: str) -> None:
    first, count = date(2026, 11, 23), working(country)
    stages = [Stage(due_on=first), *(Stage(working_days=number) for number in numbers)]
    deadline = first + timedelta(days=by)

    def last(days: Sequence[int | None]) -> date:
        tried = [replace(stage, working_days=number) for stage, number in zip(stages, days, strict=True)]
        return forecast(tried, today=first, count=count)[-1]

    found = shortened(stages, by=deadline, today=first, count=count)
    rest = [number or 0 for number in found[1:]]
    assert found[0] is None
    assert all(1 <= number <= before for number, before in zip(rest, numbers, strict=True))
    if rest == numbers:
        assert last(found) <= deadline or set(numbers) == {1}
    elif last(found) <= deadline:
        longest = max(range(len(rest)), key=lambda number: numbers[number] - rest[number])
        assert last([None, *(n + (place == longest) for place, n in enumerate(rest))]) > deadline
    else:
        assert set(rest) == {1}


def test_the_longest_gives_first_and_what_has_begun_gives_nothing() -> None:
    count = working("NL")
    stages = [Stage(due_on=day("1"), accepted_on=day("1"), working_days=None), Stage(working_days=9, due_on=day("14"))]
    rest = [Stage(working_days=2), Stage(working_days=4)]
    assert forecast([*stages, *rest], today=day("14"), count=count)[-1] == day("22")
    assert shortened([*stages, *rest], by=day("18"), today=day("14"), count=count) == [None, 9, 2, 2]
    assert shortened([*stages, *rest], by=day("14"), today=day("14"), count=count) == [None, 9, 1, 1]
    assert shortened([], by=day("14"), today=day("14"), count=count) == []


# --- what can be ----------------------------------------------------------------------------------------------------

TWO = [Phase(title="Plan", due_on=day("11")), Phase(title="Build", working_days=5)]


@pytest.mark.parametrize(
    ("phases", "found"),
    [
        ([], []),
        (TWO, []),
        (TWO[:1], [(PlanProblem.ALONE, 0)]),
        ([replace(TWO[0], title=" "), TWO[1]], [(PlanProblem.NO_TITLE, 0)]),
        ([replace(TWO[0], due_on=None), TWO[1]], [(PlanProblem.NO_DAY, 0)]),
        ([TWO[0], replace(TWO[1], working_days=0)], [(PlanProblem.OUT_OF_RANGE, 1)]),
        ([TWO[0], replace(TWO[1], working_days=251)], [(PlanProblem.OUT_OF_RANGE, 1)]),
        ([TWO[0], replace(TWO[1], working_days=None)], [(PlanProblem.OUT_OF_RANGE, 1)]),
        ([replace(TWO[0], due_on=day("19")), TWO[1]], [(PlanProblem.AFTER_DEADLINE, 0)]),
        ([TWO[0], *[TWO[1]] * 12], [(PlanProblem.TOO_MANY, 12)]),
    ],
)
def test_what_milestones_can_not_be_is_told_of_which_one(
    phases: list[Phase], found: list[tuple[PlanProblem, int]]
) -> None:
    assert problems(phases, deadline=day("18")) == found


def test_what_was_delivered_stays_where_it_is() -> None:
    settled = TWO[:1]
    assert problems(TWO, settled=settled) == []
    assert problems([], settled=settled) == [(PlanProblem.SETTLED, 0)]
    assert problems(TWO[::-1], settled=settled)[0] == (PlanProblem.SETTLED, 0)
    assert problems([replace(TWO[0], title="Scheme"), TWO[1]], settled=settled) == [(PlanProblem.SETTLED, 0)]
    # A deadline that moved since is no matter of what was delivered.
    assert problems(TWO, settled=settled, deadline=day("1")) == []


TITLES = st.text(min_size=1, max_size=40).filter(str.strip)


@given(TITLES, st.dates(), st.integers(1, 250))
def test_a_code_is_read_back_as_it_was_written(title: str, due_on: date, days: int) -> None:
    for phase in (Phase(title=title, due_on=due_on), Phase(title=f"{title} · 7", working_days=days)):
        assert Phase.from_code(phase.code) == phase


@pytest.mark.parametrize("code", ["", "Design", "Design · soon", "Design · ²"])
def test_what_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Phase.from_code(code)
