"""Colours as people write them down."""

import pytest

from tasks.swatches import Swatches, swatches


@pytest.mark.parametrize(
    ("text", "colours"),
    [
        ("Donkerblauw #1F3D99", ("#1f3d99",)),
        ("#abc", ("#aabbcc",)),
        ("#abcd and #11223344", ("#aabbcc", "#112233")),
        ("rgb(31, 61, 153)", ("#1f3d99",)),
        ("RGBA(31 61 153 / 50%)", ("#1f3d99",)),
        ("Rood #c2412d, alleen voor accenten", ("#c2412d",)),
        ("1F3D99", ("#1f3d99",)),
        ("Light blue on navy", ("#add8e6", "#000080")),
        ("lichtblauw en Oker", ("#add8e6", "#cc7722")),
        ("teal, teal", ("#008080",)),
        ("rgb(300, 1, 1)", ()),
        ("#12345", ()),
        ("#1f3d99zz", ()),
        ("decade 123456 facade", ()),
        ("RAL 5002", ()),
        ('#fff"><script>', ("#ffffff",)),
        (" ".join(f"#00000{digit}" for digit in range(10)), tuple(f"#00000{digit}" for digit in range(8))),
    ],
)
def test_a_line_shows_the_colours_that_it_names(text: str, colours: tuple[str, ...]) -> None:
    assert swatches(text) == [Swatches(text, colours)]


def test_each_line_is_one_row_and_empty_ones_are_none() -> None:
    assert [row.text for row in swatches("Clay #b5651d\n\n  Cream  \n")] == ["Clay #b5651d", "Cream"]
    assert swatches("") == []
