"""Files on a server that speaks S3, by FILES_URL (config/files.py). Private: only a view ever fetches anything.

Whatever goes wrong between us and that server is a FilesAway, so that those who use files need not know which kind of
place they are kept in. What is not there is a FileNotFoundError, as on a disk.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

from tasks.files_away import FilesAway


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, Boto3Error, ClientError) as error:
        raise FilesAway(f"the server of files: {error}") from error


class PrivateFiles(S3Storage):  # type: ignore[misc]  # it has no types
    """django-storages' own, with errors of one kind, and read to the end before anything of a file is given out."""

    def _save(self, name: str, content: Any) -> Any:
        with _told():
            return super()._save(name, content)

    def _open(self, name: str, mode: str = "rb") -> Any:
        with _told():
            found = super()._open(name, mode)
            _fetched = found.file  # else a server that goes away half-way leaves half a download
            return found

    def delete(self, name: str) -> None:
        """Remove it; what is gone already is fine."""
        with _told():
            super().delete(name)

    def exists(self, name: str) -> bool:
        """Whether there is one of this name."""
        with _told():
            return bool(super().exists(name))

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        """The folders and files in a folder."""
        found: tuple[list[str], list[str]] = self._ask(super().listdir, name)
        return found

    def size(self, name: str) -> int:
        """In bytes."""
        return int(self._ask(super().size, name))

    def get_modified_time(self, name: str) -> Any:
        """When it was written."""
        return self._ask(super().get_modified_time, name)

    def url(self, name: str, *arguments: Any, **options: Any) -> Any:
        """There is none, on purpose."""
        raise NotImplementedError("files are fetched through a view that checks access")

    def _ask(self, question: Callable[[str], Any], name: str) -> Any:
        with _told():
            return question(name)
