"""A real mail server that remembers who brought what, and kills who brought it when told to."""

import asyncio
import os
import signal
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from scripts.ports import HOST
from tests.conftest import Mailbox


class Witness(Mailbox):
    """`brought`: the Message-IDs that each worker handed over, in order, by the name that the worker gave."""

    def __init__(self) -> None:
        super().__init__()
        self.brought: dict[str, list[str]] = defaultdict(list)
        # Asked after a mail was taken and before the worker hears so: whether to kill the worker now, and its id.
        self.whom_to_kill: Callable[[str], int | None] = lambda worker: None
        self.seconds_a_mail = 0.01  # about as fast as a mail server nearby

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Called by aiosmtpd for each mail."""
        answer = await super().handle_DATA(server, session, envelope)
        worker = str(session.host_name)
        self.brought[worker].append(str(self.messages[-1]["Message-ID"]))
        if pid := self.whom_to_kill(worker):
            os.kill(pid, signal.SIGKILL)
        await asyncio.sleep(self.seconds_a_mail)
        return answer

    @property
    def times_taken(self) -> Counter[str]:
        """How often each Message-ID was handed over."""
        return Counter(message_id for mails in self.brought.values() for message_id in mails)


@contextmanager
def witness(server: Witness | None = None) -> Iterator[Witness]:
    """The server, running for the length of the block."""
    server = server or Witness()
    controller = Controller(server, hostname=HOST, port=server.port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
