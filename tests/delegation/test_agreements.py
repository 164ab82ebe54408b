"""Which version counts on a day, and what it says about money."""

from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from delegation.agreements import agreement_in_force, agreements_of, in_force_on, team_money, terms_of
from delegation.models import TeamMoney
from delegation.pricing import SpecialDay, Terms, Work, price
from tasks.actions.agreements import decline_agreement, withdraw_agreement
from tests.conftest import Cast
from tests.tasks.agreed import agreed, proposed


def test_the_version_with_the_latest_first_day_counts(cast: Cast, now: datetime) -> None:
    first = agreed(cast, now, valid_from=date(2026, 11, 1))
    second = agreed(cast, now, valid_from=date(2026, 11, 16), rate=Decimal(45))
    counts = {
        day: agreement_in_force(cast.team.pk, cast.assistant.pk, date(2026, month, day))
        for month, day in [(10, 31), (11, 1), (11, 15), (11, 16), (12, 30)]
    }
    assert counts == {31: None, 1: first, 15: first, 16: second, 30: second}
    both = agreements_of(cast.team.pk, cast.assistant.pk)
    assert both == [first, second]
    assert {day: in_force_on(both, date(2026, 11, day)) for day in (1, 15, 16)} == {1: first, 15: first, 16: second}
    assert in_force_on(both, date(2026, 10, 31)) is None


def test_only_what_both_accepted_counts(cast: Cast, now: datetime) -> None:
    decline_agreement(agreement_id=proposed(cast, now).pk, by=cast.assistant, text="Too little", now=now)
    withdraw_agreement(agreement_id=proposed(cast, now).pk, by=cast.owner, now=now)
    proposed(cast, now)
    assert agreement_in_force(cast.team.pk, cast.assistant.pk, now.date()) is None
    assert agreements_of(cast.team.pk, cast.assistant.pk) == []


def test_another_team_or_assistant_has_its_own(cast: Cast, now: datetime) -> None:
    agreed(cast, now)
    assert agreement_in_force(cast.other_team.pk, cast.assistant.pk, now.date()) is None
    assert agreement_in_force(cast.team.pk, cast.guest.pk, now.date()) is None


def test_the_terms_are_those_of_the_version(cast: Cast, now: datetime) -> None:
    version = agreed(
        cast,
        now,
        regular_days="0136",
        out_of_hours_multiplier=Decimal("1.25"),
        special_days=[{"month": 12, "day": 24, "multiplier": "2.00"}],
    )
    version.refresh_from_db()
    assert terms_of(version) == Terms(
        rate=Decimal(40),
        currency="EUR",
        increment=1,
        rush=Decimal(1),
        out_of_hours=Decimal("1.25"),
        regular_days=frozenset({0, 1, 3, 6}),
        regular_from=time(8),
        regular_until=time(18),
        holiday=Decimal(1),
        special_days=(SpecialDay(12, 24, Decimal(2)),),
        zone=ZoneInfo("Europe/Amsterdam"),
        country="NL",
    )


@pytest.mark.parametrize(("day", "amount"), [(13, "60.00"), (16, "67.50"), (30, "67.50")])
def test_a_change_of_rate_in_mid_month_prices_each_day_by_its_own(
    day: int, amount: str, cast: Cast, now: datetime
) -> None:
    """An hour and a half at € 40 until the 15th, and at € 45 from the 16th on."""
    agreed(cast, now, valid_from=date(2026, 11, 1))
    agreed(cast, now, valid_from=date(2026, 11, 16), rate=Decimal(45))
    work = Work(minutes=90, day=date(2026, 11, day))
    counts = in_force_on(agreements_of(cast.team.pk, cast.assistant.pk), work.day)
    assert counts
    assert price(work, terms_of(counts), billed=90).amount == Decimal(amount)


def test_a_team_that_has_never_said_so_finds_nothing_too_small(cast: Cast) -> None:
    found = team_money(cast.team)
    assert (found.own_rate, found.tolerance_amount, found.tolerance_percent) == (None, None, None)
    assert not TeamMoney.objects.exists()
