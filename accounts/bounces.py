"""Mail that comes back: reading a bounce (RFC 3464), and what follows from it.

What comes in is written by any mail server, or by anybody at all, so nothing in it is counted on. A bounce that names a
mail of ours counts once; one that names only an address counts for whoever has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import Message as Mail
from email.parser import BytesParser, HeaderParser
from email.policy import compat32  # takes whatever comes; the newer policies raise on headers that are wrong

from django.db import transaction

from accounts import refusals
from accounts.models import MailState, OutgoingMail, User, lower_email

# Ours begins with a UUID: nobody guesses it. "<...@handover>"
OUR_ID = re.compile(r"<[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}@handover>", re.IGNORECASE)
STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
# Where a bounce names the mail it is about, when it does not bring its headers along.
NAMED_IN = ("In-Reply-To", "References", "X-Failed-Message-Id", "Original-Message-ID")


class NoBounceError(Exception):
    """Why nothing can be done with it, in a sentence for the log."""


@dataclass(frozen=True, kw_only=True)
class Bounce:
    """What a bounce says: which mail, to whom, for how long, and why."""

    message_id: str
    address: str
    status: str
    reason: str

    @property
    def for_good(self) -> bool:
        return self.status.startswith("5")


def read_bounce(raw: bytes) -> Bounce:
    """Read it. Raises NoBounceError when there is nothing to be read."""
    mail = BytesParser(policy=compat32).parsebytes(raw)
    for block in _status_blocks(mail):
        status = STATUS.search(str(block.get("Status", "")))
        address = str(block.get("Final-Recipient") or block.get("Original-Recipient") or "").rpartition(";")[2].strip()
        if status and str(block.get("Action", "failed")).strip().lower() in {"failed", "delayed", "expanded"}:
            return Bounce(
                message_id=_our_id(mail),
                address=lower_email(address.strip("<>")),
                status=status[0],
                reason=refusals.shortened(str(block.get("Diagnostic-Code") or f"Status {status[0]}")),
            )
    raise NoBounceError("This is no bounce: it has no delivery status of a mail that failed.")


@transaction.atomic
def record_bounce(bounce: Bounce, *, now: datetime) -> str:
    """Write it down; returns in a sentence what was done. Raises NoBounceError when it is about nothing of ours."""
    if not bounce.for_good:
        return "The mail is only late; its server goes on trying."
    mail = OutgoingMail.objects.filter(message_id=bounce.message_id).first() if bounce.message_id else None
    if mail is None:
        return _record_for_address(bounce, now)
    # The same bounce twice counts once.
    ended = OutgoingMail.objects.filter(id=mail.id).exclude(state=MailState.FAILED)
    if not ended.update(state=MailState.FAILED, last_error=bounce.reason, claim=None, inflight_since=None):
        return "This mail was known to have failed."
    return _record(mail.to_address, bounce, now)


def _record_for_address(bounce: Bounce, now: datetime) -> str:
    if not bounce.address or not User.objects.filter(email=bounce.address).exists():
        raise NoBounceError("This bounce is about no mail and no person of ours.")
    return _record(bounce.address, bounce, now)


def _record(address: str, bounce: Bounce, now: datetime) -> str:
    refusal = refusals.refusal_with_status(bounce.status, bounce.reason)
    if refusals.record(refusal, address=address, now=now):
        return "Recorded; the address is not tried any more."
    return "Recorded."


def _status_blocks(mail: Mail) -> Iterator[Mail]:
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            payload = part.get_payload()
            yield from (block for block in payload if isinstance(block, Mail)) if isinstance(payload, list) else ()


def _our_id(mail: Mail) -> str:
    """The Message-ID of our mail: from the headers it brings along, else from where else it may be named."""
    for part in mail.walk():
        if part.get_content_type() == "text/rfc822-headers":
            part = HeaderParser(policy=compat32).parsestr(str(part.get_payload()))
        elif part is mail:
            continue
        if found := OUR_ID.search(str(part.get("Message-ID", ""))):
            return found[0].lower()
    named = " ".join(str(part.get(name, "")) for part in mail.walk() for name in NAMED_IN)
    found = OUR_ID.search(named)
    return found[0].lower() if found else ""
