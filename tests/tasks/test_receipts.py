"""A receipt is an image or a PDF by what is in it, whatever it is called."""

import io
import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pytest_django import Settings

from tasks.receipts import NO_RECEIPT, check_receipt


def image(kind: str, size: tuple[int, int] = (20, 30)) -> bytes:
    """A real image of this kind."""
    content = io.BytesIO()
    Image.new("RGB", size, "white").save(content, kind)
    return content.getvalue()


def bomb(width: int = 50_000, height: int = 50_000) -> bytes:
    """A PNG of a few bytes that says it is enormous."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def heic(brand: bytes, *compatible: bytes) -> bytes:
    """The beginning of a photo as telephones make them."""
    brands = brand + b"\0\0\0\0" + b"".join(compatible)
    return struct.pack(">I", 8 + len(brands)) + b"ftyp" + brands + b"\0" * 200


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n%%EOF\n"
GOOD = {
    "png": image("PNG"),
    "jpeg": image("JPEG"),
    "webp": image("WEBP"),
    "heic": heic(b"heic", b"mif1", b"heic"),
    "heic by another brand": heic(b"mif1", b"mif1", b"heic"),
    "pdf": PDF,
    "pdf after some bytes": b"\xef\xbb\xbf" + b"x" * 900 + PDF,
    "pdf with bytes behind": PDF + b"\0" * 1500,
}
BAD = {
    "html": b"<html><script>alert(1)</script></html>",
    "nothing but a name": b"x",
    "pdf that begins too late": b"x" * 1100 + PDF,
    "pdf that was cut off": PDF[:30],
    "gif": image("GIF"),
    "bmp": image("BMP"),
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "zip": b"PK\x03\x04" + b"\0" * 100,
    "exe": b"MZ" + b"\0" * 100,
    "video": heic(b"isom", b"isom", b"mp41"),
    "box without an end": struct.pack(">I", 2**31) + b"ftypheic",
    "box too short": struct.pack(">I", 8) + b"ftyp" + b"heic",
    "png that was cut off": image("PNG")[:40],
    "jpeg that is only a head": image("JPEG")[:100],
    "png with a wrong sum": image("PNG").replace(b"IDAT", b"IDAX"),
    "bomb": bomb(),
    "small bomb": bomb(9_000, 9_000),
}


@pytest.mark.parametrize("kind", GOOD)
def test_an_image_or_a_pdf_is_taken_whatever_its_name(kind: str) -> None:
    upload = SimpleUploadedFile("bon.exe", GOOD[kind], content_type="text/html")
    check_receipt(upload)
    assert upload.read() == GOOD[kind]  # from the start again, to be stored


@pytest.mark.parametrize("kind", BAD)
def test_anything_else_is_refused_whatever_its_name(kind: str) -> None:
    upload = SimpleUploadedFile("bon.png", BAD[kind], content_type="image/png")
    with pytest.raises(ValidationError) as refusal:
        check_receipt(upload)
    assert refusal.value.messages == [str(NO_RECEIPT)]


def test_what_is_too_large_is_refused_without_being_read(settings: Settings) -> None:
    settings.MAX_UPLOAD_BYTES = 10
    with pytest.raises(ValidationError) as refusal:
        check_receipt(SimpleUploadedFile("bon.png", GOOD["png"]))
    assert refusal.value.messages == ["bon.png is too large: at most 10\xa0bytes."]
