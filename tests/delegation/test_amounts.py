"""Money and hours as people write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delegation.amounts import UnreadableAmount, currencies_named, parse_minutes, parse_money, parse_rate

READABLE_MONEY = {
    "100": "100",
    "€ 100": "100",
    "EUR100": "100",
    "100 euro": "100",
    "$ 12.50": "12.50",
    "99,5": "99.50",
    "1.000": "1000",
    "1,000": "1000",
    "1.000,50": "1000.50",
    "1,000.50": "1000.50",
    "1.000.000": "1000000",
    "1 000,50": "1000.50",
    "1'000.50": "1000.50",
    "12,-": "12",
    "12,=": "12",
    "0,5": "0.50",
    "0.125": "0.13",
    "-5": "-5",
    "\u00a0€\u00a01.250,00": "1250",
    "1 000": "1000",
    "1 000 000": "1000000",
    "1\u202f000,50": "1000.50",
    "€ 1 000,50": "1000.50",
    "EUR 12": "12",
    "12 euro": "12",
    "12,- euro": "12",
    "€ 12 ,-": "12",
    "NZD$ 12": "12",
    "$ 12 CAD": "12",
    "-€ 5": "-5",
    "€ -5": "-5",
    "- 5": "-5",
}
UNREADABLE_MONEY = [
    "", "-", "about 100", "1.2.3", "1,00,000", "1.000,000", "1234.567", "12.", ",5", "0'125", "1e9",
    "NaN", "∞", "½", "100 200 €x", "9" * 50, "12 50", "12 euro 50", "12€50", "1 0000", "1 000 50", "12, 50", "0 125",
    "1234 567", "1.000 000", "1 000.000", "5-€", "- € - 5", "euro", "€ 12 or 13",
]  # fmt: skip
MINUTES = {
    "2": 120,
    "1,5": 90,
    "1.5 hours": 90,
    "1,5 uur": 90,
    "1:30": 90,
    "1:30 uur": 90,
    "90 min": 90,
    "45 minuten": 45,
    "1 h": 60,
    "3u": 180,
    "0,25": 15,
    "100:00": 6000,
    "\u00a02\u00a0uur": 120,
    "12:30": 750,
    "1u30": 90,
    "2h15": 135,
    "2h05m": 125,
    "90m": 90,
    "1 hour 30 min": 90,
    "1 uur en 30 minuten": 90,
    "1 hr. 5": 65,
    "0u45": 45,
}


@pytest.mark.parametrize(("text", "amount"), READABLE_MONEY.items())
def test_money_is_read_as_dutch_and_english_people_write_it(text: str, amount: str) -> None:
    assert parse_money(text) == Decimal(amount)


@pytest.mark.parametrize("text", UNREADABLE_MONEY)
def test_what_is_no_amount_or_could_be_two_is_refused(text: str) -> None:
    with pytest.raises(UnreadableAmount):
        parse_money(text)


@pytest.mark.parametrize(("text", "minutes"), MINUTES.items())
def test_hours_and_minutes_become_minutes(text: str, minutes: int) -> None:
    assert parse_minutes(text) == minutes


@pytest.mark.parametrize(
    "text",
    ["", "soon", "1:75", "1:5", "-1:30", "2 dagen", "9" * 50, "1.2.3 uur", "1.000,50", "1,000.50", "1u75", "u30"],
)
def test_a_time_that_can_not_be_read_is_refused(text: str) -> None:
    with pytest.raises(UnreadableAmount):
        parse_minutes(text)


@given(st.text())
def test_any_text_is_an_amount_or_is_refused_and_never_breaks(text: str) -> None:
    for parse in (parse_money, parse_minutes):
        try:
            assert parse(text) == parse(text)
        except UnreadableAmount:
            pass


@given(st.decimals(min_value=0, max_value=10**7, places=2))
def test_what_is_written_in_dutch_or_in_english_reads_the_same(amount: Decimal) -> None:
    english = f"{amount:,.2f}"
    dutch = english.translate(str.maketrans(",.", ".,"))
    assert parse_money(english) == parse_money(dutch) == parse_money(f"€ {dutch}") == amount


@given(
    st.integers(min_value=0, max_value=10**9),
    st.integers(min_value=0, max_value=99),
    st.sampled_from(["", ".", ",", "'", " ", "\u00a0", "\u202f"]),
    st.sampled_from([".", ",", "'", " ", "\u00a0", " euro ", "€", " eur", ", ", " ,"]),
    st.sampled_from(["{}", "€ {}", "{} euro", "EUR{}"]),
)
def test_with_whatever_separators_an_amount_is_read_as_itself_or_refused(
    whole: int, cents: int, thousands: str, decimal: str, written: str
) -> None:
    text = written.format(f"{whole:,}".replace(",", thousands) + f"{decimal}{cents:02}")
    try:
        assert parse_money(text) == Decimal(f"{whole}.{cents:02}")
    except UnreadableAmount:
        pass


@given(st.lists(st.text("0123456789", min_size=1, max_size=4), min_size=1, max_size=4))
def test_a_space_parts_thousands_and_nothing_else(groups: list[str]) -> None:
    in_thousands = len(groups[0]) <= 3 and groups[0] != "0" and all(len(group) == 3 for group in groups[1:])
    try:
        found = parse_money(" ".join(groups))
    except UnreadableAmount:
        assert not in_thousands
        assert len(groups) > 1
    else:
        assert found == Decimal("".join(groups))
        assert in_thousands or len(groups) == 1


@given(st.integers(min_value=0, max_value=10_000), st.integers(min_value=0, max_value=59))
def test_clock_time_and_minutes_agree(hours: int, minutes: int) -> None:
    assert parse_minutes(f"{hours}:{minutes:02}") == parse_minutes(f"{hours * 60 + minutes} min")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("12", None),
        ("12,-", None),
        ("€ 12", {"EUR"}),
        ("12 euro", {"EUR"}),
        ("EUR12", {"EUR"}),
        ("$ 12", {"USD", "CAD", "AUD", "NZD"}),
        ("12 dollar", {"USD", "CAD", "AUD", "NZD"}),
        ("CAD 12", {"CAD"}),
        ("$ 12 CAD", {"CAD"}),
        ("£12", {"GBP"}),
        ("12 pond", {"GBP"}),
        ("zar 12", {"ZAR"}),
        ("€ 12 $", set()),
    ],
)
def test_the_currency_that_a_text_names_is_told(text: str, named: set[str] | None) -> None:
    assert currencies_named(text) == named


@pytest.mark.parametrize(
    ("text", "rate"),
    [("0,92", "0.92"), ("1.0835", "1.0835"), ("1,083", "1.083"), ("400", "400"), ("0.00000051", "0.000001")],
)
def test_a_rate_has_only_decimals(text: str, rate: str) -> None:
    assert parse_rate(text) == Decimal(rate)


@pytest.mark.parametrize("text", ["", "0", "0,0", "-1", "1.000,5", "one", "1e3", "9999999", "0.0000001", "½"])
def test_a_rate_that_is_none_or_could_be_two_is_refused(text: str) -> None:
    with pytest.raises(UnreadableAmount):
        parse_rate(text)
