"""The tolerance: the lower of an amount and a percentage of the limit."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delegation.tolerance import cap, is_within

AMOUNTS = st.decimals(min_value=Decimal("0.01"), max_value=Decimal(999999), places=2)


@pytest.mark.parametrize(
    ("limit", "amount", "percent", "found"),
    [
        (Decimal(100), Decimal(20), 20, Decimal(20)),
        (Decimal(100), Decimal(20), 10, Decimal(10)),
        (Decimal(1000), Decimal(20), 10, Decimal(20)),
        (Decimal(100), Decimal(20), None, Decimal(20)),
        (Decimal(100), None, 10, None),
        (Decimal(100), None, None, None),
        (Decimal(0), Decimal(20), 10, Decimal(0)),
        (Decimal("33.33"), Decimal(20), 10, Decimal("3.33")),
    ],
)
def test_the_lower_of_the_two_counts(
    limit: Decimal, amount: Decimal | None, percent: int | None, found: Decimal | None
) -> None:
    assert cap(limit, amount, percent) == found


@given(limit=AMOUNTS, amount=AMOUNTS, percent=st.integers(min_value=1, max_value=100))
def test_it_is_never_more_than_either(limit: Decimal, amount: Decimal, percent: int) -> None:
    most = cap(limit, amount, percent)
    assert most is not None
    assert most <= amount
    assert most * 100 <= limit * percent


@pytest.mark.parametrize(
    ("over", "most", "found"),
    [
        (Decimal(15), Decimal(20), True),
        (Decimal(20), Decimal(20), True),
        (Decimal("20.01"), Decimal(20), False),
        (Decimal(0), Decimal(20), False),
        (Decimal(15), None, False),
    ],
)
def test_within_is_more_than_nothing_and_no_more_than_the_cap(over: Decimal, most: Decimal | None, found: bool) -> None:
    assert is_within(over, most) == found
