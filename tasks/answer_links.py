"""Links with which a check-in is answered straight from the mail, without logging in.

The token holds the check-in and whom it was asked, signed; nothing that opens a door is stored. What the link is worth
follows from the row: it works for a week after the check-in was asked, once, and only while that person carries the
task out. So it needs no clock of its own, and there is nothing to clean up.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from functools import cache
from uuid import UUID

from django.core import signing
from django.urls import reverse

LASTS = timedelta(days=7)
SALT = "tasks.answer_link"
_ID_BYTES = 16


@cache
def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT, sep=".")


@cache
def _address() -> str:
    return reverse("answer_link", args=["token"]).removesuffix("token/")


def answer_path(checkin_id: UUID, assistant_id: UUID) -> str:
    """Where this person answers this check-in."""
    return f"{_address()}{token_for(checkin_id, assistant_id)}/"


def token_for(checkin_id: UUID, assistant_id: UUID) -> str:
    """Both ids, signed."""
    return _signer().sign(urlsafe_b64encode(checkin_id.bytes + assistant_id.bytes).rstrip(b"=").decode())


def read_token(token: str) -> tuple[UUID, UUID] | None:
    """The ids of the check-in and of the person, or None for a token that is not ours."""
    try:
        ids = urlsafe_b64decode(_signer().unsign(token) + "=")
        return UUID(bytes=ids[:_ID_BYTES]), UUID(bytes=ids[_ID_BYTES:])
    except (signing.BadSignature, ValueError):
        return None
