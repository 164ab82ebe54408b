"""What stops a request from filling memory or disk: beyond the bounds of a form nothing more of it is kept.

It stands before Django's own handlers and counts what comes in. Of a file that is too large, and of all that comes
after too much, only the size goes on to the form, which says in words what is too large, with all that was typed. A
request that is larger than any form could mean is refused before it is read.
"""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class DroppedFile(UploadedFile):  # type: ignore[type-arg]  # it takes no parameter when it runs
    """A file of which nothing was kept but its name and size."""

    was_dropped = True


class LimitedUpload(FileUploadHandler):
    """Lets through what may be kept."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.kept = 0  # bytes of all files of this request that went through
        self.size = 0  # of this file, as sent
        self.dropped = False

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *rest: Any, **options: Any) -> None:  # noqa: N803
        """Raises RequestDataTooBig (a 413) for a request that no form could mean."""
        if content_length > settings.MAX_REQUEST_BYTES:
            raise RequestDataTooBig("The request is larger than MAX_REQUEST_BYTES.")

    def new_file(self, *arguments: Any, **options: Any) -> None:
        """A file begins."""
        super().new_file(*arguments, **options)
        self.size, self.dropped = 0, False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Hand on what fits. Once a file is too large, nothing more of it is."""
        self.size = start + len(raw_data)
        too_much = self.kept + len(raw_data) > settings.MAX_UPLOAD_BYTES_TOGETHER
        if self.dropped or too_much or self.size > settings.MAX_UPLOAD_BYTES:
            self.dropped = True
            return None
        self.kept += len(raw_data)
        return raw_data

    def file_complete(self, file_size: int) -> "UploadedFile[Any] | None":
        """An empty file that knows how large it was, for the form to refuse; else it is Django's to make."""
        if not self.dropped:
            return None
        return DroppedFile(BytesIO(), self.file_name, self.content_type, file_size, self.charset)
