"""Keep proportions: what a difference comes to, and what talking about it costs."""

from decimal import Decimal
from typing import Any

import pytest

from delegation.proportions import Talk, difference, half_an_hour, priced

RATE = Decimal(30)


def asked(**values: Any) -> Decimal:
    """A difference, where nothing is asked and nothing is limited unless told otherwise."""
    nothing: dict[str, Any] = {"money": None, "money_limit": None, "minutes": None, "time_limit": None}
    return difference(rate=RATE, **nothing | values)


def test_half_an_hour_of_both_is_half_of_both_rates() -> None:
    assert half_an_hour(Decimal(30), Decimal(60)) == Decimal(45)
    assert half_an_hour(Decimal("32.25"), Decimal("60.50")) == Decimal("46.38")


@pytest.mark.parametrize(
    ("minutes", "cost"),
    [(60, Decimal(30)), (30, Decimal(15)), (1, Decimal("0.50")), (0, Decimal(0)), (100, Decimal(50))],
)
def test_minutes_cost_their_part_of_the_rate(minutes: int, cost: Decimal) -> None:
    assert priced(minutes, RATE) == cost


def test_money_and_time_beyond_their_limits_add_up() -> None:
    assert asked(money=Decimal(115), money_limit=Decimal(100)) == Decimal(15)
    assert asked(minutes=90, time_limit=60) == Decimal(15)
    assert asked(money=Decimal(115), money_limit=Decimal(100), minutes=90, time_limit=60) == Decimal(30)


def test_what_has_no_limit_or_stays_within_it_is_no_difference() -> None:
    assert asked(money=Decimal(115)) == asked(minutes=90) == asked() == 0
    assert asked(money=Decimal(90), money_limit=Decimal(100), minutes=30, time_limit=60) == 0


def test_time_that_is_not_billed_costs_nothing() -> None:
    assert asked(minutes=90, time_limit=60, is_unpaid=True) == 0
    assert asked(money=Decimal(115), money_limit=Decimal(100), minutes=90, time_limit=60, is_unpaid=True) == Decimal(15)


@pytest.mark.parametrize(
    ("about", "dearer"), [(Decimal(15), True), (Decimal("44.99"), True), (Decimal(45), False), (Decimal(0), False)]
)
def test_talking_is_dearer_only_than_a_difference_that_is_smaller_than_its_cost(about: Decimal, dearer: bool) -> None:
    assert Talk(about, Decimal(45)).is_dearer == dearer
