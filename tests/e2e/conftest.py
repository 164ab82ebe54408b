"""The live stack: web, worker and scheduler as processes of their own, on PostgreSQL, Valkey and a real mail server."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from scripts.ports import HOST, free_port
from scripts.run import signal_group, start
from scripts.servers import postgres_server
from tests.conftest import Mailbox
from tests.e2e.canaries import LOOKED_FOR
from tests.e2e.crews import Account, Crew
from tests.e2e.person import Person, wait_until
from tests.e2e.recording import typed_in_the_run

ROOT = Path(__file__).resolve().parent.parent.parent
# Each worker has a stack of its own.
DATABASE = f"handover_e2e_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
START_SECONDS = 60
APP = "tests.e2e.recorded:application"  # the app, and a copy of its answers

# Without these Chromium asks for addresses that a closed network refuses, at every start.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SYSTEM_CHROMIUM = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome")
NO_CHROMIUM = "no Chromium here; on Debian and Ubuntu: apt-get install chromium; elsewhere: playwright install chromium"


@dataclass(frozen=True, kw_only=True)
class LiveStack:
    """The running app as a visitor and an operator meet it."""

    url: str
    mailbox: Mailbox
    environment: dict[str, str]
    scheduler: "subprocess.Popen[bytes] | None" = None

    @contextmanager
    def nothing_falls_due(self) -> Iterator[None]:
        """Meanwhile no reminder, check-in or sweep begins: what changes then was changed by somebody at a browser."""
        assert self.scheduler is not None
        signal_group(self.scheduler, signal.SIGSTOP)
        try:
            yield
        finally:
            signal_group(self.scheduler, signal.SIGCONT)

    def manage(self, *arguments: str, given: str | None = None) -> str:
        """Runs a management command on the stack's own database; what it printed. `given`: what it can read."""
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, stdout=subprocess.PIPE, text=True, input=given
        ).stdout

    def mail_to(self, address: str, subject: str) -> EmailMessage:
        """The first mail to this address with this in its subject, as soon as it has arrived.

        News about a task waits five minutes for more about it; here it is made due at once.
        """

        def look() -> EmailMessage | None:
            with psycopg.connect(self.environment["DATABASE_URL"], autocommit=True) as connection:
                connection.execute("UPDATE accounts_message SET mail_at = now() WHERE mail_at > now()")
            mails = self.mailbox.to(address)
            return next((mail for mail in mails if subject in str(mail["Subject"])), None)

        return wait_until(look, f"mail to {address} about {subject}", seconds=60)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """DATABASE_URL of a fresh database: on the server of the postgres lane, or on one of its own."""
    with ExitStack() as stack:
        given = os.environ.get("DATABASE_URL", "")
        server = given if given.startswith("postgres") else stack.enter_context(postgres_server())
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {DATABASE}")
        yield urlunsplit(urlsplit(server)._replace(path=f"/{DATABASE}"))


@pytest.fixture(scope="session")
def live_stack(postgres_url: str, valkey_url: str, smtp_server: Mailbox) -> Iterator[LiveStack]:
    """Web, worker and scheduler with production settings, started once for all tests of the whole."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="handover-e2e-") as folder:
        environment = os.environ | {
            "DEBUG": "0",
            "HTTPS_ONLY": "0",
            "SECRET_KEY": "only-for-end-to-end-tests-" + "0123456789" * 4,
            "BASE_URL": f"http://{HOST}:{port}",
            "DATABASE_URL": postgres_url,
            "BROKER_URL": valkey_url,
            "EMAIL_URL": smtp_server.url,
            "VAR_DIR": f"{folder}/var",
            "STATIC_ROOT": f"{folder}/static",
            "PYTHONWARNINGS": "ignore",
            "RECORD_ANSWERS_IN": f"{folder}/answers",
            "RECORD_SECRETS_IN": f"{folder}/typed",
            "WEB_ACCESS_LOG": f"{folder}/logs/access.log",
        }
        Path(folder, "logs").mkdir()
        environment.pop("DJANGO_SETTINGS_MODULE", None)  # pytest-django's, with the tests' own settings
        stack = LiveStack(url=f"http://{HOST}:{port}", mailbox=smtp_server, environment=environment)
        subprocess.run([sys.executable, "scripts/translations.py", "compile"], cwd=ROOT, check=True)
        stack.manage("migrate", "--verbosity", "0")
        stack.manage("collectstatic", "--noinput", "--verbosity", "0")
        with processes(stack, port, folder) as scheduler:
            yield replace(stack, scheduler=scheduler)
        nothing_secret_is_left(stack, Path(folder))


@contextmanager
def processes(stack: LiveStack, port: int, folder: str) -> "Iterator[subprocess.Popen[bytes]]":
    """Starts the three programs, waits until they can work, and stops them again, also when one did not start.

    Gives the scheduler, for a test that can't have it meanwhile.
    """
    celery = [sys.executable, "-m", "celery", "--quiet", "--app", "config"]
    commands = [
        [sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn", "--bind", f"{HOST}:{port}", APP],
        [*celery, "worker", "--pool", "threads", "--concurrency", "2", "--loglevel", "INFO"],
        [*celery, "beat", "--loglevel", "INFO", "--schedule", f"{folder}/beat", "--pidfile", ""],
    ]
    with ExitStack() as running:
        for name, command in zip(("web", "worker", "scheduler"), commands, strict=True):
            output = running.enter_context(Path(folder, "logs", f"{name}.log").open("ab"))
            child = start(command, stack.environment, output)
            running.callback(stop, child)
        try:
            wait_for(f"{stack.url}/readyz")
        except TimeoutError:
            print(*(log.read_text() for log in Path(folder, "logs").iterdir()), sep="\n")
            raise
        yield child


def nothing_secret_is_left(stack: LiveStack, folder: Path) -> None:
    """The whole run is over: nothing secret of it may stand in the clear anywhere (tests/leaks.py)."""
    (folder / "mails").mkdir()
    for number, mail in enumerate(stack.mailbox.received):
        (folder / "mails" / f"{number}.eml").write_bytes(mail)
    places = {"answers": "answers", "logs": "logs", "mails": "mails", "files, exports and jobs": "var"}
    secrets = LOOKED_FOR | typed_in_the_run(folder / "typed")
    request = {"secrets": secrets, "folders": {place: str(folder / name) for place, name in places.items()}}
    command = "from tests.leaks import main; main()"
    answer = json.loads(stack.manage("shell", "-v0", "-c", command, given=json.dumps(request)).splitlines()[-1])
    assert answer["found"] == [], "secrets in the clear:\n" + "\n".join(answer["found"])
    assert all(answer["looked_at"].get(place) for place in ("database", "answers", "logs", "secrets"))
    if report := os.environ.get("LANE_REPORT"):
        worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
        Path(report).with_name(f"searched-{worker}.json").write_text(json.dumps(answer["looked_at"]))


def wait_for(url: str) -> None:
    """Returns when `url` answers with 200."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except (urllib.error.URLError, OSError) as error:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{url} did not answer in {START_SECONDS} seconds") from error
            time.sleep(0.2)


def stop(child: subprocess.Popen[bytes]) -> None:
    """Ends one program and all it started."""
    signal_group(child, signal.SIGTERM)
    try:
        child.wait(10)
    except subprocess.TimeoutExpired:
        pass
    signal_group(child, signal.SIGKILL)
    child.wait()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, or Playwright's own where that could be installed; without one the test is skipped."""
    # Playwright keeps an event loop in this thread, which Django takes for async code and then refuses queries.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


def launch(playwright: Playwright) -> Browser:
    """Starts the first Chromium that there is."""
    found = next(filter(None, map(shutil.which, SYSTEM_CHROMIUM)), None)
    try:
        return playwright.chromium.launch(executable_path=found, args=CHROMIUM_FLAGS)
    except PlaywrightError:
        if found:
            raise
        pytest.skip(NO_CHROMIUM)


@pytest.fixture
def page(browser: Browser, live_stack: LiveStack) -> Iterator[Page]:
    """A fresh visitor with an English browser and an empty cookie jar; addresses are relative to the live stack."""
    context = browser.new_context(base_url=live_stack.url, locale="en-GB", viewport={"width": 1440, "height": 900})
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


# --- people in front of it ----------------------------------------------------------------------------------------

CrewIn = Callable[[str], Crew]
Enter = Callable[..., Person]


@pytest.fixture(scope="session")
def crews(live_stack: LiveStack) -> dict[str, list[Crew]]:
    """Teams that no test has used yet, by language. Made in one go: each command takes seconds to start."""
    rows = json.loads(live_stack.manage("shell", "-v0", "-c", "from tests.e2e.crews import make_crews; make_crews()"))
    found = [Crew.from_row(row) for row in rows]
    return {language: [crew for crew in found if crew.owner.language == language] for language in ("nl", "en")}


@pytest.fixture
def crew_in(crews: dict[str, list[Crew]]) -> CrewIn:
    """A team of the test's own, whose people read this language."""
    return lambda language: crews[language].pop()


@pytest.fixture
def enter(browser: Browser, live_stack: LiveStack) -> Iterator[Enter]:
    """Lets somebody log in with a browser of their own. At the end no browser may have complained of anything."""
    people: list[Person] = []

    def enter(account: Account, *, java_script: bool = True) -> Person:
        context = browser.new_context(
            base_url=live_stack.url,
            locale="en-GB",
            viewport={"width": 1440, "height": 900},
            java_script_enabled=java_script,
        )
        context.set_default_timeout(10_000)
        person = Person(account, context.new_page())
        person.page.on("console", person.note)
        person.page.on("pageerror", lambda error: person.complaints.append(str(error)))
        people.append(person)
        person.log_in()
        return person

    yield enter
    for person in people:
        person.context.close()
    assert [complaint for person in people for complaint in person.complaints] == []
