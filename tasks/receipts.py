"""What counts as a receipt: an image or a PDF, by what is in it. Names and what browsers say prove nothing."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image

from tasks.forms.fields import check_size

NO_RECEIPT = _("This is no image and no PDF.")

ENDINGS = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp"}
# Photos of a telephone, which Pillow can't read: the brands of the first box of the file.
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"})
# A PDF may have other bytes in front and behind, as readers of PDFs take it.
HEAD = 1024
TAIL = 2048
# A page at 600 dots an inch is 35 million. Far more is no receipt, but a small file that fills whatever unpacks it.
MOST_PIXELS = 80_000_000


def check_receipt(upload: "UploadedFile[Any]") -> str:
    """The ending that its name must have by what is in it: ".pdf", ".png", ".jpg", ".webp" or ".heic".

    Raises ValidationError when it is too large, or neither an image (PNG, JPEG, WebP, HEIC) nor a PDF.

    The pixels are never unpacked, so a file that would grow beyond measure is refused without growing.
    """
    check_size(upload)
    try:
        if _is_pdf(upload):
            return ".pdf"
        if _is_heic(upload):
            return ".heic"
        if image := _image_format(upload):
            return ENDINGS[image]
        raise ValidationError(NO_RECEIPT, code="no_receipt")
    finally:
        upload.seek(0)


def _is_pdf(upload: "UploadedFile[Any]") -> bool:
    upload.seek(0)
    if b"%PDF-" not in upload.read(HEAD):
        return False
    upload.seek(max(0, (upload.size or 0) - TAIL))
    return b"%%EOF" in upload.read(TAIL)


def _is_heic(upload: "UploadedFile[Any]") -> bool:
    upload.seek(0)
    head = upload.read(64)
    size, kind = int.from_bytes(head[:4], "big"), head[4:8]
    if kind != b"ftyp" or not 16 <= size <= min(1024, upload.size or 0):
        return False
    box = head[: min(size, len(head))]
    brands = {box[8:12], *(box[place : place + 4] for place in range(16, len(box) - 3, 4))}
    return bool(brands & HEIC_BRANDS)


def _image_format(upload: "UploadedFile[Any]") -> str | None:
    upload.seek(0)
    try:
        image = Image.open(upload, formats=list(ENDINGS))  # reads the header only
        image.verify()
    except Exception:  # a bomb, or whatever else a broken file makes of the reader: it is no receipt
        return None
    return image.format if image.width * image.height <= MOST_PIXELS else None
