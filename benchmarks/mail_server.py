"""A mail server that takes everything and keeps nothing; prints its port, and serves until it is stopped."""

import asyncio
import signal
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # started by its path; the house is one up

from scripts.ports import HOST  # noqa: E402


class Sink:
    """Takes every mail."""

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802
        """Called by aiosmtpd for each mail."""
        return "250 OK"


async def serve() -> None:
    """Until the process is asked to end."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Sink()), HOST, 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    stopped = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    await stopped.wait()


if __name__ == "__main__":
    asyncio.run(serve())
