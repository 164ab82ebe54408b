"""Looking for words in everything that is kept: each column of each table, and the files."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection


def cells() -> Iterator[tuple[str, str, str]]:
    """Every value of the whole database as text: table, column, text. Documents as people would read them."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    if value is not None:
                        yield table, column, readable(value)


def readable(value: Any) -> str:
    """As text; where it is JSON, without its escapes."""
    if isinstance(value, memoryview | bytes):
        return bytes(value).decode("utf-8", "replace")
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    text = str(value)
    if text[:1] in "[{":
        try:
            return json.dumps(json.loads(text), ensure_ascii=False)
        except ValueError:
            return text
    return text


def places_of(*words: str, but: str = "") -> dict[str, list[str]]:
    """Where any of these stands as a word of its own, in any capitals: table.column, with what stands there."""
    pattern = re.compile("|".join(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])" for word in words), re.IGNORECASE)
    found: dict[str, list[str]] = {}
    for table, column, text in cells():
        if table != but and pattern.search(text):
            found.setdefault(f"{table}.{column}", []).append(text[:300])
    for path in Path(settings.MEDIA_ROOT).rglob("*"):
        if path.is_file() and pattern.search(f"{path.name} {path.read_bytes().decode('utf-8', 'replace')}"):
            found.setdefault("files", []).append(str(path))
    return found
