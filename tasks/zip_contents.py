"""What is in a zip, by its list of contents. Nothing of it is ever unpacked, so a bomb is refused without going off.

The list at the end of the file (its central directory) is read here, rather than by zipfile: that reads a list of any
length, follows whatever it says, and looks neither for parts that overlap nor for names that lead outside.
"""

import re
import stat
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tasks.file_names import ending_of

# The bounds. What people hand over lies far below; a bomb far above.
MOST_ENTRIES = 5_000
MOST_LIST = 1024 * 1024  # bytes of the list of contents
MOST_UNPACKED = 250 * 1024 * 1024  # bytes, all together
MOST_RATIO = 200  # how many times as large one part may become, from this size on:
RATIO_FROM = 5 * 1024 * 1024

END = struct.Struct("<4s4H2LH")
ENTRY = struct.Struct("<4s4B4HL2L5H2L")
LOCAL = struct.Struct("<4s2B4HL2L2H")
LONGEST_COMMENT = 65_535
ENCRYPTED = 0x1 | 0x40 | 0x2000
METHODS = {0, 8}  # as it is, and deflated: what office programs and file managers write

ARCHIVES = frozenset(
    [".zip", ".rar", ".7z", ".gz", ".tgz", ".bz2", ".xz", ".tar", ".zst", ".lz", ".cab", ".arj", ".lzh", ".iso", ".dmg"]
)
# What starts by a double click once it is unpacked. Web pages and their scripts may be in a zip: that is how a website
# is handed over, and they open in a browser that knows they are no part of Handover.
PROGRAMS = frozenset(
    """.exe .com .scr .pif .cpl .dll .sys .msi .msp .msix .appx .bat .cmd .ps1 .psm1 .vbs .vbe .jse .wsf .wsh .hta .lnk
    .url .reg .inf .scf .chm .jar .jnlp .apk .ipa .app .pkg .command .workflow .action .desktop .elf .bin .run .appimage
    .deb .rpm .docm .dotm .xlsm .xltm .xlam .xlsb .pptm .potm .ppsm .ppam .sldm .xll .wll .iso .img .vhd .vhdx .dmg
    .sh .bash .zsh .csh .fish .scpt .applescript .ade .adp .mde .gadget .library-ms .search-ms""".split()  # noqa: SIM905 - one to a line would take pages
)

UNREADABLE = _("is a zip file that can't be read")
EMPTY = _("is a zip file with nothing in it")
ENORMOUS = _("is a zip file that would become enormous when it is unpacked")
TOO_MANY = _("is a zip file with too much in it")
OVERLAPS = _("is a zip file whose parts overlap")
NESTED = _("is a zip file with another archive in it; pack the files themselves")
OUTSIDE = _("is a zip file that would write outside its folder")
LINKED = _("is a zip file with a link in it")
LOCKED = _("is locked with a password, so nobody can see what is in it; send it without")
PROGRAM = _("is a zip file with a program in it")
MACROS = _("is a document with macros, which are programs; save it without them")


class BadZip(Exception):
    """Why a zip is not taken: the end of a sentence that begins with the file's name."""

    def __init__(self, why: Promise) -> None:
        super().__init__(str(why))
        self.why = why


@dataclass(frozen=True)
class Entry:
    """One line of the list. Sizes in bytes, as the list says; `at`: where it begins in the file."""

    name: str
    flags: int
    method: int
    packed: int
    unpacked: int
    mode: int
    at: int

    @property
    def is_folder(self) -> bool:
        return self.name.endswith("/")


@dataclass(frozen=True)
class Contents:
    """The names in a zip, and what its part "mimetype" says, which office documents begin with."""

    names: frozenset[str]
    mimetype: str = ""

    def has(self, pattern: str) -> bool:
        """Whether any name matches, without regard to capitals."""
        return any(re.search(pattern, name, re.IGNORECASE) for name in self.names)


def look_into(upload: "UploadedFile[Any]") -> Contents:
    """The list of what is in it. Raises BadZip for what is broken, a bomb, or would harm who unpacks it."""
    try:
        entries, list_at = _entries(upload)
        _check_sizes(entries)
        _check_places(upload, entries, list_at)
    except (struct.error, UnicodeError, OSError) as error:
        raise BadZip(UNREADABLE) from error
    for entry in entries:
        _check_entry(entry)
    names = frozenset(entry.name for entry in entries)
    if len({name.casefold() for name in names}) < len(entries):
        raise BadZip(UNREADABLE)  # twice the same name: who unpacks it sees another one than who looked
    return Contents(names, _mimetype(upload, entries))


def _entries(upload: "UploadedFile[Any]") -> tuple[list[Entry], int]:
    """The lines of the list, and where it begins."""
    size = upload.size or 0
    upload.seek(max(0, size - LONGEST_COMMENT - END.size))
    tail = upload.read()
    found = tail.rfind(b"PK\5\6")
    if found < 0:
        raise BadZip(UNREADABLE)
    _mark, disk, first_disk, here, count, length, start, comment = END.unpack_from(tail, found)
    end_at = size - len(tail) + found
    one_disk = disk == first_disk == 0 and here == count
    # What is this small needs no list in the way of large ones (zip64), which may say something else than this one.
    is_large = tail[max(0, found - 20) : found].startswith(b"PK\6\7") or 0xFFFF in {count, disk}
    if not one_disk or is_large or start + length != end_at or found + END.size + comment != len(tail):
        raise BadZip(UNREADABLE)
    if not count:
        raise BadZip(EMPTY)
    if count > MOST_ENTRIES or length > MOST_LIST:
        raise BadZip(TOO_MANY)
    upload.seek(start)
    entries = list(_lines(upload.read(length)))
    if len(entries) != count:
        raise BadZip(UNREADABLE)
    return entries, start


def _lines(listed: bytes) -> Iterator[Entry]:
    place = 0
    while place < len(listed):
        fields = ENTRY.unpack_from(listed, place)
        flags, method = fields[5], fields[6]
        packed, unpacked, name_length, extra, comment = fields[10:15]
        outside, at = fields[17], fields[18]
        name = listed[place + ENTRY.size : place + ENTRY.size + name_length]
        if fields[0] != b"PK\1\2" or len(name) != name_length:
            raise BadZip(UNREADABLE)
        text = name.decode("utf-8" if flags & 0x800 else "cp437")
        yield Entry(text, flags, method, packed, unpacked, outside >> 16, at)
        place += ENTRY.size + name_length + extra + comment


def _check_sizes(entries: list[Entry]) -> None:
    if sum(entry.unpacked for entry in entries) > MOST_UNPACKED:
        raise BadZip(ENORMOUS)
    for entry in entries:
        if entry.unpacked > RATIO_FROM and entry.unpacked > MOST_RATIO * max(entry.packed, 1):
            raise BadZip(ENORMOUS)


def _check_places(upload: "UploadedFile[Any]", entries: list[Entry], list_at: int) -> None:
    """Each part lies behind the one before it, where the list says, and is called there as in the list."""
    free = 0
    for entry in sorted(entries, key=lambda entry: entry.at):
        upload.seek(entry.at)
        fields = LOCAL.unpack(upload.read(LOCAL.size))
        if fields[0] != b"PK\3\4":
            raise BadZip(UNREADABLE)
        if entry.at < free:
            raise BadZip(OVERLAPS)
        name = upload.read(fields[10]).decode("utf-8" if fields[3] & 0x800 else "cp437")
        if name != entry.name or fields[4] != entry.method:
            raise BadZip(UNREADABLE)
        free = entry.at + LOCAL.size + fields[10] + fields[11] + entry.packed
        if free > list_at:
            raise BadZip(OVERLAPS)


def _check_entry(entry: Entry) -> None:
    if entry.flags & ENCRYPTED:
        raise BadZip(LOCKED)
    if entry.method not in METHODS:
        raise BadZip(UNREADABLE)
    if stat.S_IFMT(entry.mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise BadZip(LINKED)
    parts = entry.name.replace("\\", "/").split("/")
    leads_out = not parts[0] or ".." in parts or ":" in parts[0]
    if leads_out or any(ord(char) < 32 for char in entry.name):
        raise BadZip(OUTSIDE)
    if entry.is_folder:
        return
    ending = ending_of(parts[-1])
    if ending in ARCHIVES:
        raise BadZip(NESTED)
    office = parts[0].casefold() in {"word", "xl", "ppt", "docprops", "visio", "customxml"}
    if ending in PROGRAMS and not (office and ending == ".bin"):
        raise BadZip(PROGRAM)


def _mimetype(upload: "UploadedFile[Any]", entries: list[Entry]) -> str:
    """What the part of that name says: it is the first one, and stored as it is."""
    for entry in entries:
        if entry.name == "mimetype" and entry.method == 0 and entry.packed == entry.unpacked < 200:
            upload.seek(entry.at)
            fields = LOCAL.unpack(upload.read(LOCAL.size))
            upload.read(fields[10] + fields[11])
            return bytes(upload.read(entry.unpacked)).decode("ascii", "replace").strip()
    return ""
