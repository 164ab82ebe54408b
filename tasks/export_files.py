"""The bytes of exports: where they lie, and how they go."""

from collections.abc import Iterable

from tasks.models import DataExport


def place_of(export: DataExport) -> str:
    """Where the bytes are put. A maker that was killed may have left something there."""
    return f"exports/{export.pk}"


def remove_bytes(exports: Iterable[DataExport]) -> None:
    """Take the bytes away, also those that a killed maker left. Doing it twice is harmless."""
    for export in exports:
        storage = DataExport._meta.get_field("file").storage
        for name in {place_of(export), export.file.name or place_of(export)}:
            storage.delete(name)
