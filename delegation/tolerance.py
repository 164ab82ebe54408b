"""Up to what a small overrun is approved at once (SPEC section 5). Pure: numbers in, numbers out."""

from decimal import ROUND_DOWN, Decimal

CENT = Decimal("0.01")


def cap(limit: Decimal, amount: Decimal | None, percent: int | None) -> Decimal | None:
    """How much beyond `limit` needs no answer: the lower of the amount and the percentage of the limit, in cents.

    Without a percentage the amount counts by itself. Without an amount there is no tolerance: None.
    """
    if amount is None:
        return None
    if percent is None:
        return amount
    return min(amount, (limit * percent / 100).quantize(CENT, ROUND_DOWN))


def is_within(over: Decimal, most: Decimal | None) -> bool:
    """Whether an overrun is so small that it needs no answer. `most`: the cap, None without a tolerance."""
    return most is not None and 0 < over <= most
