"""The link in a mail that stops mail of its kind (RFC 8058).

It is signed, for one person and one kind, and works without end, because people press it years later.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.models import USUALLY, MessageKind, OutgoingMail, User

SALT = "accounts.unsubscribe"
# A summary can be stopped too: all kinds that come in it.
STOPPABLE = {*USUALLY, MessageKind.DIGEST.value}


@dataclass(frozen=True, kw_only=True)
class Unsubscription:
    """Whose mail of which kind is to stop."""

    person: User
    kind: MessageKind


def token_for(person_id: UUID, kind: str) -> str:
    """What stands in the link."""
    return signing.Signer(salt=SALT).sign(f"{person_id.hex}.{kind}")


def unsubscribe_url(mail: OutgoingMail) -> str:
    """The link for this mail; "" where there is nothing to stop: account mail, and whoever has no account."""
    if mail.recipient_id is None or mail.kind not in STOPPABLE:
        return ""
    return f"{settings.BASE_URL}{reverse('unsubscribe', args=[token_for(mail.recipient_id, mail.kind)])}"


def unsubscription_for(token: str) -> Unsubscription | None:
    """What a link stands for; None when it was altered or its person has gone."""
    try:
        key, _dot, kind = signing.Signer(salt=SALT).unsign(token).partition(".")
        person = User.objects.filter(id=UUID(key)).first()
    except (signing.BadSignature, ValueError):
        return None
    return Unsubscription(person=person, kind=MessageKind(kind)) if person and kind in STOPPABLE else None
