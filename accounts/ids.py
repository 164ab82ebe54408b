"""Ids as they come from outside: an address, a form, something that was written down."""

from uuid import UUID


def id_in(text: object) -> UUID | None:
    """The id that stands there; None where none does."""
    try:
        return UUID(str(text))
    except ValueError:
        return None
