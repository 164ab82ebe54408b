"""Reading back what stands in a PDF that fpdf2 made, so that tests look at words instead of bytes."""

import re
import zlib

ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"(": b"(", b")": b")", b"\\": b"\\"}
TOKEN = re.compile(rb"/(F\d+) [\d.]+ Tf|\(((?:\\.|[^\\)])*)\) Tj", re.DOTALL)


def pages_of(content: bytes) -> list[list[str]]:
    """The texts of each page, in the order in which they were drawn."""
    objects = dict(re.findall(rb"\n(\d+) 0 obj\s(.*?)endobj", content, re.DOTALL))
    named = re.search(rb"/Font <<(.*?)>>", content, re.DOTALL)
    assert named
    fonts = {name: _signs(objects, objects[number]) for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", named[1])}
    pages = [body for body in objects.values() if re.search(rb"/Type /Page\b", body)]
    found = []
    for body in pages:
        place = re.search(rb"/Contents (\d+) 0 R", body)
        assert place
        found.append(_texts(zlib.decompress(_stream(objects[place[1]])), fonts))
    return found


def _stream(body: bytes) -> bytes:
    return body.split(b"stream\n", 1)[1].rsplit(b"\nendstream", 1)[0]


def _signs(objects: dict[bytes, bytes], font: bytes) -> dict[bytes, str]:
    """Which sign each code of a font stands for."""
    place = re.search(rb"/ToUnicode (\d+) 0 R", font)
    assert place
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]{4})>\n", _stream(objects[place[1]]))
    return {bytes.fromhex(code.decode()): chr(int(sign, 16)) for code, sign in pairs}


def _texts(drawn: bytes, fonts: dict[bytes, dict[bytes, str]]) -> list[str]:
    signs: dict[bytes, str] = {}
    texts = []
    for font, text in TOKEN.findall(drawn):
        if font:
            signs = fonts[font]
            continue
        codes = re.sub(rb"\\(.)", lambda found: ESCAPES.get(found[1], found[1]), text, flags=re.DOTALL)
        texts.append("".join(signs[codes[place : place + 2]] for place in range(0, len(codes), 2)))
    return texts
