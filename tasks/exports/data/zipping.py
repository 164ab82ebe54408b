"""Writing an export: a zip with README.txt, json/, csv/ and files/, row by row, so that no export is too large.

One pass over the rows writes both forms: the JSON goes into the zip at once, the CSV by way of a temporary file.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.utils.formats import get_format
from django.utils.translation import override

from accounts.safe_cells import BYTE_ORDER_MARK, safe
from tasks.exports.data.names import Names
from tasks.exports.data.parts import Part, Scope
from tasks.exports.data.readme import missing_files, readme
from tasks.exports.data.table import PARTS
from tasks.models import StoredFile

# Told after each page of rows and each file: how much of it is done, in percent.
Told = Callable[[int], None]


class _Progress:
    def __init__(self, total: int, told: Told) -> None:
        self._total, self._done, self._told = max(total, 1), 0, told

    def add(self, count: int) -> None:
        self._done += count
        # What comes in while it is written counts as done already; only a finished one is at 100.
        self._told(min(99, self._done * 100 // self._total))


def write_export(target: IO[bytes], scope: Scope, *, now: datetime, told: Told) -> None:
    """Write the zip to `target`. `told` may raise: then it is left as it is."""
    with override(scope.person.language), zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        _Writer(archive, scope, now, told).write()


class _Writer:
    def __init__(self, archive: zipfile.ZipFile, scope: Scope, now: datetime, told: Told) -> None:
        self.archive, self.scope, self.now = archive, scope, now
        self.parts = [part for part in PARTS if part.is_in(scope)]
        counts = {part.name: part.rows(scope).count() for part in self.parts}
        # A file takes longer than a row.
        self.progress = _Progress(sum(counts.values()) + 20 * counts["files"], told)
        self.comma = get_format("DECIMAL_SEPARATOR") == ","

    def write(self) -> None:
        with self._entry("README.txt") as file:
            file.write(readme(self.scope, self.parts, now=self.now).encode())
        with TemporaryFile("w+", encoding="utf-8") as stored:
            for part in self.parts:
                self._write_part(part, stored)
            stored.seek(0)
            self._write_files(stored)

    def _write_part(self, part: Part, stored: IO[str]) -> None:
        names = part.names(self.scope) + (["path"] if part.model is StoredFile else [])
        paths = Names()
        with TemporaryFile() as raw, io.TextIOWrapper(raw, encoding="utf-8", newline="") as table:
            table.write(BYTE_ORDER_MARK)
            writer = csv.writer(table, delimiter=";" if self.comma else ",")
            writer.writerow(names)
            with self._entry(f"json/{part.name}.json") as file:
                self._write_rows(part, file, writer, names, paths, stored)
            table.flush()
            with self._entry(f"csv/{part.name}.csv") as file:
                raw.seek(0)
                shutil.copyfileobj(raw, file)

    def _write_rows(
        self, part: Part, file: IO[bytes], writer: Any, names: list[str], paths: Names, stored: IO[str]
    ) -> None:
        """The rows of one model: an array with a row on each line, and a row of the table for each."""
        between = "[\n"
        for page in part.pages(self.scope):
            for row in page:
                values = self._values(part, row, paths, stored)
                file.write((between + json.dumps(values, cls=DjangoJSONEncoder, ensure_ascii=False)).encode())
                writer.writerow([self._cell(values[name]) for name in names])
                between = ",\n"
            self.progress.add(len(page))
        file.write(b"[]\n" if between == "[\n" else b"\n]\n")

    def _values(self, part: Part, row: Model, paths: Names, stored: IO[str]) -> dict[str, Any]:
        values = part.values(row, self.scope)
        if isinstance(row, StoredFile):
            values["path"] = paths.path(row.name)
            stored.write(json.dumps([row.file.name, values["path"]]) + "\n")
        return values

    def _write_files(self, stored: IO[str]) -> None:
        missing, storage = [], StoredFile._meta.get_field("file").storage
        for line in stored:
            name, path = json.loads(line)
            try:
                with storage.open(name) as source, self._entry(path) as file:
                    shutil.copyfileobj(source, file)
            except FileNotFoundError:  # a database that was put back without its files
                missing.append(path)
            self.progress.add(20)
        if missing:
            with self._entry("MISSING_FILES.txt") as file:
                file.write(missing_files(missing).encode())

    @contextmanager
    def _entry(self, path: str) -> Iterator[IO[bytes]]:
        moment = self.now.astimezone(self.scope.person.zone)
        info = zipfile.ZipInfo(path, moment.timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        with self.archive.open(info, "w", force_zip64=True) as file:
            yield file

    def _cell(self, value: Any) -> str:
        """A value for a spreadsheet: moments as in JSON, amounts with the reader's comma, never a formula."""
        if value is None:
            return ""
        if isinstance(value, bool | int):
            return str(value).lower()
        if isinstance(value, Decimal):
            return str(value).replace(".", ",") if self.comma else str(value)
        if isinstance(value, str):
            return safe(value)
        text = json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
        return text[1:-1] if text.startswith('"') else safe(text)
