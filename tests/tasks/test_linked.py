"""Addresses of the web in what people wrote: only what a browser opens as a page can be pressed."""

import pytest

from tasks.templatetags.resources import linked


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://example.com/map?a=1&b=2", "https://example.com/map?a=1&amp;b=2"),
        ("See HTTP://example.com.", "HTTP://example.com"),
        ("(https://example.com/a_(b))", "https://example.com/a_(b)"),
        ("www.example.com, and more", "https://www.example.com"),
    ],
)
def test_an_address_of_the_web_can_be_pressed(text: str, address: str) -> None:
    assert f'<a href="{address}" rel="noopener noreferrer">' in linked(text)


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "data:text/html,<script>1</script>",
        "ftp://example.com",
        "mailto:eva@example.com",
        "example.com",
        "file:///etc/passwd",
        "JaVaScRiPt://example.com/%0Aalert(1)",
    ],
)
def test_nothing_else_becomes_a_link(text: str) -> None:
    assert "<a " not in linked(text)


def test_what_is_no_link_is_escaped_and_lines_stay_lines() -> None:
    assert linked('<b>"x"</b>\nhttps://example.com/"onmouseover="alert(1)') == (
        "&lt;b&gt;&quot;x&quot;&lt;/b&gt;<br>"
        '<a href="https://example.com/" rel="noopener noreferrer">https://example.com/</a>'
        "&quot;onmouseover=&quot;alert(1)"
    )
