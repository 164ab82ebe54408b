"""Keep proportions: whether a difference costs less than talking about it (SPEC section 5). Pure."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Talk:
    """What a flag is about, in money: the difference with the limits, and half an hour of both people's time."""

    difference: Decimal
    cost: Decimal

    @property
    def is_dearer(self) -> bool:
        """Whether talking costs more than simply paying the difference."""
        return 0 < self.difference < self.cost


def half_an_hour(rate: Decimal, own_rate: Decimal) -> Decimal:
    """What half an hour of both costs, in cents. Both rates are per hour, in the same currency."""
    return ((rate + own_rate) / 2).quantize(CENT, ROUND_HALF_UP)


def priced(minutes: int, rate: Decimal) -> Decimal:
    """What so many minutes cost at this rate per hour, in cents, without any multiplier."""
    return (rate * minutes / 60).quantize(CENT, ROUND_HALF_UP)


def difference(
    *,
    money: Decimal | None,
    money_limit: Decimal | None,
    minutes: int | None,
    time_limit: int | None,
    rate: Decimal,
    is_unpaid: bool = False,
) -> Decimal:
    """What is asked beyond the limits, in money. What has no limit yet counts for nothing: nobody knows the difference.

    `money` and `minutes`: what it would take in all. `is_unpaid`: the extra time is not billed, so it costs nothing.
    """
    more = Decimal(0)
    if money is not None and money_limit is not None:
        more += max(Decimal(0), money - money_limit)
    if minutes is not None and time_limit is not None and not is_unpaid:
        more += priced(max(0, minutes - time_limit), rate)
    return more
