"""The cast, the servers and the clock that all tests share, and the account of which lanes really ran."""

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connection
from django.test import Client
from django.utils import translation
from kombu import pools
from pytest_django import Settings

from config.celery import app as celery_app
from scripts.ports import HOST, free_port
from scripts.servers import valkey_server

if TYPE_CHECKING:
    from accounts.models import Team, User

hypothesis.settings.register_profile("handover", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis.settings.load_profile("handover")

LANE_MARKERS = ("broker", "mail", "browser")


# --- people -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Who plays in the tests. All but Olga are in `team`; Olga owns `other_team` and must never see anything of it."""

    team: "Team"
    owner: "User"  # Eva
    entrepreneur: "User"  # Finn, the second one in Eva's team
    assistant: "User"  # Sam
    guest: "User"  # Gus
    other_team: "Team"
    outsider: "User"  # Olga


@pytest.fixture
def cast(db: None) -> Cast:
    """Eva's team with everyone in it, and Olga outside."""
    return gather_cast()


def gather_cast() -> Cast:
    """Makes the rows of the cast."""
    from accounts.models import Role
    from tests.factories import MembershipFactory, TeamFactory, UserFactory

    def person(name: str, team: "Team", role: Role) -> "User":
        user = UserFactory.create(name=name, email=f"{name.split()[0].lower()}@example.com", language="en")
        MembershipFactory.create(team=team, user=user, role=role)
        return user

    team = TeamFactory.create(name="Eva's Events")
    other_team = TeamFactory.create(name="Olga's Office")
    return Cast(
        team=team,
        owner=person("Eva Evers", team, Role.OWNER),
        entrepreneur=person("Finn Faber", team, Role.ENTREPRENEUR),
        assistant=person("Sam Smit", team, Role.ASSISTANT),
        guest=person("Gus Groot", team, Role.GUEST),
        other_team=other_team,
        outsider=person("Olga Oost", other_team, Role.OWNER),
    )


@pytest.fixture
def client_for() -> Callable[["User"], Client]:
    """Gives a browser-like client that is logged in as the person given."""
    return logged_in


def logged_in(user: "User") -> Client:
    """A client that logged in just now."""
    client = Client()
    client.force_login(user)
    session = client.session  # as after a login with a password, which `force_login` leaves out
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session["seen_at"] = time.time()  # the page that follows does not write down that the device is there
    session.save()
    return client


MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # 10:00 in Amsterdam: a working hour


@pytest.fixture
def now() -> datetime:
    """Monday 23 November 2026, 10:00 in Amsterdam: a working hour."""
    return MONDAY


@pytest.fixture(autouse=True, scope="session")
def emptied_whatever_is_kept() -> Iterator[None]:
    """Tests with real transactions empty all tables afterwards: on SQLite by DELETE, which the timeline refuses."""
    if connection.vendor != "sqlite":
        yield
        return
    operations = type(connection.ops)
    flush = operations.sql_flush

    def sql_flush(self: Any, style: Any, tables: list[str], **options: Any) -> list[str]:
        last = [table for table in tables if table == "accounts_erasure"]
        rest = [table for table in tables if table not in last]
        opened = ["INSERT INTO accounts_erasure (id) VALUES ('emptying')"] if last else []
        return opened + list(flush(self, style, rest + last, **options))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "sql_flush", sql_flush)
        yield


@pytest.fixture(autouse=True)
def same_language() -> Iterator[None]:
    """No test inherits the language that the one before it switched to."""
    with translation.override("en"):
        yield


# --- broker and mail ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def valkey_url() -> Iterator[str]:
    """BROKER_URL of a real Valkey on a unix socket."""
    with valkey_server() as url:
        yield url


@pytest.fixture
def valkey_broker(valkey_url: str) -> Iterator[str]:
    """Celery publishes to the real Valkey for the length of a test."""
    before = {name: celery_app.conf[name] for name in ("broker_url", "broker_transport_options")}
    use_broker(broker_url=valkey_url, broker_transport_options={})
    yield valkey_url
    use_broker(**before)


def use_broker(**settings: object) -> None:
    """Points Celery at another broker, without the connections to the one before."""
    celery_app.conf.update(settings)
    pools.reset()
    celery_app._pool = None
    celery_app.amqp._producer_pool = None


class Mailbox:
    """A real SMTP server on this machine that keeps what it is given."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.received: list[bytes] = []  # all of it, also what was cleared since
        self.port = free_port()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Called by aiosmtpd for each mail."""
        self.received.append(envelope.original_content or b"")
        parsed = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        self.messages.append(parsed)
        return "250 OK"

    @property
    def url(self) -> str:
        """As in EMAIL_URL."""
        return f"smtp://{HOST}:{self.port}"

    def clear(self) -> None:
        """Forgets all mail."""
        self.messages.clear()

    def to(self, address: str) -> list[EmailMessage]:
        """Mail to one address, oldest first."""
        return [message for message in self.messages if address in str(message["To"])]


@pytest.fixture(scope="session")
def smtp_server() -> Iterator[Mailbox]:
    """A real mail server; `messages` holds what was sent to it."""
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname=HOST, port=mailbox.port)
    controller.start()
    yield mailbox
    controller.stop()


@pytest.fixture
def mailbox(smtp_server: Mailbox, settings: Settings) -> Mailbox:
    """Django sends to the real mail server for the length of a test, and its mailbox is empty."""
    smtp_server.clear()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = HOST
    settings.EMAIL_PORT = smtp_server.port
    return smtp_server


# --- what is shown once --------------------------------------------------------------------------------------------

NEEDS_A_DATABASE = {"db", "transactional_db"}
# Words, forms, a month of days and long walks through every address or table: the same on both, as is all that needs
# none.
SHOWN_ON_SQLITE = (
    "tests/house/test_languages.py",
    "tests/tasks/forms/",
    "tests/tasks/test_messages.py",
    "tests/tasks/views/test_untrusted_text.py",
    "tests/trials/test_a_month.py",
    "tests/tasks/test_demo_days.py",
    "tests/tasks/test_export_is_whole.py",
)
# Long, and about several processes at work on one database at once, tables that change under them, and rows that a
# server sends piece by piece.
SHOWN_ON_POSTGRESQL = (
    "tests/trials/test_killed_workers.py",
    "tests/tasks/test_checkin_rows.py::test_old_rows_stay_valid",
    "tests/tasks/test_data_export.py::test_a_large_team",
)
# Begun with, so that at the end nobody waits for them.
LONG = ("tests/trials/", "tests/e2e/test_crawl.py")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The long ones first. Leaves out on one database what the lane of the other one shows."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))
    elsewhere = _shown_on_sqlite if connection.vendor == "postgresql" else _shown_on_postgresql
    left_out = {item for item in items if elsewhere(item)}
    config.hook.pytest_deselected(items=[item for item in items if item in left_out])
    items[:] = [item for item in items if item not in left_out]


def _shown_on_postgresql(item: pytest.Item) -> bool:
    return item.nodeid.startswith(SHOWN_ON_POSTGRESQL)


def _shown_on_sqlite(item: pytest.Item) -> bool:
    if item.nodeid.startswith("tests/e2e/"):
        return False
    if item.nodeid.startswith(SHOWN_ON_SQLITE) or item.get_closest_marker("walk"):
        return True
    asked = NEEDS_A_DATABASE.intersection(getattr(item, "fixturenames", ()))
    return not asked and item.get_closest_marker("django_db") is None


# --- which lanes ran ----------------------------------------------------------------------------------------------

_passed: Counter[str] = Counter()
_skipped: dict[str, str] = {}
_said: list[str] = []


@pytest.fixture
def say(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """What a test measured, printed after the run: what it prints itself is not shown when it passes."""
    return lambda text: record_property("said", text)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Counts passed tests by marker, and keeps why one was skipped. Runs where the reports arrive, also with xdist."""
    _passed["any"] += report.when == "call" and report.passed
    for marker in LANE_MARKERS:
        if marker in report.keywords:
            _passed[marker] += report.when == "call" and report.passed
            if report.skipped and isinstance(report.longrepr, tuple):
                _skipped[marker] = report.longrepr[2].removeprefix("Skipped: ")
    if report.when == "call":
        _said.extend(f"{report.nodeid}\n{said}" for name, said in report.user_properties if name == "said")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints what tests had to say."""
    for said in _said:
        terminalreporter.write_line(f"\n{said}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Writes the account to the file named by LANE_REPORT, for scripts/lanes.py; the main process does it."""
    path = os.environ.get("LANE_REPORT")
    if path and not hasattr(session.config, "workerinput"):
        account = {"database": connection.vendor, "passed": _passed, "skipped": _skipped}
        Path(path).write_text(json.dumps(account))
