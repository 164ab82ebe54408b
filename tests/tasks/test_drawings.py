"""A drawing that does anything but draw is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.drawings import EMBEDS, ENTITIES, REACHES_OUT, SCRIPTED, TOO_MUCH, UNREADABLE, NotJustADrawing, check_drawing

LINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'


def svg(inside: str, attributes: str = "", before: str = "") -> bytes:
    return f'{before}<svg xmlns="http://www.w3.org/2000/svg" {LINK} {attributes}>{inside}</svg>'.encode()


HARMLESS = {
    "a path": svg('<path d="M0 0h9v9z" style="fill:#123456"/>'),
    "a style of its own": svg("<style>.a{fill:url(#fade)}</style><linearGradient id='fade'/>"),
    "parts of itself": svg('<defs><g id="a"/></defs><use xlink:href="#a"/><use href="#a"/>'),
    "a picture that it carries": svg('<image href="data:image/png;base64,iVBO\nRw0KGgo="/>'),
    "a declaration": svg(
        "<rect/>",
        before='<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
        '"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">',
    ),
    "notes of a drawing program": svg(
        '<sodipodi:namedview/><metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></metadata>',
        'xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd" sodipodi:docname="a.svg"',
    ),
    "a filter": svg('<filter id="f"><feColorMatrix values="1 0 0 0 0"/></filter><g filter="url(#f)"/>'),
}


@pytest.mark.parametrize("kind", HARMLESS)
def test_what_only_draws_is_taken(kind: str) -> None:
    check_drawing(HARMLESS[kind])


REFUSED = {
    "a script": (svg("<script>alert(1)</script>"), SCRIPTED),
    "a script in another spelling": (svg('<s:script xmlns:s="http://www.w3.org/2000/svg"/>'), SCRIPTED),
    "a handler": (svg("<rect/>", 'onload="alert(1)"'), SCRIPTED),
    "a handler in capitals": (svg('<rect ONCLICK="x"/>'), SCRIPTED),
    "a script in a link": (svg('<a href="java&#10;script:alert(1)"><rect/></a>'), SCRIPTED),
    "a page within": (svg("<foreignObject><p>hoi</p></foreignObject>"), EMBEDS),
    "html within": (svg('<iframe xmlns="http://www.w3.org/1999/xhtml"/>'), EMBEDS),
    "an animation that changes an address": (svg('<a><set attributeName="href" to="javascript:x"/></a>'), EMBEDS),
    "a picture elsewhere": (svg('<image href="https://example.com/a.png"/>'), REACHES_OUT),
    "another drawing": (svg('<use xlink:href="other.svg#a"/>'), REACHES_OUT),
    "a page in a picture": (svg('<image href="data:text/html,x"/>'), REACHES_OUT),
    "a drawing in a picture": (svg('<image href="data:image/svg+xml,x"/>'), REACHES_OUT),
    "a link": (svg('<a href="https://example.com"><rect/></a>'), REACHES_OUT),
    "a style from elsewhere": (svg("<style>@import 'https://example.com/a.css';</style>"), REACHES_OUT),
    "a fill from elsewhere": (svg('<rect fill="url(https://example.com/a#b)"/>'), REACHES_OUT),
    "a style with an address": (svg('<rect style="fill: URL( //example.com/a )"/>'), REACHES_OUT),
    "a style in other spelling": (svg(r"<style>a{fill:u\72l(//example.com)}</style>"), REACHES_OUT),
    "a style sheet": (svg("<rect/>", before='<?xml-stylesheet href="a.css"?>'), REACHES_OUT),
    "another base": (svg('<g xml:base="https://example.com/"/>'), REACHES_OUT),
    "an entity": (svg("<text>&a;</text>", before='<!DOCTYPE svg [<!ENTITY a "b">]>'), ENTITIES),
    "a file on disk": (svg("<text>&a;</text>", before='<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///x">]>'), ENTITIES),
    "a depth": (svg("<g>" * 300 + "</g>" * 300), TOO_MUCH),
    "half a drawing": (svg("<g>")[:-6], UNREADABLE),
    "something else": (b"<data/>", UNREADABLE),
    "no space of names": (b"<svg><script>x</script></svg>", UNREADABLE),
    "nothing": (b"", UNREADABLE),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_anything_else_is_refused_with_a_reason(kind: str) -> None:
    content, why = REFUSED[kind]
    with pytest.raises(NotJustADrawing) as refusal:
        check_drawing(content)
    assert str(refusal.value.why) == str(why)


@given(st.binary(max_size=200), st.integers(0, 100))
def test_no_bytes_make_it_raise_anything_else(noise: bytes, place: int) -> None:
    content = HARMLESS["a filter"]
    try:
        check_drawing(content[:place] + noise + content[place:])
    except NotJustADrawing as refusal:
        assert str(refusal.why)  # noqa: PT017 - it may raise, or not
