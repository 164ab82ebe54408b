"""Asking whether a port is free before anything long is started. Standard library only."""

import socket
from contextlib import closing

HOST = "127.0.0.1"


def port_problem(text: str) -> str | None:
    """Why nothing can listen on port `text` of this machine, in one sentence; None when something can."""
    if not text.isdecimal() or not 0 < int(text) < 65536:
        return f"PORT must be a number from 1 to 65535, not {text!r}."
    with closing(socket.socket()) as listener:
        # As gunicorn does: connections of the run before may linger.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, int(text)))
            listener.listen(1)
        except PermissionError:
            return f"Port {text} needs more rights than you have; choose one above 1023: make run PORT=8001."
        except OSError:
            return f"Port {text} is taken; stop what uses it or choose another: make run PORT={int(text) % 65535 + 1}."
    return None


def free_port() -> int:
    """A port that nothing listened on a moment ago."""
    with closing(socket.socket()) as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])
