"""One-time codes: what can be read as a secret, and the code of a moment."""

from datetime import UTC, datetime

import pytest

from tasks.one_time_codes import COUNTED, TOO_SHORT, UNREADABLE, UnreadableSecret, code_at, normal_form

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # the one of RFC 6238: 12345678901234567890
LONG = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA"  # its 32 bytes for SHA256


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "94287082"), (1111111109, "07081804"), (1234567890, "89005924"), (20000000000, "65353130")],
)
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert code_at(normal_form(f"otpauth://totp/a?secret={SECRET}&digits=8"), at(seconds))[0] == code


def test_digits_period_and_algorithm_are_kept() -> None:
    address = normal_form(f"otpauth://totp/Shop:eva%40example.com?secret={LONG}&digits=8&period=60&algorithm=SHA256")
    assert code_at(address, at(59)) == (code_at(address, at(0))[0], 1)
    assert code_at(normal_form(f"otpauth://totp/a?secret={LONG}&digits=8&algorithm=SHA256"), at(59))[0] == "46119246"
    assert "digits=8" in address
    assert "period=60" in address
    assert "algorithm=SHA256" in address


def test_it_says_for_how_long_a_code_counts() -> None:
    address = normal_form(SECRET)
    assert [code_at(address, at(seconds))[1] for seconds in (0, 1, 29, 30)] == [30, 29, 1, 30]


@pytest.mark.parametrize(
    "text",
    [
        "gezd gnbv gy3t qojq gezd gnbv gy3t qojq",
        "GEZD-GNBV-GY3T-QOJQ-GEZD-GNBV-GY3T-QOJQ",
        f"  {SECRET}\n",
        f"OTPAUTH://TOTP/x?SECRET={SECRET.lower()}",
        f"otpauth://totp/Shop?secret={SECRET}&issuer=Shop&image=https%3A%2F%2Fexample.com",
        f"otpauth://totp/Old%20Shop:eva?secret={SECRET}&issuer=Shop",
        f"otpauth://totp/?secret={SECRET}====",
    ],
)
def test_however_it_is_written_the_codes_are_the_same(text: str) -> None:
    assert code_at(normal_form(text), at(59))[0] == "287082"


def test_the_sixteen_letters_that_many_sites_give_are_enough() -> None:
    assert len(code_at(normal_form("JBSWY3DPEHPK3PXP"), at(0))[0]) == 6


def test_the_normal_form_of_a_normal_form_is_the_same() -> None:
    once = normal_form(f"otpauth://totp/Shop:eva?secret={SECRET}&issuer=Shop&period=60")
    assert normal_form(once) == once


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", TOO_SHORT),
        ("123456", UNREADABLE),
        ("not a key!", UNREADABLE),
        ("ABCDEFGH", TOO_SHORT),
        ("é" * 32, UNREADABLE),
        ("https://example.com/otp", UNREADABLE),
        ("otpauth://totp/x", TOO_SHORT),
        (f"otpauth://hotp/x?secret={SECRET}&counter=1", COUNTED),
        (f"otpauth://totp/x?secret={SECRET}&encoder=steam", UNREADABLE),
        (f"otpauth://totp/x?secret={SECRET}&secret={LONG}", UNREADABLE),
        (f"otpauth://totp/x?secret={SECRET}&digits=12", UNREADABLE),
        (f"otpauth://totp/x?secret={SECRET}&digits=six", UNREADABLE),
        (f"otpauth://totp/x?secret={SECRET}&period=0", UNREADABLE),
        (f"otpauth://totp/x?secret={SECRET}&algorithm=MD5", UNREADABLE),
        (f"otpauth://[totp/x?secret={SECRET}", UNREADABLE),
        ("A" * 3_000, UNREADABLE),
        (f"{SECRET}\x00", UNREADABLE),
    ],
)
def test_what_no_codes_can_be_made_of_is_refused_and_not_repeated(text: str, why: object) -> None:
    with pytest.raises(UnreadableSecret) as caught:
        normal_form(text)
    assert caught.value.text == why
    assert str(caught.value) == ""


@pytest.mark.parametrize("period", [0, 1, 121, 10**9])
def test_a_code_that_counts_for_no_time_or_for_ever_is_refused(period: int) -> None:
    with pytest.raises(UnreadableSecret):
        normal_form(f"otpauth://totp/Shop:eva?secret=JBSWY3DPEHPK3PXP&period={period}")
