"""Real mail servers that do not simply take what they are given."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django import Settings

from scripts.ports import HOST
from tests.conftest import Mailbox


class Picky(Mailbox):
    """A mail server that has its own answer to some recipients, and hangs up on "rude"."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[str, str] = {}
        self.after_data: dict[str, str] = {}
        self.asked_for: list[str] = []
        self.hangs_on = ""

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Called by aiosmtpd for each recipient."""
        self.asked_for.append(address)
        name = address.partition("@")[0]
        if name == "rude":
            assert server.transport
            server.transport.close()
        if name == self.hangs_on:
            await asyncio.sleep(30)
        if name in self.answers:
            return self.answers[name]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Called by aiosmtpd for each mail."""
        name = envelope.rcpt_tos[0].partition("@")[0]
        if name in self.after_data:
            return self.after_data[name]
        return await super().handle_DATA(server, session, envelope)


@contextmanager
def picky_server(settings: Settings) -> Iterator[Picky]:
    """Django sends to a picky server for the length of the block."""
    server = Picky()
    controller = Controller(server, hostname=HOST, port=server.port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = HOST, server.port
    yield server
    controller.stop()
