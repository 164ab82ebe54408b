"""How much may be handed in at once: the bounds of all forms with files, and the words for going beyond them.

They stand in config/settings.py, so that the web server's own limit can be kept in step (docs/operations.md).
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from tasks.file_names import clean_name

# Files in one form. Twenty deliveries of ten are two hundred files; nobody looks through more at a time.
MOST_FILES = 10


def check_size(upload: Any) -> None:
    """Refuse a file that is too large, naming it, or that came after too much. Raises ValidationError."""
    if upload.size and upload.size > settings.MAX_UPLOAD_BYTES:
        raise ValidationError(
            _("%(name)s is too large: at most %(most)s."),
            code="too_large",
            params={"name": clean_name(upload.name), "most": filesizeformat(settings.MAX_UPLOAD_BYTES)},
        )
    if getattr(upload, "was_dropped", False):
        raise _too_much()


def check_sizes(uploads: Sequence[Any]) -> None:
    """Refuse too many files, one that is too large, and too much together. Raises ValidationError."""
    if len(uploads) > MOST_FILES:
        raise ValidationError(_("At most %(most)d files at a time."), params={"most": MOST_FILES})
    for upload in uploads:
        check_size(upload)
    if sum(upload.size or 0 for upload in uploads) > settings.MAX_UPLOAD_BYTES_TOGETHER:
        raise _too_much()


def _too_much() -> ValidationError:
    most = filesizeformat(settings.MAX_UPLOAD_BYTES_TOGETHER)
    return ValidationError(
        _("Together these files are too large: at most %(most)s at a time."), code="too_much", params={"most": most}
    )
