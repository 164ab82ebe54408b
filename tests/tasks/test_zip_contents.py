"""Zips and office documents that would harm who unpacks them, or us: refused by their list of contents alone."""

import struct
import zipfile
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from tasks import zip_contents
from tasks.file_types import check_file
from tests.tasks.zips import CONTENT_TYPES, changed, listing, office, overlapping, says_it_unpacks_to, with_link, zipped

GIGABYTE = 1024**3


def complaint(content: bytes, name: str = "alles.zip") -> str:
    """What is said about it."""
    with pytest.raises(ValidationError) as refusal:
        check_file(SimpleUploadedFile(name, content))
    return " ".join(refusal.value.messages)


def test_a_bomb_is_refused_without_being_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_arguments: Any) -> None:
        raise AssertionError("nothing is unpacked")

    content = zipped({"nul.txt": b"\0" * 30_000_000})
    monkeypatch.setattr("zlib.decompressobj", never)
    monkeypatch.setattr("zlib.decompress", never)
    assert len(content) < 40_000
    assert "would become enormous" in complaint(content)


@pytest.mark.parametrize("size", [2 * GIGABYTE, 2**32 - 1])
def test_what_says_that_it_becomes_enormous_is_refused(size: int) -> None:
    assert "would become enormous" in complaint(says_it_unpacks_to(zipped({"a.txt": "x"}), size))


def test_many_that_are_large_together_are_refused() -> None:
    content = zipped({f"{number}.txt": bytes(4_000_000) for number in range(70)})
    assert "would become enormous" in complaint(content)


def test_a_document_that_is_a_bomb_is_refused_too() -> None:
    content = zipped({CONTENT_TYPES: "<x/>", "word/document.xml": b" " * 30_000_000})
    assert "would become enormous" in complaint(content, "brief.docx")


def test_parts_that_overlap_are_refused() -> None:
    assert "overlap" in complaint(overlapping())


def test_too_many_parts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_contents, "MOST_ENTRIES", 20)
    assert "too much in it" in complaint(zipped(dict.fromkeys(map(str, range(21)), "")))


@pytest.mark.parametrize("inner", ["meer.zip", "map/meer.tar.gz", "MEER.7Z"])
def test_an_archive_within_one_is_refused(inner: str) -> None:
    assert "another archive in it" in complaint(zipped({inner: b"x"}))


@pytest.mark.parametrize("name", ["../x.txt", "a/../../x.txt", "/etc/passwd", "C:/x.txt", "..\\x.txt", "a\nb.txt"])
def test_names_that_lead_outside_are_refused(name: str) -> None:
    assert "outside its folder" in complaint(zipped({name: "x"}))


def test_a_link_in_a_zip_is_refused() -> None:
    assert "a link in it" in complaint(with_link("naam", "/etc/passwd"))


def test_a_zip_with_a_password_is_refused_as_nobody_can_look_into_it() -> None:
    locked = changed(zipped({"a.txt": "x"}), 8, "<H", 1)
    assert "locked with a password" in complaint(locked)


@pytest.mark.parametrize("name", ["setup.exe", "map/doe.BAT", "x.lnk", "x.jar", "brief.docm", "factuur.pdf.scr"])
def test_a_program_in_a_zip_is_refused(name: str) -> None:
    assert "a program in it" in complaint(zipped({"a.txt": "x", name: "x"}))


@pytest.mark.parametrize(
    "part", ["word/vbaProject.bin", "word/VBAPROJECT.BIN", "word/vbaData.xml", "word/activeX/a.xml"]
)
@pytest.mark.parametrize("name", ["brief.docx", "brief.docm", "brief.zip"])
def test_a_document_with_macros_is_refused_whatever_it_is_called(part: str, name: str) -> None:
    assert "with macros, which are programs" in complaint(office("word/document.xml", part), name)


def test_a_sheet_and_an_open_document_with_macros_are_refused() -> None:
    assert "macros" in complaint(office("xl/workbook.xml", "xl/macrosheets/sheet1.xml"), "cijfers.xlsx")
    odt = {"mimetype": "application/vnd.oasis.opendocument.text", "Basic/Standard/Module1.xml": "<x/>"}
    assert "macros" in complaint(zipped(odt), "brief.odt")


def test_an_ordinary_document_may_hold_parts_in_binary() -> None:
    upload = SimpleUploadedFile("brief.docx", office("word/document.xml", "word/embeddings/oleObject1.bin"))
    assert check_file(upload).endswith("wordprocessingml.document")


BROKEN = {
    "no list": zipped({"a.txt": "x"})[:-30],
    "nothing behind the beginning": b"PK\3\4" + b"\0" * 100,
    "something behind it": zipped({"a.txt": "x"}) + b"MZ" * 20,
    "another name in the list": zipped({"a.txt": "x"}).replace(b"a.txt", b"b.txt", 1),
    "another number in the list": changed(zipped({"a.txt": "x"}), 42, "<L", 2**31),
    "the same name twice": zipped({"a.txt": "x", "A.TXT": "y"}),
    "another way of packing": zipped({"a.txt": "x" * 99}, method=zipfile.ZIP_LZMA),
    "a list that is longer than it is": zipped({"a.txt": "x"})[:-10] + struct.pack("<LLH", 9, 9, 0),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_zip_that_is_not_what_it_says_is_refused(kind: str) -> None:
    assert "can't be read" in complaint(BROKEN[kind])


def test_a_zip_with_nothing_in_it_is_refused() -> None:
    assert "nothing in it" in complaint(zipped({}))


GOOD = office("word/document.xml", "word/media/image1.png")


@given(st.data())
def test_a_damaged_list_is_refused_in_words_or_harmless(data: st.DataObject) -> None:
    content = bytearray(GOOD)
    for _number in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(listing(GOOD), len(GOOD) - 1))] = data.draw(st.integers(0, 255))
    try:
        check_file(SimpleUploadedFile("brief.docx", bytes(content)))
    except ValidationError as refusal:
        assert all(str(message) for message in refusal.messages)  # noqa: PT017 - it may raise, or not
