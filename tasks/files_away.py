"""What keeps the files can be away (a full disk, a server that doesn't answer): said in words, not as a bug."""

import logging

from django.utils.translation import gettext_lazy as _

logger = logging.getLogger("handover.files")

NOT_STORED = _(
    "Files can't be stored just now, so nothing was sent. Try again in a few minutes; choose your files again."
)


class FilesAway(OSError):
    """The server that keeps the files does not answer, or refuses us."""


class NotStored(Exception):
    """Files could not be written. Nothing of what was being done has happened; `text` says so to the person."""

    text = NOT_STORED
