"""A mail backend that keeps the bytes that would have been sent, so that they can be sent again by something else."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

kept: list[tuple[str, list[str], bytes]] = []


class KeepingBackend(BaseEmailBackend):
    """Keeps sender, recipients and content of each mail."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """How many were kept: all."""
        for mail in email_messages:
            kept.append((mail.from_email, mail.recipients(), mail.message().as_bytes(linesep="\r\n")))  # type: ignore[call-arg]
        return len(email_messages)
