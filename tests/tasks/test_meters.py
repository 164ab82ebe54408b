"""What was taken of a limit, as a bar and in words."""

from decimal import Decimal

import pytest
from django.utils import translation

from tasks.models import Task
from tasks.templatetags.meters import meters


def meter(**fields: object) -> str:
    values = {"money_spent": Decimal(0), "minutes_logged": 0, "money_limit": None, "time_limit": None}
    return str(meters(Task(**{**values, **fields}), "EUR")).replace("\u00a0", " ")


def test_nothing_without_a_limit_and_without_anything_logged() -> None:
    assert meter() == ""


@pytest.mark.parametrize(
    ("fields", "words", "mark"),
    [
        ({"money_spent": Decimal(85), "money_limit": Decimal(100)}, "€ 85 of € 100", "metered high"),
        ({"money_spent": Decimal("12.50"), "money_limit": Decimal(100)}, "€ 12.50 of € 100", '"metered"'),
        ({"money_limit": Decimal(100)}, "€ 0 of € 100", '"metered"'),
        ({"money_spent": Decimal(100), "money_limit": Decimal(100)}, "€ 100 of € 100", "metered full"),
        ({"money_spent": Decimal(120), "money_limit": Decimal(100)}, "€ 120 of € 100: € 20 over", "metered over"),
        ({"money_spent": Decimal(5), "money_limit": Decimal(0)}, "€ 5 of € 0: € 5 over", "metered over"),
        ({"minutes_logged": 90, "time_limit": 240}, "1 hour 30 min of 4 hours", '"metered"'),
        ({"minutes_logged": 300, "time_limit": 240}, "5 hours of 4 hours: 1 hour over", "metered over"),
        ({"minutes_logged": 90}, "1 hour 30 min logged", '"metered"'),
        ({"money_spent": Decimal(12)}, "€ 12 spent", '"metered"'),
    ],
)
def test_it_says_in_words_what_the_bar_shows(fields: dict[str, object], words: str, mark: str) -> None:
    found = meter(**fields)
    assert words in found
    assert mark in found


def test_the_bar_has_numbers_that_every_browser_reads() -> None:
    with translation.override("nl"):
        found = meter(money_spent=Decimal("1234.50"), money_limit=Decimal("2000.00"))
    assert 'max="2000.00" value="1234.50"' in found
    assert 'value="240"' in meter(minutes_logged=300, time_limit=240)
