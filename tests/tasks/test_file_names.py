"""The names that files get, whatever was sent."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.file_names import clean_name, ending_of, same_name


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("plan.pdf", "plan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system.ini", "system.ini"),
        ("C:\\map\\plan.pdf", "plan.pdf"),
        ("a\r\nb.pdf", "ab.pdf"),
        ("a\0.pdf", "a.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("plan.pdf. . .", "plan.pdf"),
        (".htaccess", "htaccess"),
        (" .. ", "file"),
        ("", "file"),
        (None, "file"),
        ("/", "file"),
        ("CON", "_CON"),
        ("nul.pdf", "_nul.pdf"),
        ("com1.tar.gz", "_com1.tar.gz"),
        ("console.pdf", "console.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("x" * 300, "x" * 200),
        ("cafe\u0301.pdf", "café.pdf"),
        ("résumé 💥 العربية.pdf", "résumé 💥 العربية.pdf"),
    ],
)
def test_a_name_is_made_harmless(sent: str | None, kept: str) -> None:
    assert clean_name(sent) == kept


@given(st.text(max_size=400))
def test_every_name_becomes_one_that_every_system_takes(sent: str) -> None:
    kept = clean_name(sent)
    assert 0 < len(kept) <= 200
    assert not set(kept) & set("/\\\0\r\n")
    assert not any(unicodedata.category(char)[0] == "C" for char in kept)
    assert kept == kept.strip(". ")
    assert clean_name(kept) == kept


def test_capitals_and_spellings_make_no_other_file() -> None:
    assert same_name("Plan.PDF", "plan.pdf")
    assert same_name("cafe\u0301.pdf", "CAFÉ.pdf")
    assert not same_name("plan.pdf", "plan2.pdf")


def test_an_ending_is_told_in_small_letters() -> None:
    assert [ending_of(name) for name in ("a.PDF", "a", ".pdf", "a.b.Zip ", "a.")] == [".pdf", "", "", ".zip", ""]
