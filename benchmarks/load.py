"""A load generator that is never the bottleneck: plain sockets, kept alive, one thread each, a request ready made.

On two cores it shares the machine with what it measures. A request costs it well under a tenth of a millisecond, the
lightest page costs the server several.
"""

import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from scripts.ports import HOST

PATIENCE_SECONDS = 30


class WrongAnswer(Exception):
    """The server did not answer with the page that is to be measured."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """What is asked for, and a text that only the whole page holds: a redirect to the login is never measured."""

    port: int
    path: str
    cookie: str
    marker: str

    @property
    def request(self) -> bytes:
        return f"GET {self.path} HTTP/1.1\r\nHost: {HOST}:{self.port}\r\nCookie: {self.cookie}\r\n\r\n".encode()

    def check(self, head: bytes, body: bytes) -> None:
        """Raises WrongAnswer unless this is the page."""
        if not head.startswith(b"HTTP/1.1 200 "):
            raise WrongAnswer(f"{self.path} answered {head.splitlines()[0].decode()}")
        if self.marker.encode() not in body:
            raise WrongAnswer(f"{self.path} does not show {self.marker!r}")


class Connection:
    """One connection that stays open."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection((HOST, port), PATIENCE_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> tuple[bytes, bytes]:
        """Head and body of the answer."""
        self.socket.sendall(request)
        received = self.receive()
        while b"\r\n\r\n" not in received:
            received += self.receive()
        head, _, body = received.partition(b"\r\n\r\n")
        length = int(header(head, b"content-length"))
        parts, missing = [body], length - len(body)
        while missing > 0:
            parts.append(self.receive())
            missing -= len(parts[-1])
        return head, b"".join(parts)

    def receive(self) -> bytes:
        """What has arrived. Raises ConnectionError when the server hung up."""
        data = self.socket.recv(1 << 18)
        if not data:
            raise ConnectionError("the server hung up in the middle of an answer")
        return data


def header(head: bytes, name: bytes) -> bytes:
    """The value of one header. Raises WrongAnswer without it."""
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.lower() == name:
            return value.strip()
    raise WrongAnswer(f"no header {name.decode()}")


@contextmanager
def spread_connections(page: Page, *, workers: int, each: int) -> Iterator[list[Connection]]:
    """`each` connections to each of the server's workers.

    A connection stays with the worker that took it, so without this all of them could land on one and half the
    server would idle.
    """
    with ExitStack() as stack:
        kept: list[Connection] = []
        taken: Counter[bytes] = Counter()
        while len(kept) < workers * each:
            connection = Connection(page.port)
            stack.callback(connection.socket.close)
            head, body = connection.ask(page.request)
            page.check(head, body)
            worker = header(head, b"x-worker")
            if taken[worker] < each:
                taken[worker] += 1
                kept.append(connection)
            else:
                connection.socket.close()
        yield kept


def requests_a_second(page: Page, connections: Sequence[Connection], seconds: float) -> float:
    """Asks for the page on all connections at once for that long. Raises WrongAnswer at the first that isn't it."""
    counts: list[int] = []
    failures: list[Exception] = []
    began = time.perf_counter()

    def ask_on(connection: Connection) -> None:
        count, request = 0, page.request
        try:
            while time.perf_counter() - began < seconds:
                page.check(*connection.ask(request))
                count += 1
        except Exception as error:  # a thread's own exception would only be printed
            failures.append(error)
        counts.append(count)

    threads = [threading.Thread(target=ask_on, args=[connection]) for connection in connections]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return sum(counts) / (time.perf_counter() - began)
