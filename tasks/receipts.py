"""What counts as a receipt: an image or a PDF, by what is in it. Names and what browsers say prove nothing."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from tasks.file_heads import HEAD, image_format, is_heic, is_pdf, runs
from tasks.file_limits import check_size
from tasks.file_types import remember_type

NO_RECEIPT = _("This is no image and no PDF.")

ENDINGS = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp"}
TYPES = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".heic": "image/heic",
}


def check_receipt(upload: "UploadedFile[Any]") -> str:
    """The ending that its name must have by what is in it: ".pdf", ".png", ".jpg", ".webp" or ".heic".

    Raises ValidationError when it is too large, or neither an image (PNG, JPEG, WebP, HEIC) nor a PDF.

    The pixels are never unpacked, so a file that would grow beyond measure is refused without growing.
    """
    check_size(upload)
    try:
        ending = _ending(upload)
    finally:
        upload.seek(0)
    if not ending:
        raise ValidationError(NO_RECEIPT, code="no_receipt")
    remember_type(upload, TYPES[ending])
    return ending


def _ending(upload: "UploadedFile[Any]") -> str:
    upload.seek(0)
    if runs(upload.read(HEAD)):  # a program may have a PDF behind it
        return ""
    if is_pdf(upload):
        return ".pdf"
    if is_heic(upload):
        return ".heic"
    return ENDINGS.get(image_format(upload, ENDINGS) or "", "")
