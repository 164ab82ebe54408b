"""A wish in one line, with its price tag."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delegation.wishes import WishLine, read_wish

READ = {
    "extra vegan menu 2h €40": ("extra vegan menu", 120, "40"),
    "extra vegan menu €40 2h": ("extra vegan menu", 120, "40"),
    "extra vegan menu, 2 h, € 40": ("extra vegan menu", 120, "40"),
    "Extra vegan menu (2 hours, EUR 40)": ("Extra vegan menu", 120, "40"),
    "ook een menukaart, 1,5 uur en € 12,50": ("ook een menukaart", 90, "12.50"),
    "menukaarten 90 min": ("menukaarten", 90, None),
    "menukaarten 2u30": ("menukaarten", 150, None),
    "menukaarten 2 uur 30 min": ("menukaarten", 150, None),
    "cards 1:30 h": ("cards", 90, None),
    "bloemen op tafel - 35 euro": ("bloemen op tafel", None, "35"),
    "bloemen € 1.250,00": ("bloemen", None, "1250"),
    "bloemen €12,-": ("bloemen", None, "12"),
    "flowers 3h + €20.": ("flowers", 180, "20"),
    "  flowers \n 3h ": ("flowers", 180, None),
    "café voor 12 mensen 1 uur": ("café voor 12 mensen", 60, None),
}
LONG_JOINS = "a" + " +" * 140 + " x 2h"
LEFT_ALONE = [
    "extra vegan menu",
    "2h",  # nothing would be left of the wish
    "€ 40",
    "bel om 9 uur",
    "call the hall at 14:30",
    "call the hall at 9 h",
    "binnen 2 uur antwoord binnen 2 uur",
    "a gift card of €40",
    "a gift card worth € 40",
    "cadeaubon van 25 euro",
    "a banner of 3 m",
    "a cable of 20m",
    "ten chairs 10",
    "chairs $40",  # not the team's currency
    "flowers 2h or 3h 2h",  # two of a kind
    "flowers €20 €30",
    "flowers 0h",
    "flowers € 0",
    "flowers € 1.2.3",
    "flowers 99999999h",
    "room 12h30min45",
    "version2h",
    "",
]


@pytest.mark.parametrize(("line", "found"), READ.items())
def test_the_price_tag_is_taken_out_of_the_end(line: str, found: tuple[str, int | None, str | None]) -> None:
    text, minutes, amount = found
    assert read_wish(line) == WishLine(text=text, minutes=minutes, amount=Decimal(amount) if amount else None)


@pytest.mark.parametrize("line", LEFT_ALONE)
def test_what_could_mean_something_else_stays_in_the_text(line: str) -> None:
    assert read_wish(line) == WishLine(text=line)


def test_the_currency_is_the_team_s() -> None:
    assert read_wish("glazes £40", currency="GBP").amount == Decimal(40)
    assert read_wish("glazes 40 pounds", currency="GBP").amount == Decimal(40)
    assert read_wish("glazes €40", currency="GBP").text == "glazes €40"
    assert read_wish("lamps CHF 40", currency="CHF").amount == Decimal(40)


def test_what_was_filled_in_elsewhere_is_not_looked_for() -> None:
    assert read_wish("menu 2h €40", time=False) == WishLine(text="menu 2h", amount=Decimal(40))
    assert read_wish("menu 2h €40", money=False) == WishLine(text="menu 2h €40")


@given(st.text(max_size=400))
def test_any_line_can_be_read_and_nothing_is_lost(line: str) -> None:
    found = read_wish(line)
    whole = " ".join(line.split())
    assert whole.startswith(found.text)
    assert found.minutes is None or found.minutes > 0
    assert found.amount is None or found.amount > 0
    assert bool(found.text) == bool(whole)


def test_a_line_of_nothing_but_joins_is_read_at_once() -> None:
    # Tried in all combinations it would never end; the suite's own patience is the measure.
    assert read_wish(LONG_JOINS).text == LONG_JOINS
    assert read_wish("menu + en 2h").text == "menu"
