"""Keyset pages: where a page ended, so that the next one begins there whatever has been added on top."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID


@dataclass(frozen=True)
class Cursor:
    """The last row of a page, by what the list is ordered by; everything after it is older."""

    at: datetime
    id: UUID

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.id}"

    @classmethod
    def parse(cls, text: str) -> Cursor | None:
        """The cursor in an address; None when there is none or someone has altered it."""
        moment, _underscore, key = text.partition("_")
        at = moment_in(moment)
        try:
            return cls(at, UUID(key)) if at else None
        except ValueError:
            return None


def moment_in(text: str) -> datetime | None:
    """A moment as addresses and forms carry it, in UTC; None when it isn't one."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):  # the first and the last day of the calendar have no other time zone
        return None
