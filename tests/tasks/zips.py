"""Zip files for tests: good ones, and the ones that nobody should unpack."""

import io
import stat
import struct
import zipfile
from collections.abc import Mapping

CONTENT_TYPES = "[Content_Types].xml"


def zipped(parts: Mapping[str, str | bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip with these parts; "mimetype" is stored as it is, as office documents want it."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as packed:
        for name, content in parts.items():
            packed.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else method)
    return written.getvalue()


def office(*names: str) -> bytes:
    """A document of Word, Excel or PowerPoint with these parts."""
    return zipped({CONTENT_TYPES: "<Types/>", "_rels/.rels": "<x/>", **dict.fromkeys(names, "<x/>")})


def with_link(name: str, target: str) -> bytes:
    """A zip with a link to somewhere else."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as packed:
        link = zipfile.ZipInfo(name)
        link.create_system = 3
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        packed.writestr(link, target)
    return written.getvalue()


def listing(content: bytes) -> int:
    """Where the list of contents begins."""
    end = content.rfind(b"PK\5\6")
    return int(struct.unpack_from("<L", content, end + 16)[0])


def changed(content: bytes, offset: int, form: str, value: int) -> bytes:
    """The same file with one number of the first line of its list changed."""
    place = listing(content) + offset
    packed = struct.pack(form, value)
    return content[:place] + packed + content[place + len(packed) :]


def says_it_unpacks_to(content: bytes, size: int) -> bytes:
    """The first part becomes so many bytes, it says."""
    return changed(content, 24, "<L", size)


def overlapping() -> bytes:
    """Two lines of the list that lead to the same bytes, as the densest bombs have thousands."""
    first = zipped({"a.txt": "x" * 50})
    start, end = listing(first), first.rfind(b"PK\5\6")
    line = first[start:end]
    twice = line + line.replace(b"a.txt", b"b.txt")
    closing = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 2, 2, len(twice), start, 0)
    return first[:start] + twice + closing
