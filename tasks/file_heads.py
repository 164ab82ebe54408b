"""What files begin with: the marks by which programs, images, sound and video are known. Nothing is unpacked here."""

from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image

# A PDF may have other bytes in front and behind, as readers of PDFs take it.
HEAD = 1024
TAIL = 2048
# A page at 600 dots an inch is 35 million. Far more is no picture, but a small file that fills whatever unpacks it.
MOST_PIXELS = 80_000_000

# Photos of a telephone, which Pillow can't read: the brands of the first box of the file.
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
SOUND_BRANDS = frozenset({b"M4A ", b"M4B "})
VIDEO_BRANDS = frozenset(
    {b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"MSNV", b"dash"}
)

_PROGRAMS: tuple[tuple[bytes, Promise], ...] = (
    (b"MZ", _("a program for Windows")),
    (b"ZM", _("a program for Windows")),
    (b"\x7fELF", _("a program for Linux")),
    (b"\xfe\xed\xfa\xce", _("a program for the Mac")),
    (b"\xfe\xed\xfa\xcf", _("a program for the Mac")),
    (b"\xce\xfa\xed\xfe", _("a program for the Mac")),
    (b"\xcf\xfa\xed\xfe", _("a program for the Mac")),
    (b"\xca\xfe\xba\xbe", _("a program in Java, or for the Mac")),
    (b"\x00asm", _("a program for browsers")),
    (b"dex\n", _("a program for Android")),
    (b"#!", _("a script")),
    (b"L\0\0\0\1\x14\2\0", _("a shortcut")),
    (b"%!PS", _("a PostScript program")),
    (b"\xc5\xd0\xd3\xc6", _("a PostScript program")),
    (b"FWS", _("a Flash film")),
    (b"CWS", _("a Flash film")),
    (b"ITSF", _("a Windows help file")),
)
_PAGES = tuple(
    f"<{tag}".encode()
    for tag in (
        *("!doctype html", "html", "head", "body", "script", "iframe", "meta", "title", "style", "base", "link"),
        *("form", "object", "embed", "applet", "frameset", "a ", "img ", "table", "div", "?php", "%", "hta:"),
    )
)
WEB_PAGE = _("a web page")


def runs(head: bytes) -> Promise | None:
    """What kind of program, script or page begins like this; None when nothing that runs does."""
    plain = _plain(head)
    for mark, what in _PROGRAMS:
        if head.startswith(mark) or (mark[:1] in b"#%" and plain.startswith(mark.lower())):
            return what
    return WEB_PAGE if plain.startswith(_PAGES) else None


def _plain(head: bytes) -> bytes:
    """The beginning in small letters, as a browser reads it: without byte order mark, space, comments, declaration."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "ignore").encode("utf-8", "ignore")
    text = head.removeprefix(b"\xef\xbb\xbf").lower()
    while True:
        text = text.lstrip(b"\t\n\x0b\x0c\r \0")
        if text.startswith(b"<!--"):
            _comment, _end, text = text[4:].partition(b"-->")
        elif text.startswith(b"<?xml"):
            _declaration, _end, text = text.partition(b"?>")
        else:
            return text


def is_pdf(upload: "UploadedFile[Any]") -> bool:
    """Whether it is a PDF, possibly with a few bytes around it."""
    upload.seek(0)
    if b"%PDF-" not in upload.read(HEAD):
        return False
    upload.seek(max(0, (upload.size or 0) - TAIL))
    return b"%%EOF" in upload.read(TAIL)


def is_heic(upload: "UploadedFile[Any]") -> bool:
    """Whether it is a photo as telephones make them."""
    return bool(brands_of(upload) & HEIC_BRANDS)


def brands_of(upload: "UploadedFile[Any]") -> frozenset[bytes]:
    """What the first box of an MP4, or of what is built like one, says that it is; nothing for anything else."""
    upload.seek(0)
    head = upload.read(64)
    size, kind = int.from_bytes(head[:4], "big"), head[4:8]
    if kind != b"ftyp" or not 16 <= size <= min(1024, upload.size or 0):
        return frozenset()
    box = head[: min(size, len(head))]
    return frozenset({box[8:12], *(box[place : place + 4] for place in range(16, len(box) - 3, 4))})


def image_format(upload: "UploadedFile[Any]", formats: Iterable[str]) -> str | None:
    """Which of these formats, as Pillow calls them, a whole image is; None for anything else, and for a bomb."""
    upload.seek(0)
    try:
        image = Image.open(upload, formats=list(formats))  # reads the header only
        image.verify()
    except Exception:  # a bomb, or whatever else a broken file makes of the reader: it is no image
        return None
    # A photo of some cameras is a JPEG with another one behind it.
    found = "JPEG" if image.format == "MPO" else image.format
    return found if image.width * image.height <= MOST_PIXELS else None


def sound_or_video(upload: "UploadedFile[Any]") -> str | None:
    """The media type of a recording; None for anything else."""
    brands = brands_of(upload)
    if brands & SOUND_BRANDS:
        return "audio/mp4"
    if b"qt  " in brands:
        return "video/quicktime"
    if brands & VIDEO_BRANDS:
        return "video/mp4"
    upload.seek(0)
    head = upload.read(64)
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    if head[:4] == b"\x1a\x45\xdf\xa3" and b"webm" in head:
        return "video/webm"
    if head[:4] == b"OggS":
        return "audio/ogg"
    if head[4:8] in {b"moov", b"mdat", b"wide", b"free", b"skip"}:  # films from before the first box had a name
        return "video/quicktime"
    return "audio/mpeg" if head[:3] == b"ID3" or _is_mp3_frame(head) else None


def _is_mp3_frame(head: bytes) -> bool:
    """Eleven bits that are set, and then a version, a layer, a bit rate and a frequency that there are."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer, rate, frequency = head[1] >> 3 & 3, head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer == 1 and rate not in {0, 15} and frequency != 3
