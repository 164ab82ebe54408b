"""What a file is, by what is in it: an allow-list, whatever the file is called."""

import io
import struct

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from tasks.file_types import KINDS, check_file, checked_type
from tests.tasks.test_receipts import bomb, heic, image
from tests.tasks.zips import office, zipped

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n%%EOF\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9v9z"/></svg>'
OOXML = "application/vnd.openxmlformats-officedocument"
ODF = "application/vnd.oasis.opendocument"
TAKEN = {
    "plan.pdf": (PDF, "application/pdf"),
    "logo.ai": (PDF, "application/pdf"),
    "foto.png": (image("PNG"), "image/png"),
    "foto.JPG": (image("JPEG"), "image/jpeg"),
    "foto.jpeg": (image("JPEG"), "image/jpeg"),
    "foto.webp": (image("WEBP"), "image/webp"),
    "foto.gif": (image("GIF"), "image/gif"),
    "foto.heic": (heic(b"heic", b"mif1", b"heic"), "image/heic"),
    "scan.tif": (b"II*\0" + b"\0" * 60, "image/tiff"),
    "logo.svg": (SVG, "image/svg+xml"),
    "poster.psd": (b"8BPS\0\1" + b"\0" * 60, "image/vnd.adobe.photoshop"),
    "brief.docx": (office("word/document.xml"), f"{OOXML}.wordprocessingml.document"),
    "cijfers.xlsx": (office("xl/workbook.xml"), f"{OOXML}.spreadsheetml.sheet"),
    "praatje.pptx": (office("ppt/presentation.xml"), f"{OOXML}.presentationml.presentation"),
    "brief.odt": (zipped({"mimetype": f"{ODF}.text", "content.xml": "<x/>"}), f"{ODF}.text"),
    "cijfers.ods": (zipped({"mimetype": f"{ODF}.spreadsheet", "content.xml": "<x/>"}), f"{ODF}.spreadsheet"),
    "praatje.odp": (zipped({"mimetype": f"{ODF}.presentation", "content.xml": "<x/>"}), f"{ODF}.presentation"),
    "boek.epub": (zipped({"mimetype": "application/epub+zip", "book.xhtml": "<x/>"}), "application/epub+zip"),
    "nota.pages": (zipped({"Index/Document.iwa": "x"}), "application/vnd.apple.iwork"),
    "alles.zip": (zipped({"a.txt": "x", "map/b.pdf": "y"}), "application/zip"),
    "site.zip": (zipped({"index.html": "<html>", "js/app.js": "x"}), "application/zip"),
    "lied.mp3": (b"ID3\4\0\0\0\0\0\0" + b"\0" * 90, "audio/mpeg"),
    "kaal.mp3": (b"\xff\xfb\x90\x64" + b"\0" * 90, "audio/mpeg"),
    "stem.m4a": (heic(b"M4A ", b"isom"), "audio/mp4"),
    "stem.ogg": (b"OggS\0\2" + b"\0" * 60, "audio/ogg"),
    "stem.wav": (b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 30, "audio/wav"),
    "film.mp4": (heic(b"isom", b"isom", b"mp41"), "video/mp4"),
    "film.mov": (heic(b"qt  ", b"qt  "), "video/quicktime"),
    "film.webm": (b"\x1a\x45\xdf\xa3\x01\0\0\0\x42\x82\x84webm" + b"\0" * 30, "video/webm"),
    "lijst.txt": ("een, twee, drië".encode(), "text/plain"),
    "windows.txt": ("één".encode("cp1252"), "text/plain"),
    "breed.txt": ("één".encode("utf-16"), "text/plain"),
    "adressen.csv": (b"naam;plaats\r\nEva;Utrecht\r\n", "text/csv"),
    "lees.md": (b"# Hoi\n\n<div>dit mag</div>\n", "text/markdown"),
    "data.json": (b'{"a": 1}', "application/json"),
    "agenda.ics": (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "text/calendar"),
    "eva.vcf": (b"BEGIN:VCARD\r\nEND:VCARD\r\n", "text/vcard"),
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_people_hand_over_is_taken(name: str) -> None:
    content, media_type = TAKEN[name]
    upload = SimpleUploadedFile(name, content, content_type="text/html")
    assert check_file(upload) == media_type == checked_type(upload)
    assert upload.read() == content  # from the beginning again, to be stored


def complaint(name: str, content: bytes) -> str:
    """What is said about a file that is not taken."""
    with pytest.raises(ValidationError) as refusal:
        check_file(SimpleUploadedFile(name, content))
    (message,) = refusal.value.messages
    return str(message)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("invoice.pdf", b"MZ\x90\0" + b"\0" * 100, "invoice.pdf is a program for Windows."),
        ("invoice.pdf", b"MZ\x90\0" + PDF, "a program for Windows"),
        ("invoice.pdf", b"\x7fELF\2\1\1" + b"\0" * 100, "a program for Linux"),
        ("foto.png", b"\xcf\xfa\xed\xfe" + b"\0" * 100, "a program for the Mac"),
        ("factuur.pdf", b"\n\n <!-- x --><!DOCTYPE html><html>", "factuur.pdf is a web page."),
        ("factuur.pdf", b"<html><body>" + PDF, "a web page"),
        ("brief.txt", b"\xef\xbb\xbf<script>alert(1)</script>", "a web page"),
        ("brief.txt", "<html>".encode("utf-16"), "a web page"),
        ("page.xml", b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>", "a web page"),
        ("lijst.csv", b"#!/bin/sh\nrm -rf /\n", "a script"),
        ("logo.ai", b"%!PS-Adobe-3.0\n", "a PostScript program"),
        ("map.txt", b"L\0\0\0\1\x14\2\0" + b"\0" * 60, "a shortcut"),
        ("alles.zip", b"\xca\xfe\xba\xbe" + b"\0" * 60, "a program in Java"),
    ],
)
def test_what_runs_is_refused_whatever_it_is_called(name: str, content: bytes, says: str) -> None:
    assert says in complaint(name, content)
    assert "What can run is not taken" in complaint(name, content)


@pytest.mark.parametrize("name", ["doe.js", "doe.bat", "doe.ps1", "doe.vbs", "doe.html", "doe.url", "doe.PY"])
def test_a_script_is_refused_by_its_name_as_text_can_be_anything(name: str) -> None:
    assert complaint(name, b"rem dit doet iets") == (
        f"{name} has the name of a program or a script. What can run is not taken."
    )


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("foto.png", PDF, "a PDF"),
        ("plan.pdf", image("PNG"), "a PNG image"),
        ("brief.docx", zipped({"a.txt": "x"}), "a zip file"),
        ("alles.zip", office("word/document.xml"), "a Word document"),
        ("cijfers.xlsx", office("word/document.xml"), "a Word document"),
        ("plan.pdf", b"gewoon tekst", "plain text"),
        ("agenda.ics", b"gewoon tekst", "plain text"),
        ("lied.mp3", heic(b"isom", b"isom"), "a video (MP4)"),
        ("tekst.txt", SVG, "a drawing (SVG)"),
    ],
)
def test_a_name_that_says_something_else_is_refused_with_what_it_is(name: str, content: bytes, what: str) -> None:
    assert complaint(name, content) == (
        f"{name} is {what}, though its name says otherwise. Give it a name that fits, or choose another file."
    )


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("oud.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "an older office document"),
        ("setup.msi", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "an older office document"),
        ("post.eml", b"From: eva@example.com\nSubject: Hoi\n\nHoi\n", "can carry anything within it"),
        ("brief.rtf", b"{\\rtf1 hoi}", "not of a kind that is taken"),
        ("data.xml", b"<?xml version='1.0'?><data/>", "not of a kind that is taken"),
        ("pak.7z", b"7z\xbc\xaf\x27\x1c" + b"\0" * 90, "looks like a .7z file"),
        ("pak.rar", b"Rar!\x1a\x07\x01\0" + b"\0" * 90, "looks like a .rar file"),
        ("iets.dat", bytes(range(256)), "not of a kind that is taken"),
        ("bom.png", bomb(), "not of a kind that is taken"),
        ("foto.png", image("PNG")[:40], "not of a kind that is taken"),
        ("film.mp4", struct.pack(">I", 2**31) + b"ftypisom", "not of a kind that is taken"),
        ("leeg.txt", b"", "leeg.txt is empty."),
    ],
)
def test_what_is_not_known_is_refused_in_words(name: str, content: bytes, says: str) -> None:
    assert says in complaint(name, content)


@pytest.mark.parametrize(("name", "now"), [("plan", "plan.pdf"), ("a/b\\plan", "plan.pdf"), ("...", "file.pdf")])
def test_a_name_without_an_ending_gets_that_of_what_it_is(name: str, now: str) -> None:
    upload = SimpleUploadedFile("x", PDF)
    upload._name = name  # type: ignore[attr-defined]  # not every client cleans names on the way
    check_file(upload)
    assert upload.name == now


def test_a_file_that_is_too_large_is_refused_before_it_is_read(settings: Settings) -> None:
    settings.MAX_UPLOAD_BYTES = 10

    class Unread(io.BytesIO):
        def read(self, *_arguments: object) -> bytes:
            raise AssertionError

    upload = SimpleUploadedFile("plan.pdf", PDF)
    upload.file = Unread()
    with pytest.raises(ValidationError) as refusal:
        check_file(upload)
    assert refusal.value.messages == ["plan.pdf is too large: at most 10\xa0bytes."]


HEADS = [content[:40] for content, _type in TAKEN.values()] + [
    b"",
    b"<svg ",
    b"<?xml ",
    b"<!--",
    b"\xff\xfe<",
    b"PK\5\6",
]
ENDINGS = [ending for kind in KINDS.values() for ending in kind.endings] + ["", ".exe", ".", ".PDF "]


@given(st.sampled_from(HEADS), st.binary(max_size=300), st.text(max_size=260), st.sampled_from(ENDINGS))
def test_no_bytes_and_no_name_make_it_raise_anything_else(head: bytes, rest: bytes, name: str, ending: str) -> None:
    upload = SimpleUploadedFile("x", head + rest)
    upload._name = name + ending  # type: ignore[attr-defined]
    try:
        assert check_file(upload) in KINDS
    except ValidationError as refusal:
        assert all(str(message) for message in refusal.messages)  # noqa: PT017 - it may raise, or not


@given(st.sampled_from(sorted(TAKEN)), st.data())
def test_a_file_that_was_damaged_is_taken_or_refused_in_words(name: str, data: st.DataObject) -> None:
    content = bytearray(TAKEN[name][0])
    for _number in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    try:
        check_file(SimpleUploadedFile(name, bytes(content[:cut] if cut % 3 == 0 else content)))
    except ValidationError as refusal:
        assert all(str(message) for message in refusal.messages)  # noqa: PT017 - it may raise, or not
