"""Addresses that refuse mail: what a mail server or a bounce says, and when an address is not tried any more.

One "there is nobody here", or MOST_REFUSALS other refusals in a row, and Handover stops mailing the address, until it
changes or somebody says "try again". Account mail is sent all the same: somebody asked for it just now, and it is the
way back in.
"""

from __future__ import annotations

import re
import smtplib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, F, QuerySet, Value, When
from django.db.models.functions import Least

from accounts.models import MOST_REFUSALS, User, lower_email

# Refusals further apart than this have nothing to do with each other: a mailbox may be full once a year.
IN_A_ROW = timedelta(days=30)
REASON_LENGTH = 500

# RFC 3463: class.subject.detail, as in "5.1.1". Only 5.x.x is for good.
STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
# What a server answers to a recipient that doesn't exist when it gives no status.
NOBODY_CODES = {550, 551, 553}
NOBODY_STATUSES = {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"}
# "Log in first", "not in this order": our own mail server is set up wrongly, which says nothing about an address.
OUR_OWN_CODES = {503, 530, 535}


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """An address took no mail, for good."""

    reason: str
    # Nobody lives there, so that a second try is of no use.
    nobody: bool


def refusal_in(error: Exception) -> Refusal | None:
    """What an SMTP error says of the recipient; None when it is temporary or has another cause."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()), (0, b""))
        return _refusal(code, words, of_recipient=True)
    if isinstance(error, smtplib.SMTPDataError):
        return _refusal(error.smtp_code, error.smtp_error, of_recipient=False)
    return None


def _refusal(code: int, words: bytes | str, *, of_recipient: bool) -> Refusal | None:
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    status = STATUS.search(text)
    if not 500 <= code < 600 or code in OUR_OWN_CODES or (status and status[1] != "5"):
        return None
    about = status[2] if status else ""
    # 5.1 and 5.2 are about the address and its mailbox. 5.7 is about rules, mostly about who we are: an administrator
    # may set that right between two attempts.
    if about == "7" or (not of_recipient and about not in {"1", "2"}):
        return None
    nobody = status[0] in NOBODY_STATUSES if status else code in NOBODY_CODES
    return Refusal(reason=shortened(f"{code} {text}"), nobody=nobody)


def refusal_with_status(status: str, reason: str) -> Refusal:
    """What a bounce says for good, by its status ("5.1.1") and its words."""
    return Refusal(reason=shortened(reason), nobody=status in NOBODY_STATUSES)


def shortened(text: str) -> str:
    """One line of bearable length out of what a server said."""
    return " ".join(text.split())[:REASON_LENGTH]


def record(refusal: Refusal, *, address: str, now: datetime) -> bool:
    """Write it down with whoever has this address; returns whether the address is not tried any more."""
    address = lower_email(address)
    step = MOST_REFUSALS if refusal.nobody else 1
    one_more = Least(F("refusals") + step, MOST_REFUSALS)
    in_a_row = When(refused_address=address, refused_at__gt=now - IN_A_ROW, then=one_more)
    person = User.objects.filter(email=address)
    person.update(
        refusals=Case(in_a_row, default=Value(step)),
        refused_address=address,
        refused_at=now,
        refused_reason=refusal.reason,
    )
    return person.filter(refusals__gte=MOST_REFUSALS).exists()


def forgive(people: QuerySet[User]) -> int:
    """Try these addresses again, as if they had never refused anything. Returns how many had."""
    refused = people.filter(refusals__gt=0)
    return refused.update(refusals=0, refused_address="", refused_at=None, refused_reason="")


def refusing(people: QuerySet[User]) -> QuerySet[User]:
    """Those of them whose address is not tried any more."""
    return people.filter(refusals__gte=MOST_REFUSALS, refused_address=F("email"))


def not_tried(addresses: Iterable[str]) -> set[str]:
    """Those of the addresses that are not tried any more."""
    people = User.objects.filter(email__in=list(addresses))
    return set(refusing(people).values_list("email", flat=True))
